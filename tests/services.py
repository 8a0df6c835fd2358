"""The pytest plugin (`-p tests.services`) that gives each test run a PostgreSQL and Redis of its own.

Addresses are fixed before Django reads its settings; the servers start when the first test asks for the database, in
a temporary folder, and go away with the run. Under xdist all workers share the servers: each has its own database,
copied from a template that is migrated once, and its own numbers in Redis.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest

from ninghai.operations.devservices.place import ServicesPlace
from ninghai.operations.devservices.services import PrivateServices

FOLDER = "TEST_SERVICES"  # names the folder of the run to xdist's workers
# A test database need not survive a power cut; emptying tables goes through all buffers, so that few are faster.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "update_process_title": "off",  # told to the system with each statement
    "max_connections": "300",
    "shared_buffers": "128MB",
}


def make_folder() -> Path:
    """A temporary folder whose path is short enough for sockets, and which an ordinary user can pass through."""
    folder = Path(tempfile.mkdtemp(prefix="ninghai-test-", dir="/tmp"))
    folder.chmod(0o711)
    return folder


def services_in(folder: Path) -> PrivateServices:
    place = ServicesPlace(data=folder / "data", sockets=folder / "sockets")
    return PrivateServices(place=place, postgresql_settings=FAST)


def services_of_this_run() -> PrivateServices:
    return services_in(Path(os.environ[FOLDER]))


def start_test_services() -> PrivateServices:
    """Start the servers of this run where they are down."""
    services = services_of_this_run()
    services.place.prepare()
    services.start()
    return services


def worker_number() -> int:
    """Which of xdist's workers this is; 0 without xdist."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Name the servers before pytest-django loads the settings."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ[FOLDER] = str(make_folder())
        with suppress(KeyError):  # without PostgreSQL's user there are no servers, and tests without any still run
            services_of_this_run().place.prepare()  # before workers race for it
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as after Ctrl-C
    var = Path(os.environ[FOLDER]) / f"var-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    var.mkdir()
    (var / "fonts").symlink_to(Path("var/fonts").resolve())  # fetched once for the installation
    static = Path(os.environ[FOLDER]) / "static"
    static.mkdir(exist_ok=True)
    (var / "static").symlink_to(static)  # collected once for all workers
    os.environ.update(
        services_of_this_run().environment(database=f"ninghai_{worker_number()}", redis_database=worker_number()),
        SECRET_KEY="only for tests",
        SEALING_KEYS="only-for-tests-0123456789-abcdefghijklmnopq",
        VAR_DIR=str(var),
        PRIVATE_FILES_DIR=str(var / "private"),
        DEMO="0",
        CLOCK_DATE="",
        SECOND_FACTOR="0",  # but for the tests of the second factor itself
        DATABASE_POOL="220",  # tests of races hold a connection in each of their threads
    )
    try:
        return (yield)
    except BaseException:  # settings or models that cannot be read: pytest ends without any further hook
        remove_test_services()
        raise


def pytest_unconfigure() -> None:
    remove_test_services()


def remove_test_services() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ or FOLDER not in os.environ:
        return
    services_of_this_run().remove()
    shutil.rmtree(os.environ[FOLDER], ignore_errors=True)
