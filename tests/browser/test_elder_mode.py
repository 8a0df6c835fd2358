"""The elder mode on the pages of work and of the office: fewer things in sight, nothing away that an act needs, and a way out."""

import re

import pytest
from playwright.sync_api import Page, expect

from ninghai.web.display import COOKIE
from tasks.models import Assignment
from tests.browser.people import PHONE, Opening, photograph
from tests.cast import Cast

# What is sent or written on a page, by name.
ACTS = """() => [...document.querySelectorAll("main :is(button, input, select, textarea), #content :is(button, input, select, textarea)")]
  .filter((each) => each.type !== "hidden" && each.checkVisibility())
  .map((each) => `${each.localName} ${each.name} ${each.type === "submit" ? each.value || each.textContent.trim() : ""}`)"""
SECOND_WAYS = ("_addanother",)


def choose(page: Page, mode: str, site: str) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": mode, "url": site}])


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("clerk", ["/work/", "ASSIGNMENT", "/work/items/", "/work/items/new/", "/account/"]),
        ("office", ["/admin/", "/admin/disclosure/item/", "/admin/tasks/rubric/add/", "/admin/ninghai/unit/add/"]),
    ],
)
def test_whatever_is_sent_or_written_is_there_too(county: Cast, opening: Opening, site, name, addresses):
    page = opening(getattr(county, name), viewport=PHONE)
    mine = Assignment.objects.filter(unit=county.finance).first().get_absolute_url()
    for address in (mine if each == "ASSIGNMENT" else each for each in addresses):
        choose(page, "", site)
        page.goto(address)
        before = [each for each in page.evaluate(ACTS) if not any(way in each for way in SECOND_WAYS)]
        choose(page, "elder", site)
        page.reload()
        assert page.evaluate(ACTS) == before, address


def test_filters_are_folded_and_what_is_chosen_stands_on_its_chip(county: Cast, opening: Opening, site):
    page = opening(county.office)
    choose(page, "elder", site)
    page.goto("/admin/disclosure/item/?status__exact=draft")
    opened = page.locator("#changelist-filter details[open] > summary")
    expect(opened).to_have_count(0)
    expect(page.locator("#changelist-filter .is-chosen summary")).to_have_text("状态：草稿")
    photograph(page, "61-elder-filters")
    page.locator("#changelist-filter summary", has_text="发布机构").click()
    expect(opened).to_have_count(1)
    page.get_by_role("link", name="取消筛选：状态").click()
    expect(page).to_have_url(re.compile(r"/admin/disclosure/item/\??$"))

    page.get_by_role("link", name="退出长者模式").click()
    expect(page.get_by_role("link", name="长者模式", exact=True)).to_be_visible()


def test_the_desk_shows_what_waits_and_folds_the_rest(county: Cast, opening: Opening, site):
    page = opening(county.office)
    for mode in ("", "elder"):
        choose(page, mode, site)
        page.reload()
        expect(page.locator(".inbox-row").first).to_be_visible()
        expect(page.locator(".inbox-clear p")).to_be_hidden()
        photograph(page, f"62-desk-{mode or 'usual'}")
