"""Pages of a PDF or an OFD set letter by letter: text, rules where a table has them, links. The font is one that every reader has."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from unicodedata import east_asian_width
from xml.sax.saxutils import escape
from zipfile import ZipFile

SIZE, LEADING, LEFT, TOP, HEIGHT, WIDTH, FOOT = 8.0, 14.0, 40.0, 550.0, 595, 842, 40.0
FONT = (
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
    "/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    "/DW 1000/W[1 95 500]/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -200 1000 900]"
    "/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 80>>>>]>>"
)


def width_of(text: str) -> float:
    """Points."""
    return sum(SIZE if east_asian_width(sign) in "WFA" or ord(sign) > 0x7F else SIZE / 2 for sign in text)


@dataclass(slots=True)
class Pages:
    """Draws from top to bottom; a full page makes way for the next."""

    contents: list[list[str]] = field(default_factory=lambda: [[]])
    links: list[tuple[int, str, float]] = field(default_factory=list)
    place: float = TOP

    def text(self, x: float, y: float, words: str) -> None:
        drawn = words.replace("·", "\u30fb").encode("utf-16-be").hex()  # the dot that this font has
        self.contents[-1].append(f"BT /F1 {SIZE} Tf {x:.1f} {y:.1f} Td <{drawn}> Tj ET")

    def rule(self, x: float, y: float, to_x: float, to_y: float) -> None:
        self.contents[-1].append(f"0.5 w {x:.1f} {y:.1f} m {to_x:.1f} {to_y:.1f} l S")

    def line(self, words: str) -> None:
        self.text(LEFT, self.place, words)
        self.down(LEADING)

    def link(self, words: str, target: str) -> None:
        self.links.append((len(self.contents) - 1, target, self.place))
        self.line(words)

    def down(self, by: float) -> None:
        self.place -= by
        if self.place < FOOT:
            self.new_page()

    def new_page(self) -> None:
        self.contents.append([])
        self.place = TOP

    def made(self) -> bytes:
        objects = list(self._objects())
        out, places = bytearray(b"%PDF-1.5\n"), []
        for number, body in enumerate(objects, start=1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        start = len(out)
        out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
        out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
        out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
        return bytes(out)

    def _objects(self) -> Iterator[bytes]:
        kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(self.contents)))
        yield b"<</Type/Catalog/Pages 2 0 R>>"
        yield f"<</Type/Pages/Kids[{kids}]/Count {len(self.contents)}>>".encode()
        yield FONT.encode()
        for at, content in enumerate(self.contents):
            notes = "".join(
                f"<</Type/Annot/Subtype/Link/Rect[40 {y - 2:.0f} 200 {y + 10:.0f}]/A<</S/URI/URI({target})>>>>"
                for page, target, y in self.links
                if page == at
            )
            yield (
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Resources<</Font<</F1 3 0 R>>>>"
                f"/Contents {5 + 2 * at} 0 R/Annots[{notes}]>>"
            ).encode()
            stream = "\n".join(content).encode()
            yield f"<</Length {len(stream)}>>stream\n".encode() + stream + b"\nendstream"


OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
MILLIMETRES = 25.4 / 72  # of a point


@dataclass(slots=True)
class OfdPages(Pages):
    """The same, as the national format has it: measured in millimetres from the top, and what is long in two pieces."""

    def text(self, x: float, y: float, words: str) -> None:
        half = len(words) // 2 if len(words) > 12 else 0
        for piece, left in ((words[:half], x), (words[half:], x + width_of(words[:half]))):
            if not piece:
                continue
            advance = " ".join(f"{width_of(sign) * MILLIMETRES:.2f}" for sign in piece[:-1])
            box = (left, HEIGHT - y - SIZE, width_of(piece), SIZE)
            self.contents[-1].append(
                f'<ofd:TextObject Boundary="{" ".join(f"{each * MILLIMETRES:.2f}" for each in box)}" Size='
                f'"{SIZE * MILLIMETRES:.2f}" Font="1"><ofd:TextCode X="0" Y="{SIZE * MILLIMETRES:.2f}" DeltaX="{advance}">'
                f"{escape(piece)}</ofd:TextCode></ofd:TextObject>"
            )

    def rule(self, x: float, y: float, to_x: float, to_y: float) -> None:
        pass

    def made(self) -> bytes:
        stream = io.BytesIO()
        with ZipFile(stream, "w") as package:
            package.writestr("OFD.xml", f"<ofd:OFD {OFD}/>")
            for number, content in enumerate(self.contents):
                layer = f"<ofd:Layer>{''.join(content)}</ofd:Layer>"
                page = f"<ofd:Page {OFD}><ofd:Content>{layer}</ofd:Content></ofd:Page>"
                package.writestr(f"Doc_0/Pages/Page_{number}/Content.xml", page)
        return stream.getvalue()
