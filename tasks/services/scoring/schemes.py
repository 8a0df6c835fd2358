"""Schemes (考核方案) and their rules: made, changed until scores under them are circulated, copied afterwards."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from ninghai.models import AuditEntry, User
from ninghai.moves import require
from tasks import rules
from tasks.models import ScoreRule, ScoreScheme, UnitScore, WorkPointNotice
from tasks.scoring.parameters import ParameterError, read_parameters
from tasks.scoring.proposal import PROPOSED_CAP, PROPOSED_NAME, PROPOSED_RULES, PROPOSED_VETO_SCORE
from tasks.scoring.source import Source


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
    ScoreScheme.objects.select_for_update().get(pk=scheme.pk)
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
