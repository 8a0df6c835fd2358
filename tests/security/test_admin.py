"""The admin as a whole: what is not there, and what each of its people finds in the fields of search."""

import re

import pytest

from ninghai.accounts.permission_table import addresses
from ninghai.models import AuditEntry, Role
from tests.cast import person


def test_no_page_of_others_slips_in():
    """The pages of django-rq carry inline script and English; Django's jump to any record's address tells what is there."""
    routes = [each.route for each in addresses()]
    assert not [route for route in routes if "django_rq" in route or route.startswith("admin/r/")]


def test_who_gives_people_their_roles_finds_units(client, cast):
    client.force_login(person("security", "安全管理员", cast.county_office, Role.SECURITY))
    asked = {"app_label": "ninghai", "model_name": "membership", "field_name": "unit", "term": "财政"}

    found = client.get("/admin/autocomplete/", asked).json()["results"]

    assert [each["text"] for each in found] == ["县财政局"]


def test_a_record_that_must_be_chosen_is_asked_for_when_the_form_is_sent(client, cast):
    """Of a list that is required, HTML wants a first choice of nothing: one that is looked for while one types has none."""
    client.force_login(cast.office)

    page = client.get("/admin/disclosure/service/add/").text
    sent = client.post("/admin/disclosure/service/add/", {"name": "户口迁移"})

    assert re.search(r'<select name="unit"(?! required)[^>]*>', page)
    assert sent.context["adminform"].form.errors["unit"]


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.SECURITY, "/admin/ninghai/user/?password__startswith=argon2"),
        (Role.SECURITY, "/admin/ninghai/user/?password__regex=^a"),
        (Role.OFFICE, "/admin/disclosure/correction/?contact__contains=138"),
        (Role.OFFICE, "/admin/disclosure/correction/?sender=0"),
    ],
)
def test_no_list_is_narrowed_by_what_it_does_not_tell(client, cast, role, address):
    client.force_login(person("curious", "好奇的人", cast.county_office, role))
    page, _, query = address.partition("?")

    assert client.get(page).status_code == 200
    assert client.get(address).status_code == 400
    assert client.get(f"{page}list.csv?{query}").status_code == 302
    assert not AuditEntry.objects.filter(action="export").exists()
