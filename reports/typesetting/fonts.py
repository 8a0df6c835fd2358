"""The faces of an official document (字体), where they come from, and which characters they can draw.

Machines that own 仿宋_GB2312, 楷体_GB2312 and 方正小标宋 use them by name; the free faces below stand in for them.
Fandol's 仿宋 ends at GB2312, so 深甽镇 needs the faces that follow it in official.css; its letters and brackets come from
lighter faces (light_fonts.py).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]  # has no stubs

DEBIAN_FONTS = Path("/usr/share/fonts")


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font file, the Debian package that holds it, and its address in official.css (none: known to fontconfig by name).

    Without a required file nothing can be printed; without another the next face of the stack stands in.
    """

    face: str
    path: Path
    package: str
    address: str = ""
    required: bool = False


def font_files() -> tuple[FontFile, ...]:
    noto, lxgw = DEBIAN_FONTS / "opentype/noto", DEBIAN_FONTS / "truetype/lxgw-wenkai"
    return (
        FontFile("仿宋", settings.VAR_DIR / "fonts/FandolFang-Regular.otf", "texlive-lang-chinese", "font:fandol-fang"),
        FontFile("仿宋（字母和数字）", DEBIAN_FONTS / "truetype/cwtex/cwfs.ttf", "fonts-cwtex-fs"),
        FontFile("仿宋（括号和生僻字）", lxgw / "LXGWWenKai-Light.ttf", "fonts-lxgw-wenkai"),
        FontFile("楷体", lxgw / "LXGWWenKai-Regular.ttf", "fonts-lxgw-wenkai"),
        FontFile("黑体", noto / "NotoSansCJK-Regular.ttc", "fonts-noto-cjk"),
        FontFile("宋体", noto / "NotoSerifCJK-Regular.ttc", "fonts-noto-cjk", required=True),
        FontFile("小标宋", noto / "NotoSerifCJK-Bold.ttc", "fonts-noto-cjk"),
    )


def missing_fonts() -> list[FontFile]:
    return [font for font in font_files() if not font.path.is_file()]


def has_glyph(char: str) -> bool:
    """Whether the last face of every stack, Noto Serif CJK SC, can draw the character."""
    return char.isascii() or ord(char) in _drawable()


@cache
def _drawable() -> frozenset[int]:
    collection = TTCollection(DEBIAN_FONTS / "opentype/noto/NotoSerifCJK-Regular.ttc", lazy=True)
    return frozenset(_simplified(collection)["cmap"].getBestCmap())


def _simplified(collection: TTCollection) -> TTFont:
    return next(font for font in collection.fonts if font["name"].getDebugName(1) == "Noto Serif CJK SC")
