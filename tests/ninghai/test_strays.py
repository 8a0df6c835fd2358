"""Files without a row, as a killed process leaves them, go after a day; what a row names stays."""

import os
import time
import uuid
from pathlib import Path

import pytest

from ninghai import clock
from ninghai.files import store_bytes
from ninghai.files.strays import discard_stray_files
from ninghai.models.stored_file import private_storage

pytestmark = pytest.mark.django_db


def left_behind(*, hours: float) -> Path:
    name = uuid.uuid4().hex
    path = Path(private_storage().path(f"{name[:2]}/{name}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF")
    written = time.time() - hours * 3600
    os.utime(path, (written, written))
    return path


def test_a_file_without_a_row_goes_after_a_day(settings, tmp_path):
    kept = store_bytes(data=b"%PDF", name="通报.pdf", media_type="application/pdf", by=None, at=clock.now())
    os.utime(kept.file.path, (0, 0))
    old, young = left_behind(hours=25), left_behind(hours=23)

    discard_stray_files()

    assert (old.exists(), young.exists(), Path(kept.file.path).exists()) == (False, True, True)
    young.unlink()


def test_half_a_file_is_not_left_where_the_row_cannot_be_written(monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(28, "No space left on device")

    before = set(Path(private_storage().path("")).rglob("*"))
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        store_bytes(data=b"%PDF", name="通报.pdf", media_type="application/pdf", by=None, at=clock.now())

    left = {path for path in set(Path(private_storage().path("")).rglob("*")) - before if path.is_file()}
    assert left == set()
