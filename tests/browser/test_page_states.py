"""Pages in their other states: before anything has happened, as a refusal, as a fault. What an eye and axe object to there."""

import pytest
from django.template.loader import render_to_string

from ninghai.models import User
from ninghai.operations.maintenance import Closing
from tests.browser import axe
from tests.browser.objections import objections
from tests.browser.people import PHONE, Opening, photograph
from tests.browser.walk import Seen, Walk
from tests.cast import make_cast

# The office's lists are empty by one template, which the units' pages do not use: they belong to `make axe`.
EARLY = ["visitor", "clerk", "inspector", *(["office"] if axe.IS_WHOLE else [])]
ERRORS = {
    "/?q=%00": 400,
    "/nothing/": 404,
    "/leave/?to=forged": 404,
    "/catalogue/attachments/": 422,
}
NOT_ONES_OWN = {"/admin/": 403, "/account/sessions/end-others/": 405, "/work/items/1/": 404}
STANDING = {
    "409.html": {"message": "这条填报刚刚由别人改过。", "latest": "/", "typed": [("说明", "写了一半")]},
    "413.html": {"message": "一次提交的内容不能超过 200 MB，请分几次上传。"},
    "429.html": {"what": "查询", "minutes": 10},
    "500.html": {"request_id": "0" * 32},
    "503.html": {"is_maintenance": True, "closing": Closing(until="2018-11-20T18:30", reason="升级系统")},
    "403_csrf.html": {},
    "signed_out.html": {"login": "/login/", "typed": [("说明", "写了一半")]},
}


@pytest.fixture(scope="module")
def people(kept_database) -> dict[str, User]:
    """Those who come before there is any record."""
    cast = make_cast()
    return {name: getattr(cast, name) for name in EARLY if hasattr(cast, name)}


@pytest.mark.parametrize("name", EARLY)
def test_before_anything_has_happened_pages_say_what_comes_next(people: dict[str, User], opening: Opening, name):
    page = opening(people.get(name))
    if name == "visitor":
        page.goto("/")
    faults, empty = {}, 0
    for address in Walk(page, (), Seen()):  # where links lead, no further
        if page.locator(".empty").count():
            empty += 1
            faults |= {address: found} if (found := objections(page)) else {}

    assert empty
    assert faults == {}


@pytest.mark.parametrize("address", ERRORS)
def test_a_refusal_is_a_page_like_others(people: dict[str, User], opening: Opening, address):
    page = opening()
    assert page.goto(address).status == ERRORS[address]
    assert objections(page) == []


def test_what_is_not_a_persons_own_is_a_page_like_others(people: dict[str, User], opening: Opening):
    page = opening(people["clerk"])
    for address, status in NOT_ONES_OWN.items():
        assert page.goto(address).status == status
        assert objections(page) == []


@pytest.mark.parametrize("name", STANDING)
def test_pages_that_are_hard_to_come_by_are_like_others(people: dict[str, User], opening: Opening, rf, name):
    """Rendered here and given to the browser at an address of the portal, where style sheets are."""
    html = render_to_string(name, STANDING[name], request=rf.get("/"))
    page = opening(viewport=PHONE)
    page.route("**/shown/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto("/shown/")
    photograph(page, f"60-{name}")
    assert objections(page) == []
