"""Schemes (考核方案) and their rules, and what the office records for a unit and a rule (考核记录): cancelled with a reason, never deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from ninghai.models import AuditEntry, StoredFile, Unit, User
from ninghai.models.state_machine import require
from ninghai.workbooks.reading import SheetRow, refuse
from tasks import rules
from tasks.models import Assignment, ScoreEntry, ScoreRule, ScoreScheme, UnitScore, WorkPointNotice
from tasks.scoring.parameters import (
    PROPOSED_CAP,
    PROPOSED_NAME,
    PROPOSED_RULES,
    PROPOSED_VETO_SCORE,
    ParameterError,
    Source,
    read_parameters,
)
from tasks.scoring.rounding import plain
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
