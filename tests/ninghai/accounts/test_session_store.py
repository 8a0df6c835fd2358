"""A session is written by several requests at once: each writes what it has changed, and undoes nobody's work."""

import pytest
from django.contrib.sessions.backends.base import UpdateError

from ninghai.accounts.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> str:
    session = SessionStore()
    session.update({"acting_membership": 1, "seen": 100, "old": "x"})
    session.save()
    return session.session_key


def read(key: str) -> dict[str, object]:
    return dict(SessionStore(key).items())


def test_a_slow_request_does_not_write_its_old_session_back(key):
    slow, quick = SessionStore(key), SessionStore(key)
    slow["seen"] = 160
    quick["acting_membership"] = 2
    del quick["old"]

    quick.save()
    slow.save()

    assert read(key) == {"acting_membership": 2, "seen": 160}


def test_of_two_that_change_the_same_the_later_counts(key):
    first, second = SessionStore(key), SessionStore(key)
    first["acting_membership"], second["acting_membership"] = 2, 3

    second.save()
    first.save()

    assert read(key)["acting_membership"] == 2


def test_a_request_that_saves_twice_writes_only_what_is_new(key):
    one, other = SessionStore(key), SessionStore(key)
    one["seen"] = 160
    one.save()
    other["seen"] = 200
    other.save()
    one["more"] = True
    one.save()

    assert read(key) == {"acting_membership": 1, "seen": 200, "old": "x", "more": True}


def test_a_session_that_ended_meanwhile_does_not_come_back(key):
    slow = SessionStore(key)
    slow["seen"] = 160
    SessionStore(key).delete()

    with pytest.raises(UpdateError):
        slow.save()
    assert not SessionStore().exists(key)
