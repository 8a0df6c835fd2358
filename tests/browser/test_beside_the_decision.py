"""The first page of a file beside the decision, drawn when it comes into sight; the list of what waits at left on a wide screen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.layout_faults import look
from tests.browser.people import DESKTOP, PHONE, Opening
from tests.cast import Cast
from tests.disclosure import makers
from tests.disclosure.test_gate import stored
from tests.ninghai.personal_data import files
from tests.ninghai.sanitizing import honest
from tests.tasks import factories

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390px", "1280px"])


def drawn(page: Page, name: str) -> None:
    place = page.get_by_role("region", name=f"“{name}”的第一页")
    place.scroll_into_view_if_needed()
    expect(place.get_by_role("img")).to_be_visible()
    assert place.get_by_role("img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)")


@SIZES
def test_an_attachment_is_looked_at_where_the_item_is_reviewed(cast: Cast, opening: Opening, size):
    attached = [stored(cast, honest.pdf(), "说明.pdf"), stored(cast, files.workbook(), "名单.xlsx")]
    item = makers.with_head(cast, files=attached)
    page = opening(cast.head, viewport=size)
    page.goto(f"/work/items/{item.pk}/")

    drawn(page, "说明.pdf")
    table = page.get_by_role("region", name="“名单.xlsx”的第一页")
    table.scroll_into_view_if_needed()
    expect(table.get_by_role("table").first).to_be_visible()
    assert look(page) == []


@SIZES
def test_evidence_is_looked_at_where_the_report_is_accepted(cast: Cast, opening: Opening, size):
    factories.issued_notice(cast)
    report = factories.with_office(cast, proof=honest.pdf())
    page = opening(cast.office, viewport=size)
    page.goto(f"/admin/tasks/progressreport/{report.pk}/change/")

    drawn(page, str(report.evidence.get()))
    beside = page.locator(".queue-list")
    expect(beside).to_be_hidden()
    assert look(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(beside.get_by_role("link")).to_have_count(1)
    assert beside.bounding_box()["x"] < page.locator(".columns").bounding_box()["x"]
