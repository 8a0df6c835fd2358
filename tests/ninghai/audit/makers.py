"""A trail of thirty rows, sealed over several days, with an anchor in the middle and one at the end."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from ninghai.accounts.audit.anchors import drop_anchor
from ninghai.accounts.audit.sealing import seal_new_rows
from ninghai.models import AuditEntry
from ninghai.operations.database.connections import as_owner
from tests.cast import make_cast

START = datetime(2018, 8, 13, 2, 0, tzinfo=UTC)
DAYS, ROWS_A_DAY = 6, 5
END = START + timedelta(days=DAYS)
TABLES = ("ninghai_auditentry", "ninghai_auditseal")


def write_trail():
    """Each day five rows, the first of them leaving a gap in the ids, as a transaction that failed does."""
    cast = make_cast()
    for day in range(DAYS):
        at = START + timedelta(days=day)
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('ninghai_auditentry_id_seq')")
        for number in range(ROWS_A_DAY):
            AuditEntry.objects.record(
                action="edit",
                target=cast.finance,
                by=cast.office,
                at=at + timedelta(minutes=number),
                reason=f"第{day}天第{number}条",
                detail={"fields": ["名称"], "number": number},
            )
        seal_new_rows(at=at + timedelta(hours=1))
        if day == DAYS // 2:
            drop_anchor(at=at)
    drop_anchor(at=END)
    return cast


@contextmanager
def tampering(*, for_good=False):
    """A cursor of the owner of the tables, with the triggers that protect them switched off; what it does is undone."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        if for_good:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        transaction.set_rollback(not for_good)
