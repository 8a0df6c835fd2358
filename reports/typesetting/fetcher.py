"""The only door through which a document in the making may fetch anything: embedded data and our own font files."""

from typing import Any

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.typesetting.fonts import font_files
from reports.typesetting.light_fonts import LIGHT_FONTS


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
