"""The fonts of a press take thirty megabytes of the temporary folder: while it prints, and no longer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from reports.pdf.press import discard_left

PRINT = """
import os, sys, django
from pathlib import Path
django.setup()
from reports.pdf.press import press
press()
print(sum(file.stat().st_size for file in Path(os.environ["TMPDIR"]).rglob("*") if file.is_file()))
"""
KILLED = f"{PRINT}sys.stdout.flush(); os._exit(0)"  # as RQ's work-horses end


def printed(program: str, *, folder: Path) -> int:
    """Bytes that lay in the temporary folder while the process printed."""
    environment = {**os.environ, "TMPDIR": str(folder), "DJANGO_SETTINGS_MODULE": "ninghai.settings"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_process_takes_its_fonts_along_when_it_ends(tmp_path):
    assert printed(PRINT, folder=tmp_path) > 1_000_000

    assert names(tmp_path) == []


def test_what_a_killed_process_has_left_goes_with_the_next(tmp_path):
    printed(KILLED, folder=tmp_path)
    (left,) = names(tmp_path)
    foreign = tmp_path / f"ninghai-press-{os.getpid()}-of-a-process-that-lives"
    foreign.mkdir()

    printed(PRINT, folder=tmp_path)

    assert names(tmp_path) == [foreign.name]
    assert left.startswith("ninghai-press-")


@pytest.mark.parametrize("name", ["ninghai-press-", "ninghai-press-x-1", "another-1"])
def test_what_is_not_named_by_a_process_stays(tmp_path, monkeypatch, name):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / name).mkdir()

    discard_left()

    assert names(tmp_path) == [name]
