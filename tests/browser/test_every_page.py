"""Every page that a person of the cast can reach by links, at the widths of a phone and a desk."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from disclosure.ground import load_entries, load_topics
from disclosure.models import CatalogueEntry, Topic
from fixtures.ground import FOLDER
from ninghai.models import Role
from tasks.models import Drawn, Finding
from tasks.services.spot_checks import record_finding
from tests.browser import papers
from tests.browser.look import look
from tests.browser.people import Opening
from tests.cast import Cast, person
from tests.disclosure import makers as items
from tests.reports import makers as reports

ALIKE = 2  # pages of one kind are looked at, each perhaps in another state
# Addresses that answer with a file, or with what is no page.
FILES = {
    "admin:jsi18n",
    "admin:ninghai_unit_export",
    "admin:reports_report_file",
    "disclosure:attachment",
    "disclosure:export",
    "disclosure:feed",
    "tasks:evidence-file",
}


@pytest.fixture
def county(cast: Cast) -> Cast:
    """A record of every kind, in several states."""
    load_topics(FOLDER / "topics.json")
    load_entries(FOLDER / "catalogue.json")
    notice = reports.issued_notice(cast)
    reports.accepted(cast, reports.assignment("一1", "县财政局"), at=reports.moment(10, 9), done=True)
    reports.passed(cast, reports.assignment("一2", "县财政局"), at=reports.moment(11, 19), period="第四季度")
    reports.submitted(cast, reports.assignment("一1", "深甽镇"), at=reports.moment(10, 20))
    reports.drawn_check(cast, notice)
    record_one_finding(cast)
    reports.signed_report(cast, notice)
    reports.requested(cast, notice, as_of=notice.issued_at.date())
    make_items(cast)
    return cast


def record_one_finding(cast: Cast) -> Finding:
    drawn = Drawn.objects.order_by("pk").first()
    return record_finding(
        drawn=drawn,
        outcome=Finding.Outcome.TO_RECTIFY,
        note="台账与网站不一致。",
        rectify_by_date=reports.moment(12, 10).date(),
        version=0,
        by=cast.inspector,
        at=reports.NOW,
    )


def make_items(cast: Cast) -> None:
    proof = papers.stored("部门预算汇总表.pdf", by=cast.clerk, at=items.AT)
    entry, topic = CatalogueEntry.objects.order_by("pk").last(), Topic.objects.order_by("pk").last()
    items.published(
        cast, title="关于公开2018年部门预算的公告", files=[proof], entry=entry, topic=topic, summary="预算。"
    )
    for made in (items.drafted, items.with_head, items.in_review, items.approved, items.withdrawn):
        made(cast, title=f"关于{made.__name__}状态的公告".replace(made.__name__, "各种"))


def test_a_visitor_finds_no_fault(county: Cast, opening: Opening):
    assert_no_faults(opening())


@pytest.mark.parametrize("name", ["clerk", "head", "inspector", "office", "signer"])
def test_staff_find_no_fault(county: Cast, opening: Opening, name):
    assert_no_faults(opening(getattr(county, name)))


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.SECURITY, Role.AUDITOR])
def test_administrators_find_no_fault(county: Cast, opening: Opening, role):
    assert_no_faults(opening(person(role, role.label, county.county_office, role)))


def assert_no_faults(page: Page) -> None:
    if page.url == "about:blank":
        page.goto("/")
    faults = {address: found for address in walk(page) if (found := look(page))}
    assert faults == {}


def walk(page: Page) -> Iterator[str]:
    """Open every page that links lead to from here; of pages of one kind, the first few."""
    waiting, kinds = [urlsplit(page.url).path], Counter()
    seen = set(waiting)
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if kind is None or kind in FILES or kinds[kind] >= ALIKE:
            continue
        kinds[kind] += 1
        page.goto(address)
        yield address
        fresh = [link for link in links(page) if link not in seen]
        seen.update(fresh)
        waiting += fresh


def links(page: Page) -> list[str]:
    """The addresses within the portal that the page links to, without their queries."""
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    addresses = [urlsplit(urljoin(page.url, href)) for href in hrefs]
    here = urlsplit(page.url).netloc
    return list(dict.fromkeys(parts.path for parts in addresses if parts.netloc == here))


def kind_of(address: str) -> str | None:
    """The name of the address in the URL map."""
    try:
        return resolve(address).view_name
    except Resolver404:
        return None
