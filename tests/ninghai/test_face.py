"""The face holds its promises: colours that everybody can read, and each said once."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ninghai.web.template_filters import breakable, whole_days
from tasks.models.states import Light

ROOT = Path(__file__).resolve().parents[2]
SHEETS = ROOT / "static/ninghai"
TOKENS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", (SHEETS / "tokens.css").read_text(encoding="utf-8")))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    digits = colour.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "ink", ["ink", "ink-soft", "brand", "link", "link-strong", "good", "due", "late", "calm", "info"]
)
@pytest.mark.parametrize("ground", ["paper", "surface", "surface-soft"])
def test_words_can_be_read(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("state", ["good", "due", "late", "calm", "info"])
def test_a_badge_can_be_read(state: str) -> None:
    assert contrast(state, f"{state}-soft") >= 4.5


@pytest.mark.parametrize(("ink", "ground"), [("action-ink", "link"), ("brand-ink", "brand"), ("ink", "mark")])
def test_words_on_colour_can_be_read(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("edge", ["line-strong", "focus"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_edges_of_controls_can_be_seen(edge: str, ground: str) -> None:
    assert contrast(edge, ground) >= 3


def test_the_style_sheet_stays_small() -> None:
    assert sum((SHEETS / name).stat().st_size for name in ("parts.css", "site.css")) <= 37 * 1024


def selectors(name: str) -> set[str]:
    """What a style sheet has rules for, one by one."""
    rules = re.findall(
        r"([^{}/]+)\{", re.sub(r"/\*.*?\*/", "", (SHEETS / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    )
    return {selector.strip() for rule in rules if "@" not in rule for selector in rule.split(",")}


@pytest.mark.parametrize("sheet", ["site.css", "admin.css", "office.css"])
def test_what_all_pages_draw_alike_is_said_once(sheet: str) -> None:
    assert selectors("parts.css") & selectors(sheet) <= {".files a"}  # taller for fingers on a phone


@pytest.mark.parametrize("light", Light)
def test_every_light_has_a_shape_and_its_word(light: Light) -> None:
    drawn = render_to_string("components/_light.html", {"light": light})

    assert f"light--{light}" in drawn
    assert light.label in drawn
    assert "currentColor" in drawn


def test_only_the_tokens_name_colours() -> None:
    """Every other sheet takes them from there; those of the modes give the tokens other values."""
    sheets = [sheet for sheet in SHEETS.glob("*.css") if sheet.name != "tokens.css"]
    found = {
        sheet.name: re.findall(r":[^;{]*(?:#[0-9a-f]{3,8}\b|rgba?\(|hsla?\()", sheet.read_text(encoding="utf-8"))
        for sheet in sheets
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_no_line_ends_within_a_day() -> None:
    named = "关于<b>2018年8月1日至11月30日进展（截至2018年11月）的通报"

    assert whole_days("2018年8月1日至11月30日") == (
        '<span class="whole">2018年8月1日</span>至<span class="whole">11月30日</span>'
    )
    assert breakable(named) == (
        '关于<wbr>&lt;b&gt;<span class="whole">2018年8月1日</span>至<wbr><span class="whole">11月30日</span>进展<wbr>'
        '（截至<span class="whole">2018年11月</span>）的<wbr>通报'
    )
    assert whole_days(SafeString("<a>8月1日</a>")) == "<a>8月1日</a>"
