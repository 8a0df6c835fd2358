"""What only a browser can measure: no empty cell among the figures, no date on two lines, no button beyond the edge."""

from datetime import date

from ninghai.models import Workday
from tests.browser.people import PHONE, Opening, photograph
from tests.cast import Cast
from tests.reports import makers

# How far the last figure of each row stands from the frame's inner right edge.
GAPS = """() => {
  const frame = document.querySelector(".figures");
  const edge = frame.getBoundingClientRect().left + frame.clientLeft + frame.clientWidth;
  const rows = new Map();
  for (const each of frame.children) {
    const box = each.getBoundingClientRect();
    rows.set(box.top, Math.max(rows.get(box.top) || 0, box.right));
  }
  return [...rows.values()].map((right) => Math.round(edge - right));
}"""
# The lines that the dates in a list of the admin take.
LINES = """() => [...document.querySelectorAll("#result_list tbody .nowrap")].map((cell) => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
})"""


def test_the_figures_fill_their_frame_on_a_phone(cast: Cast, opening: Opening):
    makers.issued_notice(cast)
    page = opening(viewport={**PHONE, "width": 460})  # room for three of the five
    page.goto("/progress/2018/")
    photograph(page, "figures")

    gaps = page.evaluate(GAPS)
    assert gaps == [0] * len(gaps)


def test_a_date_in_a_list_of_the_office_stands_on_one_line(cast: Cast, opening: Opening):
    Workday.objects.create(date=date(2018, 12, 31), kind=Workday.Kind.HOLIDAY, name="元旦", source="国办发明电")
    page = opening(cast.office, viewport=PHONE)
    page.goto("/admin/ninghai/workday/")
    photograph(page, "dates")

    lines = page.evaluate(LINES)
    assert lines == [1] * len(lines) != []


def test_what_is_done_with_the_chosen_rows_stands_in_sight_on_a_phone(cast: Cast, opening: Opening):
    """The frame scrolls for its table; its button is not to be searched for."""
    makers.issued_notice(cast)
    page = opening(cast.office, viewport=PHONE)
    page.goto("/admin/tasks/assignment/")

    frame = page.locator("#changelist").bounding_box()
    button = page.get_by_role("button", name="执行").bounding_box()
    assert button["x"] + button["width"] <= frame["x"] + frame["width"]
