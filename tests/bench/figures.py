"""What is compared with what: the catalogue's pages, and the circular."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from django.test import Client, override_settings
from django.urls import reverse
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from disclosure.models import Item
from ninghai.calendar import clock
from reports.models import Report
from reports.pdf import letter_html, render_pdf
from reports.pdf.press import STYLE_SHEET, VARIANT, OwnFilesOnly
from tests.bench.pages import visitor
from tests.bench.timing import Figure, Work, compared

PAGES, ITEMS = 300, 20
CIRCULARS = 9
LIST, BARE_LIST = "disclosure:item-list", "bare view, exact count"


def figures() -> Iterator[Figure]:
    yield circular()


# --- The catalogue ----------------------------------------------------------------------------------


def list_page() -> Figure:
    """Rendered each time: nothing is kept of the page."""
    with override_settings(ROOT_URLCONF="tests.bench.bare", PUBLIC_PAGES=frozenset()):
        ours, bare = opening(visitor(), LIST), opening(bare_visitor(), "bare-list")
        return compared("catalogue list page", [ours], peer_name=BARE_LIST, peer=[bare], rounds=PAGES)


def list_page_again() -> Figure:
    """Answered as it was kept at the first opening."""
    with override_settings(ROOT_URLCONF="tests.bench.bare"):
        ours, bare = opening(visitor(), LIST), opening(bare_visitor(), "bare-list")
        return compared("catalogue list asked again", [ours], peer_name=BARE_LIST, peer=[bare], rounds=PAGES)


def list_page_unchanged() -> Figure:
    """The visitor has the page already, and is told that it still holds (304)."""
    with override_settings(ROOT_URLCONF="tests.bench.bare"):
        us, bare = visitor(), opening(bare_visitor(), "bare-list")
        tag = us.get(reverse(LIST)).headers["ETag"]
        ours = opening(us, LIST, status=HTTPStatus.NOT_MODIFIED, headers={"If-None-Match": tag})
        return compared("catalogue list unchanged (304)", [ours], peer_name=BARE_LIST, peer=[bare], rounds=PAGES)


def item_page() -> Figure:
    with override_settings(ROOT_URLCONF="tests.bench.bare"):
        us, bare, numbers = visitor(), bare_visitor(), index_numbers()
        return compared(
            "catalogue item page",
            [opening(us, "disclosure:item-detail", number) for number in numbers],
            peer_name="bare view",
            peer=[opening(bare, "bare-item", number) for number in numbers],
            rounds=PAGES // ITEMS,
        )


def bare_visitor() -> Client:
    """A client whose requests pass no middleware."""
    client = visitor()
    with override_settings(MIDDLEWARE=[]):
        client.handler.load_middleware()
    return client


def index_numbers() -> list[str]:
    published = Item.objects.published(clock.now()).newest_first()
    return [number for number in published.values_list("index_number", flat=True)[:ITEMS] if number]


def opening(
    client: Client,
    name: str,
    *args: object,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Work:
    address = reverse(name, args=args)

    def work() -> None:
        if client.get(address, headers=headers).status_code != status:
            raise RuntimeError(f"{address} did not open")

    return work


# --- The circular ----------------------------------------------------------------------------------------


def circular() -> Figure:
    """The demo's signed circular, from its snapshot to a PDF; the peer is warm and lays out the finished HTML."""
    report = Report.objects.issued().filter(kind=Report.Kind.SPOT_CHECK).order_by("pk").first()
    snapshot = report.snapshot
    return compared(
        "circular, snapshot to PDF",
        [lambda: render_pdf(snapshot=snapshot)],
        peer_name="bare WeasyPrint, same HTML",
        peer=[bare_weasyprint(letter_html(snapshot=snapshot))],
        rounds=CIRCULARS,
    )


def bare_weasyprint(html: str) -> Work:
    """WeasyPrint with its fonts and style sheet read once."""
    fonts, fetcher = FontConfiguration(), OwnFilesOnly()
    style = CSS(filename=STYLE_SHEET, font_config=fonts, url_fetcher=fetcher)
    return lambda: HTML(string=html, url_fetcher=fetcher).write_pdf(
        font_config=fonts, stylesheets=[style], pdf_variant=VARIANT
    )
