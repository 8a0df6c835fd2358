"""What has to be done within a time: the work of a large year, and the pages that show it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from ninghai.models import User
from tasks.models import ReportingPeriod, WorkPointNotice
from tasks.notices.issuing import issue_notice
from tasks.periods.services import close_period
from tasks.scoring.services import compute_scores, propose_scheme
from tests.bench.page_list import OFFICE, Page
from tests.bench.pages import open_page, visitor
from tests.bench.timing import timed
from tests.bench.year import POINTS, UNITS, draft_year, gather_statistics, moment, report_year


@dataclass(frozen=True, slots=True)
class Limit:
    """Milliseconds that something took, and within how many it has to be done."""

    name: str
    times: list[float]
    within: float
    queries: int | None = None  # of pages

    @property
    def took(self) -> float:
        return median(self.times)

    @property
    def is_kept(self) -> bool:
        return self.took <= self.within


def limits() -> Iterator[Limit]:
    """Makes a year of 100,000 assignments, and measures before, on the way and then."""
    office = User.objects.get(username=OFFICE)
    yield of_page("heat map, 43 points by 60 units", heat_map(2018), within=150)
    notice = draft_year(by=office)
    yield once(f"issue a notice, {UNITS * POINTS:,} assignments", lambda: _issue(notice, office), within=30_000)
    report_year(notice, by=office)
    gather_statistics()
    yield of_page(f"heat map, {POINTS} by {UNITS}, first columns", heat_map(notice.year), within=1000)
    whole = heat_map(notice.year, units="all")
    yield of_page(f"heat map, {POINTS} by {UNITS}, whole", whole, within=1000)
    first = notice.periods.earliest("start")
    yield once(f"close a period, {UNITS * POINTS:,} assignments", lambda: _close(first, office), within=10_000)
    yield once(f"compute the scores of {UNITS} units", scores(notice, office), within=10_000)


def scores(notice: WorkPointNotice, office: User) -> Callable[[], object]:
    """By the proposed scheme, as of a day in autumn: most of what was owed is missing, so that cases abound."""
    at = moment(notice.year, 11, 20)
    scheme = propose_scheme(notice=notice, by=office, at=at)
    return lambda: compute_scores(scheme=scheme, as_of=at.date(), by=office, at=at)


def heat_map(year: int, **query: str) -> Page:
    return Page(OFFICE, "admin:tasks_heat_map", (year,), query)


def of_page(name: str, page: Page, *, within: float) -> Limit:
    opened = open_page(visitor(page.who), page)
    return Limit(name, list(opened.times), within, opened.queries)


def once(name: str, work: Callable[[], object], *, within: float) -> Limit:
    return Limit(name, [timed(work)], within)


def _close(period: ReportingPeriod, office: User) -> None:
    close_period(period=period, by=office, at=moment(period.end.year + 1, 3, 1))


def _issue(notice: WorkPointNotice, office: User) -> None:
    issue_notice(notice=notice, by=office, at=moment(notice.year, 3, 2))
