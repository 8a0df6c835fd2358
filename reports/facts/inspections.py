"""What a spot check had found by the end of a day, in plain numbers and rows.

A finding may be corrected later; the audit trail keeps what it said before, so the trail is what is read here.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from ninghai.calendar.clock import end_of
from ninghai.models import AuditEntry
from reports.snapshots.schema import FindingRow, OutcomeCount, SpotCheckRow
from tasks.models import Drawn, Finding, Rectification, SpotCheck, WorkPointNotice
from tasks.models.states import RectificationStatus
from tasks.notices.editions import as_written
from tasks.spot_checks.finding_score import last_entries
from tasks.spot_checks.subjects import subject_of

Outcome = Finding.Outcome


def latest_spot_check(*, notice: WorkPointNotice, on: date, subject: str) -> SpotCheck | None:
    """The last draw of the notice, from what it is drawn, that had been made by the end of that day."""
    drawn = SpotCheck.objects.filter(notice=notice, subject=subject, drawn_at__lt=end_of(on))
    return drawn.order_by("-drawn_at", "-pk").first()


def inspected(*, spot_check: SpotCheck, on: date) -> SpotCheckRow:
    """The draw and its findings as of that day. Three queries."""
    findings = finding_rows(spot_check=spot_check, on=on)
    told: SpotCheckRow = {
        "title": spot_check.title,
        "drawn_on": timezone.localtime(spot_check.drawn_at).date().isoformat(),
        "population": sum(len(stratum["population"]) for stratum in spot_check.strata),
        "size": len(findings),
        "seed": spot_check.seed,
        "strata": [
            {"name": stratum["name"], "population": len(stratum["population"]), "drawn": stratum["size"]}
            for stratum in spot_check.strata
        ],
        "inspected": sum(bool(row["outcome"]) for row in findings),
        "outcomes": outcome_counts(findings, subject_of(spot_check).outcomes),
        "findings": findings,
    }
    if spot_check.quota:
        told["scope"], told["quota"] = spot_check.scope, spot_check.quota
        told["frozen_on"] = spot_check.as_of.isoformat()
    return told


def finding_rows(*, spot_check: SpotCheck, on: date) -> list[FindingRow]:
    """One row for each that was drawn, strata in their order and within them as they were drawn."""
    layers = {stratum["name"]: place for place, stratum in enumerate(spot_check.strata)}
    drawn = list(spot_check.drawn.select_related("finding__rectification", "unit", "assignment__task__point"))
    drawn.sort(key=lambda each: (layers[each.stratum], each.rank))
    noted = _last_words(drawn, on=on)
    points = {each.assignment.task.point for each in drawn if each.assignment}
    written = {point.pk: point for point in as_written(points, on=on)} if points else {}
    rows: list[Any] = []
    for number, each in enumerate(drawn, start=1):
        if each.assignment:
            point = written[each.assignment.task.point_id]
            rows.append(_finding_row(number, each, (point.label, point.text), noted.get(each.pk)))
        else:
            row = _finding_row(number, each, ("", each.name), noted.get(each.pk))
            rows.append({**row, **_of_service(each, noted.get(each.pk), on=on)})
    return rows


def _of_service(drawn: Drawn, noted: AuditEntry | None, *, on: date) -> Any:
    """What the sheet asked, answered; and whether what was to be put right had passed by the end of that day."""
    follows: Rectification | None = getattr(getattr(drawn, "finding", None), "rectification", None)
    passed_at = follows.checked_at if follows and follows.status == RectificationStatus.PASSED else None
    is_passed = passed_at is not None and passed_at < end_of(on)
    return {"answers": noted.detail["answers"] if noted else [], "rectified": is_passed}


def _finding_row(number: int, drawn: Drawn, about: tuple[str, str], noted: AuditEntry | None) -> FindingRow:
    outcome = noted.detail["outcome"] if noted else ""
    return {
        "number": number,
        "key": drawn.key,
        "unit": drawn.unit.short_name,
        "point": about[0],
        "requirement": about[1],
        "outcome": outcome,
        "label": Outcome(outcome).label if outcome else "",
        "problem": outcome not in {"", Outcome.TRUE, Outcome.FAULTLESS},
        "note": noted.reason if noted else "",
        "rectify_by": noted.detail["rectify_by"] if noted else None,
    }


def _last_words(drawn: Sequence[Drawn], *, on: date) -> dict[int, AuditEntry]:
    """Drawn → the last record of its finding by the end of that day."""
    of_finding = {each.finding.pk: each.pk for each in drawn if hasattr(each, "finding")}
    return {of_finding[pk]: noted for pk, noted in last_entries(findings=of_finding, on=on).items()}


def outcome_counts(rows: Sequence[FindingRow], outcomes: Sequence[Finding.Outcome]) -> list[OutcomeCount]:
    counted = Counter(row["outcome"] for row in rows)
    return [{"outcome": each.value, "label": each.label, "count": counted[each.value]} for each in outcomes]
