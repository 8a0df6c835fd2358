"""季度排名: units by the mean of their rates, those with too few matters left out; the year so far, where all count; and for the score
(考核的热线按期办结) each matter whose limit ended in the year, in time or not.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from disclosure.coverage.holdings import OwingUnits
from disclosure.hotline.figures.counting import RATES, Counts, HotlineFigures, HotlinePeriod, count_hotline
from disclosure.models import HotlineCase, HotlineRanking
from ninghai.models import Case, Unit
from tasks.scoring.facts import LatePiece, Timeliness

WEIGHED = [rate for rate in RATES if rate.code in {"sign", "close", "call", "content"}]


@dataclass(frozen=True, slots=True)
class RankedHotlineUnit:
    """A unit in its place, with its scores in words; `rank` is None for who is not ranked, and equal scores share one."""

    unit: Unit
    counts: Counts
    score: str
    year: str
    rank: int | None
    year_rank: int | None


def _words(score: Fraction | None) -> str:
    """To two places, cut and not rounded up: 100 has only who kept everything."""
    return "" if score is None else f"{int(score * 100) / 100:.2f}"


def score_of(counts: Counts) -> Fraction | None:
    """The mean of the rates of which there is anything to judge."""
    shares = [Fraction(100 * counts[rate.part], counts[rate.whole]) for rate in WEIGHED if counts[rate.whole]]
    return sum(shares, Fraction()) / len(shares) if shares else None


def year_so_far(figures: HotlineFigures) -> HotlineFigures:
    """From the beginning of the year to the end of these figures, as known on the same day."""
    whole = replace(figures.period, since=date(figures.period.until.year, 1, 1))
    return figures if whole == figures.period else count_hotline(whole)


def rank_units(figures: HotlineFigures, *, year: HotlineFigures, rule: HotlineRanking) -> list[RankedHotlineUnit]:
    """Best first; who was handed no more than the bar stands after them in the county's order, without a rank."""
    units = Unit.objects.in_bulk([pk for pk in year.by["units"].keys() | figures.by["units"].keys() if pk])
    counts = {pk: figures.by["units"].get(pk, Counts()) for pk in units}
    scores = {pk: score_of(counts[pk]) for pk in units}
    by_year = {pk: score_of(year.by["units"].get(pk, Counts())) for pk in units}
    places = _places({pk: score for pk, score in scores.items() if counts[pk]["handed"] > rule.bar})
    places_of_year = _places(by_year)
    placed = [
        RankedHotlineUnit(
            unit, counts[pk], _words(scores[pk]), _words(by_year[pk]), places.get(pk), places_of_year.get(pk)
        )
        for pk, unit in units.items()
    ]
    return sorted(placed, key=lambda row: (row.rank is None, row.rank or 0, row.unit.position, row.unit.code))


def _places(scores: Mapping[int, Fraction | None]) -> dict[int, int]:
    known = sorted((score for score in scores.values() if score is not None), reverse=True)
    return {key: known.index(score) + 1 for key, score in scores.items() if score is not None}


# For the score.


def closed_in_time(*, year: int, on: date) -> Mapping[int, Timeliness]:
    """By unit, or who has taken over from it; one of which nothing was due is absent, and not assessed."""
    figures = count_hotline(HotlinePeriod(date(year, 1, 1), min(on, date(year, 12, 31)), on))
    heirs = OwingUnits.read(on=on).heirs
    kept: Counter[int] = Counter()
    for unit, counts in figures.by["units"].items():
        if unit:  # what nobody led is no unit's
            kept[heirs.get(unit, unit)] += counts["in_time"]
    late = [(heirs.get(unit, unit), *row) for unit, rows in figures.late.items() if unit for row in rows]
    numbers = dict(Case.objects.filter(pk__in=[case for _, case, _, _ in late]).values_list("pk", "number"))
    lapses: defaultdict[int, list[LatePiece]] = defaultdict(list)
    for heir, case, due, done in sorted(late, key=lambda row: (row[2], int(row[1]))):
        words = f"{numbers[int(case)]}：应于{due}前办结，{f'{done}答复' if done else '还没有答复'}"
        lapses[heir].append(LatePiece(words, HotlineCase._meta.label_lower, case, is_late=bool(done)))
    return {unit: Timeliness(kept[unit], tuple(lapses[unit])) for unit in (+kept).keys() | lapses.keys()}
