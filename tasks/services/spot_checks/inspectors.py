"""Who inspects what was drawn (抽查人员): named by hand or dealt in turn, never one's own work."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import cycle

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from ninghai.models import AuditEntry, Membership, Role, User
from ninghai.moves import TransitionError, require
from tasks import rules
from tasks.models import Drawn, SpotCheck
from tasks.services.announcements import announce_inspections


@transaction.atomic
def assign_inspector(*, drawn: Drawn, inspector: User, by: User, at: datetime) -> Drawn:
    """Name who inspects a drawn assignment, and tell that person: an inspector (抽查人员) who had no part in its reports."""
    _name_inspector(drawn, inspector, by=by, at=at)
    announce_inspections([drawn], inspector=inspector, at=at)
    return drawn


def _name_inspector(drawn: Drawn, inspector: User, *, by: User, at: datetime) -> None:
    require(rules.can_assign_inspectors(by, drawn.spot_check))
    if not inspectors().filter(pk=inspector.pk).exists():
        raise ValidationError({"inspector": "请选择抽查人员。"})
    if took_part(inspector, drawn):
        raise ValidationError({"inspector": f"{inspector}参与过这项任务的填报，不能核查自己的工作。"})
    if not Drawn.objects.filter(pk=drawn.pk, finding=None).update(inspector=inspector):
        raise TransitionError("这一项已有抽查结论，不能再更换抽查人员。")
    detail = {"inspector": inspector.username}
    AuditEntry.objects.record(action="assign_inspector", target=drawn, by=by, at=at, detail=detail)
    drawn.refresh_from_db()


@transaction.atomic
def assign_evenly(*, spot_check: SpotCheck, among: Sequence[User], by: User, at: datetime) -> int:
    """Deal the rows without inspector to these inspectors in turn and tell each; returns how many got one."""
    require(rules.can_assign_inspectors(by, spot_check))
    if not among:
        raise ValidationError({"among": "请至少选择一名抽查人员。"})
    turn = cycle(among)
    dealt: defaultdict[User, list[Drawn]] = defaultdict(list)
    for drawn in spot_check.drawn.filter(inspector=None).select_related("spot_check", "assignment"):
        in_turn = (next(turn) for _ in among)
        fit = next((person for person in in_turn if not took_part(person, drawn)), None)
        if fit:
            _name_inspector(drawn, fit, by=by, at=at)
            dealt[fit].append(drawn)
    for inspector, given in dealt.items():
        announce_inspections(given, inspector=inspector, at=at)
    return sum(len(given) for given in dealt.values())


def inspectors() -> QuerySet[User]:
    """Everybody who can be named as 抽查人员."""
    holders = Membership.objects.filter(role=Role.INSPECTOR).values("user")
    return User.objects.filter(pk__in=holders, is_active=True).order_by("name", "pk")


def took_part(person: User, drawn: Drawn) -> bool:
    """Whether the person drafted or passed on a report of what was drawn."""
    return drawn.assignment.reports.filter(Q(drafted_by=person) | Q(passed_by=person)).exists()
