"""Office files, archives and pictures that are small and would cost much: each says what it does to a parser."""

import io
import struct
import zlib
from zipfile import ZIP_DEFLATED, ZipFile

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT = "http://schemas.openxmlformats.org/package/2006/content-types"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ONE_CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'


def zipped(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=9) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return stream.getvalue()


def xlsx(rows: str = ONE_CELL, *, before: str = "", after: str = "", names: str = "", **parts: str | bytes) -> bytes:
    """A workbook whose sheet has these rows; `before` and `after` them what else the sheet says."""
    sheet = f'<worksheet xmlns="{SHEET}" xmlns:r="{OFFICE}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    strings = parts.pop("strings", f'<sst xmlns="{SHEET}"/>')
    styles = parts.pop("styles", STYLES)
    sheets = parts.pop("sheets", '<sheet name="表" sheetId="1" r:id="rId1"/>')
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>'
            f"{sheets}</sheets>{names}</workbook>",
            "xl/_rels/workbook.xml.rels": _relations(
                ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")
            ),
            "xl/worksheets/sheet1.xml": parts.pop("sheet", sheet),
            "xl/styles.xml": styles,
            "xl/sharedStrings.xml": strings,
        }
    )


def _relations(*targets: tuple[str, str]) -> str:
    told = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{RELATIONS}">{told}</Relationships>'


TYPES = (
    f'<Types xmlns="{CONTENT}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SPREADSHEET}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{SPREADSHEET}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SPREADSHEET}.sharedStrings+xml"/></Types>'
)
STYLES = (
    f'<styleSheet xmlns="{SHEET}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="1"><xf xfId="0"/></cellXfs></styleSheet>'
)


def cell_at(place: str) -> str:
    row = "".join(filter(str.isdecimal, place))
    return f'<row r="{row}"><c r="{place}" t="n"><v>1</v></c></row>'


def sheet_elsewhere(rows: str) -> bytes:
    """In a folder and under an end of its own: where it lies is told in the lists of the package alone."""
    with ZipFile(io.BytesIO(xlsx(rows))) as container:
        parts = {name: container.read(name) for name in container.namelist()}
    moved = {
        name.replace("worksheets/sheet1.xml", "other/data.bin"): data.replace(
            b"worksheets/sheet1.xml", b"other/data.bin"
        )
        for name, data in parts.items()
    }
    return zipped(moved)


def merged(*ranges: str) -> str:
    return "<mergeCells>" + "".join(f'<mergeCell ref="{each}"/>' for each in ranges) + "</mergeCells>"


def diagonal(size: int) -> str:
    return "".join(f'<row r="{n}"><c r="{letters(n)}{n}" t="n"><v>1</v></c></row>' for n in range(1, size))


def letters(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def docx(body: str, **parts: str | bytes) -> bytes:
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{CONTENT}"><Default Extension="rels" ContentType="application/'
            'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
            "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
            **parts,
        }
    )


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def nested_tables(depth: int, *, text: str = "") -> str:
    open_, close = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    return open_ * depth + (text or paragraph("a")) + close * depth


def pptx(slide: str, *, slides: int = 1) -> bytes:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    told = f'<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="{drawing}">{slide}</p:sld>'
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{CONTENT}"/>',
            "ppt/presentation.xml": "<p/>",
            **{f"ppt/slides/slide{number}.xml": told for number in range(1, slides + 1)},
        }
    )


def ofd(pieces: int) -> bytes:
    page = f'<o:Page xmlns:o="u">{"<o:TextCode>1</o:TextCode>" * pieces}</o:Page>'
    return zipped({"OFD.xml": "<o/>", "Doc_0/Pages/Page_0/Content.xml": page})


def png(width: int, height: int, *, extra: bytes = b"") -> bytes:
    """A picture that says how large it is, and holds that many empty lines."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", zlib.crc32(kind + data))

    head = struct.pack("!LLBBBBB", width, height, 1, 0, 0, 0, 0)
    lines = zlib.compress(bytes((width // 8 + 2) * min(height, 20_000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def text_chunk(size: int) -> bytes:
    data = b"Comment\0\0" + zlib.compress(bytes(size), 9)
    return struct.pack("!L", len(data)) + b"zTXt" + data + struct.pack("!L", zlib.crc32(b"zTXt" + data))
