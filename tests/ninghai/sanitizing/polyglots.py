"""Files that are more than one thing (多重身份文件): every kind that may be public × what is smuggled × where it hides.

Each carries MARK and the number of an identity card, as they are or packed.
"""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zipfile import ZipFile

import pikepdf
from PIL import Image, PngImagePlugin

from tests.ninghai.sanitizing.honest import HONEST, edited, picture, zipped

MARK, NUMBER = b"POLYGLOT-7f3a9c", b"11010519491231002X"
SAID = MARK + b" " + NUMBER
PAYLOADS = {
    "zip": zipped({"evil.txt": SAID}),
    "html": b"<html><script>/*" + SAID + b"*/alert(1)</script></html>",
    "php": b"<?php system($_GET[0]); /*" + SAID + b"*/ ?>",
    "exe": b"MZ\x90\x00" + SAID + bytes(64) + b"PE\x00\x00",
    "gif": b"GIF89a/*" + SAID + b"*/=1;",
    "pdf": b"%PDF-1.4\n1 0 obj<</A(" + SAID + b")>>endobj\n%%EOF\n",
}
Hide = Callable[[bytes, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Polyglot:
    host: str
    payload: str
    place: str
    data: bytes

    def __str__(self) -> str:
        return f"{self.host} + {self.payload}, {self.place}"


def polyglots(host: str) -> Iterator[Polyglot]:
    """All of one kind of file."""
    honest = HONEST[host]()
    extension = host.rpartition(".")[2].lower()
    for place, hide in {**AROUND, **WITHIN.get(extension, {})}.items():
        for name, payload in PAYLOADS.items():
            if made := hide(honest, payload):
                yield Polyglot(host, name, place, made)


AROUND: dict[str, Hide] = {
    "behind": lambda host, payload: host + payload,
    "behind blanks": lambda host, payload: host + b"\r\n\x00\x00" + payload,
    "before": lambda host, payload: payload + host,
}

# --- PDF -----------------------------------------------------------------------------------------------


def in_pdf(change: Callable[[pikepdf.Pdf, bytes], object]) -> Hide:
    def hide(host: bytes, payload: bytes) -> bytes:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(host)) as document:
            change(document, payload)
            document.save(out, fix_metadata_version=False)
        return out.getvalue()

    return hide


def image_with_more(document: pikepdf.Pdf, payload: bytes) -> None:
    pixels = pikepdf.Stream(document, bytes(12) + payload)
    pixels.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=2,
        Height=2,
        BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceRGB,
    )
    document.pages[0].add_resource(pixels, pikepdf.Name.XObject, pikepdf.Name.Evil)


def photo_with_more(document: pikepdf.Pdf, payload: bytes) -> None:
    pixels = pikepdf.Stream(document, picture("JPEG", comment=payload) + payload)
    pixels.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=60,
        Height=40,
        BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceRGB,
        Filter=pikepdf.Name.DCTDecode,
    )
    document.pages[0].add_resource(pixels, pikepdf.Name.XObject, pikepdf.Name.Evil)


def drawing_with_more(document: pikepdf.Pdf, payload: bytes) -> None:
    words = b"(%s) evil\n%% %s\n/Evil <</X <%s>>> BDC EMC\n" % (SAID, SAID, payload.hex().encode())
    document.pages[0].contents_add(words, prepend=True)


def set_in(*path: str) -> Callable[[pikepdf.Pdf, bytes], object]:
    """A stream of the payload under a key of the root, a page, or what the trailer names."""

    def change(document: pikepdf.Pdf, payload: bytes) -> None:
        place = {"Root": document.Root, "Page": document.pages[0].obj, "Info": document.trailer}[path[0]]
        place[f"/{path[1]}"] = document.make_indirect(pikepdf.Stream(document, payload + b" " + SAID))

    return change


def note(document: pikepdf.Pdf, payload: bytes) -> None:
    document.pages[0].obj.Annots = pikepdf.Array(
        [
            document.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.Link,
                    Rect=[0, 0, 9, 9],
                    Contents=pikepdf.String(SAID),
                    NM=pikepdf.String(SAID),
                    A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(b"javascript:" + SAID)),
                )
            )
        ]
    )


def script(document: pikepdf.Pdf, payload: bytes) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(SAID))


def file_inside(document: pikepdf.Pdf, payload: bytes) -> None:
    document.attachments["evil.bin"] = payload


def properties(document: pikepdf.Pdf, payload: bytes) -> None:
    document.docinfo["/Title"] = SAID.decode()
    with document.open_metadata() as metadata:
        metadata["dc:title"] = SAID.decode()


def updated(host: bytes, payload: bytes) -> bytes:
    """An object that nothing refers to, as an update of the file brings it."""
    body = b"99 0 obj\n<</X <%s>>>\nstream\n%s\nendstream\nendobj\n" % (payload.hex().encode(), payload)
    table = b"xref\n99 1\n%010d 00000 n \ntrailer\n<</Size 100>>\nstartxref\n%d\n%%%%EOF\n"
    return host + body + table % (len(host), len(host) + len(body))


IN_PDF: dict[str, Hide] = {
    "behind, with an end of its own": lambda host, payload: host + payload + b"\nstartxref\n0\n%%EOF\n",
    "behind, with the end of the host": lambda host, payload: host + payload + host[host.rindex(b"startxref") :],
    "in a comment": lambda host, payload: host.replace(b"\n", b"\n%" + payload.replace(b"\n", b" ") + b"\n", 1),
    "in an object of an update": updated,
    "in an unknown key of the root": in_pdf(set_in("Root", "Evil")),
    "in private data of a page": in_pdf(set_in("Page", "PieceInfo")),
    "in metadata of a page": in_pdf(set_in("Page", "Metadata")),
    "in an unknown key of the trailer": in_pdf(set_in("Info", "Evil")),
    "behind the pixels of a picture": in_pdf(image_with_more),
    "behind a photo": in_pdf(photo_with_more),
    "in the drawing": in_pdf(drawing_with_more),
    "in a link": in_pdf(note),
    "in a script": in_pdf(script),
    "in a file inside": in_pdf(file_inside),
    "in properties": in_pdf(properties),
}

# --- Pictures ------------------------------------------------------------------------------------------


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def before_end(kind: bytes, pack: Callable[[bytes], bytes] = bytes) -> Hide:
    def hide(host: bytes, payload: bytes) -> bytes:
        return host[:-12] + chunk(kind, pack(payload + SAID)) + host[-12:]

    return hide


def behind_head(kind: bytes) -> Hide:
    return lambda host, payload: host[:33] + chunk(kind, payload) + host[33:]


def palette(host: bytes, payload: bytes) -> bytes:
    out = io.BytesIO()
    drawn = Image.new("P", (9, 9))
    drawn.putpalette((bytes(3) + payload + bytes(768))[:768])
    drawn.putpixel((1, 1), 255)
    drawn.save(out, "PNG")
    return out.getvalue()


def in_pixels(host: bytes, payload: bytes) -> bytes:
    """Behind the last row, in the same packed data."""
    drawn = b"".join(b"\x00" + bytes(3) for _ in range(1)) + payload
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(drawn)) + chunk(b"IEND", b"")


def words(host: bytes, payload: bytes) -> bytes:
    told, out = PngImagePlugin.PngInfo(), io.BytesIO()
    told.add_text("Comment", SAID.decode(), zip=True)
    told.add_itxt("XML:com.adobe.xmp", SAID.decode(), zip=True)
    Image.open(io.BytesIO(host)).save(out, "PNG", pnginfo=told)
    return out.getvalue()


IN_PNG: dict[str, Hide] = {
    "in words": before_end(b"tEXt", lambda said: b"Comment\x00" + said),
    "in packed words": words,
    "in a private chunk": before_end(b"prVt"),
    "in a private chunk at the head": behind_head(b"prVt"),
    "in a profile": behind_head(b"eXIf"),
    "in unused colours": palette,
    "behind the pixels": in_pixels,
}


def segment(mark: int, head: bytes = b"") -> Hide:
    def hide(host: bytes, payload: bytes) -> bytes:
        data = head + payload
        return host[:2] + bytes([0xFF, mark]) + struct.pack(">H", len(data) + 2) + data + host[2:]

    return hide


def film(host: bytes, payload: bytes) -> bytes:
    box = struct.pack(">L4s", 8 + len(payload), b"mdat") + payload
    return host + struct.pack(">L4s4s", 12, b"ftyp", b"mp42") + box


IN_JPG: dict[str, Hide] = {
    "in a comment": segment(0xFE),
    "in an application's segment": segment(0xED, b"Photoshop 3.0\x00"),
    "in XMP": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00"),
    "in a profile": segment(0xE2, b"ICC_PROFILE\x00\x01\x01"),
    "in a film behind": film,
    "in a second picture": lambda host, payload: host + picture("JPEG", comment=payload),
    "before a camera's mark": lambda host, payload: host + payload + b"SEFH" + bytes(20) + b"\x18\x00\x00\x00SEFT",
}

# --- Zip -----------------------------------------------------------------------------------------------


def with_part(name: str) -> Hide:
    return lambda host, payload: added(host, name, payload)


def added(host: bytes, name: str, payload: bytes) -> bytes:
    with ZipFile(io.BytesIO(host)) as container:
        parts = {each: container.read(each) for each in container.namelist()}
    return zipped(parts | {name: payload})


def comment(host: bytes, payload: bytes) -> bytes:
    return host[:-2] + struct.pack("<H", len(payload)) + payload


def unlisted(host: bytes, payload: bytes) -> bytes:
    """An entry that the list of entries does not name, between the entries and the list."""
    entry = zipped({"evil.bin": payload}).partition(b"PK\x01\x02")[0]
    at, end = host.index(b"PK\x01\x02"), host.rindex(b"PK\x05\x06")
    return host[:at] + entry + host[at : end + 16] + struct.pack("<LH", at + len(entry), 0)


def in_every_part(change: Callable[[bytes], bytes]) -> Hide:
    def hide(host: bytes, payload: bytes) -> bytes:
        return edited(host, part=lambda data: change(data) if data.lstrip().startswith(b"<") else data)

    return hide


def behind_root(xml: bytes) -> bytes:
    return xml + b"<!-- " + SAID + b" -->"


def in_root(xml: bytes) -> bytes:
    """An element of a language that nobody knows, as the first of the root."""
    start = xml.index(b">", xml.index(b"<", xml.find(b"?>") + 2))
    if xml[start - 1 : start] == b"/":
        return xml
    return (
        xml[: start + 1]
        + b'<evil:x xmlns:evil="urn:evil" evil:y="'
        + SAID
        + b'">'
        + SAID
        + b"</evil:x>"
        + xml[start + 1 :]
    )


def behind_pictures(host: bytes, payload: bytes) -> bytes:
    return edited(host, part=lambda data: data + payload if data.startswith(b"\x89PNG") else data)


IN_ZIP: dict[str, Hide] = {
    "in a part that nothing leads to": with_part("word/evil.bin"),
    "in a part with a harmless name": with_part("customXml/item1.xml"),
    "in a comment of the zip": comment,
    "in an entry that is not listed": unlisted,
    "in comments of all parts": in_every_part(behind_root),
    "in foreign elements of all parts": in_every_part(in_root),
    "behind its pictures": behind_pictures,
}
IN_TEXT: dict[str, Hide] = {
    "in UTF-16": lambda host, payload: "科目,金额\n".encode("utf-16") + payload.decode("latin-1").encode("utf-16-le"),
}
WITHIN = {
    "pdf": IN_PDF,
    "png": IN_PNG,
    "jpg": IN_JPG,
    "docx": IN_ZIP,
    "xlsx": IN_ZIP,
    "pptx": IN_ZIP,
    "ofd": IN_ZIP,
    "csv": IN_TEXT,
}
