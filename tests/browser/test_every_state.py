"""Every address of the permission matrix, with a record in each of its states, before somebody who may open it (`make axe`, `html-check`).

A page that the matrix lets somebody open, and that nobody was shown, fails the last test: a new address cannot be forgotten,
since one that is missing in the matrix fails the build.
"""

from collections.abc import Iterator

import pytest

from ninghai.accounts.permission_table import GET, PermissionCell, cells, rows_by_app
from ninghai.models import User
from tests.browser import axe, nu
from tests.browser.objections import objections
from tests.browser.people import Opening
from tests.browser.walk import Seen, shows
from tests.cast import Cast
from tests.security.permissions import disclosure, own, reports, tasks
from tests.security.permissions.asking import address_in
from tests.security.permissions.records import Ground

pytestmark = pytest.mark.skipif(not (axe.IS_WHOLE or nu.JAR), reason="belongs to make axe and make html-check")

GROUNDS = {
    "ninghai": own.make_ground,
    "tasks": tasks.make_ground,
    "disclosure": disclosure.make_ground,
    "reports": reports.make_ground,
}
# Addresses that nobody can be shown here, and why.
NOT_HERE = {
    "login-code": "after the password, where a second factor is asked for: test_doors",
    "account-authenticator": "where a second factor is asked for: test_doors",
}
SEEN = Seen()
_done: set[str] = set()


@pytest.mark.parametrize("app", GROUNDS)
def test_no_state_has_a_fault(cast: Cast, opening: Opening, app):
    ground = GROUNDS[app](cast)
    pages, faults = {}, {}
    for cell in one_visitor_each(app):
        if cell.visitor not in pages:
            pages[cell.visitor] = opening(visitor_of(cell, ground))
        page, address = pages[cell.visitor], address_in(ground, cell, ground.record(cell))
        if shows(page, address, cell.address, SEEN) and (found := objections(page)):
            faults[f"{address} {cell.state}"] = found
    _done.add(app)

    assert faults == {}


def one_visitor_each(app: str) -> Iterator[PermissionCell]:
    """Of those who may open an address in a state, the first, with a record of their own unit."""
    told = set()
    for cell in shown(app):
        key = (cell.address, cell.state)
        if cell.is_own and key not in told:
            told.add(key)
            yield cell


def shown(app: str) -> Iterator[PermissionCell]:
    """Whoever may open an address of this app."""
    return (cell for cell in cells([row for row in rows_by_app()[app] if row.method == GET]) if cell.is_allowed)


def visitor_of(cell: PermissionCell, ground: Ground) -> User | None:
    return ground.own[cell.visitor] if cell.visitor else None


def test_every_page_of_the_map_was_shown():
    if set(GROUNDS) != _done:
        pytest.skip("only some of the apps have run")
    missing = {cell.address for app in rows_by_app() for cell in shown(app)} - SEEN.pages - SEEN.others

    assert missing == set(NOT_HERE)
