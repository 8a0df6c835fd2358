"""Every address of the admin by every role, generated from the URL map: who is not named here gets nothing."""

import re
from collections.abc import Iterator
from functools import cache
from uuid import uuid4

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from disclosure.models import SitePage
from ninghai.models import Role
from tasks.services.spot_checks import draw_spot_check
from tests.cast import person
from tests.disclosure.makers import corrected, in_review
from tests.stage import world
from tests.tasks.issued import LATER, draft_notice, issued_notice

OFFICE, HEAD = Role.OFFICE, Role.SIGNER
SECURITY, AUDITOR = Role.SECURITY, Role.AUDITOR
ADMINS = {OFFICE, HEAD, Role.SYSTEM, SECURITY, AUDITOR}

READERS = {  # who may read the pages of a model; the first entry that fits counts
    "admin/ninghai/user/": {SECURITY},
    "admin/ninghai/auditentry/chain/": {OFFICE, HEAD, SECURITY, AUDITOR},
    "admin/ninghai/auditentry/": {AUDITOR},
    "admin/ninghai/delivery/": {Role.SYSTEM},
    "admin/ninghai/unit/workbook/": {OFFICE},
    "admin/ninghai/unit/export/": {OFFICE, HEAD},
    "admin/ninghai/unit/": {OFFICE, HEAD, SECURITY},
    "admin/ninghai/": {OFFICE, HEAD},
    "admin/tasks/handover/": {SECURITY},
    "admin/tasks/": {OFFICE, HEAD},
    "admin/disclosure/basiccatalogue/<int:pk>/publish/": {OFFICE},
    "admin/disclosure/basiccatalogue/<int:pk>/table/": {OFFICE},
    "admin/disclosure/": {OFFICE, HEAD},
    "admin/reports/": {OFFICE, HEAD},
    "admin/": ADMINS,  # the start page, one's own password
}


def addresses(patterns, *, above: str = "") -> Iterator[str]:
    for each in patterns:
        route = above + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, above=route)
        elif isinstance(each, URLPattern) and route.startswith("admin/") and "(?P" not in route:
            yield route


ADDRESSES = sorted(set(addresses(get_resolver().url_patterns)))


def filled(route: str) -> str:
    """The route with the number of a record that is there, wherever the test has made one."""
    app, model = [*route.split("/"), "", ""][1:3]
    found = apps.get_model(app, model)._base_manager.first() if (app, model) in known() else None
    pk = str(found.pk if found else 1)
    return "/" + re.sub(r"<(int|path|str):\w+>|<id>", pk, route)


@cache
def known() -> set[tuple[str, str]]:
    return {(model._meta.app_label, model._meta.model_name) for model in apps.get_models()}


def readers(route: str) -> set[Role]:
    return next(roles for prefix, roles in READERS.items() if route.startswith(prefix))


def test_the_map_has_what_is_expected_of_it():
    assert len(ADDRESSES) > 90
    assert not [route for route in ADDRESSES if "django_rq" in route or route.startswith("admin/r/")]


def make_records(cast) -> None:
    """A record wherever an address wants one."""
    draft_notice(cast)
    in_review(cast)
    corrected()
    SitePage.objects.create(column=SitePage.Column.GUIDE, body="办公地址：待填写")


records = world("records", make_records, on=("cast",))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [*Role, None])
def test_each_address_opens_only_to_its_readers(client, cast, records, role, method):
    if role:
        client.force_login(person("visitor", "来访者", cast.county_office, role))
    opened, failed = [], []
    for route in ADDRESSES:
        if route.endswith("logout/"):
            continue
        response = getattr(client, method)(filled(route))
        is_open = response.status_code in {200, 409, 422}
        if is_open and role not in readers(route):
            opened.append(route)
        if response.status_code >= 500:
            failed.append(route)
    assert (opened, failed) == ([], [])


def test_each_list_opens_to_its_readers(client, cast):
    lists = [route for route in ADDRESSES if route.count("/") == 3 and tuple(route.split("/")[1:3]) in known()]
    assert len(lists) > 10
    for role in sorted(ADMINS):
        client.force_login(person(f"visitor-{role}", "来访者", cast.county_office, role))
        expected = {route: 200 if role in readers(route) else 403 for route in lists}
        assert {route: client.get(f"/{route}").status_code for route in lists} == expected


def test_who_gives_people_their_roles_finds_units(client, cast):
    client.force_login(person("security", "安全管理员", cast.county_office, SECURITY))
    asked = {"app_label": "ninghai", "model_name": "membership", "field_name": "unit", "term": "财政"}

    found = client.get("/admin/autocomplete/", asked).json()["results"]

    assert [each["text"] for each in found] == ["县财政局"]


@pytest.mark.parametrize("role", [HEAD, Role.SYSTEM, SECURITY, AUDITOR])
def test_only_the_office_names_inspectors(client, cast, role):
    check = draw_spot_check(
        notice=issued_notice(cast),
        title="抽查",
        size=1,
        seed="1",
        stratified_by=[],
        as_of=LATER.date(),
        form_id=uuid4(),
        by=cast.office,
        at=LATER,
    )
    drawn = check.drawn.get()
    client.force_login(person("visitor", "来访者", cast.county_office, role))

    response = client.post(f"/admin/tasks/spotcheck/{check.pk}/inspector/", {"drawn": drawn.pk})

    assert response.status_code == 403
