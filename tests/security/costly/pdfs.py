"""PDF files that are small and would cost much."""

import zlib


def pdf(*objects: bytes, pages: str = "3 0 R") -> bytes:
    """The objects after catalogue (1) and page tree (2) are numbered from 3; the first one is the page."""
    count = len(pages.split("R")) - 1
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {count}/Kids[{pages}]>>".encode(),
        *objects,
    ]
    out, places = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)
    return bytes(out)


def page(content: int = 4, *, resources: str = "") -> bytes:
    fonts = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    return (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {content} 0 R/Resources<<{fonts}{resources}>>>>"
    ).encode()


def stream(data: bytes, *, head: str = "", packed: bool = True) -> bytes:
    content = zlib.compress(data, 9) if packed else data
    filters = "/Filter/FlateDecode" if packed else ""
    return f"<<{head}{filters}/Length {len(content)}>>stream\n".encode() + content + b"\nendstream"


def drawing_each_other(depth: int, *, times: int = 10, last: bytes = b"0 0 1 1 re f ") -> bytes:
    """Forms, each of which draws the next one so many times."""
    forms = []
    for number in range(depth):
        below = f"/X {6 + number} 0 R" if number < depth - 1 else ""
        head = f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<<{below}>>>>"
        forms.append(stream(b"/X Do " * times if below else last, head=head))
    return pdf(page(resources="/XObject<</X 5 0 R>>"), stream(b"/X Do " * times), *forms)


def with_content(data: bytes) -> bytes:
    return pdf(page(), stream(data))


def page_of(width: int, height: int) -> bytes:
    return with_content(b"0 0 9 9 re f").replace(b"0 0 595 842", b"0 0 %d %d" % (width, height))


def packed_twice(size: int) -> bytes:
    inner = zlib.compress(bytes(size), 9)
    return pdf(page(), stream(inner, head="").replace(b"/Filter/FlateDecode", b"/Filter[/FlateDecode/FlateDecode]"))


def grid(lines: int) -> bytes:
    drawn = [f"{n * 0.3:.1f} 0 m {n * 0.3:.1f} 800 l S 0 {n * 0.3:.1f} m 590 {n * 0.3:.1f} l S\n" for n in range(lines)]
    return with_content("".join(drawn).encode())


def same_page_again(times: int) -> bytes:
    return pdf(page(), stream(b"BT /F 9 Tf (a) Tj ET"), pages="3 0 R " * times)


def wide_map(ranges: int) -> bytes:
    """A font that says for each of its characters what it means, in ranges that are as wide as can be."""
    told = "".join(f"<{n:04x}0000> <{n:04x}ffff> <0041>\n" for n in range(ranges))
    cmap = f"begincmap 1 begincodespacerange <00000000> <ffffffff> endcodespacerange {ranges} beginbfrange\n{told}endbfrange"
    font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/A>>]>>"
    return pdf(
        page(resources="").replace(b"/F<<", b"/F 5 0 R/G<<"),
        stream(b"BT /F 9 Tf <0041> Tj ET"),
        font,
        stream(cmap.encode()),
    )


def deep_arrays(depth: int) -> bytes:
    return with_content(b"[" * depth + b"]" * depth + b" 0 d")
