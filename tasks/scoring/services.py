"""What the office does with scores (考核): schemes, records, the scores as of a day (试算), their circulation (通报)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from ninghai.files.workbooks.reading import SheetRow, refuse
from ninghai.models import AuditEntry, StoredFile, Unit, User
from ninghai.models.state_machine import Version, require
from tasks import rules
from tasks.assignments.reminders import announce_scores
from tasks.models import Assignment, ScoreEntry, ScoreLine, ScoreRule, ScoreScheme, Scoring, UnitScore, WorkPointNotice
from tasks.models.states import ScoringStatus
from tasks.scoring.facts import ScoringContext, facts_of_rules, scored_units
from tasks.scoring.parameters import (
    PROPOSED_CAP,
    PROPOSED_NAME,
    PROPOSED_RULES,
    PROPOSED_VETO_SCORE,
    ParameterError,
    Source,
    read_parameters,
)
from tasks.scoring.results import kept_cases
from tasks.scoring.sheet import Facts, JudgedRule, Scheme, Sheet, SheetLine, places, plain, score_unit
from tasks.scoring.workbook import Ready, ResultsDryRun, dry_run

# Schemes (考核方案) and their rules: made, changed until scores under them are circulated, copied afterwards.


@transaction.atomic
def make_scheme(
    *, notice: WorkPointNotice, name: str, cap: Decimal, veto_score: Decimal, by: User, at: datetime
) -> ScoreScheme:
    """A scheme without rules; the same name for the same notice again is refused."""
    require(rules.can_make_scheme(by))
    scheme = ScoreScheme(notice=notice, name=name, cap=cap, veto_score=veto_score)
    scheme.full_clean()
    scheme.save()
    AuditEntry.objects.record(action="create", target=scheme, by=by, at=at)
    return scheme


@transaction.atomic
def propose_scheme(
    *,
    notice: WorkPointNotice,
    name: str = PROPOSED_NAME,
    cap: Decimal = PROPOSED_CAP,
    veto_score: Decimal = PROPOSED_VETO_SCORE,
    by: User,
    at: datetime,
) -> ScoreScheme:
    """The platform's own proposal (平台建议) as a scheme of this notice, for the office to change."""
    scheme = make_scheme(notice=notice, name=name, cap=cap, veto_score=veto_score, by=by, at=at)
    ScoreRule.objects.bulk_create(
        ScoreRule(
            scheme=scheme,
            source=proposed.source,
            position=position,
            title=proposed.title,
            full_marks=proposed.full_marks,
            parameters=read_parameters(proposed.source, proposed.parameters),
        )
        for position, proposed in enumerate(PROPOSED_RULES, start=1)
    )
    return scheme


@transaction.atomic
def change_scheme(*, scheme: ScoreScheme, version: int, by: User, at: datetime, **fields: Any) -> ScoreScheme:
    """Set name, cap or veto score. Raises StaleError when somebody else changed it meanwhile."""
    _open(scheme, version=version, by=by)
    for name, value in fields.items():
        setattr(scheme, name, value)
    scheme.full_clean()
    scheme.save(update_fields=list(fields))
    AuditEntry.objects.record(action="edit", target=scheme, by=by, at=at, detail={"fields": sorted(fields)})
    return scheme


@transaction.atomic
def add_rule(
    *,
    scheme: ScoreScheme,
    version: int,
    source: str,
    title: str,
    full_marks: Decimal,
    position: int,
    parameters: Mapping[str, Any],
    by: User,
    at: datetime,
) -> ScoreRule:
    """A further rule; rules stand in the order of their positions. Raises ValidationError with a sentence for each field."""
    _open(scheme, version=version, by=by)
    rule = ScoreRule(scheme=scheme, source=source)
    _write(rule, title=title, full_marks=full_marks, position=position, parameters=parameters)
    AuditEntry.objects.record(action="edit", target=scheme, by=by, at=at, detail={"added": rule.title})
    return rule


@transaction.atomic
def change_rule(
    *,
    rule: ScoreRule,
    version: int,
    title: str,
    full_marks: Decimal,
    position: int,
    parameters: Mapping[str, Any],
    by: User,
    at: datetime,
) -> ScoreRule:
    """Set what the rule is called and worth, and its parameters; `version` is the scheme's."""
    _open(rule.scheme, version=version, by=by)
    _write(rule, title=title, full_marks=full_marks, position=position, parameters=parameters)
    AuditEntry.objects.record(action="edit", target=rule.scheme, by=by, at=at, detail={"changed": rule.title})
    return rule


@transaction.atomic
def remove_rule(*, rule: ScoreRule, version: int, by: User, at: datetime) -> None:
    """Take the rule out; drafts computed with it lose their sheets and are computed anew."""
    scheme = rule.scheme
    _open(scheme, version=version, by=by)
    if rule.entries.exists():
        raise ValidationError("这个项目已有考核记录，不能删除。不再使用的，请复制为新方案。")
    UnitScore.objects.filter(scoring__scheme=scheme).delete()
    AuditEntry.objects.record(action="edit", target=scheme, by=by, at=at, detail={"removed": rule.title})
    rule.delete()


@transaction.atomic
def copy_scheme(*, scheme: ScoreScheme, name: str, by: User, at: datetime) -> ScoreScheme:
    """复制为新方案: the same rules under another name; records (考核记录) stay with the old one."""
    copy = make_scheme(notice=scheme.notice, name=name, cap=scheme.cap, veto_score=scheme.veto_score, by=by, at=at)
    columns = ("position", "source", "title", "full_marks", "parameters")
    copies = (ScoreRule(scheme=copy, **{each: getattr(rule, each) for each in columns}) for rule in scheme.rules.all())
    ScoreRule.objects.bulk_create(copies)
    return copy


def _open(scheme: ScoreScheme, *, version: int, by: User) -> None:
    """Its next version, for a person who may change it; nobody computes with it meanwhile."""
    ScoreScheme.objects.lock(scheme.pk)
    require(rules.can_edit_scheme(by, scheme))
    scheme.next_version(seen=version)


def _write(rule: ScoreRule, *, title: str, full_marks: Decimal, position: int, parameters: Mapping[str, Any]) -> None:
    rule.title, rule.position = title, position
    rule.full_marks = Decimal(0) if rule.source == Source.VETO else full_marks
    try:
        rule.parameters = read_parameters(rule.source, parameters)
    except ParameterError as wrong:
        raise ValidationError(wrong.by_name) from wrong
    rule.full_clean()
    rule.save()


# 考核记录: what the office enters or imports for a unit and a rule; cancelled with a reason, never deleted.

HUNDRED = Decimal(100)


def record_entry(
    *,
    rule: ScoreRule,
    unit: Unit,
    value: Decimal,
    happened_on: date,
    reason: str,
    file: StoredFile | None = None,
    form_id: UUID,
    by: User,
    at: datetime,
) -> ScoreEntry:
    """Enter one; the same form sent twice finds the first one's record. Raises ValidationError by field."""
    require(rules.can_record_score(by))
    if earlier := ScoreEntry.objects.filter(form_id=form_id).first():
        return earlier
    entry = ScoreEntry(
        rule=rule,
        unit=unit,
        value=value,
        happened_on=happened_on,
        reason=reason,
        file=file,
        form_id=form_id,
        recorded_by=by,
        recorded_at=at,
    )
    _check(entry, on=timezone.localdate(at))
    try:
        with transaction.atomic():
            return _keep(entry, by=by, at=at)
    except IntegrityError:  # the same form, sent twice at the same moment
        return ScoreEntry.objects.get(form_id=form_id)


@transaction.atomic
def cancel_entry(*, entry: ScoreEntry, reason: str, by: User, at: datetime) -> None:
    """作废: it stays on record with the reason and counts no more; what is circulated stays as it is."""
    require(rules.can_cancel_score(by, entry), "这条记录已经作废。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明作废理由。"})
    entry.cancel(reason=reason.strip(), by=by, at=at)


@transaction.atomic
def import_results(
    *, rule: ScoreRule, results: Sequence[SheetRow], happened_on: date, form_id: UUID, by: User, at: datetime
) -> ResultsDryRun:
    """Enter a third party's results (第三方评估), all or none; raises ValidationError with the problems.

    A unit whose result of that day is there already, the same, is passed over: importing twice is importing once, and
    the same form sent again after one of its results was cancelled (作废) does not enter that one again.
    """
    require(rules.can_record_score(by))
    ScoreRule.objects.select_for_update().get(pk=rule.pk)
    found = dry_run(results, rule=rule, happened_on=happened_on, on=timezone.localdate(at))
    refuse(found.problems)
    found = _not_entered_yet(found, form_id=form_id)
    for row in found.new:
        entry = ScoreEntry(
            rule=rule,
            unit=row.unit,
            value=row.value,
            happened_on=happened_on,
            reason=row.note,
            form_id=_form_of(row, form_id),
            recorded_by=by,
            recorded_at=at,
        )
        _keep(entry, by=by, at=at)
    return found


def _not_entered_yet(found: ResultsDryRun, *, form_id: UUID) -> ResultsDryRun:
    """Without the rows that this same form has entered before, also what was cancelled (作废) since: that stays cancelled."""
    forms = {_form_of(row, form_id): row for row in found.new}
    entered = set(ScoreEntry.objects.filter(form_id__in=forms).values_list("form_id", flat=True))
    again = [row for form, row in forms.items() if form in entered]
    return replace(found, new=[row for row in found.new if row not in again], known=[*found.known, *again])


def _form_of(row: Ready, form_id: UUID) -> UUID:
    return uuid5(form_id, row.unit.code)


def _keep(entry: ScoreEntry, *, by: User, at: datetime) -> ScoreEntry:
    entry.save(force_insert=True)
    detail = {"rule": entry.rule.title, "value": str(entry.value), "happened_on": entry.happened_on.isoformat()}
    AuditEntry.objects.record(action="record_score", target=entry, by=by, at=at, reason=entry.reason, detail=detail)
    return entry


def _check(entry: ScoreEntry, *, on: date) -> None:
    rule, notice = entry.rule, entry.rule.scheme.notice
    wrong: dict[str, str] = {}
    if rule.source not in Source.recorded:
        wrong["rule"] = "这个项目的得分由系统计算，不能登记。"
    if value_problem := _value_problem(rule, entry.value):
        wrong["value"] = value_problem
    if not date(notice.year, 1, 1) <= entry.happened_on <= on:
        wrong["happened_on"] = f"发生日期应在{notice.year}年1月1日到今天之间。"
    if not entry.reason.strip():
        wrong["reason"] = "请写明依据。"
    if not Assignment.objects.filter(task__point__notice=notice, unit=entry.unit).exists():
        wrong["unit"] = f"{entry.unit}没有承担这份通知的任务，不参加考核。"
    if wrong:
        raise ValidationError(wrong)


def _value_problem(rule: ScoreRule, value: Decimal) -> str:
    if rule.source == Source.VETO:
        return "" if value == 0 else "单项否决不填分值，请填0。"
    if rule.source == Source.THIRD_PARTY:
        return "" if 0 <= value <= HUNDRED else "第三方评估得分应在0到100之间。"
    if 0 < value <= rule.full_marks:
        return ""
    return f"分值应大于0，不超过本项的{plain(rule.full_marks)}分。"


# 试算 and 通报: the sheets of all units as of a day, replaced as often as asked, then circulated and frozen.

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


# The sheets


def sheets_of(*, scheme: ScoreScheme, as_of: date) -> dict[Unit, Sheet]:
    """The sheet of every unit that is scored on that day; nothing is saved."""
    context, pure = ScoringContext(scheme.notice, as_of), pure_scheme(scheme)
    facts = facts_of_rules(pure.rules, context=context)
    return {
        unit: score_unit(scheme=pure, facts=_of_unit(unit.pk, facts))
        for unit in scored_units(context).order_by("position", "code")
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


# Keeping them


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
