"""Every page of the URL map, as somebody sees it who can open it: what an eye and axe object to there, and to its forms sent empty.

Each page is looked at once, through the eyes of the first who may open it: with the other tests at the widths of a desk
and of a phone; with `make axe` at four widths, in high contrast and in the elder mode. Its other states: test_every_state.
"""

import pytest

from ninghai.models import Role, User
from tests.browser.objections import objections
from tests.browser.people import Opening
from tests.browser.refusals import objections_to_refusals
from tests.browser.walk import Seen, Walk, may_open
from tests.cast import Cast, person

WALKS = {
    "visitor": None,
    "clerk": Role.EDITOR,
    "head": Role.REVIEWER,
    "inspector": Role.INSPECTOR,
    "office": Role.OFFICE,
    "signer": Role.SIGNER,
    "system": Role.SYSTEM,
    "security": Role.SECURITY,
    "auditor": Role.AUDITOR,
}
ADMINISTRATORS = ("system", "security", "auditor")
SEEN = Seen()


@pytest.fixture(scope="module")
def people(county: Cast) -> dict[str, User]:
    """Who walks, in one county."""
    administrators = {name: person(name, name, county.county_office, WALKS[name]) for name in ADMINISTRATORS}
    return {name: getattr(county, name) for name in WALKS if hasattr(county, name)} | administrators


@pytest.mark.parametrize("name", WALKS)
def test_nobody_finds_a_fault(people: dict[str, User], opening: Opening, name):
    page = opening(people.get(name))
    if name == "visitor":
        page.goto("/")
    faults = {}
    for address in Walk(page, may_open(WALKS[name]), SEEN):
        if found := [*objections(page), *objections_to_refusals(page)]:
            faults[address] = found

    assert faults == {}
