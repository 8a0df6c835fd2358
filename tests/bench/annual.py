"""The yearly reports over as many applications as `applications` has made: every unit's from the register, and the county's of them."""

from collections.abc import Iterator

from disclosure.annual_reports import register, services
from disclosure.annual_reports.county import shares
from disclosure.models import AnnualReport
from disclosure.models.states import AnnualReportStatus
from ninghai.calendar import clock
from ninghai.models import Case, Unit
from tests.bench.limits import Limit, of_page, once
from tests.bench.page_list import OFFICE, Page

WITHIN = 5000  # ms


def annual_reports() -> Iterator[Limit]:
    """Last year's; the units' are kept as reported, so that the county's has something to add up."""
    year, held = clock.today().year - 1, f"{Case.objects.count():,} applications"
    units = [share.unit for share in shares(year)]
    yield once(f"yearly report of the county over {held}", lambda: county(units, year), within=WITHIN)
    report = AnnualReport.objects.get(unit=None, year=year)
    page = Page(OFFICE, "admin:disclosure_annualreport_change", (report.pk,))
    yield of_page(f"yearly report of the county over {held}, its page", page, within=WITHIN)


def county(units: list[Unit], year: int) -> None:
    """Each unit's counted and kept as reported, then their sum with all its checks."""
    at = clock.now()
    told = [AnnualReport(unit=unit, year=year, drafted_at=at, status=AnnualReportStatus.REPORTED) for unit in units]
    for report in told:
        report.figures = register.counted(report).figures
    AnnualReport.objects.bulk_create(told)
    whole = services.report_as_it_stands(year=year, unit=None)
    whole.drafted_at = at
    services.report_data(whole)
    whole.save()
