"""A score sheet as a page shows it: each rule with its sum, below it the cases, each with a way to its record."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.apps import apps
from django.urls import reverse

from tasks.models import ScoreLine, UnitScore
from tasks.scoring.source import Source

Places = Mapping[tuple[str, str], str]  # (record_type, record_id) → address


@dataclass(frozen=True, slots=True)
class ShownCase:
    words: str
    amount: Decimal
    url: str
    is_detail: bool


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule's own line and its cases; the scheme's bound has neither source nor marks."""

    title: str
    marks: str
    words: str
    amount: Decimal
    cases: tuple[ShownCase, ...]


def shown_rules(score: UnitScore, *, places_of: Callable[[Iterable[ScoreLine]], Places]) -> list[ShownRule]:
    """The sheet in its order; `places_of` finds the addresses of the records for who reads it."""
    lines = list(score.lines.select_related("rule").order_by("position"))
    places = places_of(lines)
    cases: defaultdict[int | None, list[ShownCase]] = defaultdict(list)
    for line in lines:
        if not line.counts:
            url = places.get((line.record_type, line.record_id), "")
            cases[line.rule_id].append(ShownCase(line.words, line.amount, url, line.is_detail))
    return [
        ShownRule(
            title=line.rule.title if line.rule else "总分限额",
            marks=_marks(line),
            words=line.words,
            amount=line.amount,
            cases=tuple(cases[line.rule_id] if line.rule else ()),
        )
        for line in lines
        if line.counts
    ]


def _marks(line: ScoreLine) -> str:
    if line.rule is None or line.rule.source == Source.VETO:
        return "—"
    sign = {Source.DEDUCTION: "最多扣", Source.BONUS: "最多加"}.get(Source(line.rule.source), "")
    return f"{sign}{line.rule.full_marks.normalize():f}"


def places_for_office(lines: Iterable[ScoreLine]) -> Places:
    """The pages of the admin, without asking the database."""
    records = {(line.record_type, line.record_id) for line in lines if not line.counts}
    return {(kind, pk): reverse(f"admin:{kind.replace('.', '_')}_change", args=[pk]) for kind, pk in records}


def places_for_unit(lines: Iterable[ScoreLine]) -> Places:
    """The records' own pages, where they have one; one query for each kind of record."""
    by_kind: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        if not line.counts:
            by_kind[line.record_type].add(line.record_id)
    return {place: url for kind, pks in by_kind.items() for place, url in _own_pages(kind, pks)}


FOR_THE_OFFICE_ALONE = frozenset({"tasks.scoreentry"})


def _own_pages(kind: str, pks: set[str]) -> list[tuple[tuple[str, str], str]]:
    model = apps.get_model(kind)
    if kind in FOR_THE_OFFICE_ALONE or not hasattr(model, "get_absolute_url"):
        return []
    records = model._base_manager.in_bulk(pks)
    return [((kind, str(pk)), record.get_absolute_url()) for pk, record in records.items()]
