"""What is found in files, with its place; and masked copies in which nothing of it is left."""

import csv
import io
import json
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from PIL import ExifTags, Image
from weasyprint import HTML

from ninghai.personal_data.hit import DataKind
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.rewriting.rewriter import masked_copy
from ninghai.personal_data.scan import scan_file
from tests.ninghai.personal_data import files
from tests.ninghai.personal_data.files import MAKERS, MOBILE, NUMBER, OTHER, THIRD


def found(name: str, data: bytes) -> set[tuple[str, str, str]]:
    return {(each.place, each.kind.value, each.text) for each in scan_file(name=name, data=data)}


def test_a_workbook_gives_away_what_is_out_of_sight():
    assert found("名单.xlsx", files.workbook()) == {
        ("工作表“名单”B3", "name", "葛丽"),
        ("工作表“名单”C3", "id_card", NUMBER),
        ("工作表“名单”D2", "sensitive_column", "致贫原因"),
        ("工作表“名单”E3", "mobile", MOBILE),
        ("工作表“名单”B4", "name", "欧阳雪"),
        ("工作表“名单”C4", "id_card", OTHER),
        ("工作表“名单”B5", "name", "李芳"),
        ("工作表“名单”C5", "id_card", THIRD),
        ("工作表“名单”第5行", "hidden_data", "隐藏的行"),
        ("工作表“名单”G列", "hidden_data", "隐藏的列"),
        ("工作表“名单”B3的批注", "hidden_data", f"批注：王建国 电话{MOBILE}"),
        ("工作表“名单”B3的批注", "mobile", MOBILE),
        ("工作表“名单”的页眉", "mobile", MOBILE),
        ("工作表“底稿”", "hidden_data", "隐藏的工作表"),
        ("工作表“底稿”A1", "id_card", NUMBER),
        ("文件属性“作者”", "hidden_data", "文件属性中的姓名或账号：王建国"),
        ("文件属性“最后修改人”", "hidden_data", "文件属性中的姓名或账号：李芳"),
    }


def test_a_document_gives_away_changes_and_hidden_words():
    hits = found("公示.docx", files.document())

    assert hits >= {
        ("正文第1段", "name", "王建国"),
        ("正文第1段", "id_card", NUMBER),
        ("正文第1个表格第2行第1格", "name", "葛丽"),
        ("正文第1个表格第2行第2格", "bank_card", "101004455667788"),
        ("页眉第1段", "mobile", MOBILE),
        ("正文的修订", "hidden_data", f"修订中删除的文字：原为{OTHER}"),
        ("正文的修订", "id_card", OTHER),
        ("正文的修订", "hidden_data", "未接受的修订"),
        ("正文的隐藏文字", "id_card", THIRD),
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_of_values_is_read_in_either_encoding(encoding):
    assert ("第2行第3列", "id_card", NUMBER) in found("名单.csv", files.table(encoding))


def test_an_archive_is_read_one_level_deep():
    hits = scan_file(name="附件.zip", data=files.archive())

    assert {each.file for each in hits} == {"附件.zip/名单.xlsx", "附件.zip/说明.txt"}


def test_the_names_in_an_archive_are_looked_at():
    outer = io.BytesIO()
    with ZipFile(outer, "w") as package:
        package.writestr(f"材料/葛丽_{NUMBER}_简历.txt", "简历")
        package.mkdir(f"电话{MOBILE}")

    assert found("附件.zip", outer.getvalue()) == {
        ("压缩包里的文件名", "id_card", NUMBER),
        ("压缩包里的文件名", "mobile", MOBILE),
    }


def named_sheets(*, chart: bool = False) -> bytes:
    """A sheet called by a number, and another that counts on it."""
    book = Workbook()
    book.active.title = f"户{NUMBER}"
    book.active["A1"] = 7
    book.create_sheet("合计")["A1"] = f"='户{NUMBER}'!A1*2"
    if chart:
        drawn = BarChart()
        drawn.add_data(Reference(book.active, min_col=1, min_row=1, max_row=2))
        book["合计"].add_chart(drawn, "C1")
    return files.saved(book)


def test_the_name_of_a_sheet_is_looked_at_and_masked_with_the_formulas_that_use_it():
    data = named_sheets()
    copy = masked_copy(name="分户.xlsx", data=data)
    book = load_workbook(io.BytesIO(copy))

    assert ("工作表名称", "id_card", NUMBER) in found("分户.xlsx", data)
    assert scan_file(name="分户.xlsx", data=copy) == []
    assert book.sheetnames == ["户3302XXXXXXXXXX123X", "合计"]
    assert book["合计"]["A1"].value == "='户3302XXXXXXXXXX123X'!A1*2"
    assert NUMBER not in everything_in("分户.xlsx", copy)


def test_a_chart_that_names_the_sheet_is_refused_with_what_to_do():
    with pytest.raises(UnreadableFile, match="请在本机给工作表改名后重新上传"):
        masked_copy(name="分户.xlsx", data=named_sheets(chart=True))


def test_an_archive_within_an_archive_is_refused():
    outer = io.BytesIO()
    with ZipFile(outer, "w") as package:
        package.writestr("里层.zip", files.archive())

    with pytest.raises(UnreadableFile, match="压缩包里不能再有压缩包"):
        scan_file(name="外层.zip", data=outer.getvalue())


@pytest.mark.parametrize("name", ["坏.xlsx", "坏.docx", "坏.pdf", "坏.zip", "坏.csv", "程序.exe"])
def test_what_cannot_be_looked_into_is_said_so(name):
    with pytest.raises(UnreadableFile):
        scan_file(name=name, data=b"\xff\xfe\x81 no such file")


@pytest.mark.parametrize("name", MAKERS)
def test_nothing_is_left_in_a_masked_copy(name):
    copy = masked_copy(name=name, data=MAKERS[name]())

    assert scan_file(name=name, data=copy) == []
    secrets = [NUMBER, OTHER, THIRD, MOBILE, "王建国", "葛丽", "因病", "101004455667788"]
    assert [secret for secret in secrets if secret in everything_in(name, copy)] == []


def everything_in(name: str, data: bytes) -> str:
    """Every byte of every part, as text."""
    if name.endswith(".csv"):
        return data.decode("utf-8-sig")
    with ZipFile(io.BytesIO(data)) as package:
        return "".join(package.read(each).decode("utf-8", "replace") for each in package.namelist())


def test_a_masked_workbook_keeps_its_shape():
    book = load_workbook(io.BytesIO(masked_copy(name="名单.xlsx", data=files.workbook())))
    sheet = book["名单"]

    assert book.sheetnames == ["名单"]
    assert [cell.value for cell in sheet[3]][:5] == [1, "葛某", "3302**********123X", None, "联系138****1234"]
    assert sheet["E4"].value == "=1+1"
    assert (sheet["B5"].value, sheet["G3"].value, sheet["B3"].comment) == (None, None, None)
    assert book.properties.creator in {"", None}


def test_a_masked_document_keeps_its_words_and_runs():
    page = Document(io.BytesIO(masked_copy(name="公示.docx", data=files.document())))
    first = page.paragraphs[0]

    assert first.text == "户主：王某某，证号3302**********123X，请核对。"
    assert [run.bold for run in first.runs[1:4]] == [True, True, True]
    assert page.paragraphs[1].text == "修订：改为已核实"
    assert page.tables[0].cell(1, 1).text == "1010*******7788"
    assert page.core_properties.author == ""


def test_a_masked_table_of_values_keeps_separators_and_encoding():
    copy = masked_copy(name="名单.csv", data=files.table("gb18030")).decode("gb18030")

    assert list(csv.reader(io.StringIO(copy)))[1:] == [
        ["1", "葛某", "3302**********123X", "", "联系138****1234"],
        ["2", "欧阳某", "1101**********0021", "", "逗号,在内"],
    ]


def test_a_masked_table_of_values_starts_no_formula():
    copy = masked_copy(name="名单.csv", data="姓名,电话,增减\n=1+1,13957812345,-3.5\n".encode()).decode()

    assert list(csv.reader(io.StringIO(copy)))[1] == ["'=1+1", "139****2345", "-3.5"]


def test_a_table_with_a_cell_without_end_is_told_in_words():
    with pytest.raises(UnreadableFile, match="无法读取"):
        scan_file(name="名单.csv", data=b'a,"' + b"x" * 200_000)


def test_the_command_prints_the_contract_and_writes_copies(tmp_path, capsys):
    original = tmp_path / "名单.xlsx"
    original.write_bytes(files.workbook())

    call_command("scan_personal_data", str(original), "--format", "json", "--mask-to", str(tmp_path / "副本"))

    hits = json.loads(capsys.readouterr().out)
    assert {frozenset(hit) for hit in hits} == {frozenset({"file", "place", "kind", "text", "certain"})}
    assert {"file": "名单.xlsx", "place": "工作表“名单”C5", "kind": "id_card", "text": THIRD, "certain": True} in hits
    assert (tmp_path / "副本" / "名单.xlsx").exists()


def test_the_command_never_writes_over_the_original(tmp_path):
    original = tmp_path / "名单.csv"
    original.write_bytes(files.table())

    with pytest.raises(CommandError, match="不能覆盖原件"):
        call_command("scan_personal_data", str(original), "--mask-to", str(tmp_path))
    assert original.read_bytes() == files.table()


A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def test_slides_give_away_their_notes_and_what_is_hidden():
    package = io.BytesIO()
    with ZipFile(package, "w") as written:
        slide = f'<p xmlns="urn:p" show="0" {A}><a:p><a:r><a:t>证号{NUMBER[:6]}</a:t></a:r><a:r><a:t>{NUMBER[6:]}</a:t></a:r></a:p></p>'
        written.writestr("ppt/slides/slide1.xml", slide)
        written.writestr("ppt/notesSlides/notesSlide1.xml", f"<p {A}><a:p><a:r><a:t>请拨{MOBILE}</a:t></a:r></a:p></p>")
        written.writestr("ppt/media/image1.png", b"x")

    hits = found("汇报.pptx", package.getvalue())

    assert hits == {
        ("第1页", "hidden_data", "隐藏的幻灯片"),
        ("第1页", "id_card", NUMBER),
        ("第1页的备注", "hidden_data", f"备注：请拨{MOBILE}"),
        ("第1页的备注", "mobile", MOBILE),
        ("文中插图", "picture", "1张图片不能自动检查"),
    }


def test_an_ofd_page_is_read_though_a_number_is_cut_in_pieces():
    package = io.BytesIO()
    with ZipFile(package, "w") as written:
        codes = "".join(f"<TextCode>{piece}</TextCode>" for piece in ("证号", NUMBER[:10], NUMBER[10:]))
        written.writestr("Doc_0/Pages/Page_0/Content.xml", f'<Page xmlns="http://www.ofdspec.org/2016">{codes}</Page>')

    assert ("第1个版面", "id_card", NUMBER) in found("通知.ofd", package.getvalue())


@pytest.mark.parametrize("edge", ["nan", "inf", "-1e308", "1e308", "9e99", "zwölf", ""])
def test_an_ofd_that_sets_its_words_nowhere_is_read_all_the_same(edge):
    package = io.BytesIO()
    with ZipFile(package, "w") as written:
        objects = (
            f'<TextObject Boundary="{edge} 20 {edge} 5" Size="{edge}"><TextCode X="{edge}" DeltaX="g 9 {edge}">证号</TextCode></TextObject>'
            f'<TextObject Boundary="20 {edge} 20 5" Size="5"><TextCode Y="{edge}">{NUMBER}</TextCode></TextObject>'
        )
        written.writestr(
            "Doc_0/Pages/Page_0/Content.xml", f'<Page xmlns="http://www.ofdspec.org/2016">{objects}</Page>'
        )

    assert ("第1个版面", "id_card", NUMBER) in found("通知.ofd", package.getvalue())


def test_a_photograph_is_for_a_person_to_look_at_and_tells_where_it_was_taken():
    taken, stream = Image.new("RGB", (8, 8)), io.BytesIO()
    exif = taken.getexif()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (29.0, 18.0, 0.0)
    taken.save(stream, "JPEG", exif=exif)

    assert {kind for _, kind, _ in found("照片.jpg", stream.getvalue())} == {"picture", "hidden_data"}


def test_a_page_that_is_a_picture_is_no_empty_page():
    picture = io.BytesIO()
    Image.new("RGB", (50, 50)).save(picture, "PDF")

    assert found("扫描件.pdf", picture.getvalue()) == {("第1页", "picture", "1张图片不能自动检查")}


WITHOUT_RULES = """<meta charset="utf-8"><style>body {{ font-size: 12pt }} td, th {{ padding: 2pt 8pt; text-align: center }}</style>
<table><tr><th>序号<th>姓 名<th>家庭住址<th>惠农账号<th>身份证号</tr>
<tr><td>1<td>王建国<td>浙江省宁波市宁海县深甽镇大里村三组外山头自然村12号<td>201000123456789<td>{}</tr>
<tr><td>2<td>欧阳雪<td>河洪村8号<td>201000123456780<td>{}</tr></table>"""


def test_a_table_without_rules_is_read_by_its_columns_whose_cells_stand_in_the_middle_of_their_rows():
    pdf = HTML(string=WITHOUT_RULES.format(NUMBER, OTHER)).write_pdf()

    assert {(kind, text) for _, kind, text in found("名单.pdf", pdf)} >= {
        ("name", "王建国"),
        ("name", "欧阳雪"),
        ("address", "浙江省宁波市宁海县深甽镇大里村三组外山头自然村12号"),
        ("address", "河洪村8号"),
        ("bank_card", "201000123456789"),
        ("bank_card", "201000123456780"),
        ("id_card", NUMBER),
        ("id_card", OTHER),
    }


def test_a_masked_document_has_nothing_left_of_what_lines_labels_and_links_held():
    page = Document()
    for line in (
        "姓名",
        "葛丽",
        "家庭住址：",
        "大里村3组12号",
        f"手机号码为{MOBILE[:5]}\n{MOBILE[5:]}，属实。",
        "户主\t惠农账号",
        "李芳\t201000123456789",
    ):
        page.add_paragraph(line)
    target = page.part.relate_to("mailto:ge@163.com", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    data = files.saved(page)

    copy = masked_copy(name="公示.docx", data=data)

    assert target
    assert {kind for _, kind, _ in found("公示.docx", data)} == {"name", "address", "mobile", "bank_card", "email"}
    assert [
        (each.kind.value, each.text) for each in scan_file(name="公示.docx", data=copy) if each.kind != DataKind.NAME
    ] == []
    words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(copy)).paragraphs)
    assert "葛某" in words
    assert "李某\t2010*******6789" in words
    assert "mailto" not in everything_in("公示.docx", copy)


def test_a_masked_workbook_calls_nobody():
    book = Workbook()
    book.active["A1"] = "写信"
    book.active["A1"].hyperlink = "mailto:ge@163.com"
    data = files.saved(book)

    assert {kind for _, kind, _ in found("表.xlsx", data)} == {"email"}
    assert scan_file(name="表.xlsx", data=masked_copy(name="表.xlsx", data=data)) == []
