"""A small file must not stall the portal: each comes through its real door, then the scheduler has its turn.

What stands in `make costly-files` is printed here: input, bytes, time in the slowest request, growth of the web process,
verdict. Times are bounded generously: a busy machine is nobody's fault.
"""

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.urls import reverse

from disclosure.models import AnnualReport, BasicCatalogue, ContentScan, Item
from disclosure.privacy import scans
from disclosure.requests.inquiries.views import AS_SLOWLY
from fixtures.reference_data import load_workdays
from ninghai.files import Purpose, UnacceptableFile, store_upload
from ninghai.files.public_copy import copy_of
from ninghai.files.sandbox import limits
from ninghai.files.sandbox.limits import MEGABYTE
from ninghai.files.sandbox.running import start_ahead
from ninghai.models import Job, PublicCopy, Role, User
from tests.cast import Cast, person
from tests.costs import IS_TIMED, assert_at_most
from tests.disclosure.annual_reports.test_annual_report_pages import reported
from tests.disclosure.makers import AT, drafted
from tests.disclosure.requests import makers as requests
from tests.disclosure.requests.test_inquiries import keys
from tests.disclosure.test_gate import stored
from tests.disclosure.test_work import TYPED
from tests.jobs.background import make_waiting_copies, scan_waiting
from tests.security.costly.inputs import ARCHIVES, DOCUMENTS, JSONS, NOTICES, PDFS, PICTURES, TABLES, WORKBOOKS, Costly
from tests.tasks.factories import issued_notice
from tests.tasks.issued import draft_notice
from tests.tasks.scoring.conftest import make_a_scheme, rule_of

SMALL = 500_000  # bytes
MOST_SECONDS = 1  # in a request, on a machine that does nothing else
MOST_GROWTH = 50 * MEGABYTE
LONGEST_PAGE = 4 * MEGABYTE
TURNS = 3  # of the scheduler, until a file has its public copy, and again until it has its verdict
LONG_AGO = AT - timedelta(days=365)  # the pause between two attempts is over
PUBLISHABLE = (*WORKBOOKS, *DOCUMENTS, *PDFS, *PICTURES, *TABLES)
SHARED = next(each for each in WORKBOOKS if "共用" in each.what)
OF_EACH = (
    WORKBOOKS[0],
    WORKBOOKS[4],
    SHARED,
    DOCUMENTS[2],
    PDFS[0],
    PICTURES[1],
    NOTICES[1],
)  # one trick of each parser


def each_of(*files: Costly):
    """Some of each parser in every run, all of them when the table is asked for (`make costly-files`)."""
    chosen = files if IS_TIMED else [each for each in files if each in OF_EACH]
    return pytest.mark.parametrize("costly", chosen, ids=lambda each: f"{each.name[-4:]} {each.what}")


named = each_of(*PUBLISHABLE)
told: list[str] = []


@dataclass
class Measured:
    """The slowest request so far, and how much this process grew in it."""

    seconds: float = 0.0
    growth: int = 0

    def __call__(self, request):
        Path("/proc/self/clear_refs").write_text("5")
        before, began = memory("VmRSS"), time.monotonic()
        response = request()
        self.seconds = max(self.seconds, time.monotonic() - began)
        self.growth = max(self.growth, memory("VmHWM") - before)
        return response


def memory(what: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(what))


def note(costly: Costly, door: str, data: bytes, measured: Measured, verdict: str) -> None:
    told.append(
        f"{costly.name.rpartition('.')[2]}\t{costly.what}\t{door}\t{len(data)}\t{measured.seconds:.2f}\t"
        f"{measured.growth / MEGABYTE:.1f}\t{verdict}"
    )
    assert measured.growth < MOST_GROWTH
    assert_at_most(measured.seconds, MOST_SECONDS)


@pytest.fixture(autouse=True)
def _as_impatient_as_the_portal(monkeypatch, _patient_sandbox) -> None:
    monkeypatch.setattr(limits, "PATIENCE", 4)
    monkeypatch.setattr(scans, "PATIENCE", 0.7)


@pytest.fixture(scope="module", autouse=True)
def _table():
    """With `-s`, the table stands at the end. The sandbox is ready before the first request, as in the portal."""
    start_ahead()
    yield
    print("\n格式\t输入\t途径\t字节\t请求最慢（秒）\t网站进程增长（MB）\t结论", *told, sep="\n")  # noqa: T201


@pytest.fixture
def clerk(client, cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    client.force_login(cast.clerk)
    return client


@named
def test_an_attachment_through_its_form(clerk, costly):
    data, measured = costly.make(), Measured()
    upload = SimpleUploadedFile(costly.name, data)

    page = measured(lambda: clerk.post("/work/items/new/", {**TYPED, "form_id": uuid.uuid4(), "uploads": [upload]}))

    assert len(data) < SMALL or costly in TABLES
    verdict = "".join(page.context["form"].errors["uploads"]) if page.status_code != 302 else ""
    if not verdict:
        item = Item.objects.get()
        verdict = looked_at(clerk, item, measured)
    note(costly, "上传", data, measured, verdict)


@named
def test_an_attachment_that_was_taken_long_ago(clerk, cast, costly):
    """From before uploads were looked at like this: the scan alone bears it."""
    data, measured = costly.make(), Measured()
    item = drafted(cast, files=[stored(cast, data, costly.name)])

    note(costly, "已有附件", data, measured, looked_at(clerk, item, measured))


@named
def test_an_attachment_that_is_looked_at(clerk, cast, costly):
    data, measured = costly.make(), Measured()
    item = drafted(cast, files=[stored(cast, data, costly.name)])
    url = reverse("disclosure:work-item-file", args=[item.pk, item.attachments.get().file_id])
    PublicCopy.objects.update(refusal="")  # what was refused before is not even tried

    page = measured(lambda: clerk.get(url))
    if page.context["drawing"].first:
        measured(lambda: clerk.get(f"{url}1/"))

    assert len(page.content) < LONGEST_PAGE
    note(costly, "预览", data, measured, page.context["drawing"].refusal or "已显示")


@each_of(*DOCUMENTS)
def test_a_body_that_is_read_from_word(clerk, costly):
    data, measured = costly.make(), Measured()
    sent = {**TYPED, "form_id": uuid.uuid4(), "word_step": "read", "word": SimpleUploadedFile(costly.name, data)}

    page = measured(lambda: clerk.post("/work/items/new/", sent))

    note(costly, "读入正文", data, measured, "".join(page.context["word"].errors.get("word", ["读出"])))


@dataclass(frozen=True)
class Import:
    """A page that takes a workbook: whose it is, where, and what is typed beside the file."""

    address: Callable[[Cast], str]
    typed: Callable[[Cast], dict[str, object]] = lambda cast: {}
    by: Callable[[Cast], User] = lambda cast: cast.office
    field: str = "file"


def page_at(name: str) -> Callable[[Cast], str]:
    return lambda cast: reverse(name)


def catalogue_page(cast: Cast) -> str:
    catalogue = BasicCatalogue.objects.create(name="目录", code="z9")
    return reverse("admin:disclosure_basiccatalogue_table", args=[catalogue.pk])


def third_party_rule(cast: Cast) -> dict[str, object]:
    scheme = make_a_scheme(cast, issued_notice(cast))
    return {"rule": rule_of(scheme, "third_party").pk, "happened_on": "2018-11-01"}


def annual_table(cast: Cast) -> str:
    return f"/work/annual-reports/{reported(cast.finance, 2017, {}, status='draft').pk}/table-1/"


IMPORTS = {
    "单位名录": Import(page_at("admin:ninghai_unit_workbook")),
    "账号名单": Import(
        page_at("admin:ninghai_user_bulk"),
        by=lambda cast: person("security", "安全", cast.county_office, Role.SECURITY),
    ),
    "历史信息": Import(
        lambda cast: "/admin/disclosure/itemimport/add/", lambda cast: {"form_id": uuid.uuid4()}, field="workbook"
    ),
    "目录表": Import(catalogue_page),
    "通知": Import(page_at("admin:tasks_workpointnotice_add"), lambda cast: {"form_id": uuid.uuid4()}),
    "分解表": Import(
        lambda cast: reverse("admin:tasks_breakdown_upload", args=[draft_notice(cast).pk]),
        lambda cast: {"form_id": uuid.uuid4()},
    ),
    "修订稿": Import(
        lambda cast: reverse("admin:tasks_amendment_import", args=[issued_notice(cast).pk]),
        lambda cast: {"form_id": uuid.uuid4()},
    ),
    "第三方得分": Import(page_at("admin:tasks_scoreentry_import"), third_party_rule),
    "原登记簿": Import(page_at("disclosure:request-import"), by=lambda cast: cast.clerk),
    "年报表格": Import(
        annual_table, lambda cast: {"version": AnnualReport.objects.get().version}, lambda cast: cast.clerk, "workbook"
    ),
    "往年年报": Import(page_at("admin:disclosure_annualreport_import"), lambda cast: {"unit": "", "year": 2017}),
    "建议提案": Import(page_at("admin:disclosure_proposalunit_import")),
    "办事指南": Import(page_at("disclosure:service-guide-import"), by=lambda cast: cast.clerk),
    "企事业单位": Import(page_at("admin:disclosure_publicenterprise_import")),
    "热线工单": Import(page_at("admin:disclosure_hotlinecase_import")),
}
SOME = ("通知", "热线工单")  # each has its own way from the form to the sandbox


def of_each_import(files: Sequence[Costly]) -> list[tuple[str, Costly]]:
    """Each import with one trick in every run, with all of them when the table is asked for."""
    if IS_TIMED:
        return [(what, each) for what in IMPORTS for each in files]
    chosen = cycle(each for each in files if each in OF_EACH)
    return [(what, next(chosen)) for what in IMPORTS]


@pytest.mark.parametrize(("what", "costly"), of_each_import(WORKBOOKS))
def test_a_workbook_that_is_imported(client, cast, settings, what, costly):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    imported(client, cast, what, costly)


@pytest.mark.parametrize("costly", JSONS, ids=lambda each: each.what)
def test_a_past_report_that_is_imported(client, cast, settings, costly):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    imported(client, cast, "往年年报", costly)


PROOFS = (WORKBOOKS[0], DOCUMENTS[2], PDFS[0], PICTURES[1], ARCHIVES[0])


@each_of(*PROOFS)
@pytest.mark.parametrize("door", ["申请", "第三方意见"])
def test_a_proof_that_nobody_signed_in_for(client, cast, settings, door, costly):
    """It is kept or refused, and never looked into while somebody waits."""
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    load_workdays()
    data, measured = costly.make(), Measured()
    upload = SimpleUploadedFile(costly.name, data)
    if door == "申请":
        sent = {**requests.GIVEN, "form_id": uuid.uuid4(), "unit": cast.finance.pk, "identity_proof": upload}
        address = reverse("disclosure:request-new")
    else:
        case = requests.asking(cast)
        sent = {**keys(case), "step": "answer", "opinion": "agrees", "upload": upload}
        address = reverse("disclosure:inquiry")

    page = measured(lambda: client.post(address, sent))

    form = (page.context or {}).get("opinion_form" if door == "第三方意见" else "form")
    verdict = "；".join(sentence for each in form.errors.values() for sentence in each) if form else ""
    assert page.status_code in {200, 302, 422}, page.status_code
    measured.seconds -= AS_SLOWLY if door == "第三方意见" else 0  # a wrong code shall not be told by its time
    note(costly, f"公众佐证（{door}）", data, measured, verdict or "已收下")


@pytest.fixture
def _patient_computing(monkeypatch) -> None:
    """Where others use the same caches, the same work takes two and three times the time of computing."""
    bounds_for = limits.Limits.for_size

    def patient(self, size: int) -> limits.Bounds:
        bounds = bounds_for(self, size)
        return replace(bounds, cpu=bounds.cpu * 4)

    monkeypatch.setattr(limits.Limits, "for_size", patient)


@pytest.mark.usefixtures("_patient_computing")
@pytest.mark.parametrize("what", IMPORTS if IS_TIMED else SOME)
def test_a_workbook_of_too_many_names_is_refused_before_one_is_made(client, cast, settings, what):
    """Each name is an object to openpyxl, made before the first sheet is read: the parts are counted first."""
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    names = next(each for each in WORKBOOKS if each.what == "十万个名称")

    assert "定义的名称超过10000个" in imported(client, cast, what, names)


@each_of(*NOTICES, *DOCUMENTS[:5], *PDFS)
def test_a_notice_that_is_imported(client, cast, settings, costly):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    imported(client, cast, "通知", costly)


def imported(client, cast, what: str, costly: Costly) -> str:
    """The page answers with a sentence, or with what it has read: this returns which."""
    door = IMPORTS[what]
    client.force_login(door.by(cast))
    data, measured = costly.make(), Measured()
    address, sent = door.address(cast), {**door.typed(cast), door.field: SimpleUploadedFile(costly.name, data)}

    page = measured(lambda: client.post(address, sent))

    assert page.status_code in {200, 302, 422}, page.status_code
    errors = page.context["form"].errors if page.status_code != 302 and "form" in page.context else {}
    verdict = "；".join(sentence for each in errors.values() for sentence in each)
    note(costly, f"导入{what}", data, measured, verdict or "已读取")
    return verdict


@pytest.mark.parametrize("costly", ARCHIVES, ids=lambda each: each.what)
def test_an_archive_as_evidence(cast, costly):
    data, measured = costly.make(), Measured()
    upload = SimpleUploadedFile(costly.name, data)

    def kept():
        try:
            return str(store_upload(upload=upload, purpose=Purpose.EVIDENCE, by=cast.clerk, at=AT))
        except UnacceptableFile as refused:
            return str(refused.message)

    note(costly, "佐证材料", data, measured, measured(kept))


def looked_at(clerk, item: Item, measured: Measured) -> str:
    """The item's page, the scheduler's rounds for the public copy, the page again, those for the scan; what it then says."""
    url = reverse("disclosure:work-item-detail", args=[item.pk])
    measured(lambda: clerk.get(url))
    for _ in range(TURNS):
        make_waiting_copies()
        Job.objects.update(next_try_at=Now())  # the pause between two attempts is over
    measured(lambda: clerk.get(url))
    for _ in range(TURNS):
        scan_waiting()
        Job.objects.update(next_try_at=Now())
    page = measured(lambda: clerk.get(url)).content.decode()
    copy = copy_of(item.attachments.get().file)
    if copy.refusal:
        assert copy.refusal in page
        return copy.refusal
    scan = ContentScan.objects.get()
    assert scan.scanned_at is not None
    for sentence in scan.unreadable:
        assert sentence in page
    return "；".join(scan.unreadable) or f"已检查，发现{len(scan.hits)}处"
