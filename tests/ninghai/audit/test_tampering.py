"""Whoever owns the database can switch off its triggers; the chain and its anchors see what was done then."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from ninghai.accounts.audit.anchors import RESTORED, drop_anchor, seal_and_note_head
from ninghai.accounts.audit.checking import TamperingKind, walk
from ninghai.accounts.audit.sealing import WRITTEN, last_seal, next_seal, seal_everything, seal_new_rows
from ninghai.calendar import clock
from ninghai.models import AuditEntry, AuditSeal, Message, Role, SafetyCheck
from ninghai.operations.database.connections import as_owner
from tests.cast import person
from tests.ninghai.audit.makers import DAYS, END, ROWS_A_DAY, START, tampering, write_trail

TOTAL = DAYS * ROWS_A_DAY
COLUMNS = [field.column for field in AuditEntry._meta.concrete_fields if field.column != "id"]


@pytest.fixture
def anchor_file(settings, tmp_path):
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "anchors.jsonl")
    return tmp_path / "anchors.jsonl"


@pytest.fixture
def head_file(anchor_file):
    return anchor_file.with_name("anchors.jsonl.head")


@pytest.fixture
def trail(transactional_db, anchor_file):
    return write_trail()


def entry_at(position):
    return AuditSeal.objects.get(position=position).entry_id


def test_an_untouched_trail_is_good(trail):
    verdict = walk(at=END)

    assert (verdict.is_good, verdict.length, verdict.waiting) == (True, TOTAL, 0)


def change_a_row(cursor):
    cursor.execute("UPDATE ninghai_auditentry SET reason = '改过' WHERE id = %s", [entry_at(7)])


def delete_a_row(cursor):
    cursor.execute("DELETE FROM ninghai_auditentry WHERE id = %s", [entry_at(7)])


def delete_a_row_with_its_seal(cursor):
    entry = entry_at(7)
    cursor.execute("DELETE FROM ninghai_auditseal WHERE position = 7")
    cursor.execute("DELETE FROM ninghai_auditentry WHERE id = %s", [entry])


def insert_a_row(cursor):
    gap = entry_at(6) - 1  # the id that a failed transaction left free
    cursor.execute(
        "INSERT INTO ninghai_auditentry (id, at, action, target_type, target_id, target_label, acting_role, from_status,"
        " to_status, reason, detail, request_id) SELECT %s, at, action, target_type, target_id, target_label,"
        " acting_role, from_status, to_status, '插入', detail, request_id FROM ninghai_auditentry WHERE id = %s",
        [gap, entry_at(6)],
    )


def change_a_seal(cursor):
    cursor.execute("UPDATE ninghai_auditseal SET sealed_at = sealed_at + interval '1 s' WHERE position = 7")


def change_a_row_and_its_content_hash(cursor):
    change_a_row(cursor)
    cursor.execute("UPDATE ninghai_auditseal SET content = sha256('x') WHERE position = 7")


def cut_off_the_newest(cursor):
    last = entry_at(TOTAL - 3)
    cursor.execute("DELETE FROM ninghai_auditseal WHERE position > %s", [TOTAL - 3])
    cursor.execute("DELETE FROM ninghai_auditentry WHERE id > %s", [last])


def exchange_two_rows(cursor):
    one, other = entry_at(7), entry_at(12)
    for old, new in ((one, -1), (other, one), (-1, other)):
        cursor.execute("UPDATE ninghai_auditentry SET id = %s WHERE id = %s", [new, old])


def exchange_two_seals(cursor):
    for old, new in ((7, -1), (12, 7), (-1, 12)):
        cursor.execute("UPDATE ninghai_auditseal SET position = %s WHERE position = %s", [new, old])


def write_the_chain_anew(cursor):
    """The thorough forger: a row changed, and every seal from there on computed as the portal would."""
    change_a_row(cursor)
    cursor.execute("DELETE FROM ninghai_auditseal WHERE position >= 7")
    cursor.execute(
        f"SELECT id, {WRITTEN[1]} FROM ninghai_auditentry e"  # noqa: S608 - our own words
        " WHERE id NOT IN (SELECT entry_id FROM ninghai_auditseal) ORDER BY id"
    )
    last = last_seal()
    for entry, written in cursor.fetchall():
        last = next_seal(after=last, entry=entry, written=written, at=END)
        AuditSeal.objects.create(
            position=last.position,
            entry_id=entry,
            form=last.form,
            content=last.content,
            sealed_at=last.sealed_at,
            previous=last.previous,
            digest=last.digest,
        )


WAYS = [
    (change_a_row, TamperingKind.CHANGED, 7),
    (delete_a_row, TamperingKind.DELETED, 7),
    (delete_a_row_with_its_seal, TamperingKind.DELETED, 7),
    (insert_a_row, TamperingKind.INSERTED, None),
    (change_a_seal, TamperingKind.CHANGED_SEAL, 7),
    (change_a_row_and_its_content_hash, TamperingKind.CHANGED_SEAL, 7),
    (cut_off_the_newest, TamperingKind.CUT_OFF, TOTAL - 2),
    (exchange_two_rows, TamperingKind.REORDERED, 7),
    (exchange_two_seals, TamperingKind.REORDERED, 7),
    (write_the_chain_anew, TamperingKind.REWRITTEN, 16 + ROWS_A_DAY - 1),
]


def test_every_kind_of_tampering_is_seen_and_named_with_its_place(trail):
    seen = {}
    for way, _, _ in WAYS:
        with tampering() as cursor:
            way(cursor)
            first = walk(at=END).first
            seen[way.__name__] = first and (first.kind, first.position)

    assert seen == {way.__name__: (kind, position) for way, kind, position in WAYS}


def test_no_column_of_a_row_can_be_changed_unseen(trail):
    values = {
        "at": "at + interval '1 microsecond'",
        "actor_id": "NULL",
        "acting_unit_id": "NULL",
        "detail": """'{"number": 7}'""",
        "address": "'10.0.0.1'",
    }
    seen = {}
    for column in COLUMNS:
        value = values.get(column, f"left({column} || 'x', 20)")
        with tampering() as cursor:
            change = f"UPDATE ninghai_auditentry SET {column} = {value} WHERE id = %s"  # noqa: S608 - our own words
            cursor.execute(change, [entry_at(7)])
            seen[column] = [misfit.kind for misfit in walk(at=END).misfits]

    assert seen == {column: [TamperingKind.CHANGED] for column in COLUMNS}


def test_the_command_names_the_first_row_and_the_alarm_is_raised(trail):
    auditor = person("auditor", "审计管理员", trail.county_office, Role.AUDITOR)
    with tampering(for_good=True) as cursor:
        change_a_row(cursor)

    with pytest.raises(SystemExit) as end:
        call_command("verify_audit", stdout=(said := StringIO()), stderr=StringIO())

    told = f"记录被修改：封存第7号、审计记录编号{entry_at(7)}，内容与封存时不一致。现在的内容："
    assert end.value.code == 1
    assert told in said.getvalue().splitlines()[1]
    assert not SafetyCheck.objects.newest(SafetyCheck.Kind.TRAIL).is_good
    assert told in Message.objects.get(recipient=auditor, kind=Message.Kind.SAFETY).text


def test_seals_only_grow(trail):
    for statement in (
        "UPDATE ninghai_auditseal SET form = 1",
        "DELETE FROM ninghai_auditseal",
        "TRUNCATE ninghai_auditseal",
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            execute(statement)
        with as_owner(), pytest.raises(DatabaseError, match="only grows"):
            execute(statement)

    assert AuditSeal.objects.count() == TOTAL


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_row_that_becomes_visible_late_is_sealed_late_and_is_no_tampering(trail):
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        AuditEntry.objects.record(action="edit", target=trail.finance, by=None, at=END, reason="慢")
        pool.submit(in_a_thread, lambda: write_and_seal(trail)).result(timeout=300)

    assert seal_new_rows(at=END + timedelta(minutes=5)) == 1
    assert walk(at=END + timedelta(minutes=5)).is_good


def write_and_seal(trail):
    AuditEntry.objects.record(action="edit", target=trail.finance, by=None, at=END, reason="快")
    return seal_new_rows(at=END)


def in_a_thread(act):
    try:
        return act()
    finally:
        connection.close()


def test_sealing_waits_for_nobody_and_nobody_for_it(trail):
    AuditEntry.objects.record(action="edit", target=trail.finance, by=None, at=END)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(201845)")
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(in_a_thread, lambda: seal_new_rows(at=END)).result(timeout=300) == 0

    assert (seal_everything(at=END), walk(at=END).length) == (1, TOTAL + 1)


def test_what_is_cut_off_within_the_hour_is_seen(trail):
    """No anchor has been dropped since."""
    for number in range(3):
        AuditEntry.objects.record(action="edit", target=trail.finance, by=None, at=END, reason=f"新{number}")
    seal_and_note_head(at=clock.now())
    assert walk(at=END).is_good

    with tampering() as cursor:
        last = entry_at(TOTAL + 1)
        cursor.execute("DELETE FROM ninghai_auditseal WHERE position > %s", [TOTAL + 1])
        cursor.execute("DELETE FROM ninghai_auditentry WHERE id > %s", [last])
        first = walk(at=END).first

    assert (first.kind, first.position, first.until) == (TamperingKind.CUT_OFF, TOTAL + 2, TOTAL + 3)


def test_a_lost_anchor_file_is_an_alarm(trail, anchor_file):
    anchor_file.unlink()

    with pytest.raises(SystemExit):
        call_command("verify_audit", stdout=(said := StringIO()))

    assert "库外锚点丢失：锚点文件不见了或者被清空" in said.getvalue()


def test_a_line_about_a_restore_that_the_trail_knows_nothing_of_excuses_nothing(trail, anchor_file):
    """Whoever cut off the newest rows adds a line that lets go of their anchors."""
    line = {"at": END.isoformat(), "position": 3, "digest": "", "event": "restored"}
    with anchor_file.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")

    misfits = [misfit for misfit in walk(at=END).misfits if misfit.kind is TamperingKind.UNPROVEN]

    assert [misfit.position for misfit in misfits] == [3]
    assert "审计记录里没有这次恢复" in str(misfits[0])


def test_an_earlier_restore_excuses_no_later_line(trail, anchor_file):
    """The county has restored its data once; that is no leave to let go of any anchor since the first day."""
    drop_anchor(at=END, event=RESTORED)
    AuditEntry.objects.record(action=AuditEntry.Action.RESTORE, target=trail.finance, by=None, at=END)
    seal_everything(at=END)
    assert not [misfit for misfit in walk(at=END).misfits if misfit.kind is TamperingKind.UNPROVEN]
    for position in (3, TOTAL - 1):
        line = {"at": END.isoformat(), "position": position, "digest": "", "event": RESTORED}
        with anchor_file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

        misfits = [misfit for misfit in walk(at=END).misfits if misfit.kind is TamperingKind.UNPROVEN]

        assert position in [misfit.position for misfit in misfits]


def test_a_line_that_nobody_can_read_is_an_alarm_and_spoils_no_other(trail, anchor_file):
    before = anchor_file.read_text(encoding="utf-8")
    anchor_file.write_text(before + '{"at": "2018', encoding="utf-8")  # the power was cut
    AuditEntry.objects.record(action="edit", target=trail.finance, by=None, at=END)
    seal_everything(at=END)
    drop_anchor(at=END)

    verdict = walk(at=END)

    assert [misfit.kind for misfit in verdict.misfits] == [TamperingKind.UNREADABLE]
    assert verdict.anchors.last.position == TOTAL + 1


def test_that_there_are_no_anchors_yet_is_told(trail, anchor_file, head_file):
    anchor_file.unlink()
    head_file.unlink()

    call_command("verify_audit", stdout=(said := StringIO()))

    assert "还没有库外锚点" in said.getvalue()


def test_the_first_seal_covers_what_was_there_before(trail, anchor_file, head_file):
    with tampering(for_good=True) as cursor:
        cursor.execute("DELETE FROM ninghai_auditseal")
    anchor_file.unlink()
    head_file.unlink()

    assert seal_everything(at=START) == TOTAL
    assert walk(at=START).is_good
