"""What a unit finds below /work/: its list, the page of an assignment, and the forms on it."""

from datetime import date

import pytest
from django.urls import reverse

from tasks.assignments.lights import with_standing
from tasks.models import Assignment, ProgressReport, ReportingPeriod
from tasks.models.states import Light, ProgressStatus
from tasks.progress.services import Written, return_report, save_draft
from tests.tasks import factories
from tests.tasks.factories import NOW, PDF, TODAY, assignment_of, moment, period, signed_in

pytestmark = pytest.mark.django_db

FORM = {
    "version": "0",
    "text": "已完成大半",
    "percent": "60",
    "next_step": "",
    "public_summary": "",
    "index_number": "",
}


def url(act: str, assignment: Assignment, of: str = "第四季度") -> str:
    return reverse(f"tasks:report-{act}", args=[assignment.pk, period(of).pk])


def rows_of(response) -> list[str]:
    return [row.key for row in response.context["rows"]]


# --- The list -----------------------------------------------------------------------------------------


def test_the_list_shows_the_units_own_assignments_most_urgent_first(cast, notice):
    response = signed_in(cast.clerk).get(reverse("tasks:work"))

    assert rows_of(response) == ["2018年 一(一)1　做的工作", "2018年 一(一)2　做的工作"]
    assert {row.unit for row in response.context["rows"]} == {""}  # their own unit they know
    assert [row.light for row in response.context["rows"]] == ["red", "green"]
    assert [row.owed for row in response.context["rows"]] == ["进展待报送1期，逾期未报1期"] * 2


def test_reporting_the_owed_period_takes_it_off_the_list(cast, notice):
    factories.with_office(cast, of="第三季度")

    response = signed_in(cast.clerk).get(reverse("tasks:work"))

    assert [row.owed for row in response.context["rows"]] == ["", "进展待报送1期，逾期未报1期"]
    assert [tab.number for tab in response.context["tabs"]] == [1, 1, 0, 1, 2]


@pytest.mark.parametrize("closed", [False, True])
def test_what_was_sent_back_is_to_be_reported_in_every_count(cast, notice, closed):
    """The list of what is to be done, the tabs and the rows mean the same, though the period is closed (封账)."""
    for point in (1, 2):
        factories.with_office(cast, assignment=assignment_of(cast, point=point), of="第三季度")
    report = ProgressReport.objects.get(assignment=assignment_of(cast, point=2))
    return_report(report=report, reason="请补充", by=cast.office, at=NOW)
    ReportingPeriod.objects.filter(name="第三季度").update(closed_on=date(2018, 11, 1) if closed else None)
    client = signed_in(cast.clerk)

    response = client.get(reverse("tasks:work"))

    assert sorted(row.owed for row in response.context["rows"]) == ["", "进展待报送1期，逾期未报1期"]
    assert [(tab.label, tab.number) for tab in response.context["tabs"]][:2] == [("进展待报送", 1), ("进展逾期未报", 1)]
    for narrowed in ("owed=yes", "owed=late"):
        assert rows_of(client.get(f"{reverse('tasks:work')}?{narrowed}")) == ["2018年 一(一)2　做的工作"]
    assert "报送逾期39天" in [row.due_words for row in response.context["inbox"]["rows"]]


def test_what_the_address_keeps_for_the_filters_has_no_label(cast, notice):
    page = signed_in(cast.clerk).get(reverse("tasks:work"), {"light": "red", "year": "2018"}).text

    assert 'name="year" value="2018"' in page
    assert 'for="id_year"' not in page


def test_the_head_finds_first_what_waits_for_them(cast, notice):
    factories.with_head(cast, assignment=assignment_of(cast, point=2))

    response = signed_in(cast.head).get(reverse("tasks:work"))

    assert [(row.key, row.to_check) for row in response.context["rows"]] == [
        ("2018年 一(一)2　做的工作", True),
        ("2018年 一(一)1　做的工作", False),
    ]
    label, number, address, _ = response.context["tabs"][0]
    assert (label, number) == ("待我审核", 1)
    assert rows_of(signed_in(cast.head).get(address)) == ["2018年 一(一)2　做的工作"]


def test_what_one_drafted_oneself_does_not_wait_for_oneself(cast, notice):
    report = factories.with_head(cast)
    ProgressReport.objects.filter(pk=report.pk).update(drafted_by=cast.head)

    response = signed_in(cast.head).get(reverse("tasks:work"))

    assert response.context["tabs"][0][:2] == ("待我审核", 0)


def test_the_clerk_is_not_asked_to_check(cast, notice):
    factories.with_head(cast)

    response = signed_in(cast.clerk).get(reverse("tasks:work"))

    assert [tab.label for tab in response.context["tabs"]] == [
        "进展待报送",
        "进展逾期未报",
        "任务即将到期",
        "任务已逾期",
        "全部",
    ]
    assert "待我审核" not in response.text


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("light=red", ["2018年 一(一)1　做的工作"]),
        ("status=todo", ["2018年 一(一)1　做的工作", "2018年 一(一)2　做的工作"]),
        ("status=completed", []),
        ("part=2018-一", ["2018年 一(一)1　做的工作", "2018年 一(一)2　做的工作"]),
        ("q=第2条", ["2018年 一(一)2　做的工作"]),
        ("owed=yes", ["2018年 一(一)1　做的工作", "2018年 一(一)2　做的工作"]),
        ("page=9999", ["2018年 一(一)1　做的工作", "2018年 一(一)2　做的工作"]),
        ("page=x", ["2018年 一(一)1　做的工作", "2018年 一(一)2　做的工作"]),
    ],
)
def test_filters_narrow_the_list(cast, notice, query, keys):
    assert rows_of(signed_in(cast.clerk).get(f"{reverse('tasks:work')}?{query}")) == keys


@pytest.mark.parametrize("query", ["light=blue", "status=1 OR 1=1", "part=没有", "owed=2", f"q={'长' * 51}"])
def test_a_broken_filter_value_gives_an_empty_list_with_a_hint(cast, notice, query):
    response = signed_in(cast.clerk).get(f"{reverse('tasks:work')}?{query}")

    assert (response.status_code, rows_of(response)) == (200, [])
    assert "筛选条件无法识别" in response.text


def test_htmx_gets_the_list_alone(cast, notice):
    response = signed_in(cast.clerk).get(reverse("tasks:work"), headers={"HX-Request": "true"})

    assert "<html" not in response.text
    assert rows_of(response) == ["2018年 一(一)1　做的工作", "2018年 一(一)2　做的工作"]


def test_htmx_turns_the_pages_of_a_long_list(cast, settings):
    settings.CLOCK_DATE = TODAY.isoformat()
    factories.issued_notice(cast, due_dates=[date(2018, 12, 31)] * 30)

    response = signed_in(cast.clerk).get(f"{reverse('tasks:work')}?status=todo", headers={"HX-Request": "true"})

    assert len(rows_of(response)) == 20
    assert "?status=todo&amp;page=2" in response.text


@pytest.mark.parametrize("points", [1, 3, 30])
@pytest.mark.parametrize(("person", "to_do"), [("clerk", 9), ("head", 1)])
def test_the_list_costs_the_same_queries_for_any_number_of_rows(
    cast, settings, points, person, to_do, django_assert_num_queries
):
    settings.CLOCK_DATE = TODAY.isoformat()
    factories.issued_notice(cast, due_dates=[date(2018, 12, 31)] * points)
    client = signed_in(getattr(cast, person))
    client.get(reverse("tasks:work"))

    # session, user, acting membership, other memberships; parts, standings, rows; what is to do
    with django_assert_num_queries(7 + to_do):
        client.get(reverse("tasks:work"))


def test_the_light_in_the_database_is_the_light_of_the_record(cast, notice):
    factories.accepted(cast, percent=100, claims_completion=True, proof=PDF)
    town = assignment_of(cast, unit="town")
    factories.accepted(
        cast, assignment=town, by=cast.other_clerk, head=cast.other_head,
        percent=100, claims_completion=True, proof=PDF, at=moment(10, 20),
    )  # fmt: skip

    seen = set()
    for day in (date(2018, 10, 16), date(2018, 10, 17), date(2018, 11, 1), date(2018, 11, 2), TODAY, date(2019, 1, 1)):
        for assignment in with_standing(Assignment.objects.select_related("task"), on=day):
            assert assignment.light_on_day == assignment.light(on=day)
            seen.add(assignment.light_on_day)
    assert seen == {Light.GREEN, Light.YELLOW, Light.RED, Light.DONE, Light.DONE_LATE}


# --- The page of an assignment -------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["other_clerk", "other_head", "inspector"])
def test_another_units_assignment_is_not_found(cast, notice, who):
    client = signed_in(getattr(cast, who))

    assert client.get(assignment_of(cast).get_absolute_url()).status_code == 404
    assert client.post(url("draft", assignment_of(cast)), FORM).status_code == 404


@pytest.mark.parametrize("who", ["head", "office", "signer"])
def test_who_only_reads_gets_no_form_and_cannot_write(cast, notice, who):
    client = signed_in(getattr(cast, who))
    page = client.get(assignment_of(cast).get_absolute_url())

    assert (page.status_code, page.context["current"]) == (200, None)
    assert client.post(url("draft", assignment_of(cast)), FORM).status_code == 403
    assert not ProgressReport.objects.exists()


def test_strangers_are_sent_to_the_login(client, cast, notice):
    response = client.get(assignment_of(cast).get_absolute_url())

    assert response.url.startswith(reverse("login"))


def test_the_oldest_owed_period_is_offered_first(cast, notice):
    client, page = signed_in(cast.clerk), assignment_of(cast).get_absolute_url()

    assert client.get(page).context["current"].turn.period == period("第三季度")
    assert client.get(f"{page}?period={period('第四季度').pk}").context["current"].turn.period == period("第四季度")
    for nonsense in ("x", "-1", "9" * 5000):
        assert client.get(f"{page}?period={nonsense}").context["current"].turn.period == period("第三季度")


def test_the_office_does_not_see_what_has_not_left_the_unit(cast, notice):
    factories.with_head(cast, text="内部草稿内容")

    page = signed_in(cast.office).get(assignment_of(cast).get_absolute_url())

    assert "内部草稿内容" not in page.text


def test_the_page_costs_the_same_queries_for_any_number_of_pieces_of_evidence(
    cast, notice, django_assert_max_num_queries
):
    report = factories.drafted(cast)
    client, page = signed_in(cast.clerk), report.get_absolute_url()
    client.get(page)
    for number in range(12):
        factories.add_evidence(
            report=report, proof=factories.stored(cast, data=b"%%PDF %d" % number), by=cast.clerk, at=NOW
        )

    with django_assert_max_num_queries(12):
        client.get(page)


# --- The form --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["draft", "submit"])
def test_the_forms_address_opened_as_a_page_leads_back_to_the_form(cast, notice, act):
    assignment = assignment_of(cast)

    response = signed_in(cast.clerk).get(url(act, assignment), follow=True)

    assert response.redirect_chain == [(f"{assignment.get_absolute_url()}?period={period().pk}", 302)]
    assert response.status_code == 200


def test_a_draft_is_kept_with_its_file(cast, notice):
    assignment = assignment_of(cast)

    response = signed_in(cast.clerk).post(url("draft", assignment), {**FORM, "upload": factories.upload()})

    report = ProgressReport.objects.get()
    assert response.status_code == 302
    assert (report.status, report.text, report.percent) == (ProgressStatus.DRAFT, "已完成大半", 60)
    assert [str(proof) for proof in report.evidence.all()] == ["佐证.pdf"]


def test_submitting_twice_changes_nothing_twice(cast, notice):
    client, assignment = signed_in(cast.clerk), assignment_of(cast)

    first = client.post(url("submit", assignment), {**FORM, "upload": factories.upload()})
    second = client.post(url("submit", assignment), {**FORM, "upload": factories.upload()})

    report = ProgressReport.objects.get()
    assert (first.status_code, second.status_code) == (302, 302)
    assert (report.status, report.evidence.count()) == (ProgressStatus.WITH_HEAD, 1)


@pytest.mark.parametrize("piece", ["upload", "index_number", "remove"])
def test_what_a_form_sent_again_could_not_add_is_said(cast, notice, piece):
    """The words are handed in already: a second window has the same ones, and another file."""
    client, assignment = signed_in(cast.clerk), assignment_of(cast)
    client.post(url("submit", assignment), {**FORM, "upload": factories.upload()})
    pieces = {"upload": factories.upload(data=PDF + b"\n"), "index_number": "330226-001-2018-00001"}
    pieces["remove"] = ProgressReport.objects.get().evidence.get().pk

    response = client.post(url("submit", assignment), {**FORM, piece: pieces[piece]})

    assert (response.status_code, "材料没有保存" in response.text) == (409, True)
    assert ProgressReport.objects.get().evidence.count() == 1


def test_a_refused_file_loses_neither_the_words_nor_the_draft(cast, notice):
    response = signed_in(cast.clerk).post(
        url("submit", assignment_of(cast)), {**FORM, "upload": factories.upload("病毒.exe")}
    )

    report = ProgressReport.objects.get()
    assert (response.status_code, report.status) == (422, ProgressStatus.DRAFT)
    assert list(response.context["form"].errors) == ["upload"]
    assert response.context["form"]["text"].value() == "已完成大半"
    assert f'name="version" value="{report.version}"' in response.text


def test_an_incomplete_submission_says_what_is_missing_and_keeps_the_draft(cast, notice):
    response = signed_in(cast.clerk).post(
        url("submit", assignment_of(cast)), {**FORM, "percent": "80", "claims_completion": "on"}
    )

    assert set(response.context["form"].errors) == {"percent", "upload"}
    assert ProgressReport.objects.get().text == "已完成大半"


@pytest.mark.parametrize("percent", ["101", "-1", "abc", "9" * 5000])
def test_a_broken_percentage_keeps_everything_typed(cast, notice, percent):
    response = signed_in(cast.clerk).post(url("draft", assignment_of(cast)), {**FORM, "percent": percent})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["percent"])
    assert response.context["form"]["text"].value() == "已完成大半"


def test_a_file_beside_something_wrong_is_asked_for_again(cast, notice):
    sent = {**FORM, "percent": "101", "upload": factories.upload()}

    response = signed_in(cast.clerk).post(url("draft", assignment_of(cast)), sent)

    assert response.context["form"].errors["upload"] == ["刚才选择的文件没有保存，请重新选择。"]


def test_a_broken_percentage_does_not_hide_that_the_text_is_missing(cast, notice):
    response = signed_in(cast.clerk).post(url("submit", assignment_of(cast)), {**FORM, "percent": "101", "text": ""})

    assert response.context["form"].errors == {
        "percent": ["最大只能填100，请改小。"],
        "text": ["请填写进展情况；本期确实没有进展的，请选“本期无进展”。"],
    }


def test_a_stale_form_gets_409_with_both_texts(cast, notice):
    report = factories.drafted(cast)
    saved = {"assignment": report.assignment, "period": report.period, "by": cast.clerk, "at": NOW}
    save_draft(written=Written(text="同事写的"), version=1, **saved)

    response = signed_in(cast.clerk).post(url("draft", report.assignment), {**FORM, "text": "我写的", "version": "1"})

    report.refresh_from_db()
    assert (response.status_code, report.text) == (409, "同事写的")
    assert "我写的" in response.text
    assert "同事写的" in response.text


def test_what_was_typed_into_a_report_that_has_left_is_shown_to_be_copied(cast, notice):
    report = factories.with_head(cast)

    response = signed_in(cast.clerk).post(url("draft", report.assignment), {**FORM, "text": "迟到的话", "version": "1"})

    assert response.status_code == 409
    assert ("进展情况", "迟到的话") in response.context["typed"]
    assert "迟到的话" in response.text


def test_a_file_too_large_for_memory_is_kept_too(cast, notice):
    large = PDF.replace(b"trailer", b"%" + bytes(3 * 1024 * 1024) + b"\ntrailer")

    signed_in(cast.clerk).post(url("draft", assignment_of(cast)), {**FORM, "upload": factories.upload(data=large)})

    assert ProgressReport.objects.get().evidence.get().file.file.open().read() == large


def test_evidence_is_taken_away_with_the_words_kept(cast, notice):
    report = factories.drafted(cast, proof=PDF)
    form = {**FORM, "text": "新的内容", "version": report.version, "remove": report.evidence.get().pk}

    signed_in(cast.clerk).post(url("draft", report.assignment), form)

    report.refresh_from_db()
    assert (report.text, report.evidence.count()) == ("新的内容", 0)


def test_evidence_of_another_report_is_not_taken_away(cast, notice):
    foreign = factories.drafted(
        cast, assignment=assignment_of(cast, unit="town"), by=cast.other_clerk, proof=PDF
    ).evidence.get()

    signed_in(cast.clerk).post(url("draft", assignment_of(cast)), {**FORM, "remove": foreign.pk})

    assert foreign.report.evidence.count() == 1


@pytest.mark.parametrize("reason", ["", " "])
def test_a_return_without_its_reason_shows_the_page_again(cast, notice, reason):
    report = factories.with_head(cast)
    sent = {"reason": reason, "version": report.version}

    response = signed_in(cast.head).post(reverse("tasks:report-return", args=[report.pk]), sent)

    assert response.status_code == 422
    assert "退回理由" in response.text
    assert response.context["assignment"] == report.assignment


def test_a_report_passed_on_from_an_older_page_is_shown_as_it_is_now(cast, notice):
    report = factories.with_head(cast)

    response = signed_in(cast.head).post(
        reverse("tasks:report-return", args=[report.pk]), {"reason": "补充", "version": 1}
    )

    assert response.status_code == 409
    assert response.context["assignment"] == report.assignment
