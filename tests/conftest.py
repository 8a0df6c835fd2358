"""The test database: migrated once as the owner, used as the run-time role, renewed whole after a transactional test."""

from collections.abc import Iterator

import django_rq
import psycopg
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql

from ninghai.private_services.postgresql import OWNER, RUNTIME, SUPERUSER
from ninghai.private_services.services import PrivateServices
from tests.cast import make_cast
from tests.order import scheduling, sort_by_length
from tests.services import start_test_services
from tests.stage import STAGE, world, worlds_of

TEMPLATE = "pristine"

cast = world("cast", make_cast)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    sort_by_length(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    if config.getoption("dist") == "loadfile":
        return scheduling(config, log)
    return None


@pytest.fixture(scope="session")
def private_services() -> PrivateServices:
    """The running PostgreSQL and Redis of this test run."""
    return start_test_services()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, private_services: PrivateServices) -> Iterator[None]:
    """Migrate into a template that every database of the run is a copy of."""
    with django_db_blocker.unblock():
        _make_template(private_services)
        _renew_database()
        patch = pytest.MonkeyPatch()
        # Django would TRUNCATE here, which the run-time role may not and the audit trail refuses to anybody.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: _renew_database())
    yield
    patch.undo()
    _hang_up()


@pytest.fixture
def _stage(request: pytest.FixtureRequest, django_db_setup, django_db_blocker) -> None:
    """The worlds that the test asks for stand before its own transaction begins."""
    with django_db_blocker.unblock():
        STAGE.set_for(worlds_of(request.node))


@pytest.fixture
def _django_db_helper(_stage, _django_db_helper) -> None:
    """pytest-django's transaction of one test, within those of the stage."""


@pytest.fixture(scope="module", autouse=True)
def _empty_stage(django_db_blocker) -> Iterator[None]:
    """Nothing stands before a file's first test and after its last."""
    yield
    with django_db_blocker.unblock():
        STAGE.strike()


@pytest.fixture(autouse=True)
def _plain_static_files(settings) -> None:
    """Pages name their static files without the manifest that only `collectstatic` makes."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def _empty_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave neither cached pages nor queued jobs to the next test."""
    yield
    if "private_services" in request.fixturenames:
        cache.clear()
        django_rq.get_connection("reports").flushdb()


def _make_template(services: PrivateServices) -> None:
    """Migrate this process's database and set it aside, unless another worker was faster."""
    with _superuser() as server:
        server.execute("SELECT pg_advisory_lock(1)")
        if server.execute("SELECT FROM pg_database WHERE datname = %s", [TEMPLATE]).rowcount:
            return
        own = connection.settings_dict["NAME"]
        services.postgresql.make_database(name=own)
        call_command("migrate", interactive=False, verbosity=0)
        _hang_up()
        server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(own), sql.Identifier(TEMPLATE)))


def _renew_database() -> None:
    """Put a fresh copy of the template in place of this process's database, whoever is still connected to it."""
    names = {
        "database": sql.Identifier(connection.settings_dict["NAME"]),
        "template": sql.Identifier(TEMPLATE),
        "owner": sql.Identifier(OWNER),
        "runtime": sql.Identifier(RUNTIME),
    }
    _hang_up()
    with _superuser() as server:
        for statement in (
            "DROP DATABASE IF EXISTS {database} WITH (FORCE)",
            "CREATE DATABASE {database} TEMPLATE {template} OWNER {owner}",
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {database} TO {runtime}",
        ):
            server.execute(sql.SQL(statement).format(**names))


def _hang_up() -> None:
    connections.close_all()
    connection.close_pool()


def _superuser() -> psycopg.Connection:
    return psycopg.connect(start_test_services().postgresql.url(role=SUPERUSER, database="postgres"), autocommit=True)
