"""The audit trail only grows: the run-time role may not change it, and not even the owner can."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from ninghai.models import AuditEntry
from ninghai.operations.database.connections import as_owner
from tests.cast import make_cast

AT = datetime(2018, 8, 13, 2, 0, tzinfo=UTC)
TAMPERING = [
    "UPDATE ninghai_auditentry SET reason = '改过'",
    "DELETE FROM ninghai_auditentry",
    "TRUNCATE ninghai_auditentry",
]


def record():
    cast = make_cast()
    return AuditEntry.objects.record(action="login", target=cast.office, by=cast.office, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize("statement", [*TAMPERING, "DROP TABLE ninghai_auditentry"])
def test_the_run_time_role_has_no_right_to_tamper_with_the_trail(statement):
    entry = record()

    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert AuditEntry.objects.get() == entry


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", TAMPERING)
def test_not_even_the_owner_can_change_a_row(statement):
    entry = record()

    with as_owner(), pytest.raises(DatabaseError, match="only grows"), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEntry.objects.get() == entry


@pytest.mark.django_db
def test_who_only_looked_or_tried_in_vain_is_in_the_trail_and_not_in_the_records_history():
    entry = record()
    for action in ("download", "read_personal", "refused"):
        AuditEntry.objects.record(action=action, target=entry.actor, by=entry.actor, at=AT)

    assert list(AuditEntry.objects.about(entry.actor)) == [entry]
    assert AuditEntry.objects.count() == 4
