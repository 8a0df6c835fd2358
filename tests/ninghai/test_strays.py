"""Files without a row are set aside after a day, never deleted, and not where the database may be the wrong one."""

import os
import time
import uuid
from pathlib import Path

import pytest
from django.core.management import call_command

from ninghai.calendar import clock
from ninghai.files import integrity, store_bytes
from ninghai.files.integrity import confirm, set_strays_aside, stray_files
from ninghai.models import Message, Role, SafetyCheck, StoredFile
from ninghai.models.files import private_storage
from tests.cast import make_cast, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path) -> Path:
    """A folder of this test's own: the files of others are strays to it."""
    for storage in (private_storage(), StoredFile._meta.get_field("file").storage):
        monkeypatch.setattr(storage, "location", str(tmp_path))
    return tmp_path


def left_behind(*, hours: float) -> Path:
    name = uuid.uuid4().hex
    path = Path(private_storage().path(f"{name[:2]}/{name}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF")
    written = time.time() - hours * 3600
    os.utime(path, (written, written))
    return path


def a_row() -> StoredFile:
    kept = store_bytes(data=b"%PDF", name="通报.pdf", media_type="application/pdf", by=None, at=clock.now())
    os.utime(kept.file.path, (0, 0))
    return kept


def restored() -> None:
    kind = SafetyCheck.Kind.RESTORE
    SafetyCheck.objects.create(kind=kind, at=clock.now(), is_good=True, looked_at=1, words="恢复")


def aside(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("quarantine/*/*")}


def test_a_file_without_a_row_is_set_aside_after_a_day(folder):
    kept, old, young = a_row(), left_behind(hours=25), left_behind(hours=23)

    assert set_strays_aside() == 1

    assert (old.exists(), young.exists(), Path(kept.file.path).exists()) == (False, True, True)
    assert (folder / "quarantine" / f"{clock.today()}" / old.name).read_bytes() == b"%PDF"


def test_an_empty_database_loses_no_file(folder):
    cast = make_cast()
    person("auditor", "审计人员", cast.county_office, Role.AUDITOR)
    files = [left_behind(hours=1000) for _ in range(3)]

    assert set_strays_aside() == 0

    assert all(file.exists() for file in files)
    told = SafetyCheck.objects.newest(SafetyCheck.Kind.STRAYS)
    assert not told.is_good
    assert "没有任何文件记录" in told.words
    assert Message.objects.filter(kind=Message.Kind.SAFETY).exists()


def test_an_older_database_loses_no_file(monkeypatch):
    monkeypatch.setattr(integrity, "FEW", 2)
    a_row()
    files = [left_behind(hours=1000) for _ in range(3)]

    assert set_strays_aside() == 0

    assert all(file.exists() for file in files)
    assert "比例异常" in SafetyCheck.objects.newest(SafetyCheck.Kind.STRAYS).words


def test_after_a_restore_somebody_looks_first(folder):
    a_row()
    restored()
    first = left_behind(hours=1000)

    assert set_strays_aside() == 0
    assert first.exists()
    assert confirm() == 1
    second = left_behind(hours=1000)
    assert set_strays_aside() == 1

    assert aside(folder) == {first.name, second.name}
    assert SafetyCheck.objects.newest(SafetyCheck.Kind.STRAYS).is_good


def test_what_a_row_names_again_comes_back(folder):
    a_row()
    kept = a_row()
    path, values = Path(kept.file.path), StoredFile.objects.values().get(pk=kept.pk)
    kept.delete()
    assert set_strays_aside() == 1
    assert not path.exists()

    StoredFile.objects.create(**values)
    set_strays_aside()

    assert path.read_bytes() == b"%PDF"
    assert aside(folder) == set()


def test_the_command_lists_and_confirms(capsys):
    a_row()
    restored()
    stray = left_behind(hours=30)

    call_command("stray_files")
    listed = capsys.readouterr().out
    call_command("stray_files", "--confirm")

    assert str(stray) in listed
    assert "还没有人核对过" in listed
    assert "1个文件移入隔离目录" in capsys.readouterr().out
    assert list(stray_files()) == []


def test_half_a_file_is_not_left_where_the_row_cannot_be_written(monkeypatch, folder):
    def refuse(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        store_bytes(data=b"%PDF", name="通报.pdf", media_type="application/pdf", by=None, at=clock.now())

    assert [path for path in folder.rglob("*") if path.is_file()] == []
