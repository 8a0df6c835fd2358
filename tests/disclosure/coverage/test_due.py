"""The regulation as a table: when a duty is due by its rhythm and limit, and how it stands on a day."""

from datetime import date

import pytest
from chinese_calendar.constants import holidays, workdays

from disclosure.coverage.status import (
    STATUTORY,
    Days,
    DutyRule,
    Held,
    PublicItem,
    first_deadline,
    last_deadline,
    limit_of_item,
    next_deadline,
    standing,
)
from disclosure.models.basic_catalogue import LimitEvent, UpdateRhythm
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Workday
from ninghai.models.calendar import Limit, LimitUnit

DAYS = Days(WorkCalendar(dict.fromkeys(holidays, Workday.Kind.HOLIDAY) | dict.fromkeys(workdays, Workday.Kind.WORKING)))
ON = date(2018, 11, 20)
WORKDAYS_15, DAYS_15 = Limit(LimitUnit.WORKING_DAY, 15), Limit(LimitUnit.DAY, 15)


def day(text: str) -> date:
    """“8-29” is of 2018."""
    return date.fromisoformat(text) if text.count("-") == 2 else date(2018, *map(int, text.split("-")))


def held(*public_on: str, formed: str = "", holds: bool = True) -> Held:
    days = tuple(map(day, public_on))
    return Held(PublicItem(days[-1], day(formed) if formed else None), days, holds)


# --- When something is due ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "on", "before", "after"),
    [
        (DutyRule(UpdateRhythm.MONTHLY), "11-20", "10-31", "11-30"),
        (DutyRule(UpdateRhythm.MONTHLY), "11-30", "10-31", "11-30"),
        (DutyRule(UpdateRhythm.MONTHLY, DAYS_15), "11-20", "11-15", "12-15"),
        (DutyRule(UpdateRhythm.MONTHLY, Limit(LimitUnit.MONTH, 1)), "2-27", "2018-01-31", "2018-02-28"),
        (DutyRule(UpdateRhythm.QUARTERLY), "11-20", "9-30", "12-31"),
        (DutyRule(UpdateRhythm.QUARTERLY, WORKDAYS_15), "10-19", "7-20", "10-26"),  # past National Day
        (DutyRule(UpdateRhythm.HALF_YEARLY), "11-20", "6-30", "12-31"),
        (DutyRule(UpdateRhythm.HALF_YEARLY, DAYS_15), "1-10", "2017-07-15", "1-15"),
        (DutyRule(UpdateRhythm.YEARLY), "11-20", "2017-12-31", "12-31"),
        (DutyRule(UpdateRhythm.YEARLY, yearly=(3, 31)), "11-20", "3-31", "2019-03-31"),
        (DutyRule(UpdateRhythm.YEARLY, yearly=(3, 31)), "3-31", "2017-03-31", "3-31"),
        (DutyRule(UpdateRhythm.YEARLY, yearly=(2, 29)), "2-1", "2017-02-28", "2018-02-28"),
        (DutyRule(UpdateRhythm.YEARLY, yearly=(2, 29)), "2020-02-01", "2019-02-28", "2020-02-29"),
    ],
)
def test_each_period_has_one_deadline(rule, on, before, after):
    assert last_deadline(rule, day(on), days=DAYS).due == day(before)
    assert first_deadline(rule, day(on), days=DAYS).due == day(after)


@pytest.mark.parametrize(
    ("rule", "public_on", "since", "due"),
    [
        (DutyRule(UpdateRhythm.MONTHLY), ["8-29"], None, "9-30"),
        (DutyRule(UpdateRhythm.MONTHLY), ["8-29", "9-3"], None, "10-31"),
        (DutyRule(UpdateRhythm.MONTHLY), ["8-29", "8-30", "8-31"], None, "9-30"),  # three of one month are one
        (DutyRule(UpdateRhythm.MONTHLY), ["8-29", "10-5"], None, "11-30"),  # September was missed, October is not
        (DutyRule(UpdateRhythm.MONTHLY, DAYS_15), ["8-29", "10-5"], None, "11-15"),  # in time for September
        (
            DutyRule(UpdateRhythm.MONTHLY, DAYS_15),
            ["8-29", "10-18"],
            None,
            "11-15",
        ),  # too late for September, October is owed
        (DutyRule(UpdateRhythm.MONTHLY, DAYS_15), ["8-29", "10-18", "10-25"], None, "12-15"),
        (DutyRule(UpdateRhythm.MONTHLY), ["8-29"], "8-1", "9-30"),
        (DutyRule(UpdateRhythm.MONTHLY), ["8-29"], "6-1", "9-30"),  # June and July were missed
        (DutyRule(UpdateRhythm.QUARTERLY, DAYS_15), ["7-10"], "7-1", "10-15"),
        (DutyRule(UpdateRhythm.QUARTERLY, DAYS_15), ["7-20"], "7-1", "10-15"),  # late for the second, early for nothing
        (DutyRule(UpdateRhythm.QUARTERLY, DAYS_15), ["7-20", "10-12"], "7-1", "2019-01-15"),
        (DutyRule(UpdateRhythm.YEARLY), ["8-15"], None, "2019-12-31"),
        (DutyRule(UpdateRhythm.YEARLY, yearly=(3, 31)), ["3-20"], None, "2019-03-31"),
        (
            DutyRule(UpdateRhythm.YEARLY, yearly=(3, 31)),
            ["4-5"],
            None,
            "2019-03-31",
        ),  # five days late, not a year early
        (DutyRule(UpdateRhythm.YEARLY, yearly=(3, 31)), ["3-20", "8-1"], None, "2019-03-31"),
        (DutyRule(UpdateRhythm.YEARLY, yearly=(3, 31)), ["3-20", "2019-02-01"], None, "2020-03-31"),
    ],
)
def test_something_new_is_owed_between_one_deadline_and_the_next(rule, public_on, since, due):
    found = next_deadline(rule, [day(each) for each in public_on], since=day(since) if since else None, days=DAYS)

    assert found.due == day(due)


# --- When an item was due ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "formed", "due"),
    [
        (DutyRule(), "9-20", "10-24"),  # the law's 20 working days, past National Day, two Saturdays made up
        (DutyRule(limit=WORKDAYS_15), "9-20", "10-17"),
        (DutyRule(limit=Limit(LimitUnit.WORKING_DAY, 1)), "9-28", "9-29"),  # a Saturday at work
        (DutyRule(limit=DAYS_15), "9-20", "10-5"),
        (DutyRule(limit=Limit(LimitUnit.MONTH, 1)), "8-31", "9-30"),
        (DutyRule(limit=Limit(LimitUnit.HOUR, 24)), "8-31", "9-1"),
        (DutyRule(limit=Limit(LimitUnit.HOUR, 48)), "8-31", "9-2"),
        (DutyRule(UpdateRhythm.YEARLY, yearly=(3, 31)), "1-5", ""),  # asks for its day alone
        (DutyRule(UpdateRhythm.YEARLY, DAYS_15, yearly=(3, 31)), "1-5", "1-20"),
        (DutyRule(event=LimitEvent.DOCUMENT_PUBLISHED), "8-31", ""),  # of which document, nobody said
    ],
)
def test_an_item_is_due_so_long_after_it_was_formed(rule, formed, due):
    found = limit_of_item(rule, PublicItem(ON, day(formed)), days=DAYS)

    assert found == (day(due) if due else None)


def test_an_interpretation_is_due_after_its_document():
    rule = DutyRule(limit=Limit(LimitUnit.WORKING_DAY, 3), event=LimitEvent.DOCUMENT_PUBLISHED)
    item = PublicItem(public_on=day("9-30"), formed_on=day("9-30"), explains_public_on=day("9-21"))

    assert limit_of_item(rule, item, days=DAYS) == day("9-27")  # 24 September is a holiday


@pytest.mark.parametrize("item", [PublicItem(ON), PublicItem(ON, day("1-2"), day_is_known=False)])
def test_what_nobody_knows_is_not_late(item):
    assert limit_of_item(DutyRule(), item, days=DAYS) is None


# --- How a duty stands -------------------------------------------------------------------------------

ARISES, LASTING = DutyRule(), DutyRule(UpdateRhythm.LASTING)
DAYS_3 = Limit(LimitUnit.WORKING_DAY, 3)
MONTHLY, YEARLY = DutyRule(UpdateRhythm.MONTHLY), DutyRule(UpdateRhythm.YEARLY, yearly=(3, 31))


@pytest.mark.parametrize(
    ("rule", "has", "since", "state", "due", "days_late"),
    [
        # nothing is public
        (ARISES, None, None, "empty", None, 0),
        (ARISES, None, "11-1", "pending", "11-29", 0),
        (ARISES, None, "10-23", "pending", "11-20", 0),  # its last day
        (ARISES, None, "10-22", "empty", "11-19", 1),
        (DutyRule(UpdateRhythm.LASTING, DAYS_3, LimitEvent.CHANGE_APPROVED), None, "11-1", "pending", "11-29", 0),
        (LASTING, None, None, "empty", None, 0),
        (DutyRule(UpdateRhythm.LASTING, DAYS_15), None, "11-1", "empty", "11-16", 4),
        (MONTHLY, None, None, "empty", "10-31", 20),
        (MONTHLY, None, "11-5", "pending", "11-30", 0),
        (MONTHLY, None, "10-5", "empty", "10-31", 20),
        (YEARLY, None, "4-1", "pending", "2019-03-31", 0),
        (YEARLY, None, None, "empty", "3-31", 234),
        # something is
        (ARISES, held("2010-01-04"), None, "current", None, 0),  # never stale
        (ARISES, held("10-30", formed="9-20"), None, "late", "10-24", 6),
        (ARISES, held("10-24", formed="9-20"), None, "current", None, 0),
        (LASTING, held("2010-01-04"), None, "current", None, 0),
        (LASTING, held("2010-01-04", holds=False), None, "stale", None, 0),
        (MONTHLY, held("9-10"), None, "stale", "10-31", 20),
        (MONTHLY, held("10-10"), None, "current", "11-30", 0),
        (MONTHLY, held("10-10", "11-5"), None, "current", "12-31", 0),
        (MONTHLY, held("11-5", formed="9-20"), None, "late", "10-24", 12),
        (YEARLY, held("3-20"), None, "current", "2019-03-31", 0),
        (YEARLY, held("2017-03-20"), None, "stale", "3-31", 234),
        (YEARLY, held("4-20"), None, "current", "2019-03-31", 0),
    ],
)
def test_how_a_duty_stands(rule, has, since, state, due, days_late):
    found = standing(rule, has, since=day(since) if since else None, on=ON, days=DAYS)

    assert (found.state, found.due_on, found.days_late) == (state, day(due) if due else None, days_late)


@pytest.mark.parametrize("since", [None, "1-1", "10-22"])
@pytest.mark.parametrize("limit", [None, DAYS_3, DAYS_15])
@pytest.mark.parametrize("event", sorted(set(LimitEvent) - {LimitEvent.FORMED}))
def test_what_an_event_sets_going_is_not_owed_without_it(event, limit, since):
    rule = DutyRule(UpdateRhythm.AS_IT_ARISES, limit, event)

    found = standing(rule, None, since=day(since) if since else None, on=ON, days=DAYS)

    assert (found.state, found.due_on, found.days_late) == ("pending", None, 0)
    assert found.words


@pytest.mark.parametrize("event", sorted(set(LimitEvent) - {LimitEvent.FORMED}))
def test_a_limit_after_an_event_moves_no_end_of_a_period(event):
    """批准后20日内 says nothing of the days after 31 December."""
    counted = DutyRule(UpdateRhythm.YEARLY, Limit(LimitUnit.DAY, 20), event)

    assert first_deadline(counted, day("11-20"), days=DAYS).due == day("12-31")
    assert next_deadline(counted, [day("2-10")], since=None, days=DAYS).due == day("2019-12-31")


@pytest.mark.parametrize(
    ("rule", "on", "state"),
    [
        (MONTHLY, "11-22", "current"),
        (MONTHLY, "11-23", "soon"),  # seven days before the end of the month
        (MONTHLY, "11-30", "soon"),
        (MONTHLY, "12-1", "stale"),
        (YEARLY, "2019-03-15", "current"),
        (YEARLY, "2019-03-16", "soon"),
        (YEARLY, "2019-04-01", "stale"),
    ],
)
def test_it_is_said_before_it_is_due(rule, on, state):
    assert standing(rule, held("3-20", "10-10"), since=None, on=day(on), days=DAYS).state == state


def test_a_revision_is_something_new():
    revised = Held(PublicItem(day("9-10")), (day("9-10"), day("10-20")))

    assert standing(MONTHLY, revised, since=None, on=ON, days=DAYS).state == "current"


@pytest.mark.parametrize(
    ("rule", "has", "words"),
    [
        (
            MONTHLY,
            held("9-10"),
            "最近一次公开是2018-09-10，应在2018-10-31前公开（每月一次：周期2018-10-31结束），逾期20天。",
        ),
        (YEARLY, held("3-20"), "最近一次公开是2018-03-20，下一次应在2019-03-31前公开（每年3月31日前）。"),
        (ARISES, held("11-1"), "有信息即公开，最近一次公开是2018-11-01。"),
        (
            DutyRule(limit=Limit(LimitUnit.WORKING_DAY, 2)),
            held("10-10", formed="9-29"),
            "最近一条2018-09-29成文，当日不计第2个工作日为2018-10-08；"
            "其中放假：10-01、10-02、10-03、10-04、10-05、10-06、10-07；其中调休上班：09-30，2018-10-10公开，逾期2天。",
        ),
    ],
)
def test_it_says_in_a_sentence_how_that_was_found(rule, has, words):
    assert standing(rule, has, since=None, on=ON, days=DAYS).words == words


def test_the_law_gives_twenty_working_days():
    assert str(STATUTORY) == "20个工作日"
