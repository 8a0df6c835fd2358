"""The private PostgreSQL and Redis: who may do what, what is kept, what is cleaned up."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django_rq
import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import ProgrammingError, connection

from ninghai.models import AuditEntry, Unit
from ninghai.operations.database.connections import as_owner
from ninghai.operations.devservices.place import PlaceError, ServicesPlace, private_place
from ninghai.operations.devservices.services import PrivateServices, shared_buffers
from ninghai.operations.private_addresses import OWNER, RUNTIME
from tests.services import make_folder, services_in


@pytest.fixture
def services() -> Iterator[PrivateServices]:
    """A set of servers that are down."""
    folder = make_folder()
    services = services_in(folder)
    services.place.prepare()
    yield services
    services.remove()
    folder.rmdir()


def manage(*arguments: str, var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in an installation of its own, for which nobody has named any server."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "REDIS", "SECRET"))
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**inherited, "VAR_DIR": str(var), **environment},
        capture_output=True,
        text=True,
        timeout=600,  # a machine may have much else to do
    )


def test_starting_twice_starts_once(services):
    started = services.start()

    again = services.start()

    assert [len(started), again] == [3, []]


def test_data_outlives_a_restart(services):
    services.start()
    services.postgresql.make_database()
    with psycopg.connect(services.environment()["DATABASE_OWNER_URL"]) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 7 AS number")

    services.stop()
    services.start()

    with psycopg.connect(services.environment()["DATABASE_URL"]) as runtime:
        assert runtime.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_killed_server_starts_again(services):
    services.start()
    pid = int((services.postgresql.data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, 9)

    started = services.start()

    assert started == [services.postgresql]


def test_postgresql_listens_on_no_network_address(services):
    services.start()

    with psycopg.connect(services.environment()["DATABASE_URL"]) as runtime:
        assert runtime.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.mark.parametrize(("gibibytes", "buffers"), [(0.5, 128), (8, 1024), (64, 2048)])
def test_postgresql_takes_an_eighth_of_the_memory(gibibytes, buffers):
    assert shared_buffers(memory=int(gibibytes * 1024**3)) == buffers


def test_data_and_sockets_are_closed_to_others(services):
    services.start()

    assert [folder.stat().st_mode & 0o777 for folder in (services.place.data, services.place.sockets)] == [0o700] * 2


def test_servers_never_run_as_root(services):
    services.start()

    pid = (services.postgresql.data / "postmaster.pid").read_text().split()[0]
    assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_a_folder_that_others_can_enter_is_refused(tmp_path):
    place = ServicesPlace(data=tmp_path / "data", sockets=tmp_path / "sockets")
    place.sockets.mkdir(mode=0o755)

    with pytest.raises(PlaceError, match="权限过宽"):
        place.prepare()


def test_two_installations_have_two_places(tmp_path):
    assert private_place(var=tmp_path / "a").sockets != private_place(var=tmp_path / "b").sockets


def test_the_queue_keeps_everything_and_the_cache_may_forget(private_services):
    policy = "maxmemory-policy"
    queue = django_rq.get_connection("prompt").config_get(policy, "appendonly")
    forgetful = cache._cache.get_client(None, write=True).config_get(policy, "appendonly")

    assert queue == {policy: "noeviction", "appendonly": "yes"}
    assert forgetful == {policy: "allkeys-lru", "appendonly": "no"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine ()",
        "DROP TABLE ninghai_unit",
        "TRUNCATE ninghai_unit",
        "ALTER TABLE ninghai_auditentry DISABLE TRIGGER ALL",
        "SET ROLE ninghai_owner",
    ],
)
def test_the_run_time_role_may_not(statement):
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_run_time_role_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableowner, current_user FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchall() == [(OWNER, RUNTIME)]


@pytest.mark.django_db(transaction=True)
def test_the_owner_acts_only_inside_its_block():
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        inside = cursor.fetchone()

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert (inside, cursor.fetchone()) == ((OWNER,), (RUNTIME,))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_transactional_test_leaves_nothing_behind(turn):
    assert [Unit.objects.count(), AuditEntry.objects.count(), cache.get("left")] == [0, 0, None]

    unit = Unit.objects.create(code="001", name="宁海县人民政府办公室", short_name="县府办", kind=Unit.Kind.OFFICE)
    AuditEntry.objects.record(action="改名", target=unit, by=None, at=datetime(2018, 11, 20, tzinfo=UTC))
    cache.set("left", turn)


@pytest.fixture
def installation(tmp_path) -> Iterator[PrivateServices]:
    """The servers that a command may start in `var`; they go away however the test ends."""
    services = PrivateServices(place=private_place(var=tmp_path / "var"))
    yield services
    services.remove()


def test_a_command_without_a_named_database_starts_its_own(installation, tmp_path):
    done = manage("showmigrations", "sessions", var=tmp_path / "var")

    assert (done.returncode, done.stderr, installation.postgresql.is_up()) == (0, "", True)


@pytest.mark.parametrize(
    "command", [["makemigrations", "--check"], ["collectstatic", "--no-input", "--dry-run"], ["check"]]
)
def test_a_command_that_asks_no_database_starts_none(tmp_path, command):
    var = tmp_path / "var"

    done = manage(*command, var=var)

    assert (done.returncode, private_place(var=var).sockets.exists()) == (0, False)


def test_production_must_name_its_secret_key(tmp_path):
    done = manage("check", var=tmp_path, DATABASE_URL="postgres://somebody@db.example/ninghai")

    assert (done.returncode, "请设置 SECRET_KEY" in done.stderr) == (1, True)
