"""The ranking of units on the hotline, and what of a table is too small to be told."""

from collections import Counter
from datetime import date
from itertools import product

import pytest
from hypothesis import given as taking
from hypothesis import strategies as some

from disclosure.hotline.figures.counting import HotlineFigures, HotlinePeriod
from disclosure.hotline.figures.ranking import rank_units
from disclosure.hotline.figures.suppression import hide_small, is_small
from disclosure.models import HotlineRanking

QUARTER = HotlinePeriod(date(2018, 10, 1), date(2018, 12, 31), date(2018, 12, 31))
pytestmark = pytest.mark.django_db


def handled(cast, *, finance: int, town: int, kept: int) -> HotlineFigures:
    """So many handed to each, of which the bureau kept all limits, and the town so many."""
    figures = HotlineFigures(QUARTER)
    for unit, handed, in_time in ((cast.finance, finance, finance), (cast.town, town, kept)):
        for name, number in {
            "handed": handed,
            "to_sign": handed,
            "signed": handed,
            "due": handed,
            "in_time": in_time,
        }.items():
            figures.add(unit.pk, None, name, number)
    return figures


def test_who_was_handed_15_is_not_ranked_and_counts_for_the_year(cast):
    quarter, year = handled(cast, finance=16, town=15, kept=15), handled(cast, finance=16, town=60, kept=30)

    first, second = rank_units(quarter, year=year, rule=HotlineRanking.on(QUARTER.since))

    assert (first.unit, first.rank, first.score, first.counts["handed"]) == (cast.finance, 1, "100.00", 16)
    assert (second.unit, second.rank, second.counts["handed"]) == (cast.town, None, 15)
    assert (second.year, second.year_rank) == ("75.00", 2)


def test_equal_scores_share_a_place_and_the_bar_is_the_county_s_from_a_day_on(cast):
    HotlineRanking.objects.create(valid_from=date(2018, 10, 1), bar=5)
    equal, none = handled(cast, finance=6, town=7, kept=7), handled(cast, finance=6, town=5, kept=5)

    rule = HotlineRanking.on(QUARTER.since)

    assert [row.rank for row in rank_units(equal, year=equal, rule=rule)] == [1, 1]
    assert [row.rank for row in rank_units(none, year=none, rule=rule)] == [1, None]
    assert HotlineRanking.on(date(2018, 9, 30)).bar == 15


# Small numbers.

counts = some.integers(0, 12)


@taking(some.lists(some.tuples(counts, counts, counts), min_size=1, max_size=6))
def test_no_small_number_can_be_reckoned_from_the_total(drawn):
    """Who knows the total, the shown rows, and that what is hidden counts something, still has two answers for each small number."""
    rows = {key: Counter(handed=a, returned=min(a, b), closed=c) for key, (a, b, c) in enumerate(drawn)}
    total = sum(rows.values(), Counter())

    hidden = hide_small(rows, total, ["handed", "return", "redo"])

    for column, names in (("handed", ["handed"]), ("return", ["returned", "handed"]), ("redo", ["redone", "closed"])):
        if column in hidden.dropped:
            continue
        kept = hidden.rows[column]
        assert not any(is_small(counts, column) for key, counts in rows.items() if key not in kept)
        for name in names:
            told = [rows[key][name] for key in kept if rows[key][name]]
            answers = (
                [each for each in product(range(1, sum(told) + 1), repeat=len(told)) if sum(each) == sum(told)]
                if len(told) < 4 and sum(told) < 20
                else []
            )
            for place, value in enumerate(told):
                assert not answers or value > 2 or len({each[place] for each in answers}) > 1
    assert hidden.rows["return"] >= hidden.rows["handed"]


@taking(some.lists(some.tuples(counts, counts), min_size=1, max_size=6))
def test_who_was_not_content_is_not_told_by_who_was(drawn):
    """As above, for what a share leaves over."""
    rows = {key: Counter(content=a, discontent=b, rated=a + b) for key, (a, b) in enumerate(drawn)}

    hidden = hide_small(rows, sum(rows.values(), Counter()), ["content"])

    if "content" in hidden.dropped:
        return
    for name in ("content", "discontent"):
        assert not any(0 < counts[name] < 3 for key, counts in rows.items() if key not in hidden.rows["content"])
        unknown = [rows[key][name] for key in hidden.rows["content"] if rows[key][name]]
        assert len(unknown) != 1 or unknown[0] > 2
        assert sum(unknown) != len(unknown) or not unknown


def test_one_late_of_seven_is_told_and_one_discontent_of_seven_is_not():
    rows = {1: Counter(in_time=6, due=7), 2: Counter(in_time=9, due=9)}
    rated = {1: Counter(content=6, rated=7, discontent=1), 2: Counter(content=9, rated=9)}

    assert hide_small(rows, sum(rows.values(), Counter()), ["close"]).rows["close"] == set()
    assert hide_small(rated, sum(rated.values(), Counter()), ["content"]).dropped == {"content"}
