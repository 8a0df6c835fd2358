"""By when what was drawn is inspected (核查期限): said with the draw, changed for one or for all, late in the inbox, in the calendar."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from ninghai.models import AuditEntry, Message, Role, User
from ninghai.staff_site.inbox import Inbox
from tasks.models import Drawn, SpotCheck
from tasks.spot_checks.drawing import assign_inspector, set_inspection_due
from tests.cast import person
from tests.ninghai.test_calendar_feed import switched_on, unfolded
from tests.tasks import factories
from tests.tasks.factories import NOW, TODAY, signed_in

pytestmark = pytest.mark.django_db

DUE = date(2018, 11, 26)


@pytest.fixture
def check(cast, notice) -> SpotCheck:
    check = factories.drawn_check(cast, notice)
    SpotCheck.objects.filter(pk=check.pk).update(inspect_by=DUE)
    return SpotCheck.objects.get(pk=check.pk)


def second_inspector(cast, check) -> User:
    """Who takes over one row."""
    second = person("inspector-2", "抽查人员乙", cast.county_office, Role.INSPECTOR)
    row = check.drawn.order_by("pk").last()
    assign_inspector(drawn=row, inspector=second, reason="出差", by=cast.office, at=NOW)
    return second


def days(user: User, *, on: date = TODAY) -> list[tuple[date | None, int | None]]:
    user = User.objects.get(pk=user.pk)
    return sorted((row.due, row.left) for row in Inbox(user, on=on).rows if row.verb == "核查")


def test_the_day_of_the_draw_holds_for_everybody_and_another_for_one(cast, check):
    second = second_inspector(cast, check)

    set_inspection_due(spot_check=check, inspector=second, inspect_by=date(2018, 12, 3), by=cast.office, at=NOW)

    assert days(cast.inspector) == [(DUE, 6)] * 3
    assert days(second) == [(date(2018, 12, 3), 13)]
    set_inspection_due(spot_check=check, inspector=None, inspect_by=date(2018, 11, 28), by=cast.office, at=NOW)
    assert days(cast.inspector) == [(date(2018, 11, 28), 8)] * 3
    assert days(second) == [(date(2018, 12, 3), 13)]
    told = Message.objects.filter(recipient=second, subject__startswith="核查期限是2018-12-03")
    assert told.count() == 1
    assert AuditEntry.objects.about(check).filter(action="edit").count() == 2


def test_who_takes_over_a_row_has_their_own_day(cast, check):
    second = second_inspector(cast, check)
    set_inspection_due(spot_check=check, inspector=second, inspect_by=date(2018, 12, 3), by=cast.office, at=NOW)
    row = check.drawn.filter(inspector=cast.inspector).order_by("pk").first()

    moved = assign_inspector(drawn=row, inspector=second, reason="工作量调整", by=cast.office, at=NOW)
    back = assign_inspector(drawn=moved, inspector=cast.inspector, reason="已回", by=cast.office, at=NOW)

    assert (Drawn.objects.get(pk=row.pk).inspect_by, back.due) == (None, DUE)


def test_each_change_is_told_also_on_a_day_whose_clock_stands(cast, check):
    for day in (date(2018, 12, 3), date(2018, 12, 5)):
        set_inspection_due(spot_check=check, inspector=cast.inspector, inspect_by=day, by=cast.office, at=NOW)

    told = Message.objects.filter(recipient=cast.inspector, subject__startswith="核查期限是")
    assert {each.subject[5:15] for each in told} == {"2018-12-03", "2018-12-05"}


def test_the_day_of_what_somebody_has_done_is_none_for_what_they_take_over(cast, check):
    second = second_inspector(cast, check)
    set_inspection_due(spot_check=check, inspector=second, inspect_by=TODAY, by=cast.office, at=NOW)
    factories.recorded(cast, check.drawn.get(inspector=second), by=second)
    row = check.drawn.filter(inspector=cast.inspector).order_by("pk").first()

    moved = assign_inspector(drawn=row, inspector=second, reason="工作量调整", by=cast.office, at=NOW)

    assert Drawn.objects.get(pk=moved.pk).due == DUE


def test_what_is_late_is_late_in_the_inbox_and_on_every_page(cast, check, settings):
    later = DUE + timedelta(days=2)
    settings.CLOCK_DATE = settings.CLOCK_SINCE = later.isoformat()
    row = check.drawn.order_by("pk").first()
    assert days(cast.inspector, on=later) == [(DUE, -2)] * 4

    inspector, office = signed_in(cast.inspector), signed_in(cast.office)
    pages = [
        inspector.get(reverse("tasks:inspection-list")).text,
        inspector.get(row.get_absolute_url()).text,
        office.get(reverse("admin:tasks_drawn_changelist")).text,
    ]
    check_page = office.get(reverse("admin:tasks_spotcheck_change", args=[check.pk])).text

    assert all("2018-11-26，已逾期2天" in page for page in pages)
    assert "逾期4项" in check_page
    assert "已核 0/4" in check_page
    factories.recorded(cast, row)
    assert "逾期3项" in office.get(reverse("admin:tasks_spotcheck_change", args=[check.pk])).text
    assert len(days(cast.inspector, on=later)) == 3


def test_the_list_shows_one_inspector_alone(cast, check):
    second = second_inspector(cast, check)
    shown = signed_in(cast.office).get(reverse("admin:tasks_spotcheck_change", args=[check.pk])).context["inspectors"]

    address = next(each.url for each in shown if each.name == str(second))

    listed = signed_in(cast.office).get(address).context["cl"].result_list
    assert [row.inspector for row in listed] == [second]


def test_the_inspectors_calendar_has_the_days(cast, check):
    second = second_inspector(cast, check)
    set_inspection_due(spot_check=check, inspector=second, inspect_by=date(2018, 12, 3), by=cast.office, at=NOW)
    mine, theirs, clerks = (
        unfolded(Client().get(switched_on(who)).text) for who in (cast.inspector, second, cast.clerk)
    )

    assert {"SUMMARY:3项核查到期", "DTSTART;VALUE=DATE:20181126"} <= set(mine)
    assert {"SUMMARY:1项核查到期", "DTSTART;VALUE=DATE:20181203"} <= set(theirs)
    assert not [line for line in clerks if "核查到期" in line]


def test_the_page_changes_it(cast, check):
    office, page = signed_in(cast.office), reverse("admin:tasks_spotcheck_change", args=[check.pk])
    offer = office.get(page).context["offers"]["due"]

    past = office.post(offer.url, {"version": offer.version, "inspect_by": "2018-11-19"})
    done = office.post(offer.url, {"version": offer.version, "inspect_by": "2018-11-30"})
    stale = office.post(offer.url, {"version": offer.version, "inspect_by": "2018-12-30"})

    assert (past.status_code, done.status_code, stale.status_code) == (422, 302, 409)
    check.refresh_from_db()
    assert check.inspect_by == date(2018, 11, 30)


def test_only_the_office_says_so_and_only_of_who_has_something_left(cast, check):
    said = {"spot_check": check, "inspect_by": DUE, "at": NOW}
    for who in (cast.signer, cast.inspector, cast.clerk):
        with pytest.raises(PermissionDenied):
            set_inspection_due(**said, inspector=None, by=who)
    with pytest.raises(ValidationError):
        set_inspection_due(**said, inspector=cast.clerk, by=cast.office)


@pytest.mark.parametrize(("day", "kept"), [("2018-12-07", date(2018, 12, 7)), ("", None), ("2018-11-19", "refused")])
def test_the_draw_says_the_day(cast, notice, day, kept):
    office = signed_in(cast.office)
    form = office.get(reverse("admin:tasks_spotcheck_add")).context["form"]
    assert form.initial["inspect_by"] == date(2018, 12, 4)  # ten working days
    asked = {"notice": notice.pk, "title": "十一月抽查", "size": 2, "seed": "20181120", "as_of": "2018-11-20"}

    said = {**asked, "inspect_by": day, "form_id": str(uuid4())}
    seen = office.post(reverse("admin:tasks_spotcheck_add"), said)
    office.post(reverse("admin:tasks_spotcheck_add"), {**said, "confirmed": "yes"})

    if kept == "refused":
        assert seen.context["form"].errors["inspect_by"]
        assert not SpotCheck.objects.exists()
    else:
        assert SpotCheck.objects.get().inspect_by == kept
        assert ("核查期限 2018-12-07" in seen.text) == (kept is not None)
