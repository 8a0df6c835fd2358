"""The office's pages in the admin, as a browser sends their forms: what works, what is refused, what is kept."""

import io
from datetime import date
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from ninghai.calendar import clock
from ninghai.models import AuditEntry
from ninghai.staff_site import pages
from tasks.models import Assignment, ProgressReport, Responsibility, WorkPoint, WorkPointNotice
from tasks.notices.breakdown.services import export_breakdown
from tasks.notices.reading import reader
from tasks.progress.services import accept_report
from tests.tasks.issued import ISSUED_AT as AT
from tests.tasks.issued import LATER, TEXT, draft_notice, issued_notice, waiting_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_november(settings):
    settings.CLOCK_DATE = "2018-11-20"
    settings.CLOCK_SINCE = "2018-11-20"  # so that it is the day's last moment, at whatever hour tests run


@pytest.fixture
def office(client, cast):
    """A browser in which the office is logged in."""
    client.force_login(cast.office)
    return client


def page(response):
    return response.content.decode()


def url(name, *args):
    return reverse(f"admin:{name}", args=args)


def upload(data, name="notice.txt"):
    return {"file": SimpleUploadedFile(name, data), "form_id": uuid4()}


# --- Importing ---------------------------------------------------------------------------------------


def test_an_uploaded_notice_is_shown_beside_its_text(office):
    response = office.post(url("tasks_workpointnotice_add"), upload(TEXT.encode()), follow=True)

    assert response.redirect_chain == [(url("tasks_workpointnotice_change", WorkPointNotice.objects.get().pk), 302)]
    assert 'id="line-1"' in page(response)
    assert "公开财政预决算。" in page(response)
    assert 'aria-label="下达前还需处理"' in page(response)
    assert response.context["tree"].stepper.number == len(response.context["tree"].stepper.steps) == 1


def test_the_same_import_sent_twice_makes_one_notice(office):
    form_id = uuid4()
    for _ in range(2):
        office.post(url("tasks_workpointnotice_add"), {**upload(TEXT.encode()), "form_id": form_id})

    assert WorkPointNotice.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.txt"),
        (b"x" * (20 * 1024 * 1024), "large.txt"),
        (b"%PDF-1.7 scan", "scan.pdf"),
        ("会议纪要，无要点。".encode(), "other.txt"),
    ],
)
def test_what_is_no_notice_comes_back_with_a_sentence(office, data, name):
    response = office.post(url("tasks_workpointnotice_add"), upload(data, name))

    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert WorkPointNotice.objects.count() == 0


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("公开财政预决算。", "公开财政预算和决算。")])
def test_a_notice_that_is_there_already_is_imported_again_only_when_asked(office, cast, text):
    twin = draft_notice(cast)
    form = upload(text.encode())

    first = office.post(url("tasks_workpointnotice_add"), form)

    assert first.context["twins"] == [twin]
    assert "仍要导入，另建一份待下达的通知" in page(first)
    assert WorkPointNotice.objects.count() == 1
    office.post(url("tasks_workpointnotice_add"), {**upload(text.encode()), "again": "on"})
    assert WorkPointNotice.objects.count() == 2


@pytest.fixture
def reads(monkeypatch):
    """The file names, or kinds, of what is read in the sandbox, in order."""
    read, done = reader.read_for_import, []

    def counted(function, *args, **told):
        done.append(function.partition(":")[2])
        return read(function, *args, **told)

    monkeypatch.setattr(reader, "read_for_import", counted)
    return done


@pytest.mark.parametrize("again", [{}, {"again": "on"}])
def test_an_uploaded_notice_is_read_once(office, reads, again):
    office.post(url("tasks_workpointnotice_add"), {**upload(TEXT.encode()), **again})

    assert WorkPointNotice.objects.count() == 1
    assert reads == ["notice"]


def test_a_corrected_edition_that_says_no_year_is_read_once(office, reads, cast):
    notice = issued_notice(cast)
    reads.clear()
    text = "工作要点\n一、公开\n（一）财政\n1. 公开预算。（责任单位：县财政局）\n"

    office.post(url("tasks_amendment_import", notice.pk), upload(text.encode()))

    assert notice.amendments.get().year == notice.year
    assert reads == ["notice"]


def test_an_uploaded_breakdown_is_read_once_before_it_is_shown(office, reads, cast):
    notice = issued_notice(cast)
    book = load_workbook(io.BytesIO(export_breakdown(notice=notice, by=cast.office, at=AT)))
    book.worksheets[0]["G2"].value = "公开财政预决算和“三公”经费。"
    book.save(out := io.BytesIO())
    reads.clear()

    response = office.post(url("tasks_amendment_import", notice.pk), upload(out.getvalue(), "分解表.xlsx"))

    assert response.status_code == 302
    assert reads == ["sheets"]


def test_a_notice_with_a_point_without_end_comes_back_with_a_sentence_beside_the_file(office):
    endless = TEXT.replace("公开财政预决算。", f"公开{'财政预决算，' * 3400}。")

    response = office.post(url("tasks_workpointnotice_add"), upload(endless.encode()))

    assert response.status_code == 422
    (told,) = response.context["form"].errors["file"]
    assert "超过20000个字，请在原文件中按编号分段、去掉附件后再导入。" in told
    assert WorkPointNotice.objects.count() == 0


def test_a_notice_that_says_no_year_asks_for_it(office, cast):
    text = "县政府办公室政务公开工作要点\n1.公开财政预决算，9月底前完成。（责任单位：县财政局）".encode()

    asked = office.post(url("tasks_workpointnotice_add"), upload(text))
    form = asked.context["form"]
    done = office.post(url("tasks_workpointnotice_add"), {**upload(text), "year": "2019"})

    assert (form["year"].is_hidden, form.errors["year"]) == (
        False,
        ["标题、文号、落款和文件名里都没有年份，请填写这份通知是哪一年度的。填写后请重新选择文件再导入。"],
    )
    assert done.status_code == 302
    assert WorkPointNotice.objects.get().year == 2019
    assert WorkPoint.objects.get().due_date == date(2019, 9, 30)


@pytest.mark.parametrize(("sent", "wrong"), [({"year": "1"}, "year"), ({"year": "2019", "file": ""}, "file")])
def test_the_year_that_was_typed_stays_where_it_can_be_mended(office, cast, sent, wrong):
    form = office.post(url("tasks_workpointnotice_add"), {**upload(b"1."), **sent}).context["form"]

    assert form.errors[wrong]
    assert (form["year"].is_hidden, form["year"].value()) == (False, sent["year"])


def test_a_draft_is_discarded_with_a_reason(office, cast):
    notice = draft_notice(cast)
    address = url("tasks_notice_discard", notice.pk)

    refused = office.post(address, {"version": notice.version, "reason": " "})
    office.post(address, {"version": notice.version, "reason": "重复导入"})

    assert refused.context["form"].errors["reason"]
    notice.refresh_from_db()
    assert notice.status == "discarded"
    entry = AuditEntry.objects.filter(to_status="discarded").get()
    assert (entry.actor, entry.reason, entry.target_id) == (cast.office, "重复导入", str(notice.pk))
    assert office.post(url("tasks_notice_issue", notice.pk), {"version": notice.version}).status_code == 409
    assert not office.get(url("tasks_workpointnotice_change", notice.pk)).context["may_edit"]
    assert office.post(url("tasks_workpointnotice_add"), upload(TEXT.encode())).status_code == 302  # is no twin


def test_a_draft_that_was_corrected_meanwhile_is_not_discarded(office, cast):
    notice = draft_notice(cast)

    response = office.post(url("tasks_notice_discard", notice.pk), {"version": notice.version + 1, "reason": "重复"})

    notice.refresh_from_db()
    assert (response.status_code, notice.status) == (409, "draft")


def test_an_issued_notice_is_not_discarded(office, cast):
    notice = issued_notice(cast)
    notice.refresh_from_db()

    response = office.post(url("tasks_notice_discard", notice.pk), {"version": notice.version, "reason": "重复"})

    notice.refresh_from_db()
    assert (response.status_code, notice.status) == (409, "issued")


def test_only_the_office_discards_a_notice(client, cast):
    notice = draft_notice(cast)
    client.force_login(cast.signer)

    response = client.post(url("tasks_notice_discard", notice.pk), {"version": notice.version, "reason": "重复"})

    assert response.status_code == 403


# --- Correcting and issuing ----------------------------------------------------------------------------


def test_a_point_is_corrected_on_its_page(office, cast):
    notice = draft_notice(cast)
    point = notice.points.first()
    form = {"version": point.version, "number": "1", "text": "改过的内容", "due_date": "2018-12-20"}

    response = office.post(url("tasks_point_edit", notice.pk, point.pk), form)

    assert response.url == point.get_absolute_url()
    point.refresh_from_db()
    assert point.text == "改过的内容"


def test_an_error_keeps_what_was_typed(office, cast):
    notice = draft_notice(cast)
    point = notice.points.first()
    form = {"version": point.version, "number": "2", "text": "打了很久的字", "due_date": "2018-12-20"}

    response = office.post(url("tasks_point_edit", notice.pk, point.pk), form)

    assert response.status_code == 422
    assert "打了很久的字" in page(response)
    assert response.context["form"].errors["number"]


def test_a_stale_page_is_a_conflict_that_shows_what_was_typed(office, cast):
    notice = draft_notice(cast)
    point = notice.points.first()
    form = {"version": point.version, "number": "1", "text": "甲说", "due_date": "2018-12-20"}
    office.post(url("tasks_point_edit", notice.pk, point.pk), form)

    response = office.post(url("tasks_point_edit", notice.pk, point.pk), {**form, "text": "乙说"})

    assert response.status_code == 409
    assert "乙说" in page(response)
    assert response.context["latest"] == point.get_absolute_url()
    assert "甲说" in page(office.get(response.context["latest"]))


def test_the_preview_saves_nothing_and_tells_the_numbers(office, cast):
    notice = draft_notice(cast)
    left = Responsibility.objects.get(point__notice=notice, is_resolved=False)
    form = {"version": left.point.version, "units": [cast.finance.pk], "preview": "预览"}

    response = office.post(url("tasks_responsibility_resolve", notice.pk, left.pk), form)

    assert response.context["preview"] == {
        "places": 1,
        "point_now": 3,
        "point_then": 4,
        "total_now": 7,
        "total_then": 8,
    }
    left.refresh_from_db()
    assert left.is_resolved is False


def test_from_an_open_name_to_an_issued_notice(office, cast):
    notice = draft_notice(cast)
    left = Responsibility.objects.get(point__notice=notice, is_resolved=False)
    office.post(
        url("tasks_responsibility_resolve", notice.pk, left.pk),
        {"version": left.point.version, "units": [cast.finance.pk]},
    )
    shown = office.get(url("tasks_notice_issue", notice.pk))

    response = office.post(
        url("tasks_notice_issue", notice.pk), {"version": shown.context["notice"].version}, follow=True
    )

    assert "已下达，共 8 项任务分工" in page(response)
    assert Assignment.objects.count() == 8


def test_a_notice_with_open_names_has_no_button_and_is_refused(office, cast):
    notice = draft_notice(cast)

    shown = office.get(url("tasks_notice_issue", notice.pk))
    issue = url("tasks_notice_issue", notice.pk)
    sent = office.post(issue, {"version": notice.version}, headers={"Referer": f"http://testserver{issue}"})

    assert "“有关部门”在 1 条要点中还没有确定单位：" in page(shown)
    assert 'name="version"' not in page(shown)
    assert (sent.status_code, sent.context["latest"]) == (409, f"http://testserver{issue}")
    assert Assignment.objects.count() == 0


def test_an_issued_notice_offers_no_corrections(office, cast):
    notice = issued_notice(cast)
    point = notice.points.first()
    form = {"version": point.version, "number": "1", "text": "改", "due_date": "2018-12-20"}

    assert "修改要点" not in page(office.get(url("tasks_workpointnotice_change", notice.pk)))
    assert office.get(url("tasks_point_edit", notice.pk, point.pk)).status_code == 409
    assert office.post(url("tasks_point_edit", notice.pk, point.pk), form).status_code == 409


# --- Progress ----------------------------------------------------------------------------------------


@pytest.fixture
def report(cast, three_points):
    return waiting_report(cast, Assignment.objects.filter(unit=cast.finance).first())


def test_the_office_accepts_a_report_on_its_page(office, report):
    shown = office.get(url("tasks_progressreport_change", report.pk))

    office.post(url("tasks_progress_accept", report.pk), {"version": report.version})

    assert "已公开全部部门预算。" in page(shown)
    report.refresh_from_db()
    assert report.status == "accepted"


def test_a_supplement_stands_beside_the_first_report(office, cast, report):
    accept_report(report=report, by=cast.second_office, at=LATER)
    supplement = waiting_report(cast, report.assignment, supplement=1)

    page = office.get(url("tasks_progressreport_change", supplement.pk))
    first = office.get(url("tasks_progressreport_change", report.pk))

    assert "（第1次补充）" in page.text
    assert page.context["before"].report == report
    assert first.context["before"] is None
    for value, shown in (("no", report), ("yes", supplement)):
        response = office.get(url("tasks_progressreport_changelist"), {"supplement": value})
        assert list(response.context["cl"].result_list) == [shown]


def test_a_return_needs_a_reason(office, report):
    refused = office.post(url("tasks_progress_return", report.pk), {"version": report.version, "reason": ""})
    office.post(url("tasks_progress_return", report.pk), {"version": report.version, "reason": "请补充佐证材料"})

    assert refused.context["offers"]["return"].form.errors["reason"]
    report.refresh_from_db()
    assert (report.status, report.return_reason) == ("returned", "请补充佐证材料")


def test_a_stale_decision_is_a_conflict(office, cast, report):
    seen = report.version
    accept_report(report=ProgressReport.objects.get(pk=report.pk), by=cast.second_office, at=LATER)

    response = office.post(url("tasks_progress_accept", report.pk), {"version": seen})
    assert response.status_code == 409
    assert f'href="{report.get_absolute_url()}"' in page(response)
    assert office.get(report.get_absolute_url()).status_code == 200


def test_the_office_releases_words_of_an_accepted_report(office, cast, report):
    early = office.post(url("tasks_progress_release", report.pk), {"version": report.version})
    accept_report(report=report, by=cast.second_office, at=clock.now())
    office.post(url("tasks_progress_release", report.pk), {"version": report.version})

    assert early.status_code == 409
    report.refresh_from_db()
    assert report.public_summary_released_by == cast.office


def test_the_bulk_action_goes_through_the_same_door(office, cast, report):
    done = accept_report(
        report=waiting_report(cast, Assignment.objects.filter(unit=cast.finance).last()),
        by=cast.second_office,
        at=LATER,
    )
    chosen = {"action": "accept_selected", "_selected_action": [report.pk, done.pk]}

    asked = office.post(url("tasks_progressreport_changelist"), chosen)

    report.refresh_from_db()
    assert (report.status, asked.context["chosen"]) == ("with_office", [report])
    assert [(left, "已接收" in why_not) for left, why_not in asked.context["left"]] == [(done, True)]
    confirmed = {**chosen, "confirmed": "yes", f"version-{report.pk}": report.version}
    response = office.post(url("tasks_progressreport_changelist"), confirmed, follow=True)

    report.refresh_from_db()
    assert (report.status, report.decided_by) == ("accepted", cast.office)
    assert "已接收 1 份填报。" in page(response)
    assert "没有办理" in page(response)


def test_a_page_takes_no_more_at_once_than_its_form_may_send(office, cast, report, monkeypatch):
    most = pages.MOST_AT_ONCE
    monkeypatch.setattr(pages, "MOST_AT_ONCE", 1)
    other = waiting_report(cast, Assignment.objects.filter(unit=cast.finance).last())

    asked = office.post(
        url("tasks_progressreport_changelist"),
        {"action": "accept_selected", "_selected_action": [report.pk, other.pk]},
    )

    assert len(asked.context["chosen"]) == 1
    assert "共选了 2 份，一次最多办理 1 份：先办理列在这里的，办完后再选其余的。" in page(asked)
    assert 2 * most + 10 < django_settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_the_list_of_reports_reads_no_whole_notice(office, report):
    with CaptureQueriesContext(connection) as queries:
        office.get(url("tasks_progressreport_changelist"))

    assert not [each["sql"] for each in queries if "source_text" in each["sql"]]


def test_what_changed_since_it_was_listed_is_not_accepted_in_bulk(office, report):
    chosen = {"action": "accept_selected", "_selected_action": [report.pk], "confirmed": "yes"}

    response = office.post(
        url("tasks_progressreport_changelist"), {**chosen, f"version-{report.pk}": report.version - 1}, follow=True
    )

    report.refresh_from_db()
    assert report.status == "with_office"
    assert "没有办理" in page(response)


@pytest.mark.parametrize("query", ["", "?status__exact=with_office", "?part=2018-一", "?part=x", "?q=预算", "?p=99"])
def test_the_list_of_reports_opens_with_every_filter(office, report, query):
    assert office.get(url("tasks_progressreport_changelist") + query, follow=True).status_code == 200


@pytest.mark.parametrize("query", ["", "?light=red", "?light=open", "?light=nonsense", "?part=2018-二", "?q=财政"])
def test_the_list_of_assignments_opens_with_every_filter(office, report, query):
    response = office.get(url("tasks_assignment_changelist") + query)

    assert response.status_code == 200
    count = {"?light=red": 0, "?light=open": 8, "": 8, "?part=2018-二": 3}.get(query)
    assert count is None or response.context["cl"].result_count == count
