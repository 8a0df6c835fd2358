"""Parts of office documents read as a reader of XML would read them, so that no mark hides behind another spelling.

XML lets the same words be written in several ways: with character references, in CDATA, with comments or instructions
between, in many encodings. Office programs hardly ever do where marks are looked for; who wants to hide something does.
"""

import re
from typing import IO

from ninghai.files.refusal import UnacceptableFile

PIECE = 1024 * 1024
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
LONGEST_MARK = 40  # bytes of it, in UTF-16
HEAD = 200  # bytes in which the encoding stands
ENCODING = re.compile(r"<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
# In all of these a `<` is the byte of a `<`: marks are found whatever else the part says.
ENCODINGS = {"utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "windows-1252", "gb2312", "gbk", "gb18030"}
ASIDE = re.compile(r"<[!?]")
ASIDES = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))
MOST_ASIDES = 10_000  # in one part
REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));", re.IGNORECASE)
STRANGE = "文件的内部结构不正常。请用办公软件打开后另存一份再上传。"


def refuse_strange_xml(part: IO[bytes]) -> None:
    """Refuse a part that defines its own entities, wherever it does, or is in an encoding that hides its marks."""
    before = b""
    while piece := part.read(PIECE):
        if not before:
            _refuse_encoding(piece[:HEAD])
        if DOCTYPE.search((before + piece).replace(b"\x00", b"")):
            raise UnacceptableFile(STRANGE)
        before = piece[-LONGEST_MARK:]


def text_of(xml: bytes) -> str:
    """Enough of the text to find marks in: without comments and instructions, CDATA and references written out."""
    return REFERENCE.sub(_letter, _without_asides(_decoded(xml)))


def _refuse_encoding(head: bytes) -> None:
    told = ENCODING.search(_decoded(head))
    if told and told[1].strip().lower() not in ENCODINGS:
        raise UnacceptableFile(STRANGE)


def _decoded(xml: bytes) -> str:
    """Parts are in UTF-8, rarely in UTF-16."""
    is_wide = xml[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in xml[:4]
    return xml.replace(b"\x00", b"").decode("latin-1") if is_wide else xml.decode("utf-8", "replace")


def _without_asides(text: str) -> str:
    """One after the other, as the one that begins first hides the others; what is in CDATA stays, as text."""
    pieces, place = [], 0
    while aside := ASIDE.search(text, place):
        pieces.append(text[place : aside.start()])
        begin, end = next((each for each in ASIDES if text.startswith(each[0], aside.start())), ("<!", ""))
        inside = aside.start() + len(begin)
        close = text.find(end, inside)
        if close < 0 or len(pieces) > 2 * MOST_ASIDES:
            raise UnacceptableFile(STRANGE)
        pieces.append(text[inside:close].replace("<", " ") if begin == "<![CDATA[" else "")
        place = close + len(end)
    return "".join([*pieces, text[place:]])


def _letter(reference: re.Match[str]) -> str:
    """Never a sign of XML: what is written out does not become markup."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    letter = chr(number) if number <= 0x10FFFF else ""
    return letter if letter.isalnum() else reference[0]
