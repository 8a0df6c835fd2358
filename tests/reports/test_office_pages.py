"""The office's pages: works, refuses the wrong role, keeps what was typed, shows how far the rendering is."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from disclosure.items.drafting import discard_item
from ninghai.jobs.claims import claim
from ninghai.models import Job, JobStatus
from ninghai.staff_site.inbox import Inbox
from reports.circulation import sign_report, submit_to_catalogue
from reports.models import Report, SignOff
from reports.pdf import letter_html
from reports.rules import can_sign
from tests.reports.makers import NOW, PDF, TODAY, checked, rendered, requested, signed_report, stored

PAGE = "admin:reports_report_change"
NUMBER = "宁政办发〔2018〕60号"


def page_of(report: Report, name: str = "change") -> str:
    return reverse(f"admin:reports_report_{name}", args=[report.pk])


# --- Who may --------------------------------------------------------------------------------------

ROLES = ["office", "second_office", "signer", "inspector", "clerk", "head"]
OUTSIDE = 403


@pytest.mark.parametrize(
    ("page", "method", "expected"),
    [
        ("changelist", "get", [200, 200, 200, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("add", "get", [200, 200, 403, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("add", "post", [422, 422, 403, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("change", "get", [200, 200, 200, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("read", "get", [200, 200, 200, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("file", "get", [200, 200, 200, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("check", "post", [403, 302, 403, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("send-back", "post", [409, 409, 409, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("sign", "get", [403, 403, 409, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("circulate", "get", [409, 409, 403, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("catalogue", "post", [409, 409, 403, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("retry", "post", [409, 409, 409, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("cancel", "post", [409, 409, 403, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("cancel", "get", [302, 302, 302, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("delete", "post", [403, 403, 403, OUTSIDE, OUTSIDE, OUTSIDE]),
    ],
)
def test_a_ready_draft_as_each_role(client, cast, notice, page, method, expected):
    report = rendered(requested(cast, notice))
    address = reverse(f"admin:reports_report_{page}") if page in {"add", "changelist"} else page_of(report, page)

    answers = []
    for role in ROLES:
        client.force_login(getattr(cast, role))
        answers.append(getattr(client, method)(address, {"version": report.version}).status_code)

    assert answers == expected


@pytest.mark.parametrize(
    ("page", "method", "expected"),
    [
        ("check", "post", [409, 409, 403, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("sign", "get", [403, 403, 200, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("sign", "post", [403, 403, 422, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("circulate", "get", [409, 409, 403, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("send-back", "post", [422, 422, 422, OUTSIDE, OUTSIDE, OUTSIDE]),
    ],
)
def test_a_checked_draft_as_each_role(client, cast, notice, page, method, expected):
    report = checked(cast, notice)

    answers = []
    for role in ROLES:
        client.force_login(getattr(cast, role))
        answers.append(getattr(client, method)(page_of(report, page), {"version": report.version}).status_code)

    assert answers == expected


def test_nobody_signs_what_they_asked_for_or_checked(cast, notice):
    report = checked(cast, notice)
    assert can_sign(cast.signer, report)

    report.requested_by = cast.signer
    assert not can_sign(cast.signer, report)

    report.requested_by, report.checked_by = cast.office, cast.signer
    assert not can_sign(cast.signer, report)


# --- Watching, downloading, signing, publishing --------------------------------------------------


def test_the_page_asks_again_until_there_is_something_to_act_on(client, cast, notice):
    client.force_login(cast.office)
    report = requested(cast, notice)
    waiting = client.get(page_of(report)).content.decode()
    held = claim(report.job_id)
    held.tell(2, 4)
    half_way = client.get(page_of(report, "progress"), headers={"HX-Request": "true"})
    stored(held, report, PDF)
    done = client.get(page_of(report, "progress"), headers={"HX-Request": "true"})

    assert "排队中" in waiting
    assert f'data-hx-get="{page_of(report, "progress")}"' in waiting
    assert "第 2 步，共 4 步" in half_way.content.decode()
    assert 'value="50"' in half_way.content.decode()
    assert ("HX-Refresh" in half_way, done["HX-Refresh"]) == (False, "true")
    assert "hx-get" not in done.content.decode()


def test_without_script_the_progress_address_leads_to_the_page(client, cast, notice):
    client.force_login(cast.office)
    report = requested(cast, notice)

    assert client.get(page_of(report, "progress")).url == page_of(report)


def test_the_draft_is_downloaded_under_a_name_that_says_so(client, cast, notice):
    client.force_login(cast.signer)
    answer = client.get(page_of(rendered(requested(cast, notice)), "file"))

    assert b"".join(answer.streaming_content) == PDF
    assert "%E8%8D%89%E7%A8%BF" in answer["Content-Disposition"]  # 草稿
    assert "no-store" in answer["Cache-Control"]


def test_the_screen_says_what_the_paper_says(client, cast, notice):
    client.force_login(cast.office)
    report = requested(cast, notice)

    seen = " ".join(client.get(page_of(report, "read")).content.decode().split())

    paper = " ".join(letter_html(snapshot=report.snapshot).split())
    for part in ("<h2", "<td>"):
        assert seen.count(part) >= paper.count(part) > 0
    cells = re.findall(r"<td>(.*?)</td>", paper)
    assert re.findall(r"<td>(.*?)</td>", seen) == cells


def test_what_cannot_be_shown_on_the_screen_says_why(client, cast, notice):
    report = requested(cast, notice)
    Report.objects.filter(pk=report.pk).update(snapshot={"schema": 99, "kind": "progress"})
    client.force_login(cast.office)

    answer = client.get(page_of(report, "read"), follow=True)

    assert answer.redirect_chain == [(page_of(report), 302)]
    assert "请重新生成报告。" in answer.content.decode()


def test_what_is_not_ready_cannot_be_downloaded(client, cast, notice):
    client.force_login(cast.office)

    assert client.get(page_of(requested(cast, notice), "file")).status_code == 409


def proposed(client, report: Report) -> str:
    return client.get(page_of(report, "sign")).context["form"].initial["document_number"]


def test_the_next_number_of_the_kind_and_year_is_proposed(client, cast, notice):
    client.force_login(cast.signer)
    report = checked(cast, notice)
    first = proposed(client, report)
    sign_report(report=report, document_number=NUMBER, signed_on=TODAY, by=cast.signer, at=NOW)
    other_kind = checked(cast, notice, kind="overdue")
    later = checked(cast, notice, as_of=TODAY - timedelta(days=1))
    of_another_kind, after_the_last = proposed(client, other_kind), proposed(client, later)
    sign_report(report=other_kind, document_number="宁政办发〔2018〕61号", signed_on=TODAY, by=cast.signer, at=NOW)

    assert (first, of_another_kind) == ("", "")
    assert after_the_last == "宁政办发〔2018〕61号"
    assert proposed(client, later) == "宁政办发〔2018〕62号"  # what is taken is passed over


@pytest.mark.parametrize("typed", [NUMBER, "宁政办发[2018]60号", " 宁政办发（2018） 60号"])
def test_the_signer_signs_and_the_number_is_written_as_the_standard_has_it(client, cast, notice, typed):
    client.force_login(cast.signer)
    report = checked(cast, notice)

    form = {
        "document_number": typed,
        "signed_on": "2018-11-20",
        "remark": "（此件公开发布）",
        "version": report.version,
    }
    answer = client.post(page_of(report, "sign"), form)

    report.refresh_from_db()
    assert answer.url == page_of(report)
    assert (report.status, report.document_number) == (SignOff.SIGNED, NUMBER)
    assert report.snapshot["signed"]["remark"] == "此件公开发布"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"document_number": "第60号"}, "请按“宁政办发〔2018〕60号”的样式填写"),
        ({"document_number": "宁政办发〔2018〕060号"}, "请按“宁政办发〔2018〕60号”的样式填写"),
        ({"document_number": "宁政办发〔2017〕60号"}, "请写作“〔2018〕”"),
        ({"document_number": "㌖" * 9 + "〔2018〕60号"}, "发文字号最多50个字"),
        ({"signed_on": "2018-11-21"}, "签发日期应在统计日期（2018-11-20）和今天之间。"),
    ],
)
def test_a_wrong_signature_form_says_why_and_keeps_what_was_typed(client, cast, notice, typed, sentence):
    client.force_login(cast.signer)
    report = checked(cast, notice)

    form = {"document_number": NUMBER, "signed_on": "2018-11-20", "version": report.version} | typed
    page = client.post(page_of(report, "sign"), form).content.decode()

    assert sentence in page
    assert f'value="{form["document_number"]}"' in page
    report.refresh_from_db()
    assert report.status == SignOff.CHECKED


def test_the_signer_says_for_whom_the_paper_is_meant(client, cast, notice):
    client.force_login(cast.signer)
    report = checked(cast, notice)
    draft = client.get(page_of(report, "sign")).content.decode()
    form = {"document_number": NUMBER, "signed_on": "2018-11-20", "version": report.version}
    meant = {"addressee": "各街道办事处，\r\n县政府各部门", "copied_to": "抄送：县委办公室，县人大常委会办公室。"}

    client.post(page_of(report, "sign"), form | meant)

    assert report.snapshot["addressee"] in draft
    report.refresh_from_db()
    paper = letter_html(snapshot=report.snapshot)
    assert "各街道办事处，县政府各部门：" in paper
    assert "抄送：县委办公室，县人大常委会办公室。" in paper
    screen = client.get(page_of(report, "read")).content.decode()
    assert "各街道办事处，县政府各部门：" in screen
    assert "抄送：县委办公室，县人大常委会办公室。" in screen


def test_a_stale_signature_form_is_told_so_and_loses_nothing(client, cast, notice):
    client.force_login(cast.signer)
    report = checked(cast, notice)

    form = {"document_number": NUMBER, "signed_on": "2018-11-20", "version": report.version - 1}
    answer = client.post(page_of(report, "sign"), form)

    assert answer.status_code == 409
    assert NUMBER in answer.content.decode()


def test_a_signer_who_clicks_twice_or_comes_late_is_told_so(client, cast, notice):
    client.force_login(cast.signer)
    report = checked(cast, notice)
    form = {"document_number": NUMBER, "signed_on": "2018-11-20", "version": report.version}

    answers = [client.post(page_of(report, "sign"), form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 409]
    assert NUMBER in answers[1].content.decode()


@pytest.mark.parametrize("name", ["cancel", "retry", "catalogue"])
def test_a_second_click_of_the_office_is_told_so(client, cast, notice, name):
    report = signed_report(cast, notice) if name == "catalogue" else requested(cast, notice)
    if name == "retry":
        Job.objects.filter(report=report).update(status=JobStatus.FAILED)
    client.force_login(cast.office)

    assert [client.post(page_of(report, name), {"version": report.version}).status_code for _ in range(2)] == [302, 409]


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("错" * 501, "最多写500个字，现有501个"), ("  ", "还没有填写，请补上。"), ("", "还没有填写，请补上。")],
)
def test_a_reason_that_does_not_fit_says_why_and_is_kept(client, cast, notice, reason, sentence):
    client.force_login(cast.signer)
    report = checked(cast, notice)

    page = client.post(page_of(report, "send-back"), {"reason": reason, "version": report.version}).content.decode()

    assert sentence in page
    assert f"{reason}</textarea>" in page
    report.refresh_from_db()
    assert report.status == SignOff.CHECKED


def test_the_end_of_a_line_counts_as_one_character(client, cast, notice):
    client.force_login(cast.signer)
    report = checked(cast, notice)
    lines = "\r\n".join(["错" * 124] * 4) + "错"  # 500 characters as the browser counts, 503 as it sends them

    client.post(page_of(report, "send-back"), {"reason": lines, "version": report.version})

    report.refresh_from_db()
    assert report.return_reason == lines.replace("\r\n", "\n")


def test_a_failed_report_shows_its_reason_and_is_retried(client, cast, notice):
    client.force_login(cast.office)
    report = requested(cast, notice)
    Job.objects.filter(report=report).update(status=JobStatus.FAILED, tries=5, error="缺少公文字体。")
    page = client.get(page_of(report)).content.decode()
    client.post(page_of(report, "retry"), {"version": report.version})

    report.refresh_from_db()
    assert "缺少公文字体。" in page
    assert (report.job.status, report.job.tries, report.job.error) == (JobStatus.QUEUED, 0, "")


def test_the_signed_report_goes_to_its_item(client, cast, notice):
    client.force_login(cast.office)
    report = signed_report(cast, notice)

    answer = client.post(page_of(report, "catalogue"), {"version": report.version})

    report.refresh_from_db()
    assert answer.url == reverse("admin:disclosure_item_change", args=[report.item_id])


@pytest.mark.parametrize("pk", ["999999", "abc", "%00"])
def test_no_such_report(client, cast, pk):
    client.force_login(cast.office)

    assert client.get(f"/admin/reports/report/{pk}/change/").status_code in {302, 400, 404}


# --- The desk -------------------------------------------------------------------------------------


def desk(user) -> dict[str, int]:
    tallies = Inbox(user, on=TODAY).tallies
    return {kind.label: tally.count for kind, tally in tallies.items() if tally.count and kind.label.startswith("报告")}


def test_the_desk_counts_what_waits(cast, notice):
    assert desk(cast.signer) == {}

    requested(cast, notice, as_of=TODAY.replace(day=1))
    assert desk(cast.office) == {}

    report = checked(cast, notice)
    rendered(requested(cast, notice, as_of=TODAY.replace(day=2)))
    assert desk(cast.signer) == {"报告待签发": 1}
    assert (desk(cast.office), desk(cast.second_office)) == ({}, {"报告待核稿": 1})

    Job.objects.filter(report=report).update(status=JobStatus.FAILED)
    Report.objects.filter(pk=report.pk).update(file=None)
    assert desk(cast.office) == {"报告生成失败": 1}


def test_the_desk_forgets_a_report_that_was_brought_to_the_public(cast, notice):
    report = signed_report(cast, notice)
    assert desk(cast.office) == {"报告待印发": 1, "报告待送公开审核": 1}

    submit_to_catalogue(report=report, by=cast.office, at=NOW)

    assert desk(cast.office) == {"报告待印发": 1}


def test_a_report_whose_draft_was_given_up_is_brought_to_the_public_anew(cast, notice):
    report = signed_report(cast, notice)
    given_up = discard_item(item=submit_to_catalogue(report=report, by=cast.office, at=NOW), by=cast.office, at=NOW)
    assert desk(cast.office) == {"报告待印发": 1, "报告待送公开审核": 1}
    report.refresh_from_db()

    again = submit_to_catalogue(report=report, by=cast.office, at=NOW)

    assert (again.status, again == given_up, report.item) == ("draft", False, again)


def test_a_report_tells_how_far_it_is_on_its_way_to_the_public(client, cast, notice):
    report = signed_report(cast, notice)
    submit_to_catalogue(report=report, by=cast.office, at=NOW)
    client.force_login(cast.office)

    assert "<dt>公开信息</dt><dd>草稿</dd>" in client.get(page_of(report)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_a_constant_number_of_queries(client, cast, notice, django_assert_max_num_queries, count):
    for day in range(1, count + 1):
        requested(cast, notice, as_of=TODAY.replace(day=day))
    client.force_login(cast.office)
    client.get("/account/")  # the menu's numbers are counted once a minute

    with django_assert_max_num_queries(10):
        assert client.get(reverse("admin:reports_report_changelist")).status_code == 200
