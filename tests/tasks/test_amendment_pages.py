"""An amendment is one act, and the pages on which the office merges it."""

import io
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from ninghai.models import AuditEntry
from ninghai.models.state_machine import StaleError, TransitionError
from tasks.models import Assignment, BreakdownUpload, WorkPointNotice
from tasks.notices.amending import import_amendment, merge_amendment
from tasks.notices.breakdown.services import export_breakdown
from tasks.notices.editions import points_of
from tests.tasks.issued import LATER as AT

pytestmark = pytest.mark.django_db


TODAY = AT.date()


AMENDED = """宁海县人民政府办公室关于印发2018年宁海县政务公开工作要点（修订）的通知
宁政办发〔2018〕60号
一、着力加强主动公开
（一）围绕重点领域公开
1.公开财政预决算和“三公”经费。[牵头单位：县财政局；责任单位：县发改局]
2.公开建议提案办理结果。[责任单位：县政府办公室]
3.公开常务会议事项，2018年12月15日前完成。[责任单位：县政府办公室、有关部门]
宁海县人民政府办公室
2018年11月16日
"""


@pytest.fixture(autouse=True)
def _in_november(settings):
    settings.CLOCK_DATE = TODAY.isoformat()
    settings.CLOCK_SINCE = TODAY.isoformat()


@pytest.fixture
def notice(three_points):
    """Issued in August: 一（一）1 finance; 一（一）2 office, both towns and (有关部门) finance; 二（一）1 development, both towns."""
    return three_points


@pytest.fixture
def draft(cast, notice):
    return imported(cast, notice)


def imported(cast, notice, text=AMENDED, form_id=None):
    return import_amendment(
        notice=notice, data=text.encode(), filename="修订.txt", form_id=form_id or uuid4(), by=cast.office, at=AT
    )


def merge(cast, draft, *, at=AT, by=None):
    draft.refresh_from_db()
    notice = WorkPointNotice.objects.get(pk=draft.amends_id)
    return merge_amendment(
        amendment=draft, version=draft.version, notice_version=notice.version, by=by or cast.office, at=at
    )


def units(key):
    open_ones = Assignment.objects.open(on=TODAY).filter(task__point__key=key, task__point__removed_on=None)
    return dict(open_ones.values_list("unit__short_name", "role"))


# --- One act --------------------------------------------------------------------------------------------


def test_an_amendment_is_merged_once_and_noted(cast, draft, notice):
    merge(cast, draft)

    with pytest.raises(TransitionError):
        merge(cast, draft)

    entry = AuditEntry.objects.about(notice).get(action="amend")
    assert (entry.detail["amendment"], entry.detail["removed"][0]["point"]) == (draft.pk, "二（一）1")
    assert entry.detail["changed"][0]["text"] == "公开财政预决算。"


@pytest.mark.parametrize("which", ["version", "notice_version"])
def test_what_changed_since_it_was_shown_is_not_merged(cast, draft, notice, which):
    draft.refresh_from_db()
    seen = {"version": draft.version, "notice_version": WorkPointNotice.objects.get(pk=notice.pk).version}

    with pytest.raises(StaleError):
        merge_amendment(amendment=draft, **{**seen, which: seen[which] + 1}, by=cast.office, at=AT)

    assert Assignment.objects.filter(ended_on__isnull=False).count() == 0


def test_only_the_office_merges(cast, draft):
    for who in (cast.signer, cast.clerk):
        with pytest.raises(PermissionDenied):
            merge(cast, draft, by=who)


# --- The pages ------------------------------------------------------------------------------------------


def url(name, *args):
    return reverse(f"admin:tasks_{name}", args=args)


def sent(data, name):
    return {"file": SimpleUploadedFile(name, data), "form_id": uuid4()}


def test_the_way_through_the_pages(client, cast, notice):
    client.force_login(cast.office)
    page = client.get(url("workpointnotice_change", notice.pk)).content.decode()
    assert url("amendment_import", notice.pk) in page

    desk = client.post(url("amendment_import", notice.pk), sent(AMENDED.encode(), "修订.txt"), follow=True)
    draft = notice.amendments.get()
    assert "查看变化并并入" in desk.content.decode()
    assert "要点都已处理完，可以并入。" in desk.content.decode()
    assert client.get(url("notice_issue", draft.pk)).headers["Location"] == url("amendment_merge", draft.pk)
    refused = client.post(url("notice_issue", draft.pk), {"version": draft.version})
    assert (refused.status_code, "请使用“并入”" in refused.content.decode()) == (409, True)

    shown = client.get(url("amendment_merge", draft.pk))
    assert "将新增1条、修改2条、删除1条要点" in shown.content.decode()
    form = {name: shown.context["form"][name].value() for name in ("version", "notice_version")}
    done = client.post(url("amendment_merge", draft.pk), form, follow=True)
    assert "修订已并入" in done.content.decode()
    assert client.post(url("amendment_merge", draft.pk), form).status_code == 302  # sent twice
    assert notice.points.count() == 3
    page = client.get(url("workpointnotice_change", notice.pk))
    assert [row.point.key for row in page.context["tree"].rows] == ["一（一）1", "一（一）2", "一（一）3"]


def test_an_edited_breakdown_becomes_an_amendment(client, cast, notice):
    client.force_login(cast.office)
    book = load_workbook(io.BytesIO(export_breakdown(notice=notice, by=cast.office, at=AT)))
    sheet = book.worksheets[0]
    sheet["G2"].value, sheet["L2"].value, sheet["M2"].value = "公开财政预算和决算。", "镇", "深甽镇"
    out = io.BytesIO()
    book.save(out)

    shown = client.post(url("amendment_import", notice.pk), sent(out.getvalue(), "分解表.xlsx"), follow=True)
    upload = BreakdownUpload.objects.get()
    assert "确认后生成一份修订稿" in shown.content.decode()
    version = WorkPointNotice.objects.get(pk=notice.pk).version
    desk = client.post(url("breakdown_confirm", notice.pk, upload.pk), {"version": version}, follow=True)

    draft = notice.amendments.get()
    assert "已生成《" in desk.content.decode()
    assert points_of(WorkPointNotice.objects.get(pk=notice.pk))[0].text == "公开财政预决算。"
    assert draft.points.first().responsibility_texts == ["[责任单位:县财政局]"]
    found = merge(cast, draft)
    assert found.summary == "将修改1条要点；任务分工增加1项、减少1项。"
    assert units("一（一）1") == {"深甽镇": "responsible"}


def test_a_workbook_that_changes_nothing_makes_no_amendment(client, cast, notice):
    client.force_login(cast.office)
    data = export_breakdown(notice=notice, by=cast.office, at=AT)

    page = client.post(url("amendment_import", notice.pk), sent(data, "分解表.xlsx")).content.decode()

    assert "没有变化" in page
    assert notice.amendments.count() == 0


def test_the_pages_are_the_offices(client, cast, draft, notice):
    client.force_login(cast.signer)

    assert client.get(url("amendment_import", notice.pk)).status_code == 403
    assert client.get(url("amendment_merge", draft.pk)).status_code == 403


def test_what_is_no_amendment_has_no_page_to_merge(client, cast, notice):
    client.force_login(cast.office)

    assert client.get(url("amendment_merge", notice.pk)).status_code == 404
