"""抽查质量: the findings of the notice's spot checks, as they stood on the day, with what they took off and why."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Q

from ninghai.clock import end_of
from ninghai.models import AuditEntry
from tasks.models import Criterion, Finding, Objection
from tasks.scores.facts.ground import Ground
from tasks.scoring.facts import Found, MarkMade, Record
from tasks.scoring.rounding import plain
from tasks.spot_checks.said import said_by


def findings(ground: Ground) -> dict[int, tuple[Found, ...]]:
    """By unit: what was recorded by the day; one against which an objection waits for its decision does not count yet."""
    waiting = Objection.objects.filter(passed_at__lt=end_of(ground.on)).filter(
        Q(decided_at=None) | Q(decided_at__gte=end_of(ground.on))
    )
    rows = Finding.objects.of_notice(ground.notice).exclude(objection__in=waiting).in_bulk()
    found: defaultdict[int, list[Found]] = defaultdict(list)
    for pk, said in said_by(findings=rows, on=ground.on).items():
        found[rows[pk].drawn.assignment.unit_id].append(_found(rows[pk], said))
    return {unit: tuple(each) for unit, each in found.items()}


def _found(finding: Finding, said: AuditEntry) -> Found:
    outcome, score = said.detail["outcome"], said.detail.get("score")  # none before spot checks had rubrics
    is_vetoed = said.detail.get("is_vetoed", False)
    veto = "，单项否决" if is_vetoed else ""
    record = Record("tasks.finding", str(finding.pk))
    point, spot_check = finding.drawn.assignment.task.point, finding.drawn.spot_check
    return Found(
        words=f"{point.name} {spot_check}：{Finding.Outcome(outcome).label}{veto}",
        record=record,
        outcome=outcome,
        score=Decimal(score) if score is not None else None,
        is_vetoed=is_vetoed,
        marks=tuple(_mark(mark, record) for mark in said.detail.get("marks", [])),
    )


def _mark(mark: Mapping[str, Any], record: Record) -> MarkMade:
    kind, points = mark["kind"], Decimal(mark["points"])
    points = points if kind == Criterion.Kind.BONUS else -points
    worth = "单项否决" if kind == Criterion.Kind.VETO else f"{'加' if points > 0 else '扣'}{plain(abs(points))}分"
    note = f"（{mark['note']}）" if mark["note"] else ""
    return MarkMade(f"其中{worth}：{mark['title']}{note}", record, points)
