"""试算 and 通报: the sheets of all units as of a day, replaced as often as asked, then circulated and frozen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ninghai.models import AuditEntry, Unit, User
from ninghai.models.state_machine import Version, require
from tasks import rules
from tasks.announcements import announce_scores
from tasks.models import ScoreLine, ScoreScheme, Scoring, UnitScore
from tasks.models.states import ScoringStatus
from tasks.scoring.facts import Facts, JudgedRule
from tasks.scoring.parameters import Source, read_parameters
from tasks.scoring.reading import ScoringContext, facts_of_rules, scored_units
from tasks.scoring.results import kept_cases
from tasks.scoring.sheet import Scheme, Sheet, SheetLine, places, score_unit

LONGEST = 300  # characters of a line's words

StoredLine = tuple[int | None, Decimal, str, list[list[object]]]  # what a line says: rule, amount, words, cases


@transaction.atomic
def compute_scores(*, scheme: ScoreScheme, as_of: date, version: Version = ..., by: User, at: datetime) -> Scoring:
    """Compute the scores of all units as of the end of that day; a draft of the same scheme and day is replaced.

    `version` is that of the draft which the person saw. Raises ValidationError when the day or the scheme does not do.
    """
    require(rules.can_compute_scores(by))
    scheme = ScoreScheme.objects.lock(scheme.pk)
    _check_day(scheme, as_of, on=timezone.localdate(at))
    scoring = _draft(scheme, as_of, version=version, by=by, at=at)
    sheets = sheets_of(scheme=scheme, as_of=as_of)
    _replace_sheets(scoring, sheets)
    AuditEntry.objects.record(
        action="compute_scores", target=scoring, by=by, at=at, detail={"as_of": as_of.isoformat(), "units": len(sheets)}
    )
    return scoring


@transaction.atomic
def circulate_scores(*, scoring: Scoring, version: int, by: User, at: datetime) -> Scoring:
    """通报: freeze the sheets as they were read and tell every unit of its own.

    Raises ValidationError when the records of that day say something else by now, so that nothing outdated goes out.
    Nobody changes the scheme meanwhile.
    """
    ScoreScheme.objects.select_for_update().get(scorings=scoring)
    scoring = Scoring.objects.select_related("scheme__notice").lock(scoring.pk)
    if scoring.status == ScoringStatus.CIRCULATED and scoring.circulated_by_id == by.pk:
        return scoring
    require(rules.can_circulate(by, scoring))
    if scoring.version != version or not is_current(scoring):
        raise ValidationError("计算之后，方案、考核记录或这一天的数据有变化。请县政府办公室重新计算，核对后再通报。")
    scoring.circulate(by=by, at=at)
    announce_scores(scoring, at=at)
    return scoring


def is_current(scoring: Scoring) -> bool:
    """Whether computing it again would give every unit the same: the same lines and cases, and not the same sum alone."""
    now = sheets_of(scheme=scoring.scheme, as_of=scoring.as_of)
    stored = _stored(scoring)
    return bool(stored) and stored == {
        unit.pk: (sheet.is_vetoed, [_stored_line(line) for line in _lines(UnitScore(), sheet.lines)])
        for unit, sheet in now.items()
    }


def _stored(scoring: Scoring) -> dict[int, tuple[bool, list[StoredLine]]]:
    """By unit: whether it was vetoed, and its lines."""
    lines: defaultdict[int, list[StoredLine]] = defaultdict(list)
    for line in ScoreLine.objects.filter(unit_score__scoring=scoring).order_by("position"):
        lines[line.unit_score_id].append(_stored_line(line))
    scores = scoring.unit_scores.values_list("pk", "unit", "is_vetoed")
    return {unit: (is_vetoed, lines[pk]) for pk, unit, is_vetoed in scores}


def _stored_line(line: ScoreLine) -> StoredLine:
    return line.rule_id, line.amount, line.words, line.cases


# --- The sheets ----------------------------------------------------------------------------------


def sheets_of(*, scheme: ScoreScheme, as_of: date) -> dict[Unit, Sheet]:
    """The sheet of every unit that is scored on that day; nothing is saved."""
    ground, pure = ScoringContext(scheme.notice, as_of), pure_scheme(scheme)
    facts = facts_of_rules(pure.rules, ground=ground)
    return {
        unit: score_unit(scheme=pure, facts=_of_unit(unit.pk, facts))
        for unit in scored_units(ground).order_by("position", "code")
    }


def pure_scheme(scheme: ScoreScheme) -> Scheme:
    """The scheme as `tasks.scoring` computes with it."""
    found = (
        JudgedRule(rule.pk, Source(rule.source), rule.full_marks, read_parameters(rule.source, rule.parameters))
        for rule in scheme.rules.order_by("position", "pk")
    )
    return Scheme(cap=scheme.cap, veto_score=scheme.veto_score, rules=tuple(found))


def _of_unit(unit: int, facts: Mapping[int, Mapping[int, Facts]]) -> dict[int, Facts]:
    return {rule: by_unit[unit] for rule, by_unit in facts.items() if unit in by_unit}


# --- Keeping them --------------------------------------------------------------------------------


def _check_day(scheme: ScoreScheme, as_of: date, *, on: date) -> None:
    issued_at = scheme.notice.issued_at
    if issued_at is None:
        raise ValidationError({"scheme": "通知还没有下达，没有可以考核的任务。"})
    if as_of < (issued_on := timezone.localdate(issued_at)):
        raise ValidationError({"as_of": f"通知{issued_on:%Y-%m-%d}才下达，统计日期请选这一天或者以后。"})
    if as_of > on:
        raise ValidationError({"as_of": "统计日期不能晚于今天。"})
    if not scheme.rules.filter(source__in=Source.weighted).exists():
        raise ValidationError({"scheme": "方案里还没有计分的项目，请先添加。"})


def _draft(scheme: ScoreScheme, as_of: date, *, version: Version, by: User, at: datetime) -> Scoring:
    scoring = Scoring.objects.select_related("scheme").filter(scheme=scheme, as_of=as_of).first()
    if scoring is None:
        return Scoring.objects.create(scheme=scheme, as_of=as_of, computed_by=by, computed_at=at)
    if scoring.status == ScoringStatus.CIRCULATED:
        raise ValidationError({"as_of": "截至这一天的得分已经通报，不能重新计算。请另选一天。"})
    scoring.recompute(by=by, at=at, version=version)
    return scoring


def _replace_sheets(scoring: Scoring, sheets: Mapping[Unit, Sheet]) -> None:
    scoring.unit_scores.all().delete()
    by_total = places(sheet.total for sheet in sheets.values())
    scores = UnitScore.objects.bulk_create(
        UnitScore(scoring=scoring, unit=unit, total=sheet.total, is_vetoed=sheet.is_vetoed, rank=by_total[sheet.total])
        for unit, sheet in sheets.items()
    )
    lines = (line for score, sheet in zip(scores, sheets.values(), strict=True) for line in _lines(score, sheet.lines))
    ScoreLine.objects.bulk_create(lines, batch_size=500)


def _lines(score: UnitScore, lines: Iterable[SheetLine]) -> Iterator[ScoreLine]:
    for position, line in enumerate(lines, start=1):
        yield ScoreLine(
            unit_score=score,
            rule_id=line.rule,
            position=position,
            amount=line.amount,
            words=line.words[:LONGEST],
            is_assessed=line.is_assessed,
            cases=kept_cases(line.cases),
        )
