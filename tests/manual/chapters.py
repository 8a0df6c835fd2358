"""The manual as it is written: its flows, the words that each quotes from the screen, the picture that each shows."""

import re
from dataclasses import dataclass
from pathlib import Path

MANUAL = Path(__file__).parents[2] / "docs" / "manual"
PICTURES = MANUAL / "pictures"
CHAPTERS = (
    "office.md",
    "unit.md",
    "public.md",
    "requests.md",
    "hotline.md",
    "annual-reports.md",
    "services.md",
    "proposals.md",
    "interaction.md",
    "opinions.md",
)
IN_WORDS = ("exchange.md", "knowledge.md")  # without pictures yet, and not played
HEADING = re.compile(r"^## ", re.MULTILINE)
PICTURE = re.compile(r"!\[[^\]]+\]\(pictures/([\w-]+\.webp)\)")
QUOTED = re.compile(r"「([^」]+)」")


@dataclass(frozen=True, slots=True)
class Flow:
    """One section of a chapter: its title, its text, the pictures in it."""

    chapter: str
    title: str
    text: str

    @property
    def pictures(self) -> list[str]:
        return PICTURE.findall(self.text)

    @property
    def quoted(self) -> list[str]:
        """What stands in 「…」, each once: words of the screen, letter by letter."""
        return list(dict.fromkeys(QUOTED.findall(self.text)))


def flows() -> list[Flow]:
    """Every flow of the manual, in the order of its pages."""
    return [flow for chapter in CHAPTERS for flow in flows_of(chapter)]


def flows_of(chapter: str) -> list[Flow]:
    _, *sections = HEADING.split((MANUAL / chapter).read_text(encoding="utf-8"))
    return [Flow(chapter, *section.split("\n", 1)) for section in sections]


def flow_of(picture: str) -> Flow:
    """The flow that shows this picture."""
    return next(flow for flow in flows() if picture in flow.pictures)
