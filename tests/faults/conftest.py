"""A county whose batch is large enough to be struck in its midst, a Redis of our own, and the book of "N of N"."""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db.models.functions import Now

from ninghai.files.integrity import stray_files
from ninghai.models import Job, Unit
from ninghai.operations.devservices.services import QUEUE, Redis
from reports.circulation import request_batch
from reports.models import Report, ReportBatch
from tasks.models import WorkPointNotice
from tests.cast import Cast, make_cast
from tests.faults import counts
from tests.reports import makers
from tests.services import worker_number

HERE = Path(__file__).parent
LONG_REPORT = HERE.parent / "data/snapshots/progress-draft.json"
_told: list[str] = []

Tell = Callable[[str, int, int], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here has other processes look at its data."""
    for item in items:
        if item.nodeid.startswith("tests/faults/"):
            item.add_marker(pytest.mark.django_db(transaction=True))


def pytest_terminal_summary(terminalreporter) -> None:
    for line in _told:
        terminalreporter.write_line(line)


@pytest.fixture
def tell() -> Tell:
    """Write down how many of how many; fewer than all of them fails."""

    def told(what: str, held: int, of: int) -> None:
        _told.append(f"{what}: {held} of {of}")
        assert held == of

    return told


@pytest.fixture(autouse=True)
def _november(settings):
    settings.CLOCK_DATE = makers.TODAY.isoformat()
    settings.CLOCK_SINCE = "2018-11-20"


@pytest.fixture(autouse=True)
def _files_of_earlier_tests_are_gone(transactional_db) -> None:
    """Their rows went with their database, and the books ask for files without a row."""
    for stray in stray_files(older_than=0):
        stray.unlink()


@pytest.fixture
def queue(private_services, settings) -> Iterator[Redis]:
    """A Redis of our own, which we may stop while other tests go on."""
    server = Redis(place=private_services.place, name=f"faults{worker_number()}", settings=QUEUE)
    server.start()
    server._answer("FLUSHALL")
    settings.REDIS_URL = server.url()
    yield server
    server.start()
    server.stop()


@pytest.fixture
def cast(transactional_db) -> Cast:
    return make_cast()


@pytest.fixture
def notice(cast: Cast) -> WorkPointNotice:
    """Addressed to every unit of a county of counts.UNITS units."""
    units = list(Unit.objects.all())
    units += Unit.objects.bulk_create(
        Unit(code=f"9{n:02}", name=f"第{n}单位", short_name=f"第{n}单位", kind=Unit.Kind.DEPARTMENT, position=900 + n)
        for n in range(counts.UNITS - len(units))
    )
    names = [unit.short_name for unit in units]
    points = [(f"一{n}", ("一", "着力加强主动公开"), date(2018, 9, 30), names) for n in range(1, 4)]
    return makers.issued_notice(cast, points=points)


@pytest.fixture
def ask(cast: Cast, notice: WorkPointNotice) -> Callable[[], ReportBatch]:
    """Ask for a report of every unit, of a day before the last one asked for."""
    days = (makers.TODAY - timedelta(days=number) for number in range(90))
    return lambda: request_batch(notice=notice, as_of=next(days), form_id=uuid.uuid4(), by=cast.office, at=makers.NOW)


@pytest.fixture
def long_report(cast: Cast, notice: WorkPointNotice) -> Callable[[], Report]:
    """Ask for a report that takes its time to render."""
    days = (makers.TODAY - timedelta(days=number) for number in range(90))

    def asked() -> Report:
        report = makers.requested(cast, notice, as_of=next(days))
        long = json.loads(LONG_REPORT.read_text(encoding="utf-8"))
        Report.objects.filter(pk=report.pk).update(snapshot=long)
        return report

    return asked


@pytest.fixture
def time_passes() -> Callable[[], None]:
    """In the short form: leases and pauses run out at once. In the long form life takes its time."""

    def passes() -> None:
        if not counts.IS_LONG:
            let_time_pass()

    return passes


@pytest.fixture
def pauses_pass() -> Callable[[], None]:
    """The same for the pauses between two tries alone: whoever is at work keeps it."""

    def passes() -> None:
        if not counts.IS_LONG:
            Job.objects.filter(status="queued", next_try_at__gt=Now()).update(next_try_at=Now())

    return passes


def let_time_pass() -> None:
    Job.objects.filter(status="running").update(lease_until=Now())
    Job.objects.filter(status="queued").update(next_try_at=Now(), handed_out_at=None)
