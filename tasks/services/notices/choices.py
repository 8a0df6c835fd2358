"""常用单位组合: a resolution that the office keeps, to be used again wherever a notice writes the same name."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet

from ninghai.models import AuditEntry, Unit, User
from ninghai.moves import StaleError, require
from tasks import rules
from tasks.models import UnitChoice
from tasks.points.resolution import fold


def choices_for(name: str) -> QuerySet[UnitChoice]:
    """What is offered for a name, however it is written."""
    return UnitChoice.objects.filter(name=fold(name), is_offered=True).prefetch_related("units")


@transaction.atomic
def keep_choice(*, name: str, title: str, units: Sequence[Unit], by: User, at: datetime) -> UnitChoice:
    """Keep these units under a title of their own, for this name; ValidationError when the title is taken."""
    require(rules.can_import_notice(by))
    choice = UnitChoice(name=fold(name), title=title, kept_by=by, kept_at=at)
    _refuse_twin(choice, field="keep_as")
    choice.save()
    choice.units.set(units)
    AuditEntry.objects.record(action="create", target=choice, by=by, at=at, detail={"units": _codes(units)})
    return choice


@transaction.atomic
def change_choice(
    *,
    choice: UnitChoice,
    version: int,
    title: str,
    units: Sequence[Unit],
    is_offered: bool,
    by: User,
    at: datetime,
) -> UnitChoice:
    """Rename a choice, let it mean other units, or offer it no more; what was resolved with it stays as it is."""
    require(rules.can_import_notice(by))
    before = {"title": choice.title, "units": _codes(choice.units.all()), "is_offered": choice.is_offered}
    if not UnitChoice.objects.filter(pk=choice.pk, version=version).update(version=F("version") + 1):
        raise StaleError(choice)
    choice.title, choice.is_offered = title, is_offered
    _refuse_twin(choice, field="title")
    choice.save(update_fields=["title", "is_offered"])
    choice.units.set(units)
    detail = {"before": before, "after": {"title": title, "units": _codes(units), "is_offered": is_offered}}
    AuditEntry.objects.record(action="edit", target=choice, by=by, at=at, detail=detail)
    return choice


def _refuse_twin(choice: UnitChoice, *, field: str) -> None:
    if UnitChoice.objects.filter(name=choice.name, title=choice.title).exclude(pk=choice.pk).exists():
        message = f"“{choice.name}”已有名为“{choice.title}”的组合，请换一个名称，或到“常用单位组合”中修改它。"
        raise ValidationError({field: message})


def _codes(units: Sequence[Unit] | QuerySet[Unit]) -> list[str]:
    return sorted(unit.code for unit in units)
