"""The matrix covers every address, and its page says what it says."""

import itertools
from collections import Counter
from functools import cache

import pytest
from django.core.management import call_command

from ninghai.accounts.permission_table import GET, POST, addresses, cells, people_by_act, rows, subjects
from ninghai.management.commands import permissions
from ninghai.models import AuditEntry, Role
from tests.cast import person
from tests.security.permissions.asking import NO_SUCH_ACT
from tests.security.permissions.records import Record, address_of, first_of, routes
from tests.tasks.factories import signed_in


def test_every_address_has_a_row_and_every_row_an_address():
    """A new URL pattern without a row fails here: say in its app's `permissions.py` who may what there."""
    known, named = {each.key for each in addresses()}, {address for address, _ in people_by_act()}
    assert sorted(known - named) == []
    assert sorted(named - known) == []


def test_one_row_speaks_of_an_address_and_method():
    named = Counter((address, row.method, row.subject) for row in rows() for address in row.addresses)
    assert [key for key, count in named.items() if count > 1] == []


def test_each_row_names_states_that_its_record_has():
    for row in rows():
        for may in row.may:
            assert may.states <= set(subjects()[row.subject].states), row.act


def test_every_role_is_refused_something_and_every_cell_is_counted():
    told = Counter(cell.is_allowed for cell in cells())
    assert told[True] > 1000
    assert told[False] > 5000


def test_the_page_is_up_to_date():
    assert permissions.PAGE.read_text(encoding="utf-8") == permissions.page(), "run manage.py permissions"


def test_the_cells_are_printed_for_programs(capsys):
    call_command("permissions", format="json")
    assert '"pattern": "/work/items/<int:pk>/submit/"' in capsys.readouterr().out


@pytest.mark.exhaustive
def test_other_methods_are_open_to_nobody(client, cast):
    """Each address is asked by one of them in turn: no view tells them apart."""
    client.force_login(cast.office)
    first = cache(first_of)
    for key, method in zip(routes(), itertools.cycle(["put", "delete", "patch"]), strict=False):
        answer = getattr(client, method)(address_of(key, Record({}), first=first))
        assert answer.status_code < 500, key
    assert not AuditEntry.objects.exclude(action=AuditEntry.Action.REFUSED).exclude(action="sign_in").exists()


@pytest.mark.exhaustive
@pytest.mark.parametrize("method", [GET, POST])
@pytest.mark.parametrize("role", [Role.OFFICE, Role.SIGNER, Role.SECURITY])
def test_a_method_that_no_row_names_does_nothing(cast, role, method):
    visitor = signed_in(person("visitor", "来访者", cast.county_office, role))
    unnamed = [address for address, _ in people_by_act() if (address, method) not in people_by_act()]
    before = AuditEntry.objects.count()
    for key in unnamed:
        answer = getattr(visitor, method.lower())(address_of(key, Record({})))
        assert answer.status_code in NO_SUCH_ACT | {200, 302}, key
    done = AuditEntry.objects.exclude(action=AuditEntry.Action.REFUSED).count()
    assert done <= before
