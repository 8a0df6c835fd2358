"""Where a press keeps its fonts: WeasyPrint copies them into a temporary folder, thirty megabytes for each process.

A work-horse ends without farewell (RQ leaves by `os._exit`, or it is killed) and clears nothing up. So the folder names
its process, and whoever comes next removes those whose process is gone.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "ninghai-press-"


@contextmanager
def own_folder() -> Iterator[None]:
    """What is put aside in the block, in whatever temporary file, lies in a folder of this process until its end."""
    discard_left()
    folder = Path(tempfile.mkdtemp(prefix=f"{NAME}{os.getpid()}-"))
    atexit.register(_discard_own, folder, os.getpid())
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def discard_left() -> None:
    """Remove the folders of processes that are gone, as far as they are ours."""
    for folder in Path(tempfile.gettempdir()).glob(f"{NAME}*"):
        number = folder.name.removeprefix(NAME).partition("-")[0]
        if number.isdigit() and not Path("/proc", number).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _discard_own(folder: Path, process: int) -> None:
    """At the end of the process that made it; its forks leave it alone."""
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)
