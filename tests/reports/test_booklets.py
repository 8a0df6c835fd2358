"""The booklet of an edition: made once, by a worker, with its data inside; a preview from the command line."""

import csv
import io
from datetime import timedelta
from functools import cache

import pdfplumber
import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse

from disclosure.basic_catalogue.reference_data import load_entries
from disclosure.basic_catalogue.services import retire_entry
from disclosure.models import BasicCatalogue, CatalogueEdition
from fixtures.reference_data import FOLDER
from ninghai.jobs.claims import run_due
from ninghai.models import AuditEntry, Job, JobStatus, StoredFile
from reports import jobs
from reports.circulation import make_booklet_again
from reports.jobs import booklet_of, queue_booklets
from reports.models import BookletMaking
from reports.pdf import TypesettingError
from reports.pdf.booklet import render_booklet
from reports.scheduler import DUTIES, unneeded_files
from tests.disclosure.basic_catalogue.makers import edition_of, entry
from tests.disclosure.makers import AT
from tests.seen import post_as_seen
from tests.worlds import world


def make_edition(cast) -> CatalogueEdition:
    load_entries(FOLDER / "catalogue.json", at=AT)
    return CatalogueEdition.objects.get()


def make_booklet(edition: CatalogueEdition) -> bytes:
    return render_booklet(booklet_of(edition))


first_edition = world("first_edition", make_edition, on=("cast",))
printed_booklet = world("printed_booklet", make_booklet, on=("first_edition",))  # once for all who read in it


@pytest.fixture
def edition(first_edition: CatalogueEdition) -> CatalogueEdition:
    return first_edition


@pytest.fixture
def booklet(printed_booklet: bytes) -> bytes:
    return printed_booklet


def made(edition: CatalogueEdition) -> bool:
    """By a worker, if it is due."""
    queue_booklets()
    return (
        run_due("booklet", at=AT) > 0 and CatalogueEdition.objects.filter(pk=edition.pk, booklet__isnull=False).exists()
    )


@cache
def pages_of(pdf: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return ["".join((page.extract_text() or "").split()) for page in document.pages]


def test_a_booklet_is_made_once_and_given_to_everybody(client, edition):
    assert client.get("/catalogue/basic/county/1.pdf").status_code == 404

    assert made(edition)
    assert not made(edition)

    response = client.get("/catalogue/basic/county/1.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert StoredFile.objects.count() == 1
    assert not unneeded_files(at=AT + timedelta(days=9)).exists()
    assert "正在制作" not in client.get("/catalogue/basic/").content.decode()


def test_the_scheduler_hands_out_what_has_no_booklet():
    assert "queue_booklets" in [duty.__name__ for duty in DUTIES]


def test_the_table_lies_across_with_its_head_on_every_page(booklet):
    with pdfplumber.open(io.BytesIO(booklet)) as document:
        assert all(page.width > page.height for page in document.pages)
    cover, foreword, *table = pages_of(booklet)
    assert "主动公开基本目录" in cover
    assert "第1版" in cover
    assert "工作要点及责任分工" in foreword
    assert "未逐条核对" not in foreword  # a note to the office alone
    assert len(table) > 1
    assert all("公开内容（要素）" in page and "公开依据" in page for page in table)


def test_no_row_is_cut_in_two(edition, booklet):
    """A row that went on over the page would begin there without its number."""
    with pdfplumber.open(io.BytesIO(booklet)) as document:
        rows = [row for page in document.pages for row in page.extract_table() or [] if row[0] != "序号"]

    names = ["".join((row[1] or row[0]).split()) for row in rows]
    assert len(rows) == len(edition.rows)
    assert all(row["name"] in name for row, name in zip(edition.rows, names, strict=True))
    assert all(row[0] for row in rows)


def test_the_same_edition_gives_the_same_bytes(edition, booklet):
    assert render_booklet(booklet_of(edition)) == booklet


def test_the_changes_are_told(edition, cast):
    retire_entry(entry=entry("0103"), by=cast.office, at=AT)
    second = edition_of(BasicCatalogue.objects.get(), by=cast.office, note="取消规划计划")

    assert booklet_of(second)["changes"] == ["取消“规划计划”。"]
    assert "取消“规划计划”。" in pages_of(render_booklet(booklet_of(second)))[1]


def test_the_data_travels_inside(edition, booklet):
    head, *rows = booklet_of(edition)["data"]
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])

    assert len(rows) == len(edition.rows)
    assert b"EmbeddedFile" in booklet


def test_a_preview_is_marked_and_stores_nothing(edition, tmp_path, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    file = tmp_path / "catalogue.pdf"

    call_command("render_report", "catalogue", output=file, stderr=io.StringIO())

    assert "草稿" in pages_of(file.read_bytes())[0]
    edition.refresh_from_db()
    assert edition.booklet is None


@pytest.mark.parametrize("options", [{"code": "pilot"}, {"as_of": AT.date() - timedelta(days=1)}])
def test_what_was_not_published_has_no_preview(edition, options, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    with pytest.raises(CommandError, match="还没有发布"):
        call_command("render_report", "catalogue", **options)


# --- When it does not work -------------------------------------------------------------------------------


@pytest.fixture
def no_fonts(monkeypatch) -> None:
    def refuse(booklet):
        raise TypesettingError("缺少公文字体：仿宋。")

    monkeypatch.setattr(jobs, "render_booklet", refuse)


def let_pause_pass() -> None:
    Job.objects.update(next_try_at=Now())


def failed(edition: CatalogueEdition) -> BookletMaking:
    for _ in range(5):
        let_pause_pass()
        assert not made(edition)
    return BookletMaking.objects.get()


@pytest.mark.usefixtures("no_fonts")
def test_a_booklet_that_cannot_be_made_is_given_up_after_five_tries(edition):
    making = failed(edition)

    assert (making.job.tries, making.job.status, making.job.error) == (5, JobStatus.FAILED, "缺少公文字体：仿宋。")
    let_pause_pass()
    assert not made(edition)
    assert Job.objects.get().tries == 5


@pytest.mark.usefixtures("no_fonts")
def test_between_two_tries_is_a_pause(edition):
    made(edition)
    made(edition)

    assert Job.objects.get().tries == 1


@pytest.mark.usefixtures("no_fonts")
def test_the_desk_tells_the_office_which_tries_again(client, cast, edition, monkeypatch):
    making = failed(edition)
    client.force_login(cast.office)
    assert "重新制作" in [row.verb for row in client.get(reverse("admin:index")).context["rows"]]
    assert "缺少公文字体：仿宋。" in client.get(making.get_absolute_url()).content.decode()

    retry = reverse("admin:reports_bookletmaking_retry", args=[making.pk])
    post_as_seen(client, retry, page=making.get_absolute_url())
    monkeypatch.undo()
    assert made(edition)

    assert "重新制作" not in [row.verb for row in client.get(reverse("admin:index")).context["rows"]]
    assert "下载 PDF" in client.get(making.get_absolute_url()).content.decode()


@pytest.mark.parametrize("person", ["signer", "inspector", "clerk"])
@pytest.mark.usefixtures("no_fonts")
def test_only_the_office_tries_again(cast, edition, person):
    with pytest.raises(PermissionDenied):
        make_booklet_again(making=failed(edition), by=getattr(cast, person), at=AT)


def test_the_cover_names_the_county_once(edition, booklet):
    assert "宁海县主动公开" in pages_of(booklet)[0]

    edition.catalogue.name = "宁海县主动公开基本目录"

    assert booklet_of(edition)["title"] == "宁海县主动公开基本目录"


def test_boxes_that_are_not_ticked_are_printed_empty(edition, booklet):
    row = next(row for row in booklet_of(edition)["rows"] if not row["is_heading"])
    page = pages_of(booklet)[2]

    assert len(row["channels"]) == 13
    assert {channel[0] for channel in row["channels"]} == {"■", "□"}
    assert "□政府公报" in page


def test_a_finished_booklet_is_in_the_trail(edition):
    made(edition)

    entry = AuditEntry.objects.get(action="render")
    assert (entry.target_label, entry.to_status) == (str(BookletMaking.objects.get()), "done")
    assert entry.detail == {"sha256": StoredFile.objects.get().sha256}


def test_a_booklet_that_lacks_a_picture_is_none(edition, monkeypatch):
    picture = '<img src="data:image/png;base64,iVBORw0KGgo=">'
    monkeypatch.setattr("reports.pdf.booklet.render_to_string", lambda *args: render_to_string(*args) + picture)

    with pytest.raises(TypesettingError, match="文件中有图表或附件没有排印出来"):
        render_booklet(booklet_of(edition))
