"""Drawing (抽取): a sample with its whole population, kept so that anybody can recompute it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from ninghai.models import AuditEntry, User
from ninghai.moves import require
from tasks import rules
from tasks.models import Assignment, Drawn, Rubric, SpotCheck, WorkPointNotice
from tasks.services.announcements import announce_draw
from tasks.services.spot_checks.population import population
from tasks.spot_checks.draw import Draw, DrawError, draw


def plan_draw(*, notice: WorkPointNotice, size: int, seed: str, stratified_by: Sequence[str], as_of: date) -> Draw:
    """Draw without saving; raises DrawError with a sentence for the screen."""
    return draw(strata=population(notice=notice, as_of=as_of, stratified_by=stratified_by), size=size, seed=seed)


def redraw(spot_check: SpotCheck) -> Draw:
    """The draw once more, from the population that the spot check keeps."""
    strata: Mapping[str, Sequence[str]] = {each["name"]: each["population"] for each in spot_check.strata}
    return draw(strata=strata, size=spot_check.size, seed=spot_check.seed)


@transaction.atomic
def draw_spot_check(
    *,
    notice: WorkPointNotice,
    title: str,
    size: int,
    seed: str,
    stratified_by: Sequence[str],
    as_of: date,
    rubric: Rubric | None = None,
    form_id: UUID,
    by: User,
    at: datetime,
) -> SpotCheck:
    """Draw and keep the sample with its whole population; the same form sent twice finds the first one's draw.

    Whoever revokes the notice at the same moment waits, or is first and nothing is drawn.
    """
    require(rules.can_draw_spot_check(by))
    notice = WorkPointNotice.objects.select_for_update().get(pk=notice.pk)
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
        rubric=rubric,
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
    if rubric := spot_check.rubric:
        Rubric.objects.select_for_update().get(pk=rubric.pk)  # from now on nobody changes it
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
