"""`python -m tests.bench.restore`: a backup of so many items and files, and how long it takes to bring it back.

In a throw-away portal: items as `seed_items` makes them, files of random bytes; `backup`, then `restore` into an empty
database and folder, which compares everything at its end. The restore has 15 minutes (--limit); exit code 1 beyond.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

from ninghai.operations.private_addresses import OWNER, RUNTIME
from tests.bench.portal import Portal, throw_away_portal
from tests.browser.portal import ROOT

RESTORED = "restored"
KIB, MIB = 1024, 1024**2


def main() -> None:
    wanted = arguments()
    with throw_away_portal() as portal:
        django.setup()
        told("seeding", lambda: manage("seed_items", str(wanted.items)))
        told("storing files", lambda: store(wanted.files, size=wanted.kib * KIB))
        copy = portal.var.parent / "copy"
        told("backup", lambda: manage("backup", str(copy)))
        say(f"backup of {size_of(copy) / MIB:.0f} MiB, {size_of(portal.var / 'private') / MIB:.0f} MiB of it files")
        seconds = told("restore", lambda: manage("restore", str(copy), elsewhere=elsewhere(portal)))
    say(f"restore of {wanted.items} items and {wanted.files} files: {seconds / 60:.1f} min of {wanted.limit:g}")
    sys.exit(seconds > wanted.limit * 60)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.restore", description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--kib", type=int, default=64, help="size of each file")
    parser.add_argument("--limit", type=float, default=15, help="minutes")
    return parser.parse_args()


def store(number: int, *, size: int) -> None:
    """By the portal's own way of keeping a file."""
    from ninghai.calendar import clock
    from ninghai.files import store_bytes

    for each in range(number):
        store_bytes(
            data=os.urandom(size), name=f"附件{each}.bin", media_type="application/pdf", by=None, at=clock.now()
        )


def elsewhere(portal: Portal) -> dict[str, str]:
    """An empty database on the same server, and an empty folder."""
    server, var = portal.services.postgresql, portal.var.parent / "elsewhere"
    server.make_database(name=RESTORED)
    var.mkdir()
    return {
        "DATABASE_URL": server.url(role=RUNTIME, database=RESTORED),
        "DATABASE_OWNER_URL": server.url(role=OWNER, database=RESTORED),
        "PRIVATE_FILES_DIR": str(var / "private"),
        "VAR_DIR": str(var),
        "AUDIT_ANCHOR_FILE": str(var / "anchors.jsonl"),
    }


def manage(*arguments: str, elsewhere: dict[str, str] | None = None) -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **(elsewhere or {})}, check=True)


def told(what: str, work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    seconds = time.monotonic() - began
    say(f"{what}: {seconds:.1f} s")
    return seconds


def size_of(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
