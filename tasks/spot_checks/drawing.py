"""Drawing (抽取) a sample from its whole population, so that anybody can recompute it, and who inspects what was drawn (抽查人员)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from ninghai.models import AuditEntry, Membership, Role, Unit, User
from ninghai.models.state_machine import TransitionError, require
from tasks import rules
from tasks.assignments.reminders import announce_draw, announce_inspection_due, announce_inspections
from tasks.models import Assignment, Drawn, Finding, InspectionSheet, Rubric, SpotCheck, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.spot_checks.findings import hold
from tasks.spot_checks.sampling import Draw, DrawError, deal, draw
from tasks.spot_checks.subjects import subject_of

INSPECTION_WORKDAYS = 10  # so long inspecting takes where the office says nothing else

# What a spot check draws from: the assignments of a notice on a day, in strata (分层).

WHOLE = "全部"
JOINT = " · "


def population(*, notice: WorkPointNotice, as_of: date, stratified_by: Sequence[str]) -> dict[str, list[str]]:
    """The keys of a draw by stratum, in the order of unit kinds and parts.

    The population is every assignment of the notice on that day, whether open or completed (a claim of completion
    is what most needs checking), without what is 不再办理.
    """
    must_be_issued(notice, as_of=as_of)
    assignments = Assignment.objects.filter(task__point__notice=notice).owed(on=as_of)
    ordered = sorted(assignments.in_document_order(), key=lambda each: _kind_place(each, stratified_by))
    strata: dict[str, list[str]] = {}
    for assignment in ordered:
        strata.setdefault(stratum_of(assignment, stratified_by=stratified_by), []).append(assignment.key)
    return strata


def must_be_issued(notice: WorkPointNotice, *, as_of: date) -> None:
    if notice.status != NoticeStatus.ISSUED or notice.issued_at is None:
        raise DrawError("通知还没有下达，没有可以抽取的任务分工。")
    if as_of < (issued_on := timezone.localdate(notice.issued_at)):
        raise DrawError(f"通知{issued_on:%Y-%m-%d}才下达，统计日期请选这一天或者以后。")


def stratum_of(assignment: Assignment, *, stratified_by: Sequence[str]) -> str:
    """The name of the stratum in which an assignment is drawn, such as 县级部门 · 一、着力…."""
    names = {
        SpotCheck.Stratum.UNIT_KIND: assignment.unit.get_kind_display(),
        SpotCheck.Stratum.PART: assignment.task.point.part or "未分部分",
    }
    return JOINT.join(names[by] for by in SpotCheck.Stratum if by in stratified_by) or WHOLE


def _kind_place(assignment: Assignment, stratified_by: Sequence[str]) -> int:
    return Unit.Kind.values.index(assignment.unit.kind) if SpotCheck.Stratum.UNIT_KIND in stratified_by else 0


# Drawing (抽取): a sample with its whole population, kept so that anybody can recompute it.


def plan_draw(*, notice: WorkPointNotice, size: int, seed: str, stratified_by: Sequence[str], as_of: date) -> Draw:
    """Draw without saving; raises DrawError with a sentence for the screen."""
    return draw(strata=population(notice=notice, as_of=as_of, stratified_by=stratified_by), size=size, seed=seed)


def redraw(spot_check: SpotCheck) -> Draw:
    """The draw once more, from the population that the spot check keeps."""
    strata: Mapping[str, Sequence[str]] = {each["name"]: each["population"] for each in spot_check.strata}
    sizes = {each["name"]: each["size"] for each in spot_check.strata} if spot_check.quota else None
    return draw(strata=strata, size=spot_check.size, seed=spot_check.seed, sizes=sizes)


def draw_spot_check(
    *,
    notice: WorkPointNotice,
    title: str,
    size: int,
    seed: str,
    stratified_by: Sequence[str],
    as_of: date,
    inspect_by: date | None = None,
    rubric: Rubric | None = None,
    form_id: UUID,
    by: User,
    at: datetime,
) -> SpotCheck:
    """Draw and keep a sample of a notice's assignments."""

    def planned(notice: WorkPointNotice) -> Draw:
        return plan_draw(notice=notice, size=size, seed=seed, stratified_by=stratified_by, as_of=as_of)

    spot_check = SpotCheck(
        notice=notice,
        title=title,
        as_of=as_of,
        stratified_by=list(stratified_by),
        size=size,
        seed=seed,
        inspect_by=inspect_by,
        rubric=rubric,
        form_id=form_id,
    )
    return keep_draw(spot_check, planned=planned, rows=_assignments, by=by, at=at)


def _assignments(keys: Collection[str]) -> dict[str, Drawn]:
    found = Assignment.objects.filter(key__in=keys).values_list("key", "pk", "unit")
    return {key: Drawn(assignment_id=pk, unit_id=unit) for key, pk, unit in found}


@transaction.atomic
def keep_draw(
    spot_check: SpotCheck,
    *,
    planned: Callable[[WorkPointNotice], Draw],
    rows: Callable[[Collection[str]], Mapping[str, Drawn]],
    by: User,
    at: datetime,
) -> SpotCheck:
    """Draw as planned, and keep it with its whole population; the same form sent twice finds the first one's draw.

    `rows` makes of each drawn key what it stands for. Whoever revokes the notice at the same moment waits, or is first and
    nothing is drawn.
    """
    require(rules.can_draw_spot_check(by))
    notice = WorkPointNotice.objects.lock(spot_check.notice_id)
    if earlier := SpotCheck.objects.filter(form_id=spot_check.form_id).first():
        return earlier
    if spot_check.as_of > timezone.localtime(at).date():
        raise DrawError("统计日期不能晚于今天。")
    drawn = planned(notice)
    spot_check.strata = [
        {"name": each.name, "population": each.population, "size": each.share.size} for each in drawn.strata
    ]
    spot_check.size, spot_check.drawn_by, spot_check.drawn_at = len(drawn.drawn_keys), by, at
    try:
        with transaction.atomic():
            return _keep(spot_check, drawn, rows(drawn.drawn_keys), by=by, at=at)
    except IntegrityError:  # the same form, sent twice at the same moment
        return SpotCheck.objects.get(form_id=spot_check.form_id)


def _keep(spot_check: SpotCheck, drawn: Draw, rows: Mapping[str, Drawn], *, by: User, at: datetime) -> SpotCheck:
    if rubric := spot_check.rubric:
        Rubric.objects.select_for_update().get(pk=rubric.pk)  # from now on nobody changes it
    spot_check.save(force_insert=True)
    tickets = [(stratum.name, ticket) for stratum in drawn.strata for ticket in stratum.drawn]
    for stratum, ticket in tickets:
        row = rows[ticket.key]
        row.spot_check, row.key, row.stratum = spot_check, ticket.key, stratum
        row.rank, row.digest = ticket.rank, ticket.digest
    Drawn.objects.bulk_create(rows[ticket.key] for _, ticket in tickets)
    AuditEntry.objects.record(action="draw", target=spot_check, by=by, at=at, detail={"seed": spot_check.seed})
    announce_draw(spot_check, at=at)
    return spot_check


# Who inspects what was drawn (抽查人员): dealt by lot with the draw's own seed, or named by hand for a reason.

OWN_UNIT = "属于被抽查的单位"


def inspectors() -> QuerySet[User]:
    """Everybody who can be named as 抽查人员."""
    holders = Membership.objects.filter(role=Role.INSPECTOR).values("user")
    return User.objects.filter(pk__in=holders, is_active=True).order_by("name", "pk")


# By lot.


@transaction.atomic
def draw_inspectors(*, spot_check: SpotCheck, pool: Collection[User], by: User, at: datetime) -> int:
    """Deal everything drawn to these inspectors by the draw's seed (双随机), once, and tell each what is theirs.

    The pool and who was passed over stay with the spot check, so that anybody can recompute the dealing. Returns how
    many rows got an inspector; for the others the office names one by hand.
    """
    require(rules.can_assign_inspectors(by, spot_check))
    _lock(spot_check)
    spot_check.refresh_from_db()
    rows = list(spot_check.drawn.select_related("spot_check", "unit"))
    _must_be_possible(spot_check, rows, pool)
    people = {person.username: person for person in sorted(pool, key=lambda person: person.username)}
    spot_check.inspector_pool, spot_check.passed_over = list(people), list(_passed_over(rows, people.values()))
    spot_check.save(update_fields=["inspector_pool", "passed_over"])
    dealt = dealt_inspectors(spot_check)
    given: defaultdict[User, list[Drawn]] = defaultdict(list)
    for row in rows:
        if row.key in dealt:
            row.inspector = people[dealt[row.key]]
            given[row.inspector].append(row)
    Drawn.objects.bulk_update(rows, ["inspector"])
    detail = {"pool": spot_check.inspector_pool, "passed_over": len(spot_check.passed_over), "dealt": dealt}
    AuditEntry.objects.record(action="draw_inspectors", target=spot_check, by=by, at=at, detail=detail)
    for inspector, drawn in given.items():
        announce_inspections(drawn, inspector=inspector, at=at)
    return len(dealt)


def dealt_inspectors(spot_check: SpotCheck) -> dict[str, str]:
    """Key → username as the lot gave them, recomputed from what the spot check keeps."""
    return deal(
        keys=redraw(spot_check).drawn_keys,
        seed=spot_check.seed,
        pool=spot_check.inspector_pool,
        passed_over={(each["key"], each["inspector"]) for each in spot_check.passed_over},
    )


def _must_be_possible(spot_check: SpotCheck, rows: Iterable[Drawn], pool: Collection[User]) -> None:
    if spot_check.inspector_pool:
        raise TransitionError("这次抽查已经随机分派过抽查人员，不能再抽一次。需要调整的，请逐项改派并写明理由。")
    if any(row.inspector_id for row in rows):
        raise TransitionError("这次抽查已有人工指定的抽查人员，不能再随机分派。请逐项指定其余各项。")
    if not pool:
        raise ValidationError({"pool": "请至少选择一名抽查人员。"})
    if set(pool) - set(inspectors()):
        raise ValidationError({"pool": "只能从现有的抽查人员中选择。"})


def _passed_over(rows: Sequence[Drawn], people: Iterable[User]) -> Iterator[dict[str, str]]:
    """Who may not inspect which of the rows, and why."""
    if not rows:
        return
    subject = subject_of(rows[0].spot_check)
    had_a_hand = subject.took_part(rows)
    belongs = set(Membership.objects.values_list("unit", "user"))
    for row in rows:
        for person in people:
            is_own = (row.pk, person.pk) in had_a_hand
            if is_own or (row.unit_id, person.pk) in belongs:
                reason = subject.took_part_words if is_own else OWN_UNIT
                yield {"key": row.key, "inspector": person.username, "reason": reason}


# By hand.


@transaction.atomic
def assign_inspector(*, drawn: Drawn, inspector: User, reason: str, by: User, at: datetime) -> Drawn:
    """Name who inspects what was drawn, for a reason, and tell that person; the draw's record keeps what the lot gave.

    The predecessor's sheet is nobody's then, and goes.
    """
    require(rules.can_assign_inspectors(by, drawn.spot_check))
    if not inspectors().filter(pk=inspector.pk).exists():
        raise ValidationError({"inspector": "请选择抽查人员。"})
    if took_part(inspector, drawn):
        words = subject_of(drawn.spot_check).took_part_words
        raise ValidationError({"inspector": f"{inspector}{words}，不能核查自己的工作。"})
    if not reason.strip():
        raise ValidationError({"reason": "请写明人工指定的理由，理由会印在抽查记录上。"})
    _lock(drawn.spot_check)
    hold(drawn)
    if Finding.objects.filter(drawn=drawn).exists():
        raise TransitionError("这一项已有抽查结论，不能再更换抽查人员。")
    detail = {"inspector": inspector.username, "before": drawn.inspector.username if drawn.inspector else ""}
    drawn.inspector = inspector
    drawn.inspect_by = _own_day(inspector, drawn.spot_check)
    drawn.save(update_fields=["inspector", "inspect_by"])
    InspectionSheet.objects.filter(drawn=drawn).exclude(saved_by=inspector).delete()
    AuditEntry.objects.record(
        action="assign_inspector", target=drawn, by=by, at=at, reason=reason.strip(), detail=detail
    )
    announce_inspections([drawn], inspector=inspector, at=at)
    return drawn


# By when.


def _own_day(inspector: User, spot_check: SpotCheck) -> date | None:
    """The day that was said for what this inspector still has to do here; of what is done it says nothing any more."""
    theirs = spot_check.drawn.filter(inspector=inspector, finding=None, inspect_by__isnull=False).order_by("pk")
    return theirs.values_list("inspect_by", flat=True).first()


@transaction.atomic
def set_inspection_due(
    *, spot_check: SpotCheck, inspector: User | None, inspect_by: date, by: User, at: datetime
) -> SpotCheck:
    """Say by which day the rest is inspected (核查期限): by one inspector, or by all for whom nothing else was said.

    Whoever has something to inspect by that day is told.
    """
    require(rules.can_assign_inspectors(by, spot_check))
    if inspect_by < timezone.localdate(at):
        raise ValidationError({"inspect_by": "核查期限不能早于今天。"})
    _lock(spot_check)
    open_rows = spot_check.drawn.filter(finding=None).order_by("pk")
    rows = open_rows.filter(inspector=inspector) if inspector else open_rows.filter(inspect_by=None)
    if inspector and not rows:
        raise ValidationError({"inspector": f"{inspector}在这次抽查中没有待核查的任务。"})
    told = list(rows.exclude(inspector=None).select_related("inspector"))
    if inspector:
        rows.update(inspect_by=inspect_by)
    else:
        spot_check.inspect_by = inspect_by
        spot_check.save(update_fields=["inspect_by"])
    detail = {"inspector": inspector.username if inspector else "", "inspect_by": inspect_by.isoformat()}
    said = AuditEntry.objects.record(action="edit", target=spot_check, by=by, at=at, detail=detail)
    for person in dict.fromkeys(row.inspector for row in told if row.inspector):
        mine = [row for row in told if row.inspector_id == person.pk]
        announce_inspection_due(mine, said=said.pk, inspector=person, due=inspect_by, at=at)
    return spot_check


def _lock(spot_check: SpotCheck) -> None:
    """Let nobody else deal or name inspectors of this spot check meanwhile: by lot and by hand wait for each other."""
    SpotCheck.objects.select_for_update().get(pk=spot_check.pk)


def took_part(person: User, drawn: Drawn) -> bool:
    """Whether the person had a hand in what was drawn."""
    return (drawn.pk, person.pk) in subject_of(drawn.spot_check).took_part([drawn])


def named_by_hand(spot_check: SpotCheck) -> dict[int, str]:
    """Drawn → why its inspector was named by hand, where one was."""
    rows = {str(pk): pk for pk in spot_check.drawn.values_list("pk", flat=True)}
    entries = AuditEntry.objects.filter(
        action="assign_inspector", target_type=Drawn._meta.label_lower, target_id__in=rows
    )
    return {rows[entry.target_id]: entry.reason for entry in entries.order_by("pk")}
