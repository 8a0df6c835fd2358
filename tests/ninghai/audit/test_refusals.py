"""Tries that are refused: the first stands in the trail, the others of its hour are counted and told as one sum."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client

from ninghai.accounts.audit.refusals import record_sums
from ninghai.calendar import clock
from ninghai.models import AuditEntry, RefusalCount
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
HERE, THERE = "/admin/ninghai/auditentry/", "/admin/ninghai/user/"


def rows() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="refused").order_by("pk"))


def refuse(user, address: str, *, times: int) -> None:
    client = Client()
    client.force_login(user)
    assert {client.get(address).status_code for _ in range(times)} == {403}


def test_repeats_within_an_hour_add_no_row(cast):
    refuse(cast.office, HERE, times=30)
    refuse(cast.office, THERE, times=3)
    refuse(cast.signer, HERE, times=2)

    assert [(each.target_id, each.detail["path"]) for each in rows()] == [
        (str(cast.office.pk), HERE),
        (str(cast.office.pk), THERE),
        (str(cast.signer.pk), HERE),
    ]


def test_addresses_that_differ_by_a_number_alone_are_one(cast):
    client = Client()
    client.force_login(cast.office)
    for number in range(20):
        client.get(f"/admin/ninghai/user/{number}/change/")

    assert len(rows()) == 1


def test_methods_that_somebody_makes_up_are_no_addresses_of_their_own(cast):
    """Refused before anybody is asked for: a hundred of them leave nothing in the trail that grows for ever."""
    client = Client()
    client.force_login(cast.office)
    answers = {client.generic(f"FOO{number}", HERE).status_code for number in range(100)}

    assert answers == {405}
    assert rows() == []
    assert not RefusalCount.objects.exists()


def test_the_sum_of_an_hour_that_is_over_is_one_more_row(cast):
    refuse(cast.office, HERE, times=12)
    refuse(cast.signer, HERE, times=1)
    now = clock.now()

    assert record_sums(at=now) == 0
    assert record_sums(at=now + timedelta(hours=2)) == 1

    told = rows()[-1]
    assert (told.target_id, told.actor) == (str(cast.office.pk), None)
    assert told.detail["count"] == 12
    assert "共12次被拒" in told.reason
    assert not RefusalCount.objects.exists()
    assert record_sums(at=now + timedelta(hours=3)) == 0


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_each_and_noted_once():
    cast = make_cast()
    client = Client()
    client.force_login(cast.office)
    cookies = client.cookies

    def ask(number: int) -> int:
        mine = Client()
        mine.cookies = cookies
        try:
            return mine.get(HERE).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as people:
        assert set(people.map(ask, range(40))) == {403}
    assert len(rows()) == 1
    assert RefusalCount.objects.get().count == 40
