"""The press (印刷): WeasyPrint with our style sheet, fonts and fetcher, set up once in a process.

A fork must not inherit it: Pango's font map looks fonts up in a thread of its own, no fork inherits a thread, and
whoever got the parent's font map would wait for it for ever. Each process sets up its own; the style sheet, which takes
longest, is read before the fork. One page at a time: the font map is not made for two threads.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from reports.typesetting.fetcher import OwnFilesOnly
from reports.typesetting.light_fonts import make_light_fonts
from reports.typesetting.press_folder import own_folder

STYLE_SHEET = Path(__file__).with_name("official.css")
VARIANT = "pdf/ua-1"  # tagged, for readers who listen


@dataclass(frozen=True, slots=True)
class Press:
    fonts: Any
    style: Any
    fetcher: OwnFilesOnly

    def lay_out(self, *, html: str, css: str = "") -> Any:
        """The HTML laid out in pages; `css` may add to official.css."""
        extra = [CSS(string=css, font_config=self.fonts, url_fetcher=self.fetcher)] if css else []
        document = HTML(string=html, url_fetcher=self.fetcher)
        return document.render(font_config=self.fonts, stylesheets=[self.style, *extra], pdf_variant=VARIANT)


@dataclass(slots=True)
class Faces:
    """Notes the fonts that a style sheet brings along, for the font configurations that are made later."""

    noted: list[Any] = field(default_factory=list)

    def add_font_face(self, rule_descriptors: Any, url_fetcher: Any) -> None:
        self.noted.append(rule_descriptors)


@cache
def style_sheet() -> tuple[Any, Faces]:
    """official.css as read once for this process and all its forks, and its fonts."""
    make_light_fonts()
    faces = Faces()
    return CSS(filename=STYLE_SHEET, font_config=faces, url_fetcher=OwnFilesOnly()), faces


@cache
def press() -> Press:
    style, faces = style_sheet()
    fonts, fetcher = FontConfiguration(), OwnFilesOnly()
    with own_folder():
        for face in faces.noted:
            fonts.add_font_face(face, fetcher)
    return Press(fonts=fonts, style=style, fetcher=fetcher)
