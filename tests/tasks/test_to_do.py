"""The one list of what a person has to do now (今天要办): its order, where its buttons lead, what it costs."""

from datetime import date

import pytest
from django.urls import reverse

from ninghai.staff_site.inbox import Inbox
from tasks.assignments.admin_filters import returned_to_unit
from tasks.models import Assignment, ProgressReport, Rectification
from tasks.progress.services import return_report
from tests.county import make_county
from tests.tasks import factories
from tests.tasks.factories import NOW, PDF, TODAY, assignment_of, moment, period, signed_in

WORK = reverse("tasks:work")


def waiting(user, on=TODAY):
    return Inbox(user, on=on).rows


def told(user, on=TODAY) -> list[tuple[str, str, str]]:
    return [(row.verb, row.title.partition("　")[0], row.due_words) for row in waiting(user, on)]


def test_a_period_owed_is_written_from_the_list_in_one_tap(cast, notice):
    page = signed_in(cast.clerk).get(WORK)

    assert told(cast.clerk) == [
        ("填报", "一(一)1", "报送逾期39天"),
        ("填报", "一(一)2", "报送逾期39天"),
    ]
    row = page.context["inbox"]["rows"][0]
    assert row.url == f"{assignment_of(cast).get_absolute_url()}?period={period('第三季度').pk}#report"
    assert 'id="report"' in signed_in(cast.clerk).get(row.url).text


def test_a_draft_is_gone_on_with_and_what_is_with_the_head_waits_for_the_head(cast, notice):
    factories.drafted(cast, of="第三季度")
    factories.with_head(cast, assignment=assignment_of(cast, point=2), of="第三季度")

    assert told(cast.clerk) == [("继续填报", "一(一)1", "报送逾期39天")]
    assert told(cast.head) == [("审核", "一(一)2", "报送逾期39天")]


def test_what_was_returned_comes_first_with_its_reason(cast, notice):
    report = factories.with_office(cast, assignment=assignment_of(cast, point=2), of="第三季度")
    return_report(report=report, reason="请补充佐证材料", by=cast.office, at=NOW)

    first, second = waiting(cast.clerk)

    assert (first.verb, first.words) == ("修改后重报", "第三季度的填报被退回：请补充佐证材料")
    assert second.verb == "填报"


def test_a_task_that_turns_red_is_to_be_finished_once_its_reports_are_in(cast, notice):
    factories.with_office(cast, of="第三季度")
    factories.with_office(cast, assignment=assignment_of(cast, point=2), of="第三季度")

    assert told(cast.clerk) == [("填报办结", "一(一)1", "任务逾期19天")]
    assert told(cast.clerk, on=date(2018, 12, 20)) == [
        ("填报办结", "一(一)1", "任务逾期49天"),
        ("填报办结", "一(一)2", "任务还有11天"),
    ]


def test_what_is_finished_asks_for_nothing(cast, notice):
    for point in (1, 2):
        done = {"percent": 100, "claims_completion": True, "proof": PDF, "of": "第三季度"}
        factories.accepted(cast, assignment=assignment_of(cast, point=point), **done)

    page = signed_in(cast.clerk).get(WORK)

    assert told(cast.clerk) == []
    assert "没有需要办理的事" in page.text


def test_what_one_drafted_oneself_is_not_to_be_checked_by_oneself(cast, notice):
    report = factories.with_head(cast)
    ProgressReport.objects.filter(pk=report.pk).update(drafted_by=cast.head)

    assert told(cast.head) == []


def test_another_unit_is_told_nothing_of_it(cast, notice):
    factories.with_head(cast, of="第三季度")

    assert told(cast.other_head) == []
    assert [row.unit for row in waiting(cast.other_clerk)] == ["深甽镇"] * 2


def test_before_the_notice_nothing_is_to_do(cast, notice):
    assert told(cast.clerk, on=date(2018, 8, 13)) == []


def test_a_long_list_begins_with_ten(cast, settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()
    factories.issued_notice(cast, due_dates=[date(2018, 12, 31)] * 12)
    client = signed_in(cast.clerk)

    few, whole = client.get(WORK), client.get(f"{WORK}?todo=all")

    assert (len(few.context["inbox"]["rows"]), few.context["inbox"]["total"]) == (10, 12)
    assert "全部 12 件" in few.text
    assert len(whole.context["inbox"]["rows"]) == 12


def test_who_looks_for_something_is_not_held_up(cast, notice):
    assert signed_in(cast.clerk).get(f"{WORK}?light=red").context["inbox"] is None


@pytest.mark.parametrize("who", ["clerk", "head", "inspector"])
def test_it_costs_the_same_for_any_number_of_things(cast, settings, who, django_assert_max_num_queries):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()
    factories.issued_notice(cast, due_dates=[date(2018, 11, 1)] * 30)
    for point in range(1, 31):
        factories.with_head(cast, assignment=assignment_of(cast, point=point), of="第四季度", at=moment(11, 19))
    user = getattr(cast, who)
    user.acting  # noqa: B018 - asked once a request

    with django_assert_max_num_queries(16):
        waiting(user)


def test_what_a_spot_check_found_is_put_right_on_its_page(cast, settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()
    make_county(cast)
    finding = Rectification.objects.get(finding__drawn__assignment__isnull=False).finding
    owner = cast.clerk if finding.drawn.assignment.unit == cast.finance else cast.other_clerk

    row = next(each for each in waiting(owner) if each.verb == "整改")

    assert (row.due, row.due_words) == (date(2018, 12, 10), "整改还有20天")
    assert signed_in(owner).get(row.url).status_code == 200
    assert "查看结论" in [each.verb for each in waiting(owner)]
    assert "整改" not in [each.verb for each in waiting(cast.head)]


def test_what_was_returned_asks_for_nothing_once_its_duty_is_over(cast, notice):
    """No form is left for it; it would stay first in the list for ever."""
    report = factories.with_office(cast, of="第三季度")
    return_report(report=report, reason="请补充佐证材料", by=cast.office, at=NOW)
    assert "修改后重报" in [verb for verb, _, _ in told(cast.clerk)]

    Assignment.objects.filter(pk=report.assignment_id).update(
        status="not_applicable", ended_on=NOW.date(), ended_reason="无此职责"
    )

    assert "修改后重报" not in [verb for verb, _, _ in told(cast.clerk)]
    assert not returned_to_unit(Assignment.objects.all(), on=TODAY).exists()
