"""考核记录: what the office enters or imports for a unit and a rule; cancelled with a reason, never deleted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from ninghai.models import AuditEntry, StoredFile, Unit, User
from ninghai.moves import require
from tasks import rules
from tasks.models import Assignment, ScoreEntry, ScoreRule
from tasks.scores.third_party import DryRun, Ready, Result, dry_run
from tasks.scoring.rounding import plain
from tasks.scoring.source import Source

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
    *, rule: ScoreRule, results: Sequence[Result], happened_on: date, form_id: UUID, by: User, at: datetime
) -> DryRun:
    """Enter a third party's results (第三方评估), all or none; raises ValidationError with the problems.

    A unit whose result of that day is there already, the same, is passed over: importing twice is importing once, and
    the same form sent again after one of its results was cancelled (作废) does not enter that one again.
    """
    require(rules.can_record_score(by))
    ScoreRule.objects.select_for_update().get(pk=rule.pk)
    found = dry_run(results, rule=rule, happened_on=happened_on, on=timezone.localdate(at))
    if found.problems:
        raise ValidationError([str(problem) for problem in found.problems])
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


def _not_entered_yet(found: DryRun, *, form_id: UUID) -> DryRun:
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
