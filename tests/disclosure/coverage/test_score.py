"""What units made public in time, for the score."""

from datetime import date

import pytest

from disclosure.coverage.score import made_public
from disclosure.models import Item
from disclosure.models.basic_catalogue import UpdateRhythm
from fixtures.reference_data import load_workdays
from ninghai.models.calendar import LimitUnit
from tests.disclosure.coverage.county import ON, duty, public


@pytest.fixture(autouse=True)
def _calendar(db) -> None:
    load_workdays()


def known(cast, on: date = ON):
    found = made_public(year=2018, on=on).get(cast.finance.pk)
    if found is None:  # nothing to be judged on that day
        return 0, []
    return found.in_time, [(lapse.words, lapse.is_late) for lapse in found.lapses]


def test_an_item_is_judged_by_the_laws_twenty_working_days(cast):
    public(cast, date(2018, 9, 30), formed_date=date(2018, 9, 3))
    public(cast, date(2018, 10, 8), formed_date=date(2018, 9, 3), title="迟到的公告")
    public(cast, date(2018, 10, 8), formed_date=date(2017, 9, 3))  # of another year

    words = "《迟到的公告》：2018-09-03成文，应于2018-09-30前公开，2018-10-08公开"
    assert known(cast) == (1, [(words, True)])


def test_an_item_of_a_duty_by_that_dutys_own_limit(cast):
    entry = duty("A", cast.finance, limit_amount=3, limit_unit=LimitUnit.WORKING_DAY)
    item = public(cast, date(2018, 9, 10), formed_date=date(2018, 9, 3), entry=entry)

    assert known(cast) == (0, [(f"《{item.title}》：2018-09-03成文，应于2018-09-06前公开，2018-09-10公开", True)])


def test_an_older_item_whose_day_nobody_knows_is_not_judged(cast):
    public(cast, date(2018, 9, 4), formed_date=date(2018, 9, 3))
    item = public(cast, date(2018, 11, 1), formed_date=date(2018, 1, 3))
    Item.objects.filter(pk=item.pk).update(is_imported=True)

    assert known(cast) == (1, [])


def test_empty_and_stale_duties_are_owed_and_not_there(cast):
    public(cast, date(2018, 11, 1), entry=duty("A", cast.finance))
    stale = duty("B", cast.finance, rhythm=UpdateRhythm.MONTHLY)
    public(cast, date(2018, 9, 5), entry=stale)
    empty = duty("C", cast.finance)
    duty("D", cast.finance, since=ON)  # not due yet

    lapses = made_public(year=2018, on=ON)[cast.finance.pk].lapses

    assert [(each.record_type, each.record_id, each.is_late) for each in lapses] == [
        ("disclosure.catalogueentry", str(stale.pk), False),
        ("disclosure.catalogueentry", str(empty.pk), False),
    ]
    assert lapses[0].words.startswith("“事项B”逾期未更新：最近一次公开是2018-09-05")


def test_what_happened_later_changes_no_earlier_day(cast):
    entry = duty("A", cast.finance, rhythm=UpdateRhythm.MONTHLY)
    before = known(cast, date(2018, 11, 10))

    public(cast, date(2018, 11, 15), entry=entry, formed_date=date(2018, 11, 14))

    assert known(cast, date(2018, 11, 10)) == before
    assert known(cast) == (1, [])


@pytest.mark.parametrize("event", ["document_published", "approved", "change_approved", "happened"])
def test_what_nothing_has_set_going_costs_nothing(cast, event):
    fields = {"limit_amount": 3, "limit_unit": LimitUnit.WORKING_DAY, "limit_event": event}
    duty("A", cast.finance, since=date(2018, 8, 13), **fields)

    assert cast.finance.pk not in made_public(year=2018, on=ON)


@pytest.mark.parametrize(("on", "is_owed"), [(date(2018, 11, 19), False), (ON, True)])
def test_a_policy_of_ones_own_owes_its_interpretation(cast, on, is_owed):
    """Three working days after Wednesday the 14th are over at the end of Monday the 19th."""
    fields = {"limit_amount": 3, "limit_unit": LimitUnit.WORKING_DAY, "limit_event": "document_published"}
    duty("A", cast.finance, cast.town, since=date(2018, 8, 13), **fields)
    item = public(cast, date(2018, 11, 14), formed_date=date(2018, 11, 12), title="关于补贴的通知")
    Item.objects.filter(pk=item.pk).update(owes_interpretation=True)

    found = made_public(year=2018, on=on)

    assert [(each.record_id, each.is_late) for each in found[cast.finance.pk].lapses] == [
        (str(item.pk), False)
    ] * is_owed
    assert cast.town.pk not in found


@pytest.mark.parametrize(
    "how",
    [
        {"validity": "expired", "expires_on": date(2018, 11, 14)},
        {"validity": "repealed", "repealed_on": date(2018, 11, 15)},
    ],
)
def test_what_expired_or_was_repealed_later_held_on_the_days_before(cast, how):
    entry = duty("A", cast.finance, rhythm=UpdateRhythm.LASTING)
    item = public(cast, date(2018, 10, 8), entry=entry)
    before = known(cast, date(2018, 11, 14))

    Item.objects.filter(pk=item.pk).update(**how)

    assert known(cast, date(2018, 11, 14)) == before
    assert before[1] == []
    assert [is_late for _, is_late in known(cast)[1]] == [False]
