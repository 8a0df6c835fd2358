"""What a spot check had found by the end of a day, in plain numbers and rows.

A finding may be corrected later; the audit trail keeps what it said before, so the trail is what is read here.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from ninghai.calendar.clock import end_of
from ninghai.models import AuditEntry
from reports.snapshots.schema import FindingRow, OutcomeCount, SpotCheckRow
from tasks.models import Drawn, Finding, SpotCheck, WorkPoint, WorkPointNotice
from tasks.notices.editions import as_written
from tasks.spot_checks.finding_score import last_entries

Outcome = Finding.Outcome


def latest_spot_check(*, notice: WorkPointNotice, on: date) -> SpotCheck | None:
    """The last draw of the notice that had been made by the end of that day."""
    return SpotCheck.objects.filter(notice=notice, drawn_at__lt=end_of(on)).order_by("-drawn_at", "-pk").first()


def inspected(*, spot_check: SpotCheck, on: date) -> SpotCheckRow:
    """The draw and its findings as of that day. Three queries."""
    findings = finding_rows(spot_check=spot_check, on=on)
    return {
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
        "outcomes": outcome_counts(findings),
        "findings": findings,
    }


def finding_rows(*, spot_check: SpotCheck, on: date) -> list[FindingRow]:
    """One row for each drawn assignment, strata in their order and within them as they were drawn."""
    layers = {stratum["name"]: place for place, stratum in enumerate(spot_check.strata)}
    drawn = list(spot_check.drawn.select_related("finding", "assignment__unit", "assignment__task__point"))
    drawn.sort(key=lambda each: (layers[each.stratum], each.rank))
    noted = _last_words(drawn, on=on)
    written = {point.pk: point for point in as_written({each.assignment.task.point for each in drawn}, on=on)}
    return [
        _finding_row(number, each, written[each.assignment.task.point_id], noted.get(each.pk))
        for number, each in enumerate(drawn, start=1)
    ]


def _finding_row(number: int, drawn: Drawn, point: WorkPoint, noted: AuditEntry | None) -> FindingRow:
    outcome = noted.detail["outcome"] if noted else ""
    return {
        "number": number,
        "key": drawn.assignment.key,
        "unit": drawn.assignment.unit.short_name,
        "point": point.label,
        "requirement": point.text,
        "outcome": outcome,
        "label": Outcome(outcome).label if outcome else "",
        "problem": outcome not in {"", Outcome.TRUE},
        "note": noted.reason if noted else "",
        "rectify_by": noted.detail["rectify_by"] if noted else None,
    }


def _last_words(drawn: Sequence[Drawn], *, on: date) -> dict[int, AuditEntry]:
    """Drawn → the last record of its finding by the end of that day."""
    of_finding = {each.finding.pk: each.pk for each in drawn if hasattr(each, "finding")}
    return {of_finding[pk]: noted for pk, noted in last_entries(findings=of_finding, on=on).items()}


def outcome_counts(rows: Sequence[FindingRow]) -> list[OutcomeCount]:
    counted = Counter(row["outcome"] for row in rows)
    return [{"outcome": each.value, "label": each.label, "count": counted[each.value]} for each in Outcome]
