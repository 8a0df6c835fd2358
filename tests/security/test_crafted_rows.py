"""Rows below a record, sent by somebody who writes the hidden fields: never an error of ours, and nothing half saved."""

import itertools

import pytest
from django.urls import reverse

from disclosure.models import CatalogueEntry
from ninghai.models import AuditEntry, Membership, Role, User
from tasks.models import Rubric
from tests.cast import person
from tests.disclosure.makers import county_catalogue
from tests.seen import post_as_seen

pytestmark = pytest.mark.django_db
NONSENSE = ["", "-1", "0", "1", "2", "999", "1001", "9" * 30, "x", "1e3", "²", "[]", "\ud7ff"]
TOTALS = ["TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS"]


@pytest.fixture
def security(cast) -> User:
    return person("security", "安全管理员", cast.county_office, Role.SECURITY)


def roles_of(user: User) -> set[tuple[int, str]]:
    return set(Membership.objects.filter(user=user).values_list("unit", "role"))


def whole(user: User) -> dict[str, str]:
    """The form of a person's account as the page sends it unchanged."""
    rows = list(user.memberships.order_by("pk"))
    form = {"username": user.username, "name": user.name, "email": ""}
    form |= {"memberships-TOTAL_FORMS": str(len(rows)), "memberships-INITIAL_FORMS": str(len(rows))}
    form |= {"memberships-MIN_NUM_FORMS": "0", "memberships-MAX_NUM_FORMS": "1000"}
    for number, row in enumerate(rows):
        told = {"id": row.pk, "user": user.pk, "unit": row.unit_id, "role": row.role}
        form |= {f"memberships-{number}-{name}": str(value) for name, value in told.items()}
    return form


def send(client, user: User, form: dict[str, object]) -> int:
    return post_as_seen(client, reverse("admin:ninghai_user_change", args=[user.pk]), form).status_code


@pytest.mark.parametrize(("total", "value"), itertools.product(TOTALS, [*NONSENSE, None]))
def test_counts_of_rows_that_cannot_be(client, cast, security, total, value):
    client.force_login(security)
    form, before = whole(cast.clerk), roles_of(cast.clerk)
    form.pop(f"memberships-{total}") if value is None else form.update({f"memberships-{total}": value})

    assert send(client, cast.clerk, form) in {200, 302, 400, 422}
    assert roles_of(cast.clerk) == before


CHANGES = {
    "an unknown row": lambda cast: {"memberships-0-id": "99999999"},
    "no number": lambda cast: {"memberships-0-id": "x"},
    "no row": lambda cast: {"memberships-0-id": ""},
    "somebody else's row": lambda cast: {"memberships-0-id": str(cast.head.memberships.get().pk)},
    "somebody else's account": lambda cast: {"memberships-0-user": str(cast.head.pk)},
    "no unit": lambda cast: {"memberships-0-unit": ""},
    "a unit that is no number": lambda cast: {"memberships-0-unit": "x"},
    "a unit that only looks like a number": lambda cast: {"memberships-0-unit": "²"},
    "an unknown unit": lambda cast: {"memberships-0-unit": "99999999"},
    "no such role": lambda cast: {"memberships-0-role": "king"},
    "no role": lambda cast: {"memberships-0-role": ""},
    "several where one is asked for": lambda cast: {
        "memberships-0-role": ["editor", "king"],
        "memberships-0-id": ["1", "x"],
    },
    "deleted and changed": lambda cast: {"memberships-0-DELETE": "on", "memberships-0-role": "king"},
    "deleted twice": lambda cast: twice(cast) | {"memberships-0-DELETE": "on", "memberships-1-DELETE": "on"},
    "one row twice": lambda cast: twice(cast) | {"memberships-0-role": "reviewer", "memberships-1-role": "signer"},
    "the same twice, as new": lambda cast: twice(cast) | {"memberships-INITIAL_FORMS": "0"},
    "as if no row were there": lambda cast: {"memberships-INITIAL_FORMS": "0"},
    "NUL": lambda cast: {"memberships-0-role": "\x00", "username": "\x00"},
}


def twice(cast) -> dict[str, str]:
    again = {name.replace("-0-", "-1-"): value for name, value in whole(cast.clerk).items() if "-0-" in name}
    return again | {"memberships-TOTAL_FORMS": "2", "memberships-INITIAL_FORMS": "2"}


@pytest.mark.parametrize("change", CHANGES)
def test_rows_that_were_never_on_the_page(client, cast, security, change):
    client.force_login(security)
    everybody = {user.pk: roles_of(user) for user in User.objects.all()}

    answer = send(client, cast.clerk, whole(cast.clerk) | CHANGES[change](cast))

    assert answer in {200, 302, 400, 422}
    now = {user.pk: roles_of(user) for user in User.objects.all()}
    assert {pk for pk in now if now[pk] != everybody[pk]} <= {cast.clerk.pk}
    assert len(now[cast.clerk.pk]) <= 1


def test_the_form_itself_is_taken(client, cast, security):
    client.force_login(security)

    assert send(client, cast.clerk, whole(cast.clerk) | {"memberships-0-role": "reviewer", "name": "新名字"}) == 302
    assert roles_of(cast.clerk) == {(cast.finance.pk, "reviewer")}
    assert AuditEntry.objects.filter(action="grant_role").count() == 1


def test_saving_a_name_does_not_open_an_account_that_was_closed_meanwhile(client, cast, security, monkeypatch):
    """The form read the account before somebody closed it."""
    from ninghai.accounts.admin import PersonAdmin

    save = PersonAdmin.save_model

    def closed_in_between(admin, request, obj, form, change):
        User.objects.filter(pk=obj.pk).update(is_active=False)
        save(admin, request, obj, form, change)

    monkeypatch.setattr(PersonAdmin, "save_model", closed_in_between)
    client.force_login(security)

    assert send(client, cast.clerk, whole(cast.clerk) | {"name": "新名字"}) == 302
    person_now = User.objects.get(pk=cast.clerk.pk)
    assert (person_now.name, person_now.is_active) == ("新名字", False)


@pytest.mark.parametrize(("total", "value"), itertools.product(TOTALS, NONSENSE))
def test_other_pages_with_rows_bear_them_too(client, cast, total, value):
    entry = CatalogueEntry.objects.create(catalogue=county_catalogue(), code="0101", name="事项", position=1)
    rubric = Rubric.objects.first()
    pages = [("disclosure_catalogueentry", "owing", entry)] + ([("tasks_rubric", "criteria", rubric)] if rubric else [])
    client.force_login(cast.office)
    for page, prefix, record in pages:
        form = {f"{prefix}-{each}": "0" for each in TOTALS} | {f"{prefix}-{total}": value}
        for name in ("entryunit_set", "units", "owing", "criteria", "criterion_set"):
            form |= {f"{name}-{each}": "0" for each in TOTALS} | {f"{name}-{total}": value}
        answer = post_as_seen(client, reverse(f"admin:{page}_change", args=[record.pk]), form)
        assert answer.status_code in {200, 302, 400, 422}


PAGES = {
    "ninghai_unit": "successor",
    "ninghai_unitgroup": "members",
    "disclosure_topic": "parent",
    "disclosure_catalogueentry": "parent",
}


@pytest.mark.parametrize(("page", "field"), PAGES.items())
def test_a_record_is_looked_for_by_its_number_alone(client, cast, page, field):
    """The page comes again and says that there is no such record, whatever was sent in its place."""
    client.force_login(cast.office)
    for sent in [*NONSENSE, "a\x00b", "\uff11", "\u2028\ufeff😀", "县" * 2000]:
        answer = client.post(reverse(f"admin:{page}_add"), {field: [sent, "zz"] if field == "members" else sent})

        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()
