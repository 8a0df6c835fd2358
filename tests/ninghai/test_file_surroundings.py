"""What stands before and behind a file's own data: refused where it could be something, taken where cameras put it."""

import io
import struct
from datetime import datetime
from functools import cache
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import weasyprint
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ninghai.files import Purpose, UnacceptableFile, store_upload
from ninghai.models import StoredFile, User
from tests.ninghai.compound_file import compound_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


AT = datetime(2018, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


WORD = b"\xec\xa5" + bytes(100)


SHEET_STREAM = struct.pack("<HH", 0x0809, 16) + bytes(16)


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as container:
        for name, data in entries.items():
            container.writestr(name, data)
    return buffer.getvalue()


def docx() -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"})


def xlsx(*, hidden: bool = False) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "预算"
    if hidden:
        book.create_sheet("底稿").sheet_state = "hidden"
    book.save(buffer)
    return buffer.getvalue()


def picture(form: str, size: tuple[int, int] = (20, 10)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, form)
    return buffer.getvalue()


def clerk() -> User:
    return User.objects.get(username="finance-clerk")


def take(name: str, data: bytes, purpose: Purpose = Purpose.EVIDENCE, *, by: User | None = None) -> StoredFile:
    return store_upload(upload=SimpleUploadedFile(name, data), purpose=purpose, by=by or clerk(), at=AT)


@cache
def real_pdf() -> bytes:
    return weasyprint.HTML(string="<p>预算公开</p>").write_pdf()


CHART_BOOK = "ppt/embeddings/Microsoft_Excel_Sheet1.xlsx"


HONEST = {
    "预算.pdf": real_pdf,
    "说明.docx": docx,
    "明细.xlsx": xlsx,
    "汇报.pptx": lambda: zipped({"ppt/presentation.xml": b"<p/>", CHART_BOOK: xlsx()}),
    "公文.ofd": lambda: zipped({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<d/>"}),
    "旧文.doc": lambda: compound_file({"WordDocument": WORD, "1Table": b""}),
    "旧表.xls": lambda: compound_file({"Workbook": SHEET_STREAM}),
    "旧片.ppt": lambda: compound_file({"PowerPoint Document": b"\x0f\x00\xe8\x03"}),
    "文字.wps": lambda: compound_file({"WordDocument": WORD}),
    "表格.et": lambda: compound_file({"Workbook": SHEET_STREAM}),
    "现场.JPG": lambda: picture("JPEG"),
    "现场.jpeg": lambda: picture("JPEG"),
    "截图.png": lambda: picture("PNG"),
    "台账.csv": lambda: "科目,增减（%）\r\n教育支出,-3.5\r\n住房保障,—\r\n其他,-\r\n".encode("gb18030"),
    "材料.zip": lambda: zipped({"一/预算.pdf": real_pdf(), "明细.xlsx": xlsx(), "台账.csv": b"a,b\n"}),
}


PHP, PROGRAM = b"<?php system($_GET[0]);", b"MZ" + bytes(range(256))
ZIP = zipped({"a.txt": b"110105194912310021"})
TRAILERS = {
    "a zip": ZIP,
    "a page": b"<script>alert(1)</script>",
    "a script": PHP,
    "a program": PROGRAM,
    "words": b"abc",
}


# The others are the exhaustive part: a document, a picture and an archive stand for them.
SPECIMENS = ("说明.docx", "截图.png", "材料.zip")
HOSTS = [
    pytest.param(name, marks=[] if name in SPECIMENS else pytest.mark.exhaustive)
    for name in HONEST
    if not name.endswith(".csv")
]


@pytest.mark.parametrize("trailer", TRAILERS)
@pytest.mark.parametrize("name", HOSTS)
@pytest.mark.parametrize("place", ["behind", "before"])
def test_nothing_hides_around_a_file(name, trailer, place):
    host, payload = HONEST[name](), TRAILERS[trailer]

    with pytest.raises(UnacceptableFile, match=r"。"):
        take(name, host + payload if place == "behind" else payload + host)


@pytest.mark.parametrize("payload", [b"<?php echo 1;", b"<html><body>", b"<script>x</script>", b"a,<%= 1 %>"])
def test_a_table_is_no_page(payload):
    with pytest.raises(UnacceptableFile, match="不是CSV"):
        take("表.csv", "科目,金额\n".encode() + payload)


def gap(data: bytes, payload: bytes) -> bytes:
    """Between the last entry and the list of entries, which is told its new place."""
    at = data.index(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    return data[:at] + payload + data[at:end] + data[end : end + 16] + struct.pack("<LH", at + len(payload), 0)


@pytest.mark.parametrize("name", ["说明.docx", "明细.xlsx", "汇报.pptx", "公文.ofd", "材料.zip"])
def test_nothing_hides_between_the_entries_of_a_zip(name):
    data, by = HONEST[name](), clerk()
    comment = data[:-2] + struct.pack("<H", 7) + b"PAYLOAD"
    first = zipped({"hidden.txt": b"x"}).partition(b"PK\x01\x02")[0]

    for each, said in ((gap(data, ZIP), "夹着"), (comment, "注释"), (first + data, "。")):
        with pytest.raises(UnacceptableFile, match=said):
            take(name, each, by=by)


def test_a_pdf_may_have_been_changed_and_signed_afterwards():
    first, by = real_pdf(), clerk()
    place = len(first) + len(b"9 0 obj\n<</A 1>>\nendobj\n")
    update = b"9 0 obj\n<</A 1>>\nendobj\nxref\n0 0\ntrailer\n<<>>\nstartxref\n%d\n%%%%EOF\n\r\n" % place

    assert take("预算.pdf", first + update, by=by).pk
    for payload in (b"<html>", ZIP, PROGRAM):
        with pytest.raises(UnacceptableFile, match="末尾后面"):
            take("预算.pdf", first + payload + update, by=by)


def samsung(data: bytes) -> bytes:
    return data + b"\x00\x00\x01\x0aImage_UTC_Data1543000000000SEFH" + bytes(20) + b"\x18\x00\x00\x00SEFT"


FILM = struct.pack(">L4s4s", 12, b"ftyp", b"mp42") + struct.pack(">L4s", 108, b"mdat") + bytes(100)
CAMERAS = {
    "blanks": lambda photo: photo + b"\r\n\x00\x00",
    "a second picture": lambda photo: photo + picture("JPEG"),
    "a film": lambda photo: photo + FILM,
    "a mark": samsung,
    "a film and a mark": lambda photo: samsung(photo + FILM),
}


@pytest.mark.parametrize("camera", CAMERAS)
def test_what_cameras_write_behind_a_photo_is_taken(camera):
    assert take("现场.jpg", CAMERAS[camera](picture("JPEG"))).pk


def test_a_zip_behind_the_mark_of_a_camera_is_refused():
    with pytest.raises(UnacceptableFile, match="末尾后面"):
        take("现场.jpg", samsung(picture("JPEG") + ZIP))
