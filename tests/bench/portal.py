"""A throw-away portal: private servers and the demo year in a temporary folder, made by the steps of `make run`."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ninghai.operations.devservices.place import prepare_private_place
from ninghai.operations.devservices.services import PrivateServices
from tests.browser.portal import ROOT, TODAY, free_port
from tests.services import make_folder

STARTED_WITHIN = 120  # seconds


@dataclass(frozen=True, slots=True)
class Portal:
    var: Path
    services: PrivateServices


@contextmanager
def throw_away_portal() -> Iterator[Portal]:
    """Start it, tell this process and its children where it is, and leave nothing behind."""
    folder = make_folder()
    var = folder / "var"
    try:
        var.mkdir()
        (var / "fonts").symlink_to(ROOT / "var/fonts")
        portal = Portal(var, PrivateServices(place=prepare_private_place(var=var)))
        portal.services.start()
        try:
            os.environ |= environment_of(portal)
            subprocess.run([sys.executable, "manage.py", "prepare", "--demo"], cwd=ROOT, check=True)
            yield portal
        finally:
            portal.services.remove()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment_of(portal: Portal) -> dict[str, str]:
    return {
        **portal.services.environment(),
        "DJANGO_SETTINGS_MODULE": "ninghai.settings",
        "VAR_DIR": str(portal.var),
        "PRIVATE_FILES_DIR": str(portal.var / "private"),
        "SECRET_KEY": "only for measuring, on this machine and for these minutes",
        "SEALING_KEYS": "only-for-tests-0123456789-abcdefghijklmnopq",
        "DEMO": "1",
        "CLOCK_DATE": TODAY,
        "LOG_LEVEL": "ERROR",
        "SEARCHES_PER_MINUTE": "0",
        "EXPORTS_PER_TEN_MINUTES": "0",
    }


def second_start(portal: Portal) -> float:
    """Seconds from `make run` to the first answer, where the data is there and the servers are down."""
    portal.services.stop()
    port, began = free_port(), time.monotonic()
    process = subprocess.Popen(
        ["make", "--silent", "run", f"PORT={port}"],
        cwd=ROOT,
        env=plain_environment(portal),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not answers(port):
            if process.poll() is not None or time.monotonic() - began > STARTED_WITHIN:
                raise RuntimeError("`make run` did not start the portal a second time")
            time.sleep(0.05)
        return time.monotonic() - began
    finally:
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: make alone would wait for what it runs
        process.wait()


def plain_environment(portal: Portal) -> dict[str, str]:
    """What somebody's shell holds who calls `make run`, and the folder of the portal."""
    ours = environment_of(portal).keys() | {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    return {name: value for name, value in os.environ.items() if name not in ours} | {"VAR_DIR": str(portal.var)}


def answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        line.close()
