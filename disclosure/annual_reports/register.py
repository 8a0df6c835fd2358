"""The register of requests (ninghai.cases, kind `request`) as plain facts for the tally: what counts in a year, and nothing of a person.

A case that was entered by mistake, merged or found to be a duplicate does not count; of one that was split the parts do. It is
answered on the day that counts for its limit: that of the posting, or that on which the applicant had the answer (国办公开办函〔2016〕235号).
Opened again in the year of its answer (重新办理) it is open as before; later, when the answer stands in a report, it comes in anew:
no source says how the forms count it (note for the office beside the report), and no figure that was reported changes by this.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby, starmap
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from disclosure.annual_reports.blanks import CATEGORIES, OUTCOMES, REMEDY_ROWS, blank_of
from disclosure.annual_reports.tally import ROWS, RegisterTally, RemedyFacts, RequestFacts, notes_on, tally
from disclosure.models import AnnualReport
from disclosure.models.states import AnnualReportStatus
from disclosure.public_opinion.limits import responded
from disclosure.requests.kind import REQUEST, received
from ninghai.cases.kinds import EngineEvent
from ninghai.models import AuditEntry, Case, CaseEvent, Unit

SIGNED, WITHDRAWN = "signed", "withdrawn"
ENDS = frozenset({"answer_posted", "answer_received", WITHDRAWN})
OTHER = "other"  # the answer that a withdrawn request counts as
ENTERED = ("number", "received_on", "category", "channel", "parent__number", "relation")
BEGUN, DECIDED = "remedy_begun", "remedy_decided"  # a reconsideration or lawsuit; `of` tells those of one case apart
PAID = "fee_paid"
PIECE = 2_000  # cases whose events are read at once


class Happened(NamedTuple):
    """Of an event what counts."""

    case_id: int
    kind: str
    happened_at: datetime
    of: str
    facts__code: str | None  # of the answer
    facts__way: str | None
    facts__outcome: str | None

    @property
    def day(self) -> date:
        return timezone.localdate(self.happened_at)


def is_kept(report: AnnualReport) -> bool:
    """Whether the register of those whom the report counts is kept here: it has a request of that year or before. Else last year's
    report is all that is known, whatever other units register."""
    known = registered().filter(unit__in=_units_of(report), received_on__lte=date(report.year, 12, 31))
    return known.exists()


def registered() -> QuerySet[Case]:
    return Case.objects.filter(received(), kind=REQUEST)


# Of one report.


def counted(report: AnnualReport) -> RegisterTally:
    """What the register counts for the report's unit and year; zeros where nothing is registered."""
    units, year = _units_of(report), report.year
    told = [
        RequestFacts(number=number, received_on=found, category="", case=case, answered_on=published)
        for case, number, found, published in responded(units=units, year=year)
    ]
    return tally(requests_of(cases_of(units, year)), blank=blank_of(year), year=year, responded=told)


def notes_of(report: AnnualReport) -> list[str]:
    """What the register has to say besides its figures; of the county's report what it says of all units."""
    reopened = Exists(CaseEvent.objects.filter(case=OuterRef("pk"), kind=EngineEvent.REOPEN))
    units = _units_of(report)
    cases = cases_of(units, report.year).filter(Q(relation=Case.Relation.SPLIT) | reopened)
    return [*notes_on(requests_of(cases), year=report.year), *_fees(units, report.year)]


def _fees(units: QuerySet[Unit], year: int) -> Iterator[str]:
    """What was paid in the year (信息处理费), for the last part of the text."""
    paid = CaseEvent.objects.filter(kind=PAID, case__kind=REQUEST, case__unit__in=units, happened_at__year=year)
    if sums := list(paid.values_list("facts__total", flat=True)):
        yield f"登记簿中本年收到费用{sum(each or 0 for each in sums)}元（{len(sums)}件），请与正文和表中的收费情况核对。"


def _units_of(report: AnnualReport) -> QuerySet[Unit]:
    return counted_units(report.unit, report.year) if report.unit else Unit.objects.all()


def counted_units(unit: Unit, year: int) -> QuerySet[Unit]:
    """The unit, and those that it has replaced, but for who has reported on the year itself."""
    own = AnnualReport.objects.filter(year=year, unit__isnull=False).exclude(unit=unit).reported()
    return Unit.objects.inherited_by(unit).exclude(pk__in=own.values("unit"))


def is_of_the_same(report: AnnualReport) -> bool:
    """Whether it counts the bodies of last year's report, no more and no fewer; the county's counts whoever has reported."""
    unit, year = report.unit, report.year
    return unit is not None and set(counted_units(unit, year)) == set(counted_units(unit, year - 1))


def counted_elsewhere(report: AnnualReport) -> Iterator[str]:
    """In whose report requests stand already that this one would count again: of a closed unit and its successor each request is
    counted by the one that reports first."""
    of_year = AnnualReport.objects.filter(year=report.year).select_related("unit")
    if report.unit is None or of_year.filter(unit=report.unit).reported().exists():
        return
    if cases_of(Unit.objects.filter(pk=report.unit.pk), report.year).exists():
        for each in of_year.filter(unit__in=list(_heirs_of(report.unit))).reported():
            yield f"{each.unit}已经报送，其中含有{report.unit}的申请"
    handed_in = AuditEntry.objects.about(report).filter(to_status=AnnualReportStatus.WITH_HEAD).order_by("at").last()
    if handed_in is None:
        return
    ended = Unit.objects.inherited_by(report.unit).exclude(pk=report.unit.pk)
    for each in of_year.filter(unit__in=ended, reported_at__gt=handed_in.at).reported():
        yield f"提交以后，{each.unit}已经自行报送"


def _heirs_of(unit: Unit) -> Iterator[Unit]:
    """Who has taken over from it, and from them."""
    seen = {unit.pk}
    while unit.valid_until and unit.successor and unit.successor.pk not in seen:
        unit = unit.successor
        seen.add(unit.pk)
        yield unit


# Of its requests.


def cases_of(units: QuerySet[Unit], year: int) -> QuerySet[Case]:
    """What came in, was answered, stood open, or was before a court or a higher body, at one of these units by the year's end."""
    cases = registered().filter(unit__in=units, received_on__lte=date(year, 12, 31))
    contested = CaseEvent.objects.filter(kind=BEGUN, happened_at__year__lte=year).values("case")
    was_open = Q(closed_at=None) | Q(closed_at__year__gte=year) | Q(received_on__year=year)
    return cases.filter(was_open | Q(pk__in=contested))


def requests_of(cases: QuerySet[Case]) -> Iterator[RequestFacts]:
    """As facts, in the order in which they came in."""
    found = list(cases.order_by("received_on", "pk").values_list("pk", *ENTERED))
    for begin in range(0, len(found), PIECE):
        piece = found[begin : begin + PIECE]
        happened = _happened_to([case for case, *_ in piece])
        for case, *entered in piece:
            yield from rounds_of(_entered(case, *entered), happened.get(case, []))


def _happened_to(cases: Sequence[int]) -> dict[int, list[Happened]]:
    """By their numbers: asked by the condition that finds them, the database goes through the events of everybody."""
    kinds = [SIGNED, EngineEvent.REOPEN, *ENDS, BEGUN, DECIDED]
    events = CaseEvent.objects.filter(case__in=cases, kind__in=kinds).order_by("case_id", "number")
    rows = starmap(Happened, events.values_list(*Happened._fields))
    return {case: list(told) for case, told in groupby(rows, key=lambda event: event.case_id)}


def _entered(
    case: int, number: str, received_on: date, category: str, channel: str, parent: str | None, relation: str
) -> RequestFacts:
    return RequestFacts(
        case=case,
        number=number,
        received_on=received_on,
        category=category if category in CATEGORIES else "organisation",
        channel=channel,
        split_of=parent if parent and relation == Case.Relation.SPLIT else "",
    )


def rounds_of(entered: RequestFacts, happened: Sequence[Happened]) -> Iterator[RequestFacts]:
    """The case as it came in, and once more for each later year in which it was opened again after its answer."""
    now, code = entered, ""
    for event in happened:
        if event.kind == SIGNED:
            code = event.facts__code or ""
        elif event.kind == EngineEvent.REOPEN:
            if now.answered_on and now.answered_on.year < event.day.year:
                yield now
                now = replace(entered, received_on=event.day, split_of="", is_again=True)
            else:
                now = replace(now, answer="", answered_on=None)
        elif event.kind in ENDS and now.answered_on is None:
            answer = code if event.kind != WITHDRAWN and code in ROWS else OTHER
            now = replace(now, answer=answer, answered_on=event.day)
    yield replace(now, remedies=tuple(remedies_of(happened)))


def remedies_of(happened: Sequence[Happened]) -> Iterator[RemedyFacts]:
    """Reconsiderations and lawsuits, each with its decision, where there is one."""
    decided = {event.of: event for event in happened if event.kind == DECIDED}
    for event in happened:
        if event.kind != BEGUN or event.facts__way not in REMEDY_ROWS:
            continue
        end = decided.get(event.of)
        if end is None:
            yield RemedyFacts(kind=event.facts__way, begun_on=event.day)
            continue
        outcome = end.facts__outcome if end.facts__outcome in OUTCOMES else OTHER
        yield RemedyFacts(kind=event.facts__way, begun_on=event.day, decided_on=end.day, outcome=outcome or OTHER)
