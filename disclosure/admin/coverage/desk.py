"""公开覆盖 on the office's desk."""

from datetime import date

from django.db.models import Count
from django.urls import reverse

from disclosure.models import CoverageCell, CoverageFinding
from disclosure.models.coverage import CellState
from ninghai.models import User
from ninghai.office.site import DeskPanel, DeskRow, desk_panel

SHOWN = {CellState.EMPTY: "late", CellState.STALE: "late", CellState.SOON: "due"}


@desk_panel(order=32)
def coverage(user: User, on: date) -> DeskPanel:
    """What is missing and what is due soon, as the last round found it; and the interpretations that did not come."""
    matrix = reverse("admin:disclosure_coverage_matrix")
    counts = dict(CoverageCell.objects.order_by().values_list("state").annotate(Count("pk")))
    rows = [
        DeskRow(state.label, counts.get(state, 0), f"{matrix}?state={state}", tone) for state, tone in SHOWN.items()
    ]
    missing = CoverageFinding.Kind.NO_INTERPRETATION
    number = CoverageFinding.objects.filter(kind=missing, closed_on=None).count()
    findings = f"{reverse('admin:disclosure_coveragefinding_changelist')}?open=yes&kind__exact={missing}"
    rows.append(DeskRow(missing.label, number, findings, "late"))
    shown = [row for row in rows if row.count]
    return DeskPanel("公开覆盖", shown, empty="没有空白、逾期或即将到期的公开事项。", link=("打开公开覆盖图", matrix))
