"""The faces of an official document (字体), where they come from, which characters they draw, and whether this machine has them."""

import io
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cffi import FFI  # type: ignore[import-untyped]  # has no stubs
from django.conf import settings
from django.core.checks import ERROR, WARNING, CheckMessage, Warning
from fontTools.ttLib import TTCollection, TTFont, TTLibError  # type: ignore[import-untyped]  # has no stubs  # type: ignore[import-untyped]  # has no stubs
from weasyprint.text.ffi import harfbuzz_subset

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


# Light copies of the large faces (常用字字体): the characters that papers mostly need, cut out once for an installation.

logger = logging.getLogger(__name__)

NO_HINTING, DESUBROUTINIZE = 0x1, 0x4
SPACES = (0x20, 0xA0, 0x3000)  # drawn by the face of the character before them
MARKS = [(0x20, 0x7F), (0xA0, 0x100), (0x2000, 0x2070), (0x2100, 0x2600), (0x3000, 0x3040), (0xFF00, 0xFFF0)]

ffi = FFI()
ffi.cdef("""
    typedef struct hb_blob_t hb_blob_t; typedef struct hb_face_t hb_face_t;
    typedef struct hb_set_t hb_set_t; typedef struct hb_subset_input_t hb_subset_input_t;
    hb_blob_t *hb_blob_create_from_file_or_fail(const char *name);
    const char *hb_blob_get_data(hb_blob_t *blob, unsigned int *length);
    void hb_blob_destroy(hb_blob_t *blob);
    hb_face_t *hb_face_create(hb_blob_t *blob, unsigned int index);
    hb_blob_t *hb_face_reference_blob(hb_face_t *face);
    void hb_face_destroy(hb_face_t *face);
    void hb_set_add(hb_set_t *set, uint32_t character);
    hb_subset_input_t *hb_subset_input_create_or_fail(void);
    void hb_subset_input_destroy(hb_subset_input_t *input);
    hb_set_t *hb_subset_input_unicode_set(hb_subset_input_t *input);
    void hb_subset_input_set_flags(hb_subset_input_t *input, unsigned int flags);
    hb_face_t *hb_subset_or_fail(hb_face_t *face, const hb_subset_input_t *input);
""")


def common_characters() -> Iterator[int]:
    """GB 2312's, and the marks around them."""
    for first, end in MARKS:
        yield from range(first, end)
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            if character := bytes([row, cell]).decode("gb2312", errors="ignore"):
                yield ord(character)


def rare_characters() -> Iterator[int]:
    """The Chinese characters of GBK that GB 2312 lacks: those of nearly every name of a place or a person."""
    for character in map(chr, range(0x4E00, 0x9FA6)):
        if not character.encode("gb2312", errors="ignore") and character.encode("gbk", errors="ignore"):
            yield ord(character)


def letters_and_digits() -> Iterable[int]:
    return range(0x21, 0x7F)


def brackets() -> Iterable[int]:
    return map(ord, "（）〔〕【】《》〈〉")


@dataclass(frozen=True, slots=True)
class LightFont:
    """A copy, its address in official.css, what it is cut from (`index` in a collection), and which characters it has.

    `height` above and below the baseline, in ems, takes the place of the source's own.
    """

    address: str
    source: Path
    index: int = 0
    characters: Callable[[], Iterable[int]] = common_characters
    height: tuple[float, float] | None = None

    @property
    def path(self) -> Path:
        return settings.VAR_DIR / "fonts" / f"{self.address.removeprefix('font:')}.otf"

    @property
    def is_there(self) -> bool:
        """And not of an older edition of the face."""
        return self.path.is_file() and self.path.stat().st_mtime >= self.source.stat().st_mtime


SIMPLIFIED = 2  # of Noto's collections: JP, KR, SC, TC, HK
FANDOL = (0.88, 0.12)
LXGW = DEBIAN_FONTS / "truetype/lxgw-wenkai"
LIGHT_FONTS = (
    LightFont("font:light-song", DEBIAN_FONTS / "opentype/noto/NotoSerifCJK-Regular.ttc", SIMPLIFIED),
    LightFont("font:light-song-bold", DEBIAN_FONTS / "opentype/noto/NotoSerifCJK-Bold.ttc", SIMPLIFIED),
    LightFont("font:light-hei", DEBIAN_FONTS / "opentype/noto/NotoSansCJK-Regular.ttc", SIMPLIFIED),
    LightFont("font:light-kai", LXGW / "LXGWWenKai-Regular.ttf"),
    LightFont(
        "font:light-fang-letters",
        DEBIAN_FONTS / "truetype/cwtex/cwfs.ttf",
        characters=letters_and_digits,
        height=FANDOL,
    ),
    LightFont("font:light-fang-brackets", LXGW / "LXGWWenKai-Light.ttf", characters=brackets, height=FANDOL),
    LightFont("font:light-fang-rare", LXGW / "LXGWWenKai-Light.ttf", characters=rare_characters, height=FANDOL),
)


def make_light_fonts() -> None:
    """Cut those that are not there yet; where that cannot be done, the whole faces serve, and a warning says so."""
    for font in LIGHT_FONTS:
        if font.source.is_file() and not font.is_there and os.access(font.path.parent, os.W_OK):
            try:
                _keep(font)
            except (OSError, TTLibError) as error:  # no libharfbuzz-subset, no room on the disk, a damaged face
                logger.warning("light font %s cannot be cut, papers take longer: %s", font.path.name, error)


def _keep(font: LightFont) -> None:
    """Write the copy whole or not at all, whoever else is writing it."""
    unfinished = font.path.with_suffix(f".{os.getpid()}")
    try:
        data = _cut(font)
        unfinished.write_bytes(_as_high(data, *font.height) if font.height else data)
        unfinished.rename(font.path)
    finally:
        unfinished.unlink(missing_ok=True)


def _cut(font: LightFont) -> bytes:
    plain, subset = ffi.dlopen("libharfbuzz.so.0"), ffi.dlopen("libharfbuzz-subset.so.0")
    blob = ffi.gc(_got(plain.hb_blob_create_from_file_or_fail(bytes(font.source))), plain.hb_blob_destroy)
    face = ffi.gc(plain.hb_face_create(blob, font.index), plain.hb_face_destroy)
    wanted = ffi.gc(subset.hb_subset_input_create_or_fail(), subset.hb_subset_input_destroy)
    for character in (*SPACES, *font.characters()):
        plain.hb_set_add(subset.hb_subset_input_unicode_set(wanted), character)
    subset.hb_subset_input_set_flags(wanted, NO_HINTING | DESUBROUTINIZE)
    light = ffi.gc(_got(subset.hb_subset_or_fail(face, wanted)), plain.hb_face_destroy)
    return _bytes_of(plain, light)


def _got(made: Any) -> Any:
    """What HarfBuzz made; it gives nothing for a file that it cannot read."""
    if made == ffi.NULL:
        raise OSError("HarfBuzz cannot read the face")
    return made


def _bytes_of(plain: Any, face: Any) -> bytes:
    blob, length = ffi.gc(plain.hb_face_reference_blob(face), plain.hb_blob_destroy), ffi.new("unsigned int *")
    data = plain.hb_blob_get_data(blob, length)
    return bytes(ffi.buffer(data, length[0]))


def _as_high(data: bytes, above: float, below: float) -> bytes:
    """The font with that height of its line, without a gap, wherever a reader looks for it."""
    font = TTFont(io.BytesIO(data))
    em, horizontal, metrics = font["head"].unitsPerEm, font["hhea"], font["OS/2"]
    up, down = round(above * em), round(below * em)
    horizontal.ascent, horizontal.descent, horizontal.lineGap = up, -down, 0
    metrics.sTypoAscender, metrics.sTypoDescender, metrics.sTypoLineGap = up, -down, 0
    metrics.usWinAscent, metrics.usWinDescent = up, down
    font.save(kept := io.BytesIO())
    return kept.getvalue()


# Can this machine typeset at all, and quickly? A worker asks when it starts; other commands need no fonts.


def typesetting_is_equipped() -> list[CheckMessage]:
    """The fonts are there; so is libharfbuzz-subset, without which a page costs 5 to 30 times more."""
    problems: list[CheckMessage] = [
        CheckMessage(
            ERROR if font.required else WARNING,
            f"缺少公文字体“{font.face}”：{font.path}",
            hint=f"字体在软件包 {font.package} 中，运行 make run 会自动安装。{'此前不能生成报告。' if font.required else '此前以其他字体代替。'}",
            id="reports.E001" if font.required else "reports.W002",
        )
        for font in missing_fonts()
    ]
    if harfbuzz_subset is None:
        problems.append(
            Warning(
                "缺少 libharfbuzz-subset，生成 PDF 会慢 5 至 30 倍",
                hint="请安装软件包 libharfbuzz-subset0 后重新启动。",
                id="reports.W001",
            )
        )
    if not (os.access(settings.VAR_DIR / "fonts", os.W_OK) or all(font.is_there for font in LIGHT_FONTS)):
        problems.append(
            Warning(
                "不能写入字体目录，裁不出常用字字体，生成 PDF 会慢一半、多占内存",
                hint=f"请把目录 {settings.VAR_DIR / 'fonts'} 交给运行本系统的用户后重新启动。",
                id="reports.W003",
            )
        )
    return problems
