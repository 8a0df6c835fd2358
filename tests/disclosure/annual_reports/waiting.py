"""What waits for somebody (今天要办): of yearly reports."""

from datetime import date

from disclosure.annual_reports import services as annual
from disclosure.annual_reports.blanks import blank_of
from disclosure.annual_reports.county import county_figures
from disclosure.models import (
    AnnualReport,
)
from tests.cast import Cast
from tests.disclosure.annual_reports.shapes import TEXTS, whole
from tests.disclosure.requests import makers as requests
from tests.tasks.factories import NOW, stored
from tests.waiting_work import OFFICES, Piece, waits

TEXTS_OF_2017 = {part: TEXTS.get(part, "") for part in blank_of(2017).parts}
NEW_YEAR, HANDED_IN = date(2019, 1, 2), {"version": 1, "at": NOW}


@waits("annual-reports-to-begin")
def annual_reports_to_begin(cast: Cast) -> Piece:
    """Of the year since which requests are registered here: each unit's."""
    requests.applied(cast)
    own = ((cast.finance, cast.clerk), (cast.town, cast.other_clerk), (cast.county_office, cast.office))
    act = lambda: [annual.open_report(year=2018, unit=unit, by=who, at=NOW) for unit, who in own]  # noqa: E731
    return Piece({"clerk", "other_clerk", *OFFICES}, act, on=NEW_YEAR)


@waits("county-report-to-begin")
def county_report_to_begin(cast: Cast) -> Piece:
    requests.applied(cast)
    act = lambda: annual.open_report(year=2018, unit=None, by=cast.office, at=NOW)  # noqa: E731
    return Piece(OFFICES, act, on=NEW_YEAR)


def annual_report(cast: Cast, status: str = "draft", *, of_county: bool = False, **fields: object) -> AnnualReport:
    """The bureau's on 2017 with nothing in it, or the county's, which is the sum of that."""
    said = {"year": 2017, "texts": TEXTS_OF_2017, "drafted_at": NOW, **fields}
    if of_county:
        annual_report(cast, "reported")
        figures = county_figures(2017)
        return AnnualReport.objects.create(unit=None, figures=figures, status=status, **said)
    return AnnualReport.objects.create(unit=cast.finance, figures=whole(2017), status=status, **said)


@waits("annual-reports-to-write")
def annual_reports_to_write(cast: Cast) -> Piece:
    report = annual_report(cast)
    return Piece({"clerk"}, lambda: annual.hand_in(report=report, explanation="", by=cast.clerk, **HANDED_IN))


@waits("annual-reports-to-write")
def county_report_to_write(cast: Cast) -> Piece:
    report = annual_report(cast, of_county=True)
    return Piece(OFFICES, lambda: annual.hand_in(report=report, explanation="", by=cast.office, **HANDED_IN))


@waits("annual-reports-to-check")
def annual_reports_to_check(cast: Cast) -> Piece:
    report = annual_report(cast, "with_head")
    return Piece({"head"}, lambda: annual.pass_report(report=report, by=cast.head, **HANDED_IN))


@waits("annual-reports-to-check")
def county_report_to_check(cast: Cast) -> Piece:
    report = annual_report(cast, "with_head", of_county=True)
    return Piece({"signer"}, lambda: annual.pass_report(report=report, by=cast.signer, **HANDED_IN))


@waits("annual-reports-to-publish")
def annual_reports_to_publish(cast: Cast) -> Piece:
    report = annual_report(cast, "reported", reported_at=NOW, file=stored(cast, name="年度报告.pdf"))
    return Piece({"clerk"}, lambda: annual.draft_report_item(report=report, by=cast.clerk, **HANDED_IN))
