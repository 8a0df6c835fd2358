"""Who owes what, what counts for it, and the table of the nightly round."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from disclosure.coverage import holdings
from disclosure.coverage.services import find_cells, recompute_cells
from disclosure.models import CatalogueEntry, CoverageCell, EntryUnit, Item
from disclosure.models.basic_catalogue import UpdateRhythm
from disclosure.models.states import DisclosureMethod
from fixtures.reference_data import load_workdays
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Unit
from tests.disclosure import makers
from tests.disclosure.coverage.county import ON, duty, moment, public


def states(on: date = ON) -> dict[tuple[str, str], str]:
    """By code of the duty and short name of the unit."""
    names = dict(Unit.objects.values_list("pk", "short_name"))
    found = find_cells(on=on, calendar=WorkCalendar.load())
    return {(each.entry.code, names[each.unit]): each.standing.state for each in found}


# --- Who owes what ------------------------------------------------------------------------------------


def test_a_duty_is_owed_by_the_units_that_are_named_for_it(cast):
    duty("A", cast.finance)
    duty("B", cast.finance, cast.town)
    duty("C")

    assert set(states()) == {("A", "县财政局"), ("B", "县财政局"), ("B", "深甽镇")}


def test_a_heading_counts_by_the_duties_below_it(cast):
    heading = duty("A", cast.finance)
    duty("A1", parent=heading)
    duty("A2", cast.town, parent=heading)  # names its own

    assert set(states()) == {("A1", "县财政局"), ("A2", "深甽镇")}


@pytest.mark.parametrize(
    ("since", "until", "is_owed"),
    [
        (None, None, True),
        (ON, ON, True),
        (ON + timedelta(days=1), None, False),
        (None, ON - timedelta(days=1), False),
    ],
)
def test_a_unit_owes_from_one_day_to_another(cast, since, until, is_owed):
    EntryUnit.objects.create(entry=duty("A"), unit=cast.finance, since=since, until=until)

    assert bool(states()) is is_owed


@pytest.mark.parametrize(("retired", "is_owed"), [(ON, False), (ON + timedelta(days=1), True)])
def test_a_retired_duty_is_owed_by_nobody(cast, retired, is_owed):
    heading = duty("A", retired_on=retired)
    duty("A1", cast.finance, parent=heading)

    assert bool(states()) is is_owed


def test_what_is_given_on_request_only_is_not_owed(cast):
    duty("A", cast.finance, method=DisclosureMethod.ON_REQUEST)

    assert states() == {}


def test_the_heir_owes_what_a_dissolved_unit_owed_and_has_what_it_left(cast):
    monthly = duty("A", cast.town, rhythm=UpdateRhythm.MONTHLY)
    public(cast, date(2018, 11, 5), entry=monthly, unit=cast.town)
    Unit.objects.filter(pk=cast.town.pk).update(valid_until=date(2018, 11, 10), successor=cast.finance)

    assert states() == {("A", "县财政局"): "current"}
    assert states(date(2018, 11, 10)) == {("A", "深甽镇"): "current"}


def test_headings_in_a_circle_harm_nobody(cast):
    first = duty("A", cast.finance)
    second = duty("B", parent=first)
    CatalogueEntry.objects.filter(pk=first.pk).update(parent=second)

    assert states() == {}


# --- What counts --------------------------------------------------------------------------------------


def test_only_what_was_public_on_the_day_counts(cast):
    entry = duty("A", cast.finance)
    for made in makers.HIDDEN_STATES.values():
        made(cast, entry=entry)
    public(cast, date(2018, 11, 21), entry=entry)

    assert states() == {("A", "县财政局"): "empty"}
    assert states(date(2018, 11, 21)) == {("A", "县财政局"): "current"}


def test_what_was_withdrawn_counts_until_then(cast):
    entry = duty("A", cast.finance)
    item = makers.withdrawn(cast, entry=entry)
    Item.objects.filter(pk=item.pk).update(published_at=moment(date(2018, 11, 1)))

    assert states(date(2018, 11, 19)) == {("A", "县财政局"): "current"}
    assert states() == {("A", "县财政局"): "empty"}


def test_an_item_that_comes_while_the_round_reads_breaks_nothing(cast, monkeypatch):
    public(cast, ON, entry=duty("A", cast.finance))
    monkeypatch.setattr(holdings, "_last_items", lambda items: [])  # as they were a moment before

    assert states() == {("A", "县财政局"): "empty"}


def test_what_another_unit_published_does_not_count(cast):
    entry = duty("A", cast.finance, cast.town)
    public(cast, date(2018, 11, 1), entry=entry)

    assert states() == {("A", "县财政局"): "current", ("A", "深甽镇"): "empty"}


def test_an_item_that_only_names_what_is_not_disclosed_does_not_count(cast):
    item = public(cast, date(2018, 11, 1), entry=duty("A", cast.finance))
    Item.objects.filter(pk=item.pk).update(method="not_disclosed", method_reason="internal", body="", summary="")

    assert states() == {("A", "县财政局"): "empty"}


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "current"),
        ({"validity": "repealed"}, "stale"),
        ({"expires_on": ON - timedelta(days=1)}, "stale"),
        ({"expires_on": ON}, "current"),
        ({"repealed_on": ON}, "stale"),
        ({"repealed_on": ON + timedelta(days=1)}, "current"),
    ],
)
def test_a_lasting_duty_asks_for_something_that_is_in_force(cast, fields, state):
    item = public(cast, date(2018, 3, 1), entry=duty("A", cast.finance, rhythm=UpdateRhythm.LASTING))
    Item.objects.filter(pk=item.pk).update(**fields)

    assert states() == {("A", "县财政局"): state}


def test_an_item_that_was_taken_over_counts_from_the_day_of_then(cast):
    entry = duty("A", cast.finance, rhythm=UpdateRhythm.MONTHLY)
    makers.as_imported(public(cast, date(2018, 11, 5), entry=entry), on=date(2018, 9, 5))

    assert states() == {("A", "县财政局"): "stale"}


def test_an_older_item_whose_day_nobody_knows_is_not_late(cast):
    item = public(cast, date(2018, 11, 5), entry=duty("A", cast.finance), formed_date=date(2010, 1, 4))
    assert states() == {("A", "县财政局"): "late"}

    Item.objects.filter(pk=item.pk).update(is_imported=True)

    assert states() == {("A", "县财政局"): "current"}


# --- The table ----------------------------------------------------------------------------------------


def test_the_table_keeps_what_was_found(cast):
    load_workdays()
    entry = duty("A", cast.finance, rhythm=UpdateRhythm.MONTHLY)
    public(cast, date(2018, 8, 5), entry=entry)
    last = public(cast, date(2018, 9, 5), entry=entry)

    recompute_cells(on=ON)

    cell = CoverageCell.objects.get()
    assert (cell.entry, cell.unit, cell.last_item, cell.items) == (entry, cast.finance, last, 2)
    assert (cell.last_published_on, cell.due_on, cell.days_late) == (date(2018, 9, 5), date(2018, 10, 31), 20)
    assert (cell.state, cell.computed_on) == ("stale", ON)


def test_the_next_round_brings_it_up_to_date_and_drops_what_is_owed_no_more(cast):
    monthly = duty("A", cast.finance, rhythm=UpdateRhythm.MONTHLY)
    ended = duty("B", cast.finance)
    recompute_cells(on=ON)
    first = CoverageCell.objects.get(entry=monthly).pk
    public(cast, ON, entry=monthly)
    EntryUnit.objects.filter(entry=ended).update(until=ON)

    recompute_cells(on=ON + timedelta(days=1))

    cell = CoverageCell.objects.get()
    assert (cell.pk, cell.state, cell.items) == (first, "current", 1)


def test_a_round_costs_the_same_for_many_duties(cast, django_assert_num_queries):
    for number in range(30):
        entry = duty(f"A{number}", cast.finance, cast.town, rhythm=UpdateRhythm.MONTHLY)
    public(cast, date(2018, 9, 5), entry=entry)

    with django_assert_num_queries(12):
        recompute_cells(on=ON)

    assert CoverageCell.objects.count() == 60


def test_the_command_tells_what_it_did(cast, settings):
    settings.CLOCK_DATE = ON.isoformat()
    duty("A", cast.finance, rhythm=UpdateRhythm.MONTHLY)
    said = StringIO()

    call_command("compute_coverage", stdout=said)
    call_command("compute_coverage", as_of=date(2018, 10, 1), stdout=said)

    assert said.getvalue().splitlines() == [
        "已计算1项，新增公开问题1个，尚未消除1个。",
        "截至2018-10-01：空白1项",
    ]
    with pytest.raises(CommandError, match="不能晚于今天"):
        call_command("compute_coverage", as_of=date(2018, 11, 21))
