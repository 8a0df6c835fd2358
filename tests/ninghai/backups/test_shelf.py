"""The nightly backups in BACKUP_DIR: who may read them, what they share, how long they stay."""

import shutil
import stat
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from ninghai.operations.backups.retention import FORM, discard_old
from tests.disclosure.makers import AT


@pytest.fixture
def shelf(settings, tmp_path):
    settings.BACKUP_DIR = str(tmp_path / "backups")
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def nightly(*, keep=30):
    call_command("backup", keep=keep, stdout=(said := StringIO()), stderr=StringIO())
    return said.getvalue()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def earlier(folder, name):
    """The backup under the name of another day."""
    return folder.rename(folder.with_name(name))


def test_only_its_owner_reads_a_backup_and_the_web_sees_its_age(item, shelf):
    nightly()

    [copy] = shelf.iterdir()
    assert (mode(copy), mode(copy / "manifest.json")) == (0o710, 0o640)
    below = [each for each in copy.rglob("*") if each.name != "manifest.json"]
    assert {mode(each) & 0o077 for each in below if each.parent == copy} == {0}
    assert len(below) > 10


def test_a_nightly_backup_shares_the_files_of_the_one_before(item, shelf):
    nightly()
    before = earlier(next(shelf.iterdir()), "2026-11-01-0030")
    damaged, *kept = sorted(each for each in (before / "files").rglob("*") if each.is_file())
    damaged.write_bytes(b"x")

    nightly(keep=None)

    [copy] = [each for each in shelf.iterdir() if each != before]
    now = copy / damaged.relative_to(before)
    assert (now.stat().st_nlink, now.read_bytes() == b"x") == (1, False)
    assert {(copy / each.relative_to(before)).stat().st_nlink for each in kept} == {2}
    call_command("verify_backup", str(copy), stdout=StringIO())


def test_old_backups_of_ours_go_and_whatever_else_lies_there_stays(item, shelf):
    nightly()
    old = earlier(next(shelf.iterdir()), "2018-01-01-0030")
    (shelf / "2018-01-02-0030").mkdir()
    (shelf / "2018-01-02-0030" / "unfinished").touch()
    for name in ("2018-01-03-0030", "升级前"):  # nothing of ours in it; no name of ours
        (shelf / name).mkdir()

    said = nightly()

    assert "2018-01-01-0030" in said
    assert not old.exists()
    left = sorted(each.name for each in shelf.iterdir())
    assert left[0] == "2018-01-03-0030"
    assert left[-1] == "升级前"
    assert len(left) == 3


def test_the_newest_backup_stays_however_old(shelf):
    for name in ("2018-01-01-0030", "2018-01-02-0030"):
        (shelf / name).mkdir()
        (shelf / name / "manifest.json").touch()

    gone = [discard_old(shelf, days=30, at=AT + timedelta(days=9000)) for _ in range(2)]

    assert gone == [["2018-01-01-0030"], []]


def test_a_damaged_file_keeps_the_newest_backup_that_has_it_and_no_other(item, shelf):
    """A file that is lost for good must not fill the disk with backups."""
    nightly()
    older, old = shelf / "2018-01-01-0030", shelf / "2018-01-02-0030"
    shutil.copytree(earlier(next(shelf.iterdir()), old.name), older)
    path = item.attachments.get().file.file.path
    Path(path).chmod(0o640)
    Path(path).write_bytes(b"x")

    with pytest.raises(SystemExit):
        nightly()

    assert (older.exists(), old.exists()) == (False, True)


def test_a_backup_without_a_place_and_one_that_began_this_minute_are_told_in_one_sentence(item, settings, shelf):
    nightly()
    with pytest.raises(CommandError, match="已经开始了一份备份"):
        nightly_of_the_same_minute(shelf)
    with pytest.raises(CommandError, match="不能用 --keep"):
        call_command("backup", str(shelf / "x"), keep=30)
    settings.BACKUP_DIR = ""
    with pytest.raises(CommandError, match="设置 BACKUP_DIR"):
        nightly()


def nightly_of_the_same_minute(shelf):
    """Whichever minute it is by now."""
    for minutes in (0, 1):
        name = timezone.localtime(timezone.now() + timedelta(minutes=minutes)).strftime(FORM)
        (shelf / name).mkdir(exist_ok=True)
    nightly()
