"""Anything at all in any parameter of any list, by whoever may open it: a hint, nothing found; never an error of ours."""

import pytest

from ninghai.accounts.permission_table import addresses
from ninghai.models import Role
from tests.security.hostile.trial import Trial

PUBLIC = {
    "/catalogue/": ["q", "unit", "entry", "topic", "kind", "year", "validity", "sort", "page"],
    "/catalogue/export/": ["q", "unit", "format", "year", "sort"],
    "/catalogue/suggest/": ["q"],
    "/catalogue/follow/": ["q", "unit", "year", "sent"],
    "/catalogue/attachments/": ["q", "year", "unit"],
    "/feeds/catalogue.xml": ["q", "unit", "year"],
    "/api/v1/items/": ["q", "unit", "entry", "topic", "kind", "year", "validity", "size", "cursor"],
    "/api/v1/units/": ["q", "page"],
    "/knowledge/": ["q", "unit", "topic", "page"],
    "/api/v1/knowledge/": ["q", "unit", "topic", "size", "page"],
    "/api/open311/v2/requests.json": [
        *("service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size"),
    ],
    "/proposals/": ["q", "year", "kind", "unit", "category", "openness", "page"],
    "/proposals/export/": ["format", "q", "year", "unit"],
    "/interaction/": ["q", "want", "whose", "course"],
    "/verify/": ["code"],
    "/corrections/": ["number"],
    "/corrections/new/": ["page"],
    "/deadline/": ["what", "day", "amended", "paused_from", "paused_to", "extended"],
    "/progress/2018/": ["unit", "part", "page", "light", "q"],
    "/login/": ["next", "ended"],
    "/leave/": ["to", "url"],
}
WORK = {
    "/work/": ["light", "owed", "check", "page", "todo", "q", "role", "year", "status"],
    "/work/items/": ["page", "status", "q"],
    "/work/items/new/": ["entry", "topic", "title", "unit"],
    "/work/findings/": ["page"],
    "/work/corrections/": ["page"],
    "/work/knowledge/": ["page", "q"],
    "/work/knowledge/new/": ["question"],
    "/work/proposals/": ["page", "q", "state", "year", "way", "unit"],
    "/work/requests/appeals/": ["page", "q", "state", "way", "unit"],
    "/work/opinions/": ["page", "state", "q"],
    "/work/hotline/": ["page", "state", "q"],
    "/work/hotline/figures/": ["period", "on"],
    "/work/messages/": ["page"],
    "/work/reports/": ["page"],
    "/work/scores/": ["page"],
    "/work/coverage/": ["page", "on"],
}
OFFICE_PAGES = {
    "/admin/tasks/assignment/map/2018/": ["as_of", "part", "kind", "light", "report", "unit", "point", "units", "page"],
    "/admin/disclosure/coveragecell/matrix/": ["catalogue", "kind", "state", "unit", "page"],
    "/admin/disclosure/opinionevent/map/": ["year", "state", "unit", "event", "page"],
    "/admin/disclosure/hotlinemonth/figures/": ["period", "on"],
    "/admin/disclosure/requestunit/remind/": ["units", "back"],
    "/admin/disclosure/requestunit/cases/": ["page", "q", "state", "year", "way", "unit"],
    "/admin/disclosure/requestunit/cases/new/": ["channel", "arrived_on"],
    "/admin/disclosure/proposalunit/cases/": ["page", "q", "state", "year", "way", "unit"],
    "/admin/disclosure/appealunit/cases/": ["page", "q", "state", "way", "unit"],
    "/admin/disclosure/proposalunit/remind/": ["units", "back"],
    "/admin/disclosure/appealunit/remind/": ["units", "back"],
    "/admin/reports/report/add/": ["corrects", "year", "unit"],
    "/admin/autocomplete/": ["app_label", "model_name", "field_name", "term", "page"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_bears_any_parameter(disclosure_ground, trial: Trial, address):
    trial.parameters(address, PUBLIC[address], many=25)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
def test_the_units_pages_bear_any_parameter(tasks_ground, trial: Trial, role):
    trial.sign_in(tasks_ground.own[role])
    for address, names in WORK.items():
        trial.parameters(address, names, many=8)


def test_the_offices_pages_bear_any_parameter(tasks_ground, trial: Trial):
    trial.sign_in(tasks_ground.own[Role.OFFICE])
    for address, names in OFFICE_PAGES.items():
        trial.parameters(address, names, many=8)


def admin_lists() -> list[str]:
    return sorted(f"/{each.route.removesuffix('list.csv')}" for each in addresses() if each.route.endswith("/list.csv"))


@pytest.mark.parametrize("role", [Role.OFFICE, Role.SECURITY, Role.AUDITOR, Role.SYSTEM])
def test_every_list_of_the_admin_bears_any_parameter(tasks_ground, trial: Trial, role):
    """And by whatever it is narrowed, as the page itself says."""
    trial.sign_in(tasks_ground.own[role])
    for address in admin_lists():
        page = trial.client.get(address)
        if page.status_code != 200:
            continue
        narrowed = [name for spec in page.context_data["cl"].filter_specs for name in spec.expected_parameters()]
        names = ["q", "o", "p", "all", "e", "_facets", *narrowed]
        trial.parameters(address, names, many=5)
        trial.parameters(f"{address}list.csv", names, many=1)
