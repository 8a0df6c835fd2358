"""Undo (撤销) of what one click did to several: a name resolved at several points, reports accepted or returned together."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from ninghai.calendar import clock
from ninghai.models import AuditEntry, Message
from ninghai.models.state_machine import UNDO, TransitionError
from tasks.models import ProgressReport, Responsibility, WorkPoint
from tasks.notices.correcting import edit_point, resolve_responsibility
from tasks.notices.taking_back import resolved_just_now, take_back_resolving
from tasks.progress.services import accept_report, submit_report
from tests.tasks import factories
from tests.tasks.factories import assignment_of, signed_in
from tests.tasks.test_correction_desk import unknown_twice

pytestmark = pytest.mark.django_db
LIST = reverse("admin:tasks_progressreport_changelist")


@pytest.fixture(autouse=True)
def _the_day(settings) -> None:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


def undo_in(page) -> str:
    """The address that the message offers; empty where it offers none."""
    found = re.search(r'action="([^"]+)" data-undo', page.text)
    return found[1].replace("&amp;", "&") if found else ""


# --- A name that was resolved ------------------------------------------------------------------------


def meanings(notice) -> list[tuple[bool, list[str]]]:
    names = Responsibility.objects.filter(point__notice=notice, name="财政部").order_by("point__position")
    return [(name.is_resolved, [str(unit) for unit in name.units.all()]) for name in names]


def resolved_everywhere(cast, notice, **more):
    """By the page, as the office does it."""
    name = Responsibility.objects.filter(point__notice=notice, name="财政部").order_by("point__position").first()
    address = reverse("admin:tasks_responsibility_resolve", args=[notice.pk, name.pk])
    sent = {"version": name.point.version, "units": [cast.finance.pk], "all_alike": "on", **more}
    return signed_in(cast.office).post(address, sent, follow=True)


def test_a_name_that_was_resolved_is_open_again_at_all_its_places(cast):
    notice = unknown_twice(cast)
    before = meanings(notice)
    undo = undo_in(resolved_everywhere(cast, notice))

    done = signed_in(cast.office).post(undo, follow=True)

    assert "已撤销，3 处“财政部”恢复为确定单位以前的样子。" in done.text
    assert meanings(notice) == before == [(False, [])] * 3
    rows = AuditEntry.objects.about(notice).filter(action="resolve").order_by("pk")
    assert ("undoes" in rows.last().detail, rows.last().detail["undoes"]) == (True, rows.first().pk)
    assert signed_in(cast.office).post(undo).status_code == 409  # once


def test_who_chose_other_units_gets_the_former_ones_back(cast):
    notice = unknown_twice(cast)
    name = Responsibility.objects.filter(point__notice=notice, name="财政部").first()
    resolve_responsibility(responsibility=name, units=[cast.town], by=cast.second_office, at=clock.now())
    at = clock.now()
    resolve_responsibility(responsibility=name, units=[cast.finance], by=cast.office, at=at)

    row = resolved_just_now(notice, cast.office, at=at)
    take_back_resolving(notice=notice, row=row.pk, by=cast.office, at=at)

    name.refresh_from_db()
    assert (name.is_resolved, list(name.units.all())) == (True, [cast.town])


@pytest.mark.parametrize("follows", ["a correction", "another person", "time"])
def test_it_is_too_late_once_something_followed(cast, follows):
    notice, at = unknown_twice(cast), clock.now()
    resolved_everywhere(cast, notice)
    row = AuditEntry.objects.about(notice).filter(action="resolve", detail__has_key="meant").get()
    by, later = cast.office, clock.now()
    if follows == "a correction":
        point = WorkPoint.objects.filter(responsibilities__name="财政部", notice=notice).order_by("position").last()
        written = {"number": point.number, "text": f"{point.text}再写一句。", "due_date": point.due_date}
        edit_point(point=point, version=point.version, **written, by=by, at=later)
    elif follows == "another person":
        by = cast.second_office
    else:
        later = at + UNDO + timedelta(minutes=1)

    with pytest.raises(TransitionError, match="不能撤销了"):
        take_back_resolving(notice=notice, row=row.pk, by=by, at=later)

    assert meanings(notice) == [(True, ["县财政局"])] * 3


@pytest.mark.parametrize("kept", [{"learn_name": "on"}, {"keep_as": "财经类"}])
def test_what_outlasts_the_notice_is_not_undone_by_halves(cast, kept):
    assert undo_in(resolved_everywhere(cast, unknown_twice(cast), **kept)) == ""


def test_what_is_none_of_them_is_not_there(cast):
    notice = unknown_twice(cast)
    stranger = AuditEntry.objects.about(notice).first()

    for row in (stranger.pk, stranger.pk + 999):
        address = reverse("admin:tasks_responsibility_take-back", args=[notice.pk, row])
        assert signed_in(cast.office).post(address).status_code == 404


# --- Reports decided together ------------------------------------------------------------------------


@pytest.fixture
def reports(cast, notice) -> list[ProgressReport]:
    return [factories.with_office(cast, assignment=assignment_of(cast, point=point)) for point in (1, 2)]


def decided(cast, action: str, reports: list[ProgressReport]):
    seen = {f"version-{each.pk}": each.version for each in reports}
    sent = {
        "action": action,
        "_selected_action": [each.pk for each in reports],
        "confirmed": "yes",
        "reason": "请补充。",
    }
    return signed_in(cast.office).post(LIST, {**sent, **seen}, follow=True)


def statuses(reports: list[ProgressReport]) -> list[str]:
    return [ProgressReport.objects.get(pk=each.pk).status for each in reports]


@pytest.mark.parametrize("action", ["accept_selected", "return_selected"])
def test_what_was_decided_together_is_undone_together(cast, reports, action):
    undo = undo_in(decided(cast, action, reports))
    assert "with_office" not in statuses(reports)

    done = signed_in(cast.office).post(undo, follow=True)

    assert "已撤销，2 份填报恢复为刚才办理以前的样子。" in done.text
    assert statuses(reports) == ["with_office", "with_office"]
    assert {each.assignment.status for each in ProgressReport.objects.select_related("assignment")} == {"todo"}
    assert not Message.objects.filter(kind="returned").exists()


def test_two_of_one_task_are_undone_the_last_first(cast, notice):
    both = [factories.with_office(cast, of=quarter) for quarter in ("第三季度", "第四季度")]
    undo = undo_in(decided(cast, "accept_selected", both))

    signed_in(cast.office).post(undo)

    assert statuses(both) == ["with_office", "with_office"]


def test_what_something_followed_stays_and_is_counted(cast, reports):
    undo = undo_in(decided(cast, "return_selected", reports))
    first = ProgressReport.objects.get(pk=reports[0].pk)
    submit_report(report=first, by=cast.clerk, at=clock.now())

    done = signed_in(cast.office).post(undo, follow=True)

    assert statuses(reports) == ["with_head", "with_office"]
    assert "已撤销，1 份填报" in done.text
    assert "1 份填报没有撤销：已经超过可以撤销的时间，或者后来又有了变化" in done.text


@pytest.mark.parametrize("of", ["", "x", "1.2.x", "9" * 40, "0"])
def test_an_odd_address_undoes_nothing(cast, reports, of):
    accept_report(report=reports[0], version=reports[0].version, by=cast.second_office, at=clock.now())
    address = f"{reverse('admin:tasks_progress_together-back')}?of={of}.{reports[0].pk}"

    assert signed_in(cast.office).post(address).status_code == 302
    assert statuses(reports) == ["accepted", "with_office"]
