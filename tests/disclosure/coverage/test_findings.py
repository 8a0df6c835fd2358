"""One finding for each thing missing: opened once, closed when it is mended, and the unit is told."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache

from disclosure.coverage.services import ROUND_OF, compute_coverage, compute_coverage_when_due
from disclosure.items.lifecycle import withdraw_item
from disclosure.models import CoverageCell, CoverageFinding, Item
from disclosure.models.basic_catalogue import UpdateRhythm
from fixtures.reference_data import load_workdays
from ninghai.models import Message
from tests.disclosure.coverage.county import ON, duty, moment, public

NEXT = ON + timedelta(days=1)


@pytest.fixture(autouse=True)
def _calendar(db) -> None:
    load_workdays()


def go_round(on: date = ON):
    return compute_coverage(on=on, at=moment(on, 1))


def findings(**fields) -> list[tuple[str, str, bool]]:
    """Kind, unit and whether it is open."""
    rows = CoverageFinding.objects.filter(**fields).order_by("pk").select_related("unit")
    return [(each.kind, str(each.unit), each.closed_on is None) for each in rows]


def test_empty_and_stale_duties_are_found_and_others_are_not(cast):
    duty("A", cast.town)
    stale = duty("B", cast.finance, rhythm=UpdateRhythm.MONTHLY)
    public(cast, date(2018, 9, 5), entry=stale)
    public(cast, date(2018, 11, 5), entry=duty("C", cast.finance, rhythm=UpdateRhythm.MONTHLY))
    duty("D", cast.finance, since=ON)

    done = go_round()

    assert (done.cells, done.opened, done.open) == (4, 2, 2)
    assert sorted(findings()) == [("empty", "深甽镇", True), ("stale", "县财政局", True)]
    words = CoverageFinding.objects.get(kind="stale").words
    assert words == (
        "“事项B”逾期未更新：最近一次公开是2018-09-05，应在2018-10-31前公开（每月一次：周期2018-10-31结束），逾期20天。"
    )


def test_the_next_round_opens_nothing_twice_and_says_how_late_it_is_by_now(cast):
    duty("A", cast.finance, rhythm=UpdateRhythm.MONTHLY)
    go_round()

    done = go_round(NEXT)

    assert (done.opened, done.open) == (0, 1)
    finding = CoverageFinding.objects.get()
    assert finding.opened_on == ON
    assert finding.words.endswith("逾期21天。")


def test_what_is_mended_is_closed_and_what_is_missed_again_is_found_again(cast):
    entry = duty("A", cast.finance, rhythm=UpdateRhythm.MONTHLY)
    go_round()
    public(cast, NEXT, entry=entry)
    go_round(NEXT)
    assert findings() == [("empty", "县财政局", False)]

    go_round(date(2019, 1, 2))

    assert findings() == [("empty", "县财政局", False), ("stale", "县财政局", True)]
    assert CoverageFinding.objects.get(kind="empty").closed_on == NEXT


def test_an_item_that_came_late_is_found_once_until_a_later_one_came_in_time(cast):
    entry = duty("A", cast.finance)
    late = public(cast, date(2018, 11, 5), entry=entry, title="迟到的公告", formed_date=date(2018, 9, 3))
    go_round()
    go_round()

    finding = CoverageFinding.objects.get()
    assert (finding.kind, finding.item, finding.due_on) == ("late", late, date(2018, 9, 30))
    assert finding.words.startswith("《迟到的公告》2018-09-03成文，当日不计第20个工作日为2018-09-30")

    public(cast, NEXT, entry=entry, formed_date=ON)
    go_round(NEXT)
    go_round(NEXT + timedelta(days=1))

    assert findings() == [("late", "县财政局", False)]


def test_what_came_late_and_was_followed_the_same_day_is_noted_as_closed(cast):
    entry = duty("A", cast.finance)
    public(cast, date(2018, 11, 19), entry=entry, formed_date=date(2018, 9, 3))
    public(cast, date(2018, 11, 19), entry=entry, formed_date=date(2018, 11, 19))

    go_round()
    go_round(NEXT)

    assert findings() == [("late", "县财政局", False)]


def test_who_no_longer_owes_has_no_open_finding(cast):
    entry = duty("A", cast.finance)
    go_round()

    entry.owed_by.update(until=ON)
    go_round(NEXT)

    assert findings() == [("empty", "县财政局", False)]


# --- Interpretations ------------------------------------------------------------------------------------


def policy(cast, on: date) -> Item:
    item = public(cast, on, title="关于补贴的通知", kind="document")
    Item.objects.filter(pk=item.pk).update(owes_interpretation=True)
    return item


def interpretation(cast, document: Item, on: date) -> Item:
    item = public(cast, on, title="补贴通知解读", kind="interpretation")
    Item.objects.filter(pk=item.pk).update(explains=document)
    return item


def test_a_marked_policy_owes_an_interpretation_within_three_working_days(cast):
    policy(cast, date(2018, 11, 14))  # a Wednesday

    go_round(date(2018, 11, 19))
    assert findings() == []

    go_round(ON)
    assert findings() == [("no_interpretation", "县财政局", True)]
    assert CoverageFinding.objects.get().due_on == date(2018, 11, 19)


def test_an_unmarked_policy_owes_none(cast):
    public(cast, date(2018, 11, 1), kind="document")

    go_round()

    assert findings() == []


def test_an_interpretation_in_time_leaves_no_finding(cast):
    interpretation(cast, policy(cast, date(2018, 11, 14)), date(2018, 11, 19))

    go_round()

    assert findings() == []


def test_one_that_comes_late_closes_the_finding_which_says_how_late(cast):
    document = policy(cast, date(2018, 11, 12))
    go_round()
    interpretation(cast, document, NEXT)
    go_round(NEXT)
    go_round(NEXT + timedelta(days=1))

    assert findings() == [("no_interpretation", "县财政局", False)]
    assert CoverageFinding.objects.get().words == (
        "《关于补贴的通知》2018-11-12公开，3个工作日内（当日不计）即2018-11-15前应公开解读（国办发〔2016〕19号），"
        "2018-11-21已公开，逾期6天。"
    )


def test_one_that_came_late_between_two_rounds_leaves_a_closed_finding(cast):
    interpretation(cast, policy(cast, date(2018, 11, 12)), date(2018, 11, 19))

    go_round()
    go_round(NEXT)

    assert findings() == [("no_interpretation", "县财政局", False)]


def test_when_the_interpretation_is_withdrawn_it_is_missing_again(cast):
    document = policy(cast, date(2018, 11, 12))
    explaining = interpretation(cast, document, date(2018, 11, 19))
    go_round()

    explaining.refresh_from_db()
    wrong = Item.WithdrawalReason.WRONG
    withdraw_item(item=explaining, reason=wrong, explanation="有误", by=cast.office, at=moment(ON))
    go_round(NEXT)

    assert findings(closed_on=None) == [("no_interpretation", "县财政局", True)]


# --- Telling ------------------------------------------------------------------------------------------


def test_each_unit_is_told_once_of_all_that_is_new(cast):
    for code in "AB":
        duty(code, cast.finance, rhythm=UpdateRhythm.MONTHLY)
    duty("C", cast.finance)
    go_round()
    go_round(NEXT)

    told = Message.objects.get(recipient=cast.clerk)
    assert told.subject == "信息公开有3项需要补上：事项空白3项"
    assert len(told.text.splitlines()) == 3
    assert told.url == "/work/coverage/"
    assert set(Message.objects.values_list("recipient__username", flat=True)) == {"finance-clerk", "finance-head"}


def test_the_scheduler_goes_round_once_a_day(cast, settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = ON.isoformat(), ON.isoformat()
    cache.delete(ROUND_OF)
    duty("A", cast.finance)
    compute_coverage_when_due()
    CoverageCell.objects.all().delete()

    compute_coverage_when_due()
    assert CoverageCell.objects.count() == 0

    settings.CLOCK_DATE = NEXT.isoformat()
    compute_coverage_when_due()
    assert CoverageCell.objects.get().computed_on == NEXT
