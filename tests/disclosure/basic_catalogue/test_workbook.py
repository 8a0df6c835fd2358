"""The table as a workbook: what is exported is imported unchanged, and another county's table is understood or told."""

import io
import string
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import Workbook

from disclosure.basic_catalogue.entry_rows import COLUMNS, rows_of
from disclosure.basic_catalogue.reference_data import load_entries
from disclosure.basic_catalogue.workbook.proposal import import_catalogue, propose, shown
from disclosure.basic_catalogue.workbook.reading import NotACatalogue, read_catalogue
from disclosure.basic_catalogue.workbook.writing import write_catalogue
from disclosure.models import BasicCatalogue, CatalogueEntry, Channel, EntryUnit, UpdateRhythm
from fixtures.reference_data import FOLDER
from ninghai.models import AuditEntry, Unit
from ninghai.models.state_machine import StaleError
from tests.cast import make_units
from tests.disclosure.basic_catalogue.makers import TODAY, entry
from tests.disclosure.makers import AT, county_catalogue
from tests.sizes import examples


def exported(catalogue, *, every_row: bool = True, columns=COLUMNS) -> bytes:
    return write_catalogue(rows_of(catalogue, on=TODAY), title="目录", columns=columns, every_row=every_row)


def sheet_of(data: bytes):
    return read_catalogue(data=data, filename="目录.xlsx")


def table(*rows, merged=()) -> bytes:
    """A workbook of these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for area in merged:
        book.active.merge_cells(area)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def proposed(catalogue, data: bytes, **options):
    return propose(sheet_of(data), catalogue=catalogue, on=TODAY, **options)


def imported(catalogue, data: bytes, *, by, is_retiring=False):
    sheet = sheet_of(data)
    seen = propose(sheet, catalogue=catalogue, on=TODAY, is_retiring=is_retiring).seen
    return import_catalogue(catalogue=catalogue, sheet=sheet, is_retiring=is_retiring, seen=seen, by=by, at=AT)


# --- What is exported is imported unchanged -----------------------------------------------------------------


@pytest.mark.parametrize("every_row", [True, False])
@pytest.mark.parametrize("name", ["catalogue.json", "pilot_fields.json"])
def test_what_is_shipped_comes_back_unchanged(cast, name, every_row):
    load_entries(FOLDER / name, at=AT.replace(year=2020))
    found = proposed(BasicCatalogue.objects.get(), exported(BasicCatalogue.objects.get(), every_row=every_row))

    assert (found.changes, found.problems) == ([], [])
    assert found.after == found.before or not every_row


TEXT = st.text(alphabet=string.ascii_letters + "公开事项预算=+-@'\"，。（）123 \n", max_size=40).map(shown)
NAME = st.text(alphabet="公开事项预决算财政规划AB12", min_size=1, max_size=12)
DAY = st.none() | st.dates(date(2018, 1, 1), date(2019, 12, 31))
LIMIT = st.one_of(
    st.just({}),
    st.builds(
        lambda amount, unit, event: {"limit_amount": amount, "limit_unit": unit, "limit_event": event},
        st.integers(1, 999),
        st.sampled_from(["hour", "working_day", "day", "month"]),
        st.sampled_from(["formed", "approved", "document_published", "change_approved", "happened"]),
    ),
    st.builds(lambda month, day: {"limit_month": month, "limit_day": day}, st.integers(1, 12), st.integers(1, 28)),
)
FIELDS = st.fixed_dictionaries(
    {
        "name": NAME,
        "content_elements": TEXT,
        "legal_basis": TEXT,
        "time_limit": TEXT,
        "publisher": TEXT,
        "duration": TEXT,
        "site_column": TEXT,
        "channels": st.sets(st.sampled_from(Channel.values)).map(
            lambda ticked: [c for c in Channel.values if c in ticked]
        ),
        "rhythm": st.sampled_from(UpdateRhythm.values),
        "audience": st.sampled_from(["everybody", "groups"]),
        "audience_words": st.sampled_from(["", "低保对象", "申请人"]),
        "method": st.sampled_from(["proactive", "on_request"]),
        "at_county": st.booleans(),
        "at_town": st.booleans(),
    }
)
DUTY = st.tuples(FIELDS, LIMIT, st.integers(0, 9), st.lists(st.tuples(st.integers(0, 4), DAY, DAY), max_size=3))


class RoundTrip(TestCase):
    """Any tree of any duties, owed by any units."""

    @settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(DUTY, min_size=1, max_size=8))
    def test_an_export_is_imported_as_no_change(self, duties):
        units = list(make_units().values())
        catalogue = county_catalogue()
        made: list[CatalogueEntry] = []
        for number, (fields, limit, above, owing) in enumerate(duties):
            parent = made[above % len(made)] if made and above % 3 else None
            code, position = f"c{number:02}", number + 1
            made.append(
                CatalogueEntry.objects.create(
                    catalogue=catalogue, parent=parent, code=code, position=position, **fields, **limit
                )
            )
            for place, since, until in {each[0]: each for each in owing}.values():
                span = (since, until) if not (since and until and until < since) else (until, since)
                EntryUnit.objects.create(entry=made[-1], unit=units[place], since=span[0], until=span[1])

        found = proposed(catalogue, exported(catalogue))

        assert found.problems == []
        assert found.after == found.before
        assert found.changes == []


# --- What people change in it ---------------------------------------------------------------------------------


def test_a_table_adds_changes_moves_and_ends(catalogue, cast):
    data = table(
        ["编码", "一级事项", "二级事项", "公开内容（要素）", "公开时限", "责任单位", "更新周期"],
        ["02", "规划", "", "", "", "", ""],
        ["0201", "规划", "专项规划", "规划文本", "20个工作日内", "县发改局", "每年"],
        ["", "规划", "总体规划", "", "每年3月31日前", "各乡镇（街道）", ""],
        ["01", "财政收支", "", "", "", "", ""],
        ["0101", "财政收支", "预算", "", "20个工作日内", "县财政局（2018-09-01起）、跃龙街道", ""],
    )

    imported(catalogue, data, by=cast.office, is_retiring=True)

    living = catalogue.entries.living(on=TODAY)
    assert list(living.values_list("code", "name")) == [
        ("02", "规划"),
        ("0201", "专项规划"),
        ("0202", "总体规划"),
        ("01", "财政收支"),
        ("0101", "预算"),
    ]
    assert entry("0102").retired_on == TODAY
    assert [(str(each.unit), each.since) for each in entry("0101").owed_by.order_by("unit__position")] == [
        ("县财政局", date(2018, 9, 1)),
        ("跃龙街道", None),
    ]
    new = entry("0202")
    assert (new.limit_month, new.limit_day, new.parent.code) == (3, 31, "02")
    assert new.owed_by.count() == 2
    assert entry("0201").rhythm == "yearly"
    assert AuditEntry.objects.about(catalogue).get().action == "import_catalogue"


def test_another_countys_table_is_understood(catalogue, cast):
    """Merged cells, a double head, tick boxes, no codes: as such tables are printed."""
    data = table(
        ["某县主动公开基本目录"],
        ["序号", "公开事项", None, "公开内容(要素)", "公开依据", "公开时限", "公开主体", "公开渠道和载体", "公开对象", None, "公开方式", None, "公开层级", None],
        [None, "一级事项", "二级事项", None, None, None, None, None, "全社会", "特定群众", "主动", "依申请公开", "县级", "乡、村级"],
        [1, "社会救助", "最低生活保障", "1.政策\n2.标准", "《社会救助暂行办法》", "信息形成之日起20个工作日内", "县民政局", "■政府网站 □政府公报\n■两微一端 ■其他____", "√", "", "√", "", "√", ""],
        [2, None, "临时救助", "对象", "", "及时公开", "宁海县财政局、深甽镇", "■社区/企事业单位/村公示栏（电子屏）", "", "√申请人", "", "√", "", "√"],
        merged=["A1:N1", "A2:A3", "B2:C2", "D2:D3", "E2:E3", "F2:F3", "G2:G3", "H2:H3", "I2:J2", "K2:L2", "M2:N2", "B4:B5"],
    )  # fmt: skip
    found = imported(catalogue, data, by=cast.office)

    assert any("县民政局" in remark for remark in found.remarks)
    first, second = CatalogueEntry.objects.get(name="最低生活保障"), CatalogueEntry.objects.get(name="临时救助")
    assert first.parent == second.parent == CatalogueEntry.objects.get(name="社会救助", parent=None)
    assert first.content_elements == "1.政策\n2.标准"
    assert (first.limit_amount, first.limit_unit) == (20, "working_day")
    assert first.channels == ["website", "new_media", "other"]
    assert (first.audience, first.method, first.at_county) == ("everybody", "proactive", True)
    assert (second.audience, second.audience_words, second.method) == ("groups", "申请人", "on_request")
    assert second.limit_amount is None
    assert {str(each.unit) for each in second.owed_by.all()} == {"县财政局", "深甽镇"}
    assert catalogue.entries.filter(code="0101").exists()  # what the table does not have stays


HEAD = ["编码", "一级事项", "二级事项", "公开内容", "公开渠道和载体", "责任单位", "更新周期", "时限规则"]


def test_every_error_is_told_at_its_row_and_column(catalogue):
    data = table(
        HEAD,
        ["", "", "没有上级", "", "", "", "", ""],
        ["0101", "财政", "预算", "", "■飞鸽传书", "县不存在局", "偶尔", "尽快"],
        ["", "财政", "预" * 101, "", "", "有关部门", "", ""],
        ["", "财政", "决算", "", "", "县财政局（2018-13-01起）", "", ""],
        ["", "财政", "决算", "", "", "", "", ""],
        ["", "", "", "只有内容", "", "", "", ""],
    )
    told = [(each.row, each.column) for each in proposed(catalogue, data).problems]

    assert (2, "公开事项") in told
    assert {(3, "公开渠道和载体"), (3, "责任单位"), (3, "更新周期"), (3, "时限规则")} <= set(told)
    assert {(4, "公开事项"), (4, "责任单位"), (5, "责任单位"), (6, "公开事项"), (7, "公开事项")} <= set(told)


def test_one_error_keeps_everything_out(catalogue, cast):
    data = table(HEAD, ["", "新事项", "好的", "", "", "", "", ""], ["", "新事项", "坏的", "", "", "", "偶尔", ""])

    with pytest.raises(ValidationError, match="偶尔"):
        imported(catalogue, data, by=cast.office)
    assert catalogue.entries.count() == 5


def test_what_was_not_shown_is_not_imported(catalogue, cast):
    sheet = sheet_of(table(HEAD, ["", "新事项", "好的", "", "", "", "", ""]))
    seen = propose(sheet, catalogue=catalogue, on=TODAY).seen
    CatalogueEntry.objects.filter(code="0101").update(name="别人改的")

    with pytest.raises(StaleError):
        import_catalogue(catalogue=catalogue, sheet=sheet, is_retiring=False, seen=seen, by=cast.office, at=AT)


def test_only_the_office_imports(catalogue, cast):
    with pytest.raises(PermissionDenied):
        imported(catalogue, exported(catalogue), by=cast.signer)


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (table(["姓名", "电话"], ["甲", "1"]), "目录.xlsx", "没有目录表"),
        (b"not a workbook", "目录.xlsx", "xlsx"),
        (b"text", "目录.txt", "xlsx"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(data, name, sentence):
    with pytest.raises(NotACatalogue, match=sentence) as refused:
        read_catalogue(data=data, filename=name)
    assert str(refused.value).endswith("。")


# --- The office's pages -----------------------------------------------------------------------------------------


def test_from_the_page_to_the_tree(client, catalogue, cast):
    client.force_login(cast.office)
    address = f"/admin/disclosure/basiccatalogue/{catalogue.pk}/"
    file = client.get(f"{address}export/").content
    unchanged = client.post(f"{address}table/", {"file": SimpleUploadedFile("目录.xlsx", file)})
    assert "没有变化" in unchanged.content.decode()

    data = table(HEAD, ["0101", "财政", "预算公开", "", "", "县财政局", "每年", ""])
    page = client.post(f"{address}table/", {"file": SimpleUploadedFile("目录.xlsx", data)})
    assert "预算公开" in page.content.decode()
    assert entry("0101").name == "预算"
    done = client.post(f"{address}table/confirm/", {"table": page.context["packed"]}, follow=True)

    assert "已导入" in done.content.decode()
    assert entry("0101").name == "预算公开"
    again = client.post(f"{address}table/confirm/", {"table": page.context["packed"]})
    assert again.status_code == 409
    assert client.post(f"{address}table/confirm/", {"table": "made up"}).status_code == 302


def test_a_unit_that_has_ended_is_found_again_where_it_owes(catalogue, cast):
    Unit.objects.filter(pk=cast.finance.pk).update(valid_until=date(2018, 10, 1))

    assert proposed(catalogue, exported(catalogue)).problems == []
