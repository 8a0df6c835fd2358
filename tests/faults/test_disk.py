"""No room on the disk that holds the files.

As root a small file system of its own is mounted there and filled to the last byte (ENOSPC); otherwise the worker may
write no file larger than a kilobyte (EFBIG), which reaches it by the same way.
"""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from ninghai.models import JobStatus
from ninghai.models.files import private_storage
from reports.models import Report
from tests.faults import counts
from tests.faults.books import all_ready, assert_each_is_there_once
from tests.faults.processes import running, wait_until

SIZE = "32m"


@pytest.fixture
def small_disk() -> Iterator[Path | None]:
    """The folder of the files on a disk of its own; None where we may not mount one."""
    folder = Path(private_storage().location)
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "ninghai", folder], capture_output=True)
    yield folder if mounted.returncode == 0 else None
    if mounted.returncode == 0:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def no_room(disk: Path | None, queue) -> Iterator[Callable[[], None]]:
    """A worker without room; what is yielded makes room."""
    if disk is None:
        with running("worker", queue=queue, largest_file=1000):
            yield lambda: None
        return
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):  # No space left on device
        while True:
            file.write(bytes(4096))
    with running("worker", queue=queue):
        yield filler.unlink


def test_no_room_on_the_disk(small_disk, ask, queue, tell, time_passes):
    with running("scheduler", queue=queue):
        with no_room(small_disk, queue) as make_room:
            ask()
            wait_until(Report.objects.filter(job__error__contains="磁盘空间不足").exists)
            time.sleep(counts.DISK_FULL)
            assert not Report.objects.filter(job__status=JobStatus.DONE).exists()
            make_room()
        time_passes()
        with running("worker", queue=queue):
            waited = wait_until(all_ready)

    made = assert_each_is_there_once()
    way = "a full disk (ENOSPC)" if small_disk else "a bound on what may be written (EFBIG)"
    tell(f"{way}: reports there once, {waited:.0f} s after there was room", made, counts.UNITS)
