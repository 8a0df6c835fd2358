"""The light copies hold what papers mostly say, and stand before the whole faces in every stack."""

import re
from dataclasses import replace

from fontTools.ttLib import TTFont

from reports.pdf import fonts
from reports.pdf.fonts import LIGHT_FONTS, common_characters, make_light_fonts
from reports.pdf.press import STYLE_SHEET


def test_a_light_copy_holds_every_common_character():
    make_light_fonts()
    common = {char for char in common_characters() if 0x4E00 <= char <= 0x9FFF}

    assert len(common) == 6763
    for font in LIGHT_FONTS:
        if font.characters is common_characters:
            assert common <= TTFont(font.path).getBestCmap().keys()


def test_the_cuts_beside_fandol_hold_what_it_draws_too_heavily_or_lacks():
    make_light_fonts()
    letters, brackets, rare = (TTFont(font.path) for font in LIGHT_FONTS if font.height)

    assert set(map(ord, "0123456789ABCxyz.-%")) <= letters.getBestCmap().keys()
    assert not letters.getBestCmap().keys() & set(map(ord, "县（〔"))
    assert set(map(ord, "（）〔〕《》〈〉")) <= brackets.getBestCmap().keys()
    assert {ord("甽"), ord("堃")} <= rare.getBestCmap().keys()
    assert ord("县") not in rare.getBestCmap()


def test_no_cut_makes_a_line_higher_than_fandol_does():
    make_light_fonts()
    heights = {
        (font["hhea"].ascent, font["hhea"].descent, font["OS/2"].sTypoAscender, font["OS/2"].usWinDescent)
        for font in (TTFont(each.path) for each in LIGHT_FONTS if each.height)
    }

    assert heights == {(880, -120, 880, 120)}


def test_a_copy_that_cannot_be_cut_is_told_and_done_without(monkeypatch, settings, tmp_path, caplog):
    """A worker that ended here would be started again for ever."""
    (tmp_path / "fonts").mkdir()
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(fonts.ffi, "dlopen", _no_library)

    make_light_fonts()

    assert list((tmp_path / "fonts").iterdir()) == []
    assert "light-song.otf cannot be cut" in caplog.text


def test_a_damaged_face_is_told_and_done_without(monkeypatch, settings, tmp_path, caplog):
    (tmp_path / "fonts").mkdir()
    settings.VAR_DIR = tmp_path
    (broken := tmp_path / "broken.ttf").write_bytes(b"\x00\x01\x00\x00 no font")
    monkeypatch.setattr(fonts, "LIGHT_FONTS", [replace(font, source=broken) for font in LIGHT_FONTS])

    make_light_fonts()

    assert list((tmp_path / "fonts").iterdir()) == []
    assert caplog.text.count("cannot be cut") == len(LIGHT_FONTS)


def _no_library(name: str) -> None:
    raise OSError(f"cannot load library {name}")


def test_each_copy_has_its_address_in_the_style_sheet():
    addresses = set(re.findall(r'url\("(font:light-[a-z-]+)"\)', STYLE_SHEET.read_text(encoding="utf-8")))

    assert addresses == {font.address for font in LIGHT_FONTS}
