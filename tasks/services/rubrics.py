"""评分细则: copied into a new one, since what a spot check uses is changed by nobody any more."""

from datetime import datetime

from django.db import transaction

from ninghai.models import AuditEntry, User
from ninghai.moves import TransitionError, require
from tasks import rules
from tasks.models import Criterion, Rubric


def is_used(rubric: Rubric) -> bool:
    return rubric.spot_checks.exists()


def why_closed(rubric: Rubric) -> str:
    """A sentence once a spot check has used it; else nothing."""
    return f"“{rubric}”已有抽查使用，不能再修改。请复制为新细则后修改。" if is_used(rubric) else ""


def hold_unused(rubric: Rubric) -> None:
    """Keep draws from choosing it while it is changed; raises TransitionError once one has. Needs a transaction."""
    Rubric.objects.select_for_update().get(pk=rubric.pk)
    if words := why_closed(rubric):
        raise TransitionError(words)


@transaction.atomic
def copy_rubric(*, rubric: Rubric, by: User, at: datetime) -> Rubric:
    """复制为新细则: the same criteria under a name of its own, to be edited before the next draw."""
    require(rules.can_edit_rubrics(by))
    copied = Rubric.objects.create(
        name=_free_name(rubric), pass_mark=rubric.pass_mark, objection_workdays=rubric.objection_workdays
    )
    Criterion.objects.bulk_create(
        Criterion(
            rubric=copied,
            position=each.position,
            kind=each.kind,
            title=each.title,
            guidance=each.guidance,
            points=each.points,
        )
        for each in rubric.criteria.all()
    )
    AuditEntry.objects.record(action="create", target=copied, by=by, at=at, detail={"copied_from": rubric.name})
    return copied


@transaction.atomic
def offer_rubric(*, rubric: Rubric, is_active: bool, by: User, at: datetime) -> None:
    """Offer it for draws (启用) or no longer (停用); spot checks that use it keep it."""
    require(rules.can_edit_rubrics(by))
    if Rubric.objects.filter(pk=rubric.pk).exclude(is_active=is_active).update(is_active=is_active):
        detail = {"is_active": is_active}
        AuditEntry.objects.record(action="edit", target=rubric, by=by, at=at, detail=detail)


def _free_name(rubric: Rubric) -> str:
    taken, number = set(Rubric.objects.values_list("name", flat=True)), 2
    while (name := f"{rubric.name[:85]}（第{number}版）") in taken:
        number += 1
    return name
