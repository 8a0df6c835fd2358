"""The fonts in a PDF, written anew: what draws letters and says what they mean, without names, notices and anything beside it."""

import io
import re
import struct

from fontTools.cffLib import CFFFontSet  # type: ignore[import-untyped]
from fontTools.misc.eexec import decrypt  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pikepdf import Object

from ninghai.files.sanitizing import CannotRewrite

SFNT = {b"\0\1\0\0", b"true", b"OTTO"}
TABLES = frozenset(
    b"cmap glyf head hhea hmtx loca maxp post OS/2 fpgm prep gasp kern vhea vmtx VORG GSUB GPOS GDEF BASE".split()
) | {b"cvt ", b"CFF "}
NOTICES = ("version", "Notice", "Copyright", "FullName", "FamilyName", "Weight", "XUID", "UniqueID", "PostScript")
EEXEC_KEY = 55665
EEXEC = re.compile(rb"\beexec[ \t\r\n]")
HEX_DIGITS = re.compile(rb"[0-9A-Fa-f\s]{8}")
NO_HEX = re.compile(rb"[^0-9A-Fa-f]")
TYPE1 = b"%!PS-AdobeFont-1.0\n"
TYPE1_END = b"\n" + (b"0" * 64 + b"\n") * 8 + b"cleartomark\n"
COMMENT = re.compile(rb"%[^\r\n]*")
WORDS = re.compile(rb"\((?:[^()\\]|\\.)*\)")
LARGEST_MAP = 2 * 65_536  # bytes: two for each character
STRANGE = "PDF中有读不懂的字体，不能重新写出。请用“打印为PDF”另存一份后重新上传。"
BROKEN = (AssertionError, AttributeError, EOFError, IndexError, KeyError, NotImplementedError, OverflowError, TypeError, ValueError, struct.error)  # fmt: skip

# Letters.


def rewrite_font(stream: Object) -> None:
    """In place. Raises CannotRewrite for what is no font."""
    data = stream.read_bytes()
    try:
        if data[:4] in SFNT:
            pieces = [_open_type(data)]
        elif data[:1] == b"\1":
            pieces = [_compact(data)]
        else:
            pieces = _type1(data)
    except BROKEN:
        raise CannotRewrite(STRANGE) from None
    stream.write(b"".join(pieces))
    for number, piece in enumerate(pieces, start=1):
        if f"/Length{number}" in stream:
            stream[f"/Length{number}"] = len(piece)


def _open_type(data: bytes) -> bytes:
    """The tables that are known, one behind the other."""
    count = int.from_bytes(data[4:6], "big")
    directory = [struct.unpack_from(">4sIII", data, 12 + 16 * number) for number in range(count)]
    kept = [(tag, check, data[begin : begin + length]) for tag, check, begin, length in directory if tag in TABLES]
    head, body = data[:4] + struct.pack(">HHHH", len(kept), *_search(len(kept))), b""
    for tag, check, table in kept:
        table = _compact(table) if tag == b"CFF " else table
        head += struct.pack(">4sIII", tag, check, 12 + 16 * len(kept) + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return head + body


def _search(tables: int) -> tuple[int, int, int]:
    """The three numbers by which old readers look tables up."""
    power = max(tables.bit_length() - 1, 0)
    return 16 << power, power, 16 * tables - (16 << power)


def _compact(data: bytes) -> bytes:
    """CFF, without words of its maker."""
    fonts, out, around = CFFFontSet(), io.BytesIO(), TTFont(recalcBBoxes=False)
    fonts.decompile(io.BytesIO(data), around, isCFF2=False)
    for font in fonts.topDictIndex:
        font.CharStrings  # noqa: B018 - read before they are written
        for name in NOTICES:
            font.rawDict.pop(name, None)
    fonts.compile(out, around, isCFF2=False)
    return out.getvalue()


def _type1(data: bytes) -> list[bytes]:
    """What is open without comments and words, what is encrypted to its own end, and the end that all have."""
    found = EEXEC.search(data)
    if found is None:
        raise ValueError
    clear = WORDS.sub(b"()", COMMENT.sub(b"", data[: found.start()]))
    packed = data[found.end() :]
    if HEX_DIGITS.match(packed):
        digits = NO_HEX.sub(b"", packed)
        packed = bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
    plain, _ = decrypt(packed, EEXEC_KEY)
    end = plain.index(b"closefile") + len(b"closefile")
    return [TYPE1 + clear.strip() + b" eexec\n", packed[: end + 1], TYPE1_END]


# What they mean.

BLOCK = re.compile(
    rb"begin(codespacerange|bfchar|bfrange|cidchar|cidrange|notdefchar|notdefrange)\b(.*?)\bend\1", re.DOTALL
)
TOKEN = re.compile(rb"<[0-9A-Fa-f\s]{0,1100}>|[\[\]]|(?<![^\s<>\[\]])\d{1,10}(?![^\s<>\[\]])|/[A-Za-z0-9._]{1,63}")
ITEMS = {b"codespacerange": 2, b"bfchar": 2, b"bfrange": 3, b"cidchar": 2, b"cidrange": 3, b"notdefchar": 2, b"notdefrange": 3}  # fmt: skip
USES = re.compile(rb"/([A-Za-z0-9-]{1,40})\s+usecmap\b")
DIRECTION = re.compile(rb"/WMode\s+([01])\s+def\b")
CMAP = (
    b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n%s"
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Map def\n/CMapType 2 def\n%s"
    b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
)


def rewrite_map(stream: Object) -> None:
    """A map of characters: its ranges, and which other map it goes on from."""
    data = COMMENT.sub(b"", stream.read_bytes())
    uses, direction = USES.search(data), DIRECTION.search(data)
    head = b"/%s usecmap\n" % uses[1] if uses else b""
    body = b"/WMode %s def\n" % direction[1] if direction else b""
    stream.write(CMAP % (head, body + b"".join(map(_block, BLOCK.finditer(data)))))


def _block(found: re.Match[bytes]) -> bytes:
    tokens = TOKEN.findall(found[2])
    outside, depth = 0, 0
    for token in tokens:
        depth += (token == b"[") - (token == b"]")
        outside += depth == 0
    return b"%d begin%s\n%s\nend%s\n" % (outside // ITEMS[found[1]], found[1], b" ".join(tokens), found[1])


def cut_map(data: bytes) -> bytes:
    """Which glyph each character is."""
    return data[:LARGEST_MAP]
