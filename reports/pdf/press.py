"""The press (印刷): WeasyPrint with our style sheet, fonts and fetcher, set up once in a process; a paper from which it left anything out is none."""

import atexit
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.letters.letter import TypesettingError
from reports.pdf.fonts import LIGHT_FONTS, font_files, make_light_fonts

# The only way by which a document in the making may fetch anything: embedded data and our own font files.


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no stubs
    """data: addresses and the font addresses of official.css; anything else ends the rendering.

    WeasyPrint leaves out in silence what a fetcher refuses with an ordinary exception, hence the fatal one. A font
    of ours that is not installed is the ordinary case: the next face of the stack stands in.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        light = {font.address: font.path for font in LIGHT_FONTS}
        self.fonts = {font.address: font.path for font in font_files() if font.address} | light

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        if path := self.fonts.get(url):
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/otf"})
        if url.startswith("data:"):
            return super().fetch(url, headers)
        raise FatalURLFetchingError(f"公文不能引用外部资源：{url[:200]}")


# Where a press keeps its fonts: WeasyPrint copies them into a temporary folder, thirty megabytes for each process.

NAME = "ninghai-press-"


@contextmanager
def own_folder() -> Iterator[None]:
    """What is put aside in the block, in whatever temporary file, lies in a folder of this process until its end."""
    discard_left()
    folder = Path(tempfile.mkdtemp(prefix=f"{NAME}{os.getpid()}-"))
    atexit.register(_discard_own, folder, os.getpid())
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def discard_left() -> None:
    """Remove the folders of processes that are gone, as far as they are ours."""
    for folder in Path(tempfile.gettempdir()).glob(f"{NAME}*"):
        number = folder.name.removeprefix(NAME).partition("-")[0]
        if number.isdigit() and not Path("/proc", number).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _discard_own(folder: Path, process: int) -> None:
    """At the end of the process that made it; its forks leave it alone."""
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


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


# What WeasyPrint leaves out of a paper with no more than a line in the log: a paper that lacks something is none.

LEFT_OUT = "Failed to "  # load or render a picture, a style sheet, an attachment: how each such line begins
MESSAGE = "文件中有图表或附件没有排印出来，这次生成作废。请稍后重试，仍不成功请联系系统管理员。"


class _Listener(logging.Handler):
    """Hears what this thread logs of it; others may be typesetting, too."""

    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)
        self.thread = threading.get_ident()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread and str(record.msg).startswith(LEFT_OUT):
            self.heard.append(record.getMessage())


@contextmanager
def nothing_left_out() -> Iterator[None]:
    """Raises TypesettingError at the end of a block that left anything out."""
    listener, log = _Listener(), logging.getLogger("weasyprint")
    log.addHandler(listener)
    try:
        yield
    finally:
        log.removeHandler(listener)
    if listener.heard:
        raise TypesettingError(MESSAGE) from RuntimeError("; ".join(listener.heard)[:500])
