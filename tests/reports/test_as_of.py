"""As of a day (截至某日): whatever happens afterwards, the same day gives the same figures, on every page and paper."""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from ninghai.calendar.clock import end_of
from reports.facts.request import Request
from reports.snapshots.snapshot import compose
from tasks.assignments.heat_map import read_heat_map
from tasks.assignments.lights import with_standing
from tasks.handovers.unit_reform import reform_unit
from tasks.models import Assignment, ProgressReport, WorkPointNotice
from tasks.models.states import AssignmentStatus, ProgressStatus
from tasks.periods.services import close_period
from tasks.progress.services import accept_report, pass_report, return_report, submit_report
from tasks.public_progress.counts import in_parts, public_points, public_units
from tasks.scoring.services import sheets_of
from tests.cast import Cast
from tests.tasks import factories
from tests.tasks.scoring.conftest import make_a_scheme

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2018, 9, 20), date(2018, 12, 10)
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.exhaustive) for seed in range(1, 6))]
DUE = (date(2018, 10, 20), date(2018, 11, 1), date(2018, 12, 31))


def figures(notice: WorkPointNotice, scheme: Any, *, cast: Cast, on: date) -> dict[str, Any]:
    """What is said of the day: lists, public pages, the heat map, papers, scores."""
    standing = with_standing(Assignment.objects.owed(on=on), on=on).order_by("key")
    points = notice.points.order_by("position")
    shown = read_heat_map(notice=notice, points=points, user=cast.office, on=on, period=notice.periods.first())
    papers = [
        compose(Request.about(kind=kind, notice=notice, as_of=on, unit=unit))
        for kind, unit in (("progress", None), ("unit-progress", cast.finance), ("unit-progress", cast.town))
        if unit is None or Assignment.objects.filter(unit=unit, made_on__lte=on).exists()
    ]
    return {
        "list": list(standing.values_list("key", "due_on_day", "light_on_day", "owed", "owed_late")),
        "map": {point: {unit: cell.state for unit, cell in row.items()} for point, row in shown.cells.items()},
        "owed on the map": {point: {unit: cell.is_marked for unit, cell in row.items()} for point, row in shown.cells.items()},
        "public parts": [(part.title, part.counts) for part in in_parts(public_points(notice=notice, on=on))],
        "public units": [(each.unit.code, each.counts) for each in public_units(notice=notice, on=on)],
        "papers": papers,
        "scores": {unit.code: (sheet.total, [(line.rule, line.amount, line.words) for line in sheet.lines]) for unit, sheet in sheets_of(scheme=scheme, as_of=on).items()},
    }  # fmt: skip


class Replay:
    """A year in which, day after day, something happens at random; `happen` does one thing and says what it was."""

    def __init__(self, cast: Cast, notice: WorkPointNotice, *, seed: int) -> None:
        self.cast, self.notice, self.dice, self.told = cast, notice, random.Random(seed), []  # noqa: S311
        self.is_reformed = False

    def happen(self, at: datetime) -> None:
        acts = [self.write, self.write, self.go_on, self.go_on, self.go_on, self.put_off, self.end, self.resume]
        act: Callable[[datetime], str] = self.dice.choice([*acts, self.close, self.reform])
        self.told.append((f"{at:%m-%d}", act.__name__, act(at)))

    def write(self, at: datetime) -> str:
        """A draft for a period that has begun, by the clerk of the unit."""
        open_ones = list(Assignment.objects.open(on=at.date()).order_by("pk"))
        period = self.dice.choice(list(self.notice.periods.filter(start__lte=at.date()).order_by("start")))
        chosen = self.dice.choice(open_ones) if open_ones else None
        if chosen is None or period.end <= chosen.made_on or chosen.reports.filter(period=period).exists():
            return ""
        clerk = self.cast.clerk if chosen.unit == self.cast.finance else self.cast.other_clerk
        is_done = self.dice.random() < 0.5
        claims = {"claims_completion": True, "percent": 100, "proof": factories.PDF} if is_done else {}
        factories.drafted(self.cast, assignment=chosen, of=period.name, by=clerk, at=at, **claims)
        return f"{chosen.key} {period}"

    def go_on(self, at: datetime) -> str:
        """The next station of a report that is not accepted, or back from the office."""
        reports = list(ProgressReport.objects.exclude(status=ProgressStatus.ACCEPTED).order_by("pk"))
        report = self.dice.choice(reports) if reports else None
        if report is None or not report.assignment.is_open(on=at.date()):
            return ""
        of_finance = report.assignment.unit == self.cast.finance
        clerk, head = (self.cast.clerk, self.cast.head) if of_finance else (self.cast.other_clerk, self.cast.other_head)
        if report.is_editable:
            submit_report(report=report, by=clerk, at=at)
        elif report.status == ProgressStatus.WITH_HEAD:
            pass_report(report=report, by=head, at=at)
        elif self.dice.random() < 0.3:
            return_report(report=report, reason="请补充材料。", by=self.cast.office, at=at)
        else:
            accept_report(report=report, by=self.cast.office, at=at)
        return f"{report} {report.status}"

    def put_off(self, at: datetime) -> str:
        chosen = self._open(at)
        if chosen:
            day = chosen.due_date + timedelta(days=self.dice.randint(1, 40))
            chosen.change_due_date(to=day, reason="批准延期", by=self.cast.signer, at=at)
        return f"{chosen}"

    def end(self, at: datetime) -> str:
        """不适用 or 结转."""
        chosen = self._open(at) if self.dice.random() < 0.4 else None
        status = self.dice.choice([AssignmentStatus.NOT_APPLICABLE, AssignmentStatus.CARRIED_OVER])
        if chosen and not chosen.taken_up_on:
            chosen.end(status, reason="已调整", by=self.cast.office, at=at)
        return f"{chosen} {status}"

    def resume(self, at: datetime) -> str:
        """The notice that it was carried over into is revoked (撤销下达)."""
        chosen = Assignment.objects.filter(status=AssignmentStatus.CARRIED_OVER).order_by("pk").first()
        if chosen:
            chosen.resume(by=self.cast.office, at=at)
        return f"{chosen}"

    def close(self, at: datetime) -> str:
        for period in self.notice.periods.filter(closed_on=None, due_date__lt=at.date() - timedelta(days=5)):
            close_period(period=period, by=self.cast.office, at=at)
            return f"{period}"
        return ""

    def reform(self, at: datetime) -> str:
        """The bureau is dissolved into the town, once and late."""
        if self.is_reformed or at.date() < date(2018, 10, 3) or self.dice.random() < 0.5:
            return ""
        self.is_reformed = True
        reform_unit(
            unit=self.cast.finance, successor=self.cast.town, last_day=at.date(), reason="机构改革方案",
            moves_people=False, form_id=factories.uuid4(), by=self.cast.office, at=at,
        )  # fmt: skip
        return "done"

    def _open(self, at: datetime) -> Assignment | None:
        rows = list(Assignment.objects.open(on=at.date()).order_by("pk"))
        return self.dice.choice(rows) if rows else None


@pytest.mark.parametrize("seed", SEEDS)
def test_a_past_day_gives_the_same_figures_whenever_it_is_asked(cast, seed):
    notice = factories.issued_notice(cast, due_dates=DUE)
    scheme = make_a_scheme(cast, notice)
    replay, said = Replay(cast, notice, seed=seed), {}
    day = FIRST
    while day <= LAST:
        for hour in (9, 15):
            replay.happen(timezone.make_aware(datetime.combine(day, time(hour))))
        said[day] = figures(notice, scheme, cast=cast, on=day)
        day += timedelta(days=3)

    for on, before in said.items():
        again = figures(notice, scheme, cast=cast, on=on)
        for name, figure in before.items():
            assert again[name] == figure, (on, name, replay.told)
    assert any(first["papers"] != then["papers"] for first, then in pairwise(said.values()))


@pytest.mark.parametrize(("hour", "minute"), [(0, 0), (23, 59)])
def test_a_day_is_the_countys_from_its_first_minute_to_its_last(cast, hour, minute):
    """Midnight in Beijing is four in the afternoon of the day before in UTC."""
    notice = factories.issued_notice(cast)
    at = timezone.make_aware(datetime.combine(date(2018, 10, 10), time(hour, minute)))
    factories.accepted(cast, of="第三季度", at=at)

    [before, on] = [
        compose(Request.about(kind="progress", notice=notice, as_of=day))["totals"]["in_progress"]
        for day in (date(2018, 10, 9), date(2018, 10, 10))
    ]

    assert (before, on) == (0, 1)
    assert end_of(date(2018, 10, 10)) == timezone.make_aware(datetime.combine(date(2018, 10, 11), time()))


# --- One meaning of 办结 ----------------------------------------------------------------------------------------


def test_what_is_accepted_later_is_not_done_at_the_end_of_the_month_in_any_figure(cast):
    """Handed in on 30 October, accepted on 2 November: at October's end nobody had confirmed it."""
    notice = factories.issued_notice(cast)
    report = factories.with_office(
        cast, of="第三季度", claims_completion=True, percent=100, proof=factories.PDF, at=factories.moment(10, 30)
    )
    accept_report(report=report, by=cast.office, at=factories.moment(11, 2))

    october, november = (
        compose(Request.about(kind="progress", notice=notice, as_of=day, since=day.replace(day=1)))
        for day in (date(2018, 10, 31), date(2018, 11, 20))
    )

    assert [row["completed"] for row in november["months"]] == [0, 0, 0, 1]
    assert (october["totals"]["completed"], november["totals"]["completed"]) == (0, 1)
    assert (october["period"]["completed"], november["period"]["completed"]) == (0, 1)


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_all_figures_of_a_snapshot_agree_and_its_months_are_those_of_the_months_ends(cast, seed):
    notice = factories.issued_notice(cast, due_dates=DUE)
    replay = Replay(cast, notice, seed=seed)
    for days in range(0, (LAST - FIRST).days, 2):
        replay.happen(timezone.make_aware(datetime.combine(FIRST + timedelta(days=days), time(9))))

    told = compose(Request.about(kind="progress", notice=notice, as_of=LAST, since=date(2018, 8, 1)))

    agree(told)
    for row in told["months"][:-1]:
        year, month = map(int, row["month"].split("-"))
        end = date(year, month % 12 + 1, 1) - timedelta(days=1)
        then = compose(Request.about(kind="progress", notice=notice, as_of=end))
        assert row["completed"] == then["totals"]["completed"], (row, replay.told)


def agree(told: Any) -> None:
    """Sums over parts, units, months, lists and the period are those of the totals."""
    totals = told["totals"]
    parts = ("completed", "in_progress", "todo", "not_applicable")
    assert totals["assignments"] == sum(totals[name] for name in parts)
    for rows, names in ((told["by_unit"], {*parts, "assignments", "overdue", "completed_late"}), (told["by_part"], {"assignments", "completed", "overdue", "not_applicable"})):  # fmt: skip
        for name in names:
            assert sum(row[name] for row in rows) == totals[name], name
    reports = ("reports_accepted", "reports_pending", "reports_missing", "reports_made_up")
    assert totals["reports_owed"] == sum(totals[name] for name in reports)
    for name in ("reports_owed", *reports):
        assert sum(row[name] for row in told["by_unit"]) == totals[name], name
    assert told["months"][-1]["completed"] == told["period"]["completed"] == totals["completed"]
    assert told["period"]["completed_late"] == totals["completed_late"]
    assert len(told["overdue"]) == totals["overdue"]
