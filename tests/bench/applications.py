"""100,000 applications of ten years: the register, what is due, the look-up, the office's counts, the yearly report, a letter from click to PDF."""

import time
import uuid
from collections.abc import Iterator
from statistics import median
from unittest import mock

from django.db.models import Count
from django.test.utils import override_settings
from django.urls import reverse

from disclosure.interaction import lookup
from disclosure.models import LetterMaking
from disclosure.requests.applying.services import apply_online
from disclosure.requests.desk import answering
from disclosure.requests.kind import REQUEST
from disclosure.requests.office.standing import answered_in_time
from ninghai.calendar import clock
from ninghai.cases.lookup import find_by_code, lookup_code
from ninghai.models import Case, Unit, User
from reports.facts.request import Request
from reports.snapshots.snapshot import compose
from tasks.models import WorkPointNotice
from tests.bench.annual import annual_reports
from tests.bench.limits import Limit, once
from tests.bench.page_list import CLERK, HEAD, OFFICE, UNIT, Page
from tests.bench.pages import open_page, visitor
from tests.bench.report_workers import wait_until, workers
from tests.bench.ten_years import seed_applications, unsound
from tests.bench.timing import late, timed
from tests.bench.year import gather_statistics

NUMBER, SAMPLE = 100_000, 300
LOOK_UPS, LETTERS = 60, 5
LIST, OWN_LIST = "admin:disclosure_requestunit_cases", "disclosure:request-list"  # the office's, a unit's
ALL_UNITS = "admin:disclosure_requestunit_changelist"
REGISTER, DESK, COUNTED = 300, 500, 600  # ms: a part of the register, everybody's first page, ten years counted by unit


def applications() -> Iterator[Limit]:
    """Adds them first; those of a sample say in their columns what their events say."""
    units, head = list(Unit.objects.valid(on=clock.today())), User.objects.get(username=HEAD)
    if not Case.objects.filter(kind=REQUEST).count() >= NUMBER:
        seed_applications(number=NUMBER, units=units, head=head, until=clock.now())
        gather_statistics()
    if wrong := unsound(sample=SAMPLE):
        raise RuntimeError(f"columns and events differ: {wrong[:5]}")
    yield from pages()
    yield from look_ups()
    yield from counts()
    yield from annual_reports()
    yield letters()


def pages() -> Iterator[Limit]:
    """The 95th percentile of some openings."""
    busiest = Unit.objects.annotate(many=Count("cases")).latest("many")
    for name, page in {
        "register, all units": Page(OFFICE, LIST),
        "register, due soon": Page(OFFICE, LIST, query={"state": "soon"}),
        "register, overdue": Page(OFFICE, LIST, query={"state": "late"}),
        "register, done": Page(OFFICE, LIST, query={"state": "done"}),
        "register, done, page 1000": Page(OFFICE, LIST, query={"state": "done", "page": "1000"}),
        "register, every state": Page(OFFICE, LIST, query={"state": "all"}),
        "register, one unit": Page(OFFICE, LIST, query={"unit": busiest.code}),
        "register, a clerk's own": Page(CLERK, OWN_LIST),
        "a clerk's desk": Page(CLERK, "tasks:work"),
        "the office's desk": Page(OFFICE, "admin:index"),
        "all units' applications": Page(OFFICE, ALL_UNITS),
        "one unit's, by year": Page(OFFICE, "admin:disclosure_requestunit_change", (busiest.pk,)),
    }.items():
        opened = open_page(visitor(page.who), page)
        within = REGISTER if page.name in {LIST, OWN_LIST} else COUNTED if page.name == ALL_UNITS else DESK
        yield Limit(f"{name}, p95", [late(opened.times)], within, opened.queries)


def look_ups() -> Iterator[Limit]:
    """By number and query code: the search alone, and the page without the time that it waits on purpose."""
    known = [(case.number, lookup_code(case)) for case in Case.objects.exclude(number="").order_by("?")[:LOOK_UPS]]
    found = [timed(lambda number=number, code=code: find_by_code(number=number, code=code)) for number, code in known]
    yield Limit("look-up by number and code, p95", [late(found)], 100)
    client, address = visitor(), reverse("disclosure:lookup")
    unbounded = override_settings(RATE_LIMITS=dict.fromkeys(["receipt"], (0, 60)))
    with unbounded, mock.patch.object(lookup, "AS_SLOWLY", 0):
        sent = [{"number": number, "code": code} for number, code in known]
        client.post(address, sent[0])
        shown = [timed(lambda form=form: client.post(address, form)) for form in sent]
    yield Limit("look-up page beside its deliberate slowness, p95", [late(shown)], 100)


def counts() -> Iterator[Limit]:
    """What the score and the report on applications freeze of a year."""
    year, yesterday = clock.today().year, clock.yesterday()
    notice = WorkPointNotice.objects.get(year=2018, issued_at__isnull=False)
    yield once("applications as facts of the score", lambda: answered_in_time(year=year, on=yesterday), within=5000)
    asked = Request.about(kind="applications", notice=notice, as_of=yesterday)
    yield once("report on the county's applications, frozen", lambda: compose(asked), within=5000)


def letters() -> Limit:
    """From the click that signs an answer to its PDF, by a waiting worker; the middle of some."""
    client = visitor(HEAD)
    with workers(1):
        times = [_signed(client, _drafted()) for _ in range(LETTERS + 1)][1:]  # the first warms up
    return Limit("letter, from click to PDF", [median(times)], 3000)


def _drafted() -> Case:
    """An application to the unit of the demo's head, with a drafted answer."""
    unit, clerk, at = Unit.objects.get(short_name=UNIT), User.objects.get(username=CLERK), clock.now()
    given = {"form_id": uuid.uuid4(), "unit": unit, "content": "2017年度决算表", "category": "person", "name": "王小明"}
    given |= {"identity_kind": "id_card", "identity_number": "330226199001011234", "phone": "13800000000"}
    case = apply_online(given={**given, "form": "paper", "way": "post"}, at=at)
    answering.propose(case=case, code="open", filled={"attached": "决算表1份"}, version=case.version, by=clerk, at=at)
    return case


def _signed(client, case: Case) -> float:
    began = time.perf_counter()
    answer = client.post(reverse("disclosure:request-sign", args=[case.pk]), {"version": case.version})
    if answer.status_code != 302:
        raise RuntimeError(f"the answer was not signed: {answer.status_code}")
    made = LetterMaking.objects.filter(paper__case=case, file__isnull=False)
    wait_until(made.exists, seconds=60)
    return (time.perf_counter() - began) * 1000
