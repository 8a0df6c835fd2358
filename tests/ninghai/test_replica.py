"""A real streaming copy of the database: public pages come from it, and are never older than what the primary knows."""

import os
import subprocess
import sys
import time
from dataclasses import replace

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection

from ninghai.operations.devservices.place import ServicesPlace
from ninghai.operations.devservices.services import PostgreSQL
from ninghai.operations.private_addresses import RUNTIME, SUPERUSER
from tests.cast import make_cast
from tests.disclosure.makers import published
from tests.services import services_of_this_run

PATIENCE = 60  # seconds
SLOT = "copy"
VISIT = """
import re, sys
import django; django.setup()
from django.db import connections
from django.core.cache import cache
from django.test import Client

from ninghai.web.public_pages import replica

connections.settings["replica"]["OPTIONS"]["pool"]["timeout"] = 10  # a busy machine is not one that does not answer
replica.LEFT_ALONE = 600
visitor = Client(SERVER_NAME="127.0.0.1")

def sources():
    told = visitor.get("/metrics", REMOTE_ADDR="127.0.0.1").content.decode()
    return {name: float(number) for name, number in re.findall(r'ninghai_public_pages_total{source="(.*?)"} (\\S+)', told)}

for line in sys.stdin:
    cache.clear()
    before = sources()
    page = visitor.get(line.strip())
    [source] = [name for name, number in sources().items() if number > before.get(name, 0)] or ["none"]
    print(page.status_code, source, replica.replica.left_alone_until, page.content.decode().replace("\\n", " "), flush=True)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The copy, made of the server of this run as a technician makes it: pg_basebackup, then streaming."""
    primary = services_of_this_run().postgresql
    folder = services_of_this_run().place.data.parent / "copy"
    place = ServicesPlace(data=folder, sockets=folder / "s")
    place.prepare()
    server = PostgreSQL(place=place, settings=primary.settings)
    # Other tests write much meanwhile: without a slot the primary throws away what the copy has not read yet.
    as_superuser(primary, f"SELECT pg_create_physical_replication_slot('{SLOT}', true)")
    given = ["-h", primary.place.sockets, "-U", SUPERUSER, "-D", server.data]
    server._run("pg_basebackup", *given, "-R", "-S", SLOT, "-c", "fast", "-X", "stream", "--no-sync")
    server.start()
    yield server
    server.stop()
    as_superuser(primary, f"SELECT pg_drop_replication_slot('{SLOT}')")
    place.remove()


@pytest.fixture
def world(transactional_db, copy):
    cast = make_cast()
    return cast, published(cast, title="关于公布预算的通知")


@pytest.fixture
def visit(world, copy, settings, tmp_path):
    """Somebody who opens public pages, in a process that knows of the copy; says status, source, until when the copy is left alone, and page."""
    name = connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ninghai.settings",
        "DATABASE_URL": services_of_this_run().postgresql.url(role=RUNTIME, database=name),
        "DATABASE_REPLICA_URL": copy.url(role=RUNTIME, database=name),
        "LOG_LEVEL": "ERROR",
        "DEBUG": "1",  # no static files are collected here
    }
    process = subprocess.Popen(
        [sys.executable, "-c", VISIT], cwd=django_settings.BASE_DIR, env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip

    def ask(path: str) -> tuple[int, str, float, str]:
        process.stdin.write(f"{path}\n")
        process.stdin.flush()
        status, source, left_alone, page = process.stdout.readline().split(" ", 3)
        return int(status), source, float(left_alone), page

    yield ask
    process.stdin.close()
    process.wait(timeout=PATIENCE)


def as_superuser(server, command: str):
    address = replace(server).url(role=SUPERUSER, database="postgres")
    with psycopg.connect(address, autocommit=True) as direct:
        return direct.execute(command).fetchone()


def catch_up(copy) -> None:
    """Wait until the copy has all that the primary has written."""
    written = as_superuser(services_of_this_run().postgresql, "SELECT pg_current_wal_lsn()")[0]
    limit = time.monotonic() + PATIENCE
    while not as_superuser(copy, f"SELECT pg_last_wal_replay_lsn() >= '{written}'")[0]:
        assert time.monotonic() < limit, "the copy does not follow"
        time.sleep(0.05)


def test_a_page_comes_from_the_copy_once_it_has_all_that_the_public_sees(world, copy, visit):
    cast, item = world
    catch_up(copy)
    assert visit("/catalogue/")[:2] == (200, "replica")
    assert visit("/catalogue/?q=预算")[:2] == (200, "replica")
    assert visit(item.get_absolute_url())[0] == 200

    as_superuser(copy, "SELECT pg_wal_replay_pause()")
    try:
        published(cast, title="关于刚刚公布的事项的通知")
        status, source, _, page = visit("/catalogue/")
        assert (status, source, "刚刚公布的事项" in page) == (200, "primary", True)
    finally:
        as_superuser(copy, "SELECT pg_wal_replay_resume()")

    catch_up(copy)
    status, source, _, page = visit("/catalogue/")
    assert (status, source, "刚刚公布的事项" in page) == (200, "replica", True)


def test_without_the_copy_pages_come_from_the_primary_and_only_one_visitor_waits(world, copy, visit):
    catch_up(copy)
    assert visit("/")[:2] == (200, "replica")
    copy.stop()
    try:
        visits = [visit("/catalogue/") for _ in range(5)]
        assert [each[:2] for each in visits] == [(200, "primary")] * 5
        assert len({each[2] for each in visits}) == 1  # after the first nobody asked it again
    finally:
        copy.start()
