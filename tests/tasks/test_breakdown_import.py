"""The breakdown out to Excel and into a draft again: shown first, applied once, all or nothing."""

import io
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from fixtures.reference_data import load_unit_groups, load_units, read
from ninghai.models import AuditEntry, StoredFile, Unit
from ninghai.models.state_machine import StaleError
from tasks.models import BreakdownUpload, Responsibility, WorkPoint
from tasks.notices.breakdown.reading import read_breakdown
from tasks.notices.breakdown.services import apply_breakdown, export_breakdown, keep_breakdown, try_breakdown
from tasks.notices.correcting import edit_point, resolve_responsibility
from tasks.notices.editions import points_of
from tasks.notices.importing import import_notice
from tests.cast import person
from tests.tasks.issued import ISSUED_AT as AT
from tests.tasks.issued import draft_notice, issued_notice

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parents[1] / "data"
HAND = "分解表.xlsx"


@pytest.fixture(autouse=True)
def _in_november(settings):
    settings.CLOCK_DATE = "2018-11-20"
    settings.CLOCK_SINCE = "2018-11-20"


def exported(notice, cast, edit=None):
    data = export_breakdown(notice=notice, by=cast.office, at=AT)
    if edit is None:
        return data
    book = load_workbook(io.BytesIO(data))
    edit(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def kept(notice, cast, data):
    return keep_breakdown(notice=notice, data=data, filename=HAND, form_id=uuid4(), by=cast.office, at=AT)


def tried(notice, data, *, at=AT):
    return try_breakdown(read_breakdown(data=data, filename=HAND), notice=notice, at=at)


def revise(sheet):
    """Another text and date for the first point, its unit another one; the last point gone; a new one in front of it."""
    sheet["G2"].value, sheet["H2"].value, sheet["L2"].value, sheet["M2"].value = (
        "公开财政预决算和“三公”经费。",
        "10月底前",
        "镇",
        "深甽镇",
    )
    last = sheet.max_row
    sheet.delete_rows(last - 1, 2)
    sheet[f"G{last - 1}"].value, sheet[f"J{last - 1}"].value, sheet[f"M{last - 1}"].value = (
        "新增的工作。",
        "牵头",
        "县财政局",
    )


# --- Real notices -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["2018-notice.txt", "2018-employment-notice.txt", "2020-division-of-work-notice.txt"])
def test_a_real_notice_comes_back_the_same_in_every_field(name):
    load_units(read("units.json")["units"], verified=True)
    load_unit_groups(read("unit_groups.json")["groups"])
    office = person("office", "县府办经办", Unit.objects.get(kind=Unit.Kind.OFFICE), "office")
    data = (DATA / name).read_bytes()
    notice = import_notice(data=data, filename=name, form_id=uuid4(), by=office, at=AT)
    for place, left in enumerate(Responsibility.objects.filter(point__notice=notice, is_resolved=False)[:5]):
        units = Unit.objects.order_by("position")[place : place + 3]
        resolve_responsibility(responsibility=left, units=units, by=office, at=AT)

    sheet = export_breakdown(notice=notice, by=office, at=AT)
    trial = tried(notice, sheet, at=AT)

    assert (trial.problems, trial.remarks, trial.difference.summary) == ((), (), "没有变化。")
    assert list(trial.points) == points_of(notice)
    assert len(trial.points) >= 15


# --- Into a draft -----------------------------------------------------------------------------------------


@pytest.mark.core
def test_a_workbook_changes_the_draft_as_it_was_shown(cast):
    notice = draft_notice(cast)
    first, second, third = notice.points.order_by("position")
    upload = kept(notice, cast, exported(notice, cast, revise))
    trial = tried(notice, exported(notice, cast, revise), at=AT)
    assert trial.difference.summary == "将新增1条、修改1条、删除1条要点；任务分工增加2项、减少4项。"

    apply_breakdown(upload=upload, version=notice.version, by=cast.office, at=AT)

    points = list(notice.points.order_by("position"))
    assert [(each.pk, each.text) for each in points[:2]] == [
        (first.pk, "公开财政预决算和“三公”经费。"),
        (second.pk, second.text),
    ]
    assert (str(points[0].due_date), points[0].version, points[1].version) == ("2018-10-31", 2, 1)
    assert list(points[0].responsibilities.values_list("name", "units__short_name")) == [("县财政局", "深甽镇")]
    assert (points[2].text, points[2].position, points[2].section_number) == ("新增的工作。", 3, second.section_number)
    assert not WorkPoint.objects.filter(pk=third.pk).exists()
    entry = AuditEntry.objects.about(notice).last()
    assert (entry.action, entry.detail["removed"][0]["point"]) == ("import_breakdown", third.key)
    after = tried(notice, exported(notice, cast), at=AT)
    assert (after.difference.summary, list(after.points)) == ("没有变化。", points_of(notice))


def test_two_points_may_exchange_their_numbers(cast):
    notice = draft_notice(cast)
    first, second, _ = notice.points.order_by("position")

    def swap(sheet):
        for row in sheet.iter_rows(min_row=2):
            if row[6].value and row[0].value in {first.key, second.key}:
                row[5].value = {"1": "2", "2": "1"}[row[5].value]

    upload = kept(notice, cast, exported(notice, cast, swap))
    apply_breakdown(upload=upload, version=notice.version, by=cast.office, at=AT)

    assert dict(notice.points.values_list("pk", "key"))[first.pk] == second.key
    assert dict(notice.points.values_list("pk", "key"))[second.pk] == first.key


def test_the_same_upload_is_applied_once(cast):
    notice = draft_notice(cast)
    upload = kept(notice, cast, exported(notice, cast, revise))
    for _ in range(2):
        apply_breakdown(upload=upload, version=notice.version, by=cast.office, at=AT)

    assert AuditEntry.objects.filter(action="import_breakdown").count() == 1
    assert notice.points.count() == 3


def test_the_same_form_sent_twice_keeps_one_file(cast):
    notice, form_id = draft_notice(cast), uuid4()
    data, before = exported(notice, cast, revise), StoredFile.objects.count()

    for _ in range(2):
        keep_breakdown(notice=notice, data=data, filename=HAND, form_id=form_id, by=cast.office, at=AT)

    assert (BreakdownUpload.objects.count(), StoredFile.objects.count()) == (1, before + 1)


def test_what_changed_since_it_was_shown_is_not_overwritten(cast):
    notice = draft_notice(cast)
    point, seen = notice.points.first(), notice.version
    upload = kept(notice, cast, exported(notice, cast, revise))
    edit_point(
        point=point, version=1, number=point.number, text="别人改的", due_date=point.due_date, by=cast.office, at=AT
    )

    with pytest.raises(StaleError):
        apply_breakdown(upload=upload, version=seen, by=cast.office, at=AT)

    assert notice.points.get(pk=point.pk).text == "别人改的"


def test_one_wrong_row_saves_nothing(cast):
    notice = draft_notice(cast)
    before = points_of(notice)
    upload = kept(notice, cast, exported(notice, cast, lambda sheet: [revise(sheet), sheet.__setitem__("J3", "主角")]))

    with pytest.raises(ValidationError, match="第 3 行“角色”"):
        apply_breakdown(upload=upload, version=notice.version, by=cast.office, at=AT)

    assert points_of(notice) == before


@pytest.mark.parametrize("who", ["signer", "clerk", "inspector"])
def test_only_the_office_imports_a_breakdown(cast, who):
    notice = draft_notice(cast)
    data = exported(notice, cast, revise)

    with pytest.raises(PermissionDenied):
        keep_breakdown(notice=notice, data=data, filename=HAND, form_id=uuid4(), by=getattr(cast, who), at=AT)


# --- The pages --------------------------------------------------------------------------------------------


def address(name, *args):
    return reverse(f"admin:tasks_breakdown_{name}", args=args)


def sent(data, name=HAND):
    return {"file": SimpleUploadedFile(name, data), "form_id": uuid4()}


def test_the_way_through_the_pages(client, cast):
    notice = draft_notice(cast)
    client.force_login(cast.office)
    file = client.get(address("export", notice.pk))
    assert "filename*=utf-8''2018" in file.headers["Content-Disposition"]
    assert load_workbook(io.BytesIO(file.content)).sheetnames == ["任务分解表", "填写说明", "单位名单"]

    shown = client.post(address("upload", notice.pk), sent(exported(notice, cast, revise)), follow=True)
    upload = BreakdownUpload.objects.get()
    assert shown.redirect_chain == [(address("confirm", notice.pk, upload.pk), 302)]
    assert "将新增1条、修改1条、删除1条要点" in shown.content.decode()
    assert "<ins>和“三公”经费</ins>" in shown.content.decode()

    done = client.post(address("confirm", notice.pk, upload.pk), {"version": notice.version}, follow=True)
    assert "分解表已导入。" in done.content.decode()
    assert notice.points.filter(text="新增的工作。").exists()
    again = client.post(address("confirm", notice.pk, upload.pk), {"version": notice.version})
    assert again.status_code == 302


def test_all_errors_are_on_the_page_and_nothing_is_kept(client, cast):
    notice = draft_notice(cast)
    client.force_login(cast.office)
    data = exported(notice, cast, lambda sheet: [sheet.__setitem__("J2", "主角"), sheet.__setitem__("H3", "尽快")])

    page = client.post(address("upload", notice.pk), sent(data)).content.decode()

    assert "有 2 处错误，没有保存" in page
    assert "第 2 行“角色”" in page
    assert "第 3 行“完成时限”" in page
    assert BreakdownUpload.objects.count() == 0


def test_what_changes_nothing_is_said_and_not_kept(client, cast):
    notice = draft_notice(cast)
    client.force_login(cast.office)

    page = client.post(address("upload", notice.pk), sent(exported(notice, cast))).content.decode()

    assert "没有变化" in page
    assert BreakdownUpload.objects.count() == 0


@pytest.mark.parametrize("name", ["分解表.xls", "分解表.xlsx", "分解表.csv"])
def test_what_is_no_workbook_comes_back_with_a_sentence(client, cast, name):
    client.force_login(cast.office)

    response = client.post(address("upload", draft_notice(cast).pk), sent(b"x,y", name))

    assert response.context["form"].errors["file"]


def test_a_draft_that_changed_is_shown_anew(client, cast):
    notice = draft_notice(cast)
    client.force_login(cast.office)
    client.post(address("upload", notice.pk), sent(exported(notice, cast, revise)))
    upload, point = BreakdownUpload.objects.get(), notice.points.last()
    edit_point(point=point, version=1, number="9", text=point.text, due_date=point.due_date, by=cast.office, at=AT)

    late = client.post(address("confirm", notice.pk, upload.pk), {"version": notice.version})
    page = client.get(address("confirm", notice.pk, upload.pk)).content.decode()

    assert late.status_code == 409
    assert "删除 1 条" in page
    assert f'value="{notice.version + 1}"' in page


def test_a_workbook_names_the_units_of_the_day_on_which_it_is_imported(cast):
    """The notice is of August, the workbook of November: a bureau founded since may be asked, one that ended may not."""
    notice, november = issued_notice(cast), AT.replace(month=11, day=20)
    Unit.objects.create(
        code="009", name="宁海县大数据局", short_name="县大数据局", kind="department", valid_from=date(2018, 10, 1)
    )

    def naming(name):
        def edit(sheet):
            sheet["L2"].value, sheet["M2"].value = "县级部门", name

        return exported(notice, cast, edit)

    founded, ended = naming("县大数据局"), naming("县发改局")
    Unit.objects.filter(short_name="县发改局").update(valid_until=date(2018, 10, 31))
    trials = [tried(notice, data, at=november).problems for data in (founded, ended)]

    assert not [problem for problem in trials[0] if "县大数据局" in str(problem)]
    assert [problem for problem in trials[1] if "2018-11-20没有名为“县发改局”的单位" in str(problem)]


def test_an_upload_of_another_notice_is_not_found(client, cast):
    notice, other = draft_notice(cast), draft_notice(cast)
    client.force_login(cast.office)
    upload = kept(notice, cast, exported(notice, cast, revise))

    assert client.get(address("confirm", other.pk, upload.pk)).status_code == 404


def test_the_head_may_take_the_breakdown_out_and_not_bring_it_in(client, cast):
    notice = issued_notice(cast)
    client.force_login(cast.signer)

    assert client.get(address("export", notice.pk)).status_code == 200
    assert client.get(address("upload", notice.pk)).status_code == 403
    assert AuditEntry.objects.filter(action="export").count() == 1


def test_more_rows_cost_no_more_queries(cast, django_assert_max_num_queries):
    notice = draft_notice(cast)
    for place in range(30):
        point = notice.points.create(position=10 + place, key=f"加{place}", text=f"第{place}条", due_date="2018-12-31")
        point.responsibilities.create(position=1, name="县财政局", role="lead", is_resolved=True).units.add(
            cast.finance
        )
    data = exported(notice, cast)

    with django_assert_max_num_queries(8):
        assert len(tried(notice, data, at=AT).points) == 33
