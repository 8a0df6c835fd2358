"""A scoring as pages and files show it: the ranking, and each unit's sheet with its sums, its cases, and the way to their records."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.apps import apps
from django.db.models import Q
from django.urls import reverse

from tasks.models import ScoreLine, ScoreRule, Scoring, UnitScore
from tasks.scoring.parameters import Source
from tasks.scoring.sheet import NOT_ASSESSED, Record, ScoreCase, places, plain, shown, signed

# The ranking of a scoring as pages and files show it: what each rule gave each unit, and how it stood before.

Amounts = dict[int | None, Decimal | None]
"""By rule, None where nothing was asked of the unit; under None what rounding left over and the scheme's bounds did."""


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A line of the ranking; `place` is among the units shown, `before` how it stood in the scoring before.

    `columns` is how many of the rules that carry weight were judged of the unit: what its place rests on (考核项数).
    """

    score: UnitScore
    place: int
    is_tied: bool
    amounts: Amounts
    columns: int
    before: UnitScore | None

    @property
    def place_words(self) -> str:
        """3, or 并列3."""
        return f"{'并列' if self.is_tied else ''}{self.place}"

    @property
    def change(self) -> str:
        """升降 since the scoring before, in total."""
        if self.before is None:
            return NOT_ASSESSED
        difference = self.score.total - self.before.total
        return signed(difference) if difference else "不变"

    @property
    def direction(self) -> str:
        """Whether its total went up or down since; nothing where it stayed or there was none."""
        was = self.before.total if self.before else self.score.total
        return "up" if self.score.total > was else "down" if self.score.total < was else ""


def earlier_scoring(scoring: Scoring) -> Scoring | None:
    """The last one of an earlier day for the same notice: what was circulated goes before a draft of the same day."""
    rows = Scoring.objects.filter(scheme__notice=scoring.scheme.notice_id, as_of__lt=scoring.as_of)
    return rows.exclude(unit_scores=None).select_related("scheme").order_by("-as_of", "status", "-pk").first()


def ranked_units(scoring: Scoring, *, kind: str = "") -> list[RankedUnit]:
    """All units in the order of their places, or those of one kind with their places among themselves."""
    scores = scoring.unit_scores.select_related("unit").order_by("rank", "unit__position", "pk")
    shown = list(scores.filter(unit__kind=kind) if kind else scores)
    earlier = earlier_scoring(scoring)
    before = {each.unit_id: each for each in earlier.unit_scores.all()} if earlier else {}
    by_total, counted = places(score.total for score in shown), Counter(score.total for score in shown)
    amounts, columns = amounts_of(shown)
    return [
        RankedUnit(
            score=score,
            place=by_total[score.total],
            is_tied=counted[score.total] > 1,
            amounts=amounts[score.pk],
            columns=columns[score.pk],
            before=before.get(score.unit_id),
        )
        for score in shown
    ]


def amounts_of(scores: Iterable[UnitScore]) -> tuple[defaultdict[int, Amounts], Counter[int]]:
    """What each rule gave, by score; and how many rules that carry weight were judged."""
    found: defaultdict[int, Amounts] = defaultdict(dict)
    columns: Counter[int] = Counter()
    rows = ScoreLine.objects.filter(unit_score__in=list(scores))
    for score, rule, source, amount, is_assessed in rows.values_list(
        "unit_score", "rule", "rule__source", "amount", "is_assessed"
    ):
        columns[score] += is_assessed and source in Source.weighted
        if is_assessed or amount:
            found[score][rule] = (found[score].get(rule) or Decimal(0)) + amount
        else:
            found[score].setdefault(rule, None)
    return found, columns


def asked_rules(scoring: Scoring, *, kind: str = "") -> list[ScoreRule]:
    """The scheme's rules under which anything was asked of anybody, or of any unit of one kind, in their order.

    The others have no column.
    """
    of_scoring = ScoreLine.objects.filter(
        unit_score__scoring=scoring, **({"unit_score__unit__kind": kind} if kind else {})
    )
    lines = of_scoring.filter(Q(is_assessed=True) | ~Q(amount=0))
    return list(scoring.scheme.rules.filter(pk__in=lines.values("rule")).order_by("position", "pk"))


def weight_words(rule: ScoreRule) -> str:
    """按时报送进展（20分）: the rule with its weight, as the head of its column says it."""
    return f"{rule.title}（{mark_words(rule)}）" if mark_words(rule) else rule.title


def mark_words(rule: ScoreRule) -> str:
    """20分, 最多扣10分, 最多加5分; nothing for a veto."""
    most = {Source.DEDUCTION: "最多扣", Source.BONUS: "最多加"}.get(Source(rule.source), "")
    return "" if rule.source == Source.VETO else f"{most}{plain(rule.full_marks)}分"


def columns_of(score: UnitScore) -> int:
    """考核项数: how many rules that carry weight were judged of the unit."""
    return score.lines.filter(is_assessed=True, rule__source__in=Source.weighted).count()


# A score sheet as it is kept and as a page shows it: each rule with its sum, its cases, and the way to their records.

Places = Mapping[Record, str]  # the address of a record
FOR_THE_OFFICE_ALONE = frozenset({"tasks.scoreentry"})


def kept_cases(cases: Iterable[ScoreCase]) -> list[list[object]]:
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

    `amount` is as it is printed, a dash for what was not assessed; `value` is the number, where there is one. `place` is
    by which an address finds it on the sheet.
    """

    place: str
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
            place=place_of(line.rule_id),
            title=line.rule.title if line.rule else "尾差与总分限额",
            marks=_marks(line),
            words=line.words,
            amount=shown(value := line.amount if line.is_assessed or line.amount else None),
            value=value,
            cases=tuple(_cases(line, places)),
        )
        for line in lines
    ]


def place_of(rule: int | None) -> str:
    return f"rule-{rule}" if rule else "rest"


def _cases(line: ScoreLine, places: Places) -> Iterator[ShownCase]:
    for words, amount, model, number, is_detail in line.cases:
        record = Record(model, number)
        url = "" if is_detail else places.get(record, "")
        yield ShownCase(words, shown(amount), Decimal(amount), record, is_detail, url=url)


def _marks(line: ScoreLine) -> str:
    return (mark_words(line.rule) if line.rule else "") or NOT_ASSESSED


def urls_for_office(records: Iterable[Record]) -> Places:
    """The pages of the admin, without asking the database."""
    return {each: reverse(f"admin:{each.type.replace('.', '_')}_change", args=[each.id]) for each in records}


def urls_for_unit(records: Iterable[Record]) -> Places:
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
