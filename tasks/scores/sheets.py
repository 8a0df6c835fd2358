"""A score sheet as it is kept and as a page shows it: each rule with its sum, its cases, and the way to their records."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.apps import apps
from django.urls import reverse

from tasks.models import ScoreLine, UnitScore
from tasks.scores.ranking import mark_words
from tasks.scoring.facts import Record
from tasks.scoring.rounding import NOT_ASSESSED, shown
from tasks.scoring.sheet import Case

Places = Mapping[Record, str]  # the address of a record
FOR_THE_OFFICE_ALONE = frozenset({"tasks.scoreentry"})


def kept_cases(cases: Iterable[Case]) -> list[list[object]]:
    """The cases of a line as JSON keeps them: words, amount, model and number of the record, whether a detail."""
    return [[each.words, str(each.amount), *each.record, each.is_detail] for each in cases]


@dataclass(frozen=True, slots=True)
class ShownCase:
    """`amount` is as it is printed, `value` the number."""

    words: str
    amount: str
    value: Decimal
    record: Record
    is_detail: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule's line and its cases; the scheme's bounds have neither marks nor cases.

    `amount` is as it is printed, a dash for what was not assessed; `value` is the number, where there is one.
    """

    title: str
    marks: str
    words: str
    amount: str
    value: Decimal | None
    cases: tuple[ShownCase, ...]


def shown_rules(score: UnitScore, *, places_of: Callable[[Iterable[Record]], Places]) -> list[ShownRule]:
    """The sheet in its order; `places_of` finds the addresses of the records for who reads it."""
    lines = list(score.lines.select_related("rule").order_by("position"))
    places = places_of({case.record for line in lines for case in _cases(line, {})})
    return [
        ShownRule(
            title=line.rule.title if line.rule else "尾差与总分限额",
            marks=_marks(line),
            words=line.words,
            amount=shown(value := line.amount if line.is_assessed or line.amount else None),
            value=value,
            cases=tuple(_cases(line, places)),
        )
        for line in lines
    ]


def _cases(line: ScoreLine, places: Places) -> Iterator[ShownCase]:
    for words, amount, model, number, is_detail in line.cases:
        record = Record(model, number)
        url = "" if is_detail else places.get(record, "")
        yield ShownCase(words, shown(amount), Decimal(amount), record, is_detail, url=url)


def _marks(line: ScoreLine) -> str:
    return (mark_words(line.rule) if line.rule else "") or NOT_ASSESSED


def places_for_office(records: Iterable[Record]) -> Places:
    """The pages of the admin, without asking the database."""
    return {each: reverse(f"admin:{each.type.replace('.', '_')}_change", args=[each.id]) for each in records}


def places_for_unit(records: Iterable[Record]) -> Places:
    """The records' own pages, where they have one; one query for each kind of record."""
    by_type: defaultdict[str, set[str]] = defaultdict(set)
    for each in records:
        by_type[each.type].add(each.id)
    return {record: url for kind, ids in by_type.items() for record, url in _own_pages(kind, ids)}


def _own_pages(kind: str, ids: set[str]) -> Iterator[tuple[Record, str]]:
    model = apps.get_model(kind)
    if kind in FOR_THE_OFFICE_ALONE or not hasattr(model, "get_absolute_url"):
        return
    for pk, record in model._base_manager.in_bulk(ids).items():
        yield Record(kind, str(pk)), record.get_absolute_url()
