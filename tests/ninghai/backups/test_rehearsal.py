"""The whole way: a backup while work goes on, restored elsewhere, compared, and opened."""

import json
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from ninghai.accounts.audit.anchors import drop_anchor
from ninghai.accounts.audit.sealing import seal_everything
from ninghai.files import discard, store_bytes
from ninghai.models import AuditEntry, StoredFile
from ninghai.operations.backups.file_lock import files_held
from ninghai.operations.backups.server import owner_connection
from ninghai.operations.database.connections import as_owner
from tests.disclosure.makers import AT

OPENED = """
from django.test import Client
from disclosure.models import Item
item = Item.objects.get()
visitor = Client(SERVER_NAME="127.0.0.1")
page = visitor.get(item.get_absolute_url())
file = visitor.get(item.attachments.get().get_absolute_url())
print(page.status_code, item.title in page.content.decode(), len(b"".join(file.streaming_content)))
"""


def back_up(folder):
    call_command("backup", str(folder), stdout=(said := StringIO()), stderr=StringIO())
    return said.getvalue()


def test_a_backup_made_while_work_goes_on_comes_back_whole(item, writers, elsewhere, tmp_path):
    with writers:
        said = back_up(tmp_path / "copy")
    assert "备份完成" in said
    assert elsewhere.manage("verify_backup", str(tmp_path / "copy")).stdout.startswith("备份完好")

    done = elsewhere.manage("restore", str(tmp_path / "copy"))

    assert (done.returncode, "恢复完成并一致：" in done.stdout) == (0, True), done.stdout + done.stderr
    opened = elsewhere.manage("shell", "-v", "0", "-c", OPENED, DEBUG="1")  # no static files are collected there
    assert opened.stdout.split() == ["200", "True", str(item.attachments.get().file.size)], opened.stderr
    verified = elsewhere.manage("verify_audit")
    assert (verified.returncode, verified.stdout[:8]) == (0, "审计记录完好：核"), verified.stdout
    kept = json.loads((tmp_path / "copy" / "manifest.json").read_text())
    assert StoredFile.objects.count() > kept["file_count"] > 2  # work went on after the moment of the backup
    assert_same_rows(kept, elsewhere)
    assert_the_trail_is_still_protected(elsewhere)
    assert_numbers_go_on(elsewhere)


def assert_same_rows(kept, elsewhere):
    """Counted by somebody else than the command: files on the disk, and rows of each table."""
    private = elsewhere.folder / "private"
    assert sum(1 for each in private.rglob("*") if each.is_file()) == kept["file_count"]
    with psycopg.connect(elsewhere.environment["DATABASE_URL"]) as direct:
        for table, (rows, _) in kept["tables"].items():
            added = {"ninghai_auditentry": 1, "ninghai_safetycheck": 2}.get(table, 0)
            if table != "ninghai_auditseal":  # the aftermath seals what was not sealed yet
                assert direct.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == rows + added, table  # noqa: S608


def assert_the_trail_is_still_protected(elsewhere):
    for url, refusal in (("DATABASE_URL", "permission denied"), ("DATABASE_OWNER_URL", "only grows")):
        for table in ("ninghai_auditentry", "ninghai_auditseal"):
            with psycopg.connect(elsewhere.environment[url]) as direct, pytest.raises(psycopg.Error, match=refusal):
                direct.execute(f"DELETE FROM {table}")  # noqa: S608


def assert_numbers_go_on(elsewhere):
    """A new row gets a number that no row has."""
    with psycopg.connect(elsewhere.environment["DATABASE_URL"]) as direct:
        new = (
            "INSERT INTO ninghai_safetycheck (kind, at, is_good, looked_at, words) VALUES ('trail', now(), true, 0, '')"
        )
        direct.execute(new)


def test_what_cannot_be_restored_is_refused_in_one_sentence(item, elsewhere, tmp_path):
    back_up(tmp_path / "copy")

    with pytest.raises(CommandError, match="数据库不是空的"):
        call_command("restore", str(tmp_path / "copy"), stdout=StringIO())
    with pytest.raises(CommandError, match="已经是一份完整的备份"):
        call_command("backup", str(tmp_path / "copy"), stdout=StringIO())
    with pytest.raises(CommandError, match="不是一份完整的备份"):
        call_command("verify_backup", str(tmp_path), stdout=StringIO())
    next((tmp_path / "copy" / "files").rglob("*/*")).write_bytes(b"x")
    done = elsewhere.manage("restore", str(tmp_path / "copy"))
    assert (done.returncode, "备份已经损坏，没有恢复" in done.stderr) == (1, True)


def test_an_interrupted_backup_and_an_interrupted_restore_are_taken_up_again(item, elsewhere, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "unfinished").touch()
    (copy / "database").mkdir()
    (copy / "database" / "toc.dat").write_bytes(b"half")
    back_up(copy)
    made_at = json.loads((copy / "manifest.json").read_text())["made_at"]
    with psycopg.connect(elsewhere.environment["DATABASE_OWNER_URL"], autocommit=True) as direct:
        direct.execute("CREATE TABLE half (id int)")
        direct.execute(f"COMMENT ON DATABASE {elsewhere.database} IS 'restore begun from the backup of {made_at}'")

    done = elsewhere.manage("restore", str(copy))

    assert (done.returncode, "恢复完成并一致" in done.stdout) == (0, True), done.stdout + done.stderr


KILLED = """
import os
from django.core.management import call_command
from ninghai.management.commands import restore
restore.note_restore = lambda *args, **kwargs: os.kill(os.getpid(), 9)
call_command("restore", {!r})
"""


def test_a_restore_killed_before_its_last_step_is_finished_and_raises_no_alarm(item, cast, elsewhere, tmp_path):
    back_up(tmp_path / "copy")
    AuditEntry.objects.record(action="edit", target=cast.finance, by=cast.office, at=AT)
    seal_everything(at=AT)
    drop_anchor(at=AT)  # of a row that the backup has not
    killed = elsewhere.manage("shell", "-v", "0", "-c", KILLED.format(str(tmp_path / "copy")))
    assert killed.returncode == -9, killed.stderr
    assert "末尾被截断" in elsewhere.manage("verify_audit").stdout

    done = elsewhere.manage("restore", str(tmp_path / "copy"))

    assert (done.returncode, "恢复完成并一致：" in done.stdout) == (0, True), done.stdout + done.stderr
    assert "审计记录完好" in elsewhere.manage("verify_audit").stdout
    again = elsewhere.manage("restore", str(tmp_path / "copy"))
    assert "数据库不是空的" in again.stderr


def test_a_damaged_file_is_told_and_the_rest_is_kept(item, tmp_path):
    stored = item.attachments.get().file
    (tmp_path / "x").write_bytes(b"x")
    path = stored.file.path
    (tmp_path / "x").replace(path)

    with pytest.raises(SystemExit):
        call_command("backup", str(tmp_path / "copy"), stdout=StringIO(), stderr=(said := StringIO()))

    assert f"文件 {stored.file.name} 缺失或已被改动" in said.getvalue()


def test_no_file_is_discarded_while_a_backup_copies(cast):
    stored = store_bytes(data=b"x", name="x.txt", media_type="text/plain", by=None, at=AT)

    with owner_connection() as direct, files_held(direct):
        assert discard(stored) is False

    assert discard(stored) is True
    connection.close()


def test_health_tells_how_old_the_newest_backup_is(client, item, settings, tmp_path):
    settings.BACKUP_DIR = str(tmp_path / "copies")
    assert client.get("/healthz").json()["backup"] == {"ok": False, "hours": None}

    back_up(tmp_path / "copies" / "first")

    assert client.get("/healthz").json()["backup"] == {"ok": True, "hours": 0.0}


def test_what_may_not_be_written_or_reached_is_told_in_one_sentence(item, elsewhere, monkeypatch, tmp_path):
    back_up(tmp_path / "copy")
    (tmp_path / "file").touch()

    with pytest.raises(CommandError, match="不能读写"):
        call_command("backup", str(tmp_path / "file" / "copy"), stdout=StringIO())
    away = elsewhere.manage("backup", str(tmp_path / "two"), DATABASE_OWNER_URL="postgres://x@/x?host=/nowhere")
    assert (away.returncode, "连不上数据库" in away.stderr, "Traceback" in away.stderr) == (1, True, False)
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(CommandError, match="不能写入"):
        call_command("restore", str(tmp_path / "copy"), stdout=StringIO())


def test_a_backup_of_an_older_program_is_brought_up_to_date(item, elsewhere, tmp_path):
    with as_owner():
        MigrationExecutor(connection).migrate([("ninghai", "0018_people_have_calendar_addresses")])
    back_up(tmp_path / "copy")

    done = elsewhere.manage("restore", str(tmp_path / "copy"))

    assert (done.returncode, "恢复完成并一致：" in done.stdout) == (0, True), done.stdout + done.stderr
    with psycopg.connect(elsewhere.environment["DATABASE_URL"]) as direct:
        assert direct.execute("SELECT count(*) FROM ninghai_usualreason").fetchone() == (0,)
