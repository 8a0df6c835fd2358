"""From an uploaded workbook to items in the catalogue: checked first, taken over row by row, never twice."""

import io
from datetime import date

import pytest
from django.db import connection
from openpyxl import load_workbook
from PIL import Image

from disclosure.coverage.holdings import public_on_day
from disclosure.legacy_import import archive as older_archive
from disclosure.legacy_import import reading as older_reading
from disclosure.legacy_import.template import refused_rows
from disclosure.models import IndexNumberCounter, Item, Ruling
from disclosure.models.states import ImportStatus, ItemStatus
from disclosure.open_formats import sitemaps
from ninghai.calendar.clock import beginning_of
from ninghai.files.sandbox.running import read_for_import
from ninghai.models import AuditEntry, StoredFile
from tests.disclosure.leaks.answers import body_of
from tests.disclosure.legacy_import.makers import a_pdf, archive, checked, problems, row, taken_over, workbook
from tests.disclosure.makers import AT, published

ID_CARD = "身份证号 330226199001011238"


def test_a_row_becomes_a_public_item_with_its_files_and_its_old_date(cast, client):
    told = row(
        索引号="330226-05-2015-0007",
        发文字号="宁财〔2015〕7号",
        信息类型="财政信息",
        附件="预算/收支表.pdf；说明.pdf",
        时效="废止",
        废止日期="2017年1月1日",
    )

    taken_over(cast, workbook(told), archive({"预算/收支表.pdf": a_pdf(), "说明.pdf": a_pdf()}, encoding="gbk"))

    item = Item.objects.get()
    assert item.status == ItemStatus.PUBLISHED
    assert (item.index_number, item.is_imported) == ("330226-05-2015-0007", True)
    assert (item.published_at, item.original_published_on) == (beginning_of(date(2015, 3, 2)), date(2015, 3, 2))
    assert (item.drafted_at, AuditEntry.objects.about(item).filter(action="move").get().at) == (AT, AT)
    assert (item.unit, item.kind, item.validity) == (cast.finance, "finance", "repealed")
    assert (item.drafted_by, item.published_by) == (cast.office, cast.office)
    assert [each.label for each in item.attachments.all()] == ["收支表.pdf", "说明.pdf"]
    page = client.get(item.get_absolute_url()).content.decode()
    assert "2015-03-02" in page
    assert "一、收入" in page
    assert client.get(item.attachments.first().get_absolute_url()).status_code == 200
    assert client.get("/catalogue/", {"q": "部门预算"}).context["page"].object_list


def test_what_was_taken_over_stands_where_its_day_belongs(cast, client):
    published(cast, title="本平台新公开的部门预算", kind="announcement")
    old = [row(名称=f"第{n}份部门预算", 信息类型="通知公告", 原发布日期="2012-05-04") for n in range(3)]
    taken_over(cast, workbook(*old))

    assert client.get("/").context["newest"][0].title == "本平台新公开的部门预算"
    for address in ("/catalogue/", "/catalogue/?q=部门预算&sort=date"):
        assert client.get(address).context["page"].object_list[0].title.endswith("新公开的部门预算")
    feed = client.get("/feeds/catalogue.xml").content.decode()
    assert feed.index("<title>本平台新公开的部门预算") < feed.index("<title>第")
    part = client.get(f"/sitemap-items-{Item.objects.last().pk // sitemaps.PART}.xml")
    assert body_of(part).decode().count("<lastmod>2012-05-04</lastmod>") == 3


@pytest.mark.parametrize(("query", "number"), [("year=2012", 2), ("year=2018", 1), ("q=部门预算&year=2012", 2)])
def test_what_was_taken_over_is_counted_in_its_own_year(cast, client, query, number):
    published(cast, title="2018年部门预算")
    taken_over(cast, workbook(*(row(名称=f"第{n}份部门预算", 原发布日期="2012-05-04") for n in range(2))))

    page = client.get(f"/catalogue/?{query}")

    assert page.context["page"].paginator.count == number
    assert Item.objects.search("部门预算").count() == 3


def test_what_is_taken_over_later_changes_no_earlier_day(cast):
    taken_over(cast, workbook(row(原发布日期="2012-05-04")))

    assert not public_on_day(date(2018, 11, 19)).exists()
    assert public_on_day(date(2018, 11, 20)).get().public_on == date(2012, 5, 4)


def test_what_was_old_elsewhere_is_no_news_on_the_front_page(cast, client):
    published(cast, title="本平台新公开的信息")
    taken_over(cast, workbook(row()))

    shown = client.get("/").context["newest"]

    assert [item.title for item in shown] == ["本平台新公开的信息"]


def test_files_are_looked_into_before_anything_is_locked(cast, monkeypatch):
    open_ones = []

    def noted(*args, **kwargs):
        open_ones.append(len(connection.savepoint_ids))
        return read_for_import(*args, **kwargs)

    for module in (older_archive, older_reading):
        monkeypatch.setattr(module, "read_for_import", noted)
    before = len(connection.savepoint_ids)

    taken_over(cast, workbook(row(附件="a.pdf")), archive({"a.pdf": a_pdf()}))

    assert Item.objects.get().attachments.count() == 1
    assert set(open_ones) == {before}


def test_a_row_without_a_number_draws_the_units_next_one(cast):
    published(cast)

    taken_over(cast, workbook(row(), row(名称="另一条")))

    numbers = Item.objects.filter(is_imported=True).order_by("pk").values_list("index_number", flat=True)
    assert list(numbers) == ["330226002/2018-00002", "330226002/2018-00003"]
    assert IndexNumberCounter.objects.get().last == 3


@pytest.mark.parametrize(
    "number",
    [
        "000014349/2018-00222",
        "12330200742195767P/2019-18993",
        "003257952/201703-00091",
        "330226-05-01-20150302-0001",
        "113715250044422281/2021-26757114",
    ],
)
def test_numbers_are_kept_in_every_form(cast, client, number):
    taken_over(cast, workbook(row(索引号=number)))

    assert Item.objects.get().index_number == number
    assert client.get(f"/catalogue/item/{number}/").status_code == 200


def test_the_check_lists_every_problem_and_writes_nothing(cast):
    wrong = row(名称="", 发布机构="不存在的局", 原发布日期="某日", 正文="", 信息类型="小说", 附件="没有.pdf")

    item_import = checked(cast, workbook(row(), wrong), archive({"a.pdf": a_pdf()}))

    assert item_import.status == ImportStatus.CHECKED
    assert {(number, column) for number, column, _ in problems(item_import)} == {
        (3, column) for column in ("名称", "发布机构", "原发布日期", "信息类型", "附件")
    }
    assert not Item.objects.exists()
    assert not IndexNumberCounter.objects.exists()
    assert StoredFile.objects.count() == 2  # what was uploaded itself


@pytest.mark.parametrize(
    ("change", "column", "sentence"),
    [
        ({"原发布日期": "2019-01-01"}, "原发布日期", "晚于今天"),
        ({"成文日期": "2015-03-05"}, "成文日期", "晚于原发布日期"),
        ({"时效": "废止"}, "废止日期", "要填写废止日期"),
        ({"正文": ""}, "正文", "不能都为空"),
        ({"附件": "a.pdf"}, "附件", "没有上传附件压缩包"),
        ({"名称": "长" * 201}, "名称", "不能超过200个字"),
        ({"公开方式": "依申请公开"}, "公开方式", "只能导入主动公开"),
        ({"原状态": "草稿"}, "原状态", "不能导入"),
        ({"原状态": "已撤回"}, "原状态", "不能导入"),
        ({"主题分类": "不存在"}, "主题分类", "没有“不存在”"),
        ({"索引号": "有 空格"}, "索引号", "不能含空格"),
        ({"正文": ID_CARD}, "正文", "身份证号1处"),
        ({"正文": "手机13957812345"}, "正文", "脱敏"),
        ({"正文": ID_CARD, "个人信息例外理由": "没有理由"}, "个人信息例外理由", "应为"),
    ],
)
def test_what_cannot_be_taken_over_is_refused_at_its_column(cast, change, column, sentence):
    item_import = checked(cast, workbook(row(**change)))

    assert [(where, sentence in said) for _, where, said in problems(item_import) if where == column] == [
        (column, True)
    ]


def test_rows_that_are_there_already_are_refused(cast):
    taken_over(cast, workbook(row(), row(索引号="旧-1", 名称="有号的")))

    again = checked(
        cast,
        workbook(
            row(),
            row(索引号="旧-1", 名称="有号的"),
            row(名称="新的"),
            row(名称="新的"),
            row(索引号="旧-2"),
            row(索引号="旧-2"),
        ),
    )

    assert [(number, column) for number, column, _ in problems(again)] == [
        (2, "名称"),
        (3, "索引号"),
        (5, "名称"),
        (7, "索引号"),
    ]


@pytest.mark.parametrize("name", ["a.exe", "a.doc", "a.zip", "假.pdf", "空.pdf"])
def test_each_file_is_looked_into_as_an_upload(cast, name):
    content = {"假.pdf": b"not a pdf at all", "空.pdf": b""}.get(name, a_pdf())

    item_import = checked(cast, workbook(row(附件=name)), archive({name: content}))

    assert [column for _, column, _ in problems(item_import)] == ["附件"]


def test_personal_data_pass_only_with_a_coded_reason_which_is_kept(cast):
    taken_over(cast, workbook(row(正文=ID_CARD, 个人信息例外理由="惩戒公示", 例外说明="失信名单")))

    ruling = Ruling.objects.get()
    assert (ruling.item, ruling.reason, ruling.note, ruling.ruled_by) == (
        Item.objects.get(),
        "punishment",
        "失信名单",
        cast.office,
    )


def a_picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (20, 20)).save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize(
    ("change", "is_taken"),
    [
        ({}, False),
        ({"个人信息例外理由": "图片已人工核对"}, True),
        ({"个人信息例外理由": "图片已人工核对", "正文": ID_CARD}, False),
        ({"个人信息例外理由": "惩戒公示"}, False),
        ({"个人信息例外理由": "惩戒公示", "正文": ID_CARD}, False),
    ],
)
def test_a_picture_passes_once_a_person_has_looked_at_it_and_says_nothing_of_the_text(cast, change, is_taken):
    taken = (workbook(row(附件="照片.png", **change)), archive({"照片.png": a_picture()}))
    if is_taken:
        taken_over(cast, *taken)
    else:
        assert problems(checked(cast, *taken))

    assert Item.objects.exists() is is_taken


def test_rows_with_errors_keep_no_other_from_being_taken_over(cast):
    item_import = taken_over(cast, workbook(row(), row(名称="")))

    assert item_import.status == ImportStatus.DONE
    assert list(item_import.rows.values_list("status", flat=True)) == ["done", "refused"]


def test_refused_rows_come_back_with_their_problems_and_can_be_uploaded_again(cast):
    item_import = checked(cast, workbook(row(), row(名称="=危险", 发布机构="不存在的局")))

    data = refused_rows(item_import)

    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    told = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))
    assert sheet.max_row == 2
    assert told["原行号"].value == "3"
    assert "“发布机构”：单位名录中没有" in told["问题"].value
    assert (told["名称*"].value, told["名称*"].data_type) == ("=危险", "s")
    assert told["发布机构*"].fill.start_color.rgb.endswith("FCE4D6")
    assert [column for _, column, _ in problems(checked(cast, data))] == ["发布机构"]
