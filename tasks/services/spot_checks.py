"""Spot checks (抽查): drawing a sample that anybody can recompute, naming inspectors, recording what they found."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import cycle
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from ninghai.models import AuditEntry, Membership, Role, Unit, User
from ninghai.moves import StaleError, TransitionError, require
from tasks import rules
from tasks.draw import Draw, DrawError, draw
from tasks.models import Assignment, Drawn, Finding, SpotCheck, WorkPointNotice
from tasks.services.announcements import announce_draw, announce_inspections
from tasks.states import NoticeStatus

WHOLE = "全部"
JOINT = " · "


# --- The population ------------------------------------------------------------------------------


def population(*, notice: WorkPointNotice, as_of: date, stratified_by: Sequence[str]) -> dict[str, list[str]]:
    """The keys of a draw by stratum, in the order of unit kinds and parts.

    The population is every assignment of the notice on that day, whether open or completed (a claim of completion
    is what most needs checking), without what is 不再办理.
    """
    if notice.status != NoticeStatus.ISSUED or notice.issued_at is None:
        raise DrawError("通知还没有下达，没有可以抽取的任务分工。")
    if as_of < timezone.localtime(notice.issued_at).date():
        raise DrawError("统计日期不能早于通知下达的日期。")
    assignments = Assignment.objects.filter(task__point__notice=notice).owed(on=as_of)
    ordered = sorted(assignments.in_document_order(), key=lambda each: _kind_place(each, stratified_by))
    strata: dict[str, list[str]] = {}
    for assignment in ordered:
        strata.setdefault(stratum_of(assignment, stratified_by=stratified_by), []).append(assignment.key)
    return strata


def stratum_of(assignment: Assignment, *, stratified_by: Sequence[str]) -> str:
    """The name of the stratum in which an assignment is drawn, such as 县级部门 · 一、着力…."""
    names = {
        SpotCheck.Stratum.UNIT_KIND: assignment.unit.get_kind_display(),
        SpotCheck.Stratum.PART: assignment.task.point.part or "未分部分",
    }
    return JOINT.join(names[by] for by in SpotCheck.Stratum if by in stratified_by) or WHOLE


def _kind_place(assignment: Assignment, stratified_by: Sequence[str]) -> int:
    return Unit.Kind.values.index(assignment.unit.kind) if SpotCheck.Stratum.UNIT_KIND in stratified_by else 0


# --- Drawing -------------------------------------------------------------------------------------


def plan_draw(*, notice: WorkPointNotice, size: int, seed: str, stratified_by: Sequence[str], as_of: date) -> Draw:
    """Draw without saving; raises DrawError with a sentence for the screen."""
    return draw(strata=population(notice=notice, as_of=as_of, stratified_by=stratified_by), size=size, seed=seed)


def redraw(spot_check: SpotCheck) -> Draw:
    """The draw once more, from the population that the spot check keeps."""
    strata: Mapping[str, Sequence[str]] = {each["name"]: each["population"] for each in spot_check.strata}
    return draw(strata=strata, size=spot_check.size, seed=spot_check.seed)


def draw_spot_check(
    *,
    notice: WorkPointNotice,
    title: str,
    size: int,
    seed: str,
    stratified_by: Sequence[str],
    as_of: date,
    form_id: UUID,
    by: User,
    at: datetime,
) -> SpotCheck:
    """Draw and keep the sample with its whole population; the same form sent twice finds the first one's draw."""
    require(rules.can_draw_spot_check(by))
    if earlier := SpotCheck.objects.filter(form_id=form_id).first():
        return earlier
    if as_of > timezone.localtime(at).date():
        raise DrawError("统计日期不能晚于今天。")
    drawn = plan_draw(notice=notice, size=size, seed=seed, stratified_by=stratified_by, as_of=as_of)
    spot_check = SpotCheck(
        notice=notice,
        title=title,
        as_of=as_of,
        stratified_by=list(stratified_by),
        size=size,
        seed=seed,
        strata=[{"name": each.name, "population": each.population, "size": each.share.size} for each in drawn.strata],
        form_id=form_id,
        drawn_by=by,
        drawn_at=at,
    )
    try:
        with transaction.atomic():
            return _keep(spot_check, drawn, by=by, at=at)
    except IntegrityError:  # the same form, sent twice at the same moment
        return SpotCheck.objects.get(form_id=form_id)


def _keep(spot_check: SpotCheck, drawn: Draw, *, by: User, at: datetime) -> SpotCheck:
    spot_check.save(force_insert=True)
    tickets = [(stratum.name, ticket) for stratum in drawn.strata for ticket in stratum.drawn]
    ids = dict(Assignment.objects.filter(key__in=[each.key for _, each in tickets]).values_list("key", "pk"))
    Drawn.objects.bulk_create(
        Drawn(
            spot_check=spot_check,
            assignment_id=ids[ticket.key],
            stratum=stratum,
            rank=ticket.rank,
            digest=ticket.digest,
        )
        for stratum, ticket in tickets
    )
    AuditEntry.objects.record(action="draw", target=spot_check, by=by, at=at, detail={"seed": spot_check.seed})
    announce_draw(spot_check, at=at)
    return spot_check


# --- Inspectors ----------------------------------------------------------------------------------


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


# --- Findings ------------------------------------------------------------------------------------


@transaction.atomic
def record_finding(
    *,
    drawn: Drawn,
    outcome: str,
    note: str,
    rectify_by_date: date | None,
    version: int,
    by: User,
    at: datetime,
) -> Finding:
    """Record what the inspector found, or correct it; `version` is the one this person saw, 0 before the first record."""
    require(rules.can_record_finding(by, drawn))
    Drawn.objects.select_for_update().get(pk=drawn.pk)
    earlier = Finding.objects.filter(drawn=drawn).first()
    seen = earlier.version if earlier else 0
    if earlier and version != seen:
        raise StaleError(earlier)
    day = rectify_by_date if outcome == Finding.Outcome.TO_RECTIFY else None
    _check_finding(outcome=outcome, day=day, earlier=earlier, on=timezone.localtime(at).date())
    values = {"outcome": outcome, "note": note, "rectify_by_date": day, "recorded_by": by, "recorded_at": at}
    finding, _ = Finding.objects.update_or_create(drawn=drawn, defaults={**values, "version": seen + 1})
    rectify_by = day.isoformat() if day else None
    detail = {"outcome": outcome, "rectify_by": rectify_by, "before": earlier.outcome if earlier else ""}
    AuditEntry.objects.record(action="record_finding", target=finding, by=by, at=at, reason=note, detail=detail)
    return finding


def _check_finding(*, outcome: str, day: date | None, earlier: Finding | None, on: date) -> None:
    if outcome not in Finding.Outcome:
        raise ValidationError({"outcome": "请选择抽查结论。"})
    if outcome == Finding.Outcome.TO_RECTIFY and day is None:
        raise ValidationError({"rectify_by_date": "需整改的，请填写整改期限。"})
    is_new = earlier is None or earlier.rectify_by_date != day
    if day and is_new and day < on:
        raise ValidationError({"rectify_by_date": "整改期限不能早于今天。"})
