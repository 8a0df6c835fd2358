"""Letters in and out (办件文书): numbered for each unit, year and series, frozen as they are issued.

The day on which a letter is handed over counts for the limit (《国务院办公厅关于政府信息公开申请答复送达的函》, 国办公开办函〔2016〕235号),
the day on which it arrives for the remedies of who gets it.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.cases.earlier import NumberGiven, keep_in_series
from ninghai.cases.events import record, require_nobody_named
from ninghai.cases.kinds import EngineEvent, kind_of
from ninghai.cases.register import moment_on, next_in_series
from ninghai.files.paper_codes import codes_of, read_code
from ninghai.models import Case, CasePaper, User
from ninghai.models.state_machine import TransitionError, Version

# Issued and taken in.


@transaction.atomic
def issue_paper(
    *,
    case: Case,
    kind: str,
    title: str,
    by: User | None,
    at: datetime,
    dated: date,
    series: str = "",
    content: Mapping[str, Any] | None = None,
    signed_by: User | None = None,
    event: str = EngineEvent.PAPER_OUT,
    of: str = "",
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
    number: str = "",
    seen: Version = ...,
) -> CasePaper:
    """Issue a letter (发出文书) with its number and verify code; from now on both stay, and so does what it says.

    `event` is what its issue means for the case, `content` what is frozen here, without people. A letter that is not issued
    leaves no number behind. `number` is that which a letter had before the register was kept here.
    """
    hold_calendar()
    held = Case.objects.select_related("unit").lock(case.pk, seen=seen)
    told = {"kind": kind, "title": title, "content": dict(content or {}), "signed_by": signed_by}
    paper = _letter_of(held, dated=dated, **told)
    require_nobody_named({"title": title})
    _number(paper, series, given=number)
    _freeze(paper)
    record(
        case=case,
        kind=event,
        by=by,
        at=at,
        happened_at=moment_on(dated, case=held),
        of=of,
        facts={"paper": kind, "number": paper.number, **(facts or {})},
        reason=reason,
        paper=paper,
    )
    return paper


def _letter_of(case: Case, *, dated: date, **told: Any) -> CasePaper:
    """By the unit that stands in for the case's on that day."""
    unit = case.unit.standing_in(on=dated)
    return CasePaper(case=case, direction=CasePaper.Direction.OUTGOING, unit=unit, dated=dated, **told)


def _number(paper: CasePaper, series: str, *, given: str) -> None:
    """The next number of the series; a paper without one, such as a receipt, has none."""
    if given:
        _keep_number(paper, given)
    if given or not series:
        return
    pattern = kind_of(paper.case).series(series).pattern
    paper.series, paper.year = series, paper.dated.year
    paper.serial = next_in_series(unit=paper.unit, series=series, year=paper.year)
    paper.number = pattern.format(unit=paper.unit.short_name, year=paper.year, serial=paper.serial)


def _keep_number(paper: CasePaper, number: str) -> None:
    """The number of before, and ours go on after it where it is one of our series."""
    if CasePaper.objects.filter(unit=paper.unit, number=number).exists():
        raise TransitionError(f"文号“{number}”已经用过。")
    paper.number, given = number, NumberGiven.read(number)
    if given is None:
        return
    for series in kind_of(paper.case).papers:
        if number == series.pattern.format(unit=paper.unit.short_name, year=given.year, serial=given.serial):
            paper.series, paper.year, paper.serial = series.code, given.year, given.serial
            keep_in_series(unit=paper.unit, series=series.code, year=given.year, serial=given.serial)


def _freeze(paper: CasePaper) -> None:
    """What it says, by its hash. The verify code tells nothing of that: who knows the letter could find it, and look who else has one."""
    told = [
        str(paper.case),
        paper.case_id,
        paper.case.papers.count(),
        paper.kind,
        paper.number,
        str(paper.dated),
        paper.content,
    ]
    paper.sha256 = hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    codes = list(codes_of(secrets.token_hex(32)))
    taken = set(CasePaper.objects.filter(verify_code__in=codes).values_list("verify_code", flat=True))
    paper.verify_code = next(code for code in codes if code not in taken)
    paper.save()


@transaction.atomic
def take_in_paper(
    *,
    case: Case,
    kind: str,
    title: str,
    received_on: date,
    by: User | None,
    at: datetime,
    event: str = EngineEvent.PAPER_IN,
    of: str = "",
    facts: Mapping[str, Any] | None = None,
    seen: Version = ...,
) -> CasePaper:
    """A letter that came in (收到文书), such as an opinion or amended papers; `event` is what it means for the case."""
    hold_calendar()
    held = Case.objects.select_related("unit").lock(case.pk, seen=seen)
    require_nobody_named({"title": title})
    paper = CasePaper.objects.create(
        case=held,
        direction=CasePaper.Direction.INCOMING,
        kind=kind,
        title=title,
        unit=held.unit,
        dated=received_on,
    )
    happened_at = moment_on(received_on, case=held)
    told = {"paper": kind, **(facts or {})}
    record(case=case, kind=event, by=by, at=at, happened_at=happened_at, of=of, facts=told, paper=paper)
    return paper


# On its way.


@transaction.atomic
def hand_over(
    *,
    paper: CasePaper,
    way: str,
    on: date,
    by: User | None,
    at: datetime,
    event: str = EngineEvent.HANDED_OVER,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Given to the post, or put into the applicant's hands (交付): the day that counts for the limit."""
    held = _outgoing(paper)
    if held.handed_over_on:
        raise TransitionError(f"这份文书已于{held.handed_over_on:%Y-%m-%d}交付。")
    if on < held.dated:
        raise TransitionError("交付日期不能早于文书的日期。")
    CasePaper.objects.filter(pk=held.pk).update(delivery=way, handed_over_on=on)
    told = {"way": way, "day": on.isoformat(), **(facts or {})}
    record(case=held.case, kind=event, by=by, at=at, happened_at=moment_on(on, case=held.case), facts=told, paper=held)
    paper.refresh_from_db()


@transaction.atomic
def deliver(
    *,
    paper: CasePaper,
    on: date,
    by: User | None,
    at: datetime,
    event: str = EngineEvent.DELIVERED,
    of: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:
    """It has arrived (送达): the day from which its remedies count."""
    held = _outgoing(paper)
    if held.delivered_on:
        raise TransitionError(f"这份文书已于{held.delivered_on:%Y-%m-%d}送达。")
    if on < (held.handed_over_on or held.dated):
        raise TransitionError("送达日期不能早于交付日期。")
    CasePaper.objects.filter(pk=held.pk).update(delivered_on=on)
    told, moment = {"day": on.isoformat(), **(facts or {})}, moment_on(on, case=held.case)
    record(case=held.case, kind=event, by=by, at=at, happened_at=moment, of=of, facts=told, paper=held)
    paper.refresh_from_db()


def _outgoing(paper: CasePaper) -> CasePaper:
    """Under the lock of its case, which everybody takes first."""
    hold_calendar()
    Case.objects.lock(paper.case_id)
    held = CasePaper.objects.select_related("case").select_for_update(of=("self",)).get(pk=paper.pk)
    if held.direction != CasePaper.Direction.OUTGOING:
        raise TransitionError("来件不需要送达。")
    return held


# Found again.


def paper_by_code(typed: str) -> CasePaper | None:
    """The letter with this verify code (核验码), however it was typed."""
    code = read_code(typed)
    return CasePaper.objects.select_related("case", "unit").filter(verify_code=code).first() if code else None
