"""One's own account below /account/: everybody's, in each role; nobody's without a session."""

import pytest
from django.urls import reverse

from ninghai.models import Role, SignedIn
from ninghai.urls import urlpatterns
from tests.cast import person

NAMES = {each.name: "<int:pk>" in str(each.pattern) for each in urlpatterns if str(each.pattern).startswith("account/")}
PAGES = {"account", "account-calendar", "account-password"}
ASKED_FOR_ONLY = {"account-authenticator", "account-recovery", "account-authenticator-remove"}  # the second factor's
ACTS = {"account-sessions-end", "account-session-end"}


def address(name: str, pk: int = 1) -> str:
    return reverse(name, args=[pk] if NAMES[name] else [])


def test_the_matrix_knows_every_address():
    assert set(NAMES) == PAGES | ASKED_FOR_ONLY | ACTS


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_its_own_account(client, cast, role):
    client.force_login(person("visitor", "来访者", cast.county_office, role))

    statuses = {name: client.get(address(name)).status_code for name in NAMES}

    assert statuses == dict.fromkeys(PAGES, 200) | dict.fromkeys(ASKED_FOR_ONLY, 403) | dict.fromkeys(ACTS, 405)


def test_with_the_second_factor_its_pages_open(client, cast, settings):
    settings.SECOND_FACTOR = True
    client.force_login(cast.clerk)

    statuses = {name: client.get(address(name)).status_code for name in ASKED_FOR_ONLY}

    assert statuses == {"account-authenticator": 200, "account-recovery": 403, "account-authenticator-remove": 403}


def test_nobody_opens_one_without_a_session(client, cast):
    client.force_login(cast.clerk)
    theirs = SignedIn.objects.get()
    client.logout()
    for name in NAMES:
        assert client.get(address(name, theirs.pk))["Location"].startswith("/login/?next="), name
        assert client.post(address(name, theirs.pk), {}).status_code == 403, name
    assert SignedIn.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("role", Role)
def test_nobody_ends_the_session_of_somebody_else(client, cast, role):
    client.force_login(cast.other_clerk)
    theirs = SignedIn.objects.get(user=cast.other_clerk)
    client.logout()
    client.force_login(person("visitor", "来访者", cast.county_office, role))

    assert client.post(address("account-session-end", theirs.pk)).status_code == 404
