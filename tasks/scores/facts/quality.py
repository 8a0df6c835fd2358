"""抽查质量: the findings of the notice's spot checks, with what they took off and why."""

from collections import defaultdict

from django.db.models import Q

from tasks.models import Criterion, Finding, Mark, Objection
from tasks.scores.facts.ground import Ground
from tasks.scoring.facts import Found, MarkMade, Record
from tasks.scoring.rounding import plain


def findings(ground: Ground) -> dict[int, tuple[Found, ...]]:
    """By unit: what was recorded by the day; one against which an objection waits for its decision does not count yet."""
    rows = Finding.objects.filter(drawn__assignment__task__point__notice=ground.notice)
    objected = Objection.objects.filter(raised_at__date__lte=ground.on).filter(
        Q(decided_at=None) | Q(decided_at__date__gt=ground.on)
    )
    rows = rows.filter(recorded_at__date__lte=ground.on).exclude(objection__in=objected)
    rows = rows.select_related("drawn__spot_check", "drawn__assignment__task__point")
    found: defaultdict[int, list[Found]] = defaultdict(list)
    for finding in rows.prefetch_related("marks__criterion").order_by("recorded_at", "pk"):
        found[finding.drawn.assignment.unit_id].append(_found(finding))
    return {unit: tuple(each) for unit, each in found.items()}


def _found(finding: Finding) -> Found:
    assignment = finding.drawn.assignment
    veto = "，单项否决" if finding.is_vetoed else ""
    return Found(
        words=f"{assignment.task.point.key} {finding.drawn.spot_check}：{finding.get_outcome_display()}{veto}",
        record=Record("tasks.finding", str(finding.pk)),
        outcome=finding.outcome,
        score=finding.score,
        is_vetoed=finding.is_vetoed,
        marks=tuple(_mark(mark, finding) for mark in finding.marks.all()),
    )


def _mark(mark: Mark, finding: Finding) -> MarkMade:
    kind = mark.criterion.kind
    points = mark.points if kind == Criterion.Kind.BONUS else -mark.points
    worth = "单项否决" if kind == Criterion.Kind.VETO else f"{'加' if points > 0 else '扣'}{plain(mark.points)}分"
    note = f"（{mark.note}）" if mark.note else ""
    return MarkMade(f"其中{worth}：{mark.criterion.title}{note}", Record("tasks.finding", str(finding.pk)), points)
