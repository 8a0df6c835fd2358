"""The test database: migrated once as the owner, used as the run-time role, emptied after a transactional test."""

import gc
from collections.abc import Iterator
from pathlib import Path

import django_rq
import hypothesis
import pytest
from django.core.cache import cache
from django.test import TransactionTestCase

from disclosure.catalogue import item_page
from disclosure.privacy import scans
from ninghai.files.sandbox import limits
from ninghai.operations.devservices.services import PrivateServices
from tests import committed_worlds
from tests.cast import make_cast
from tests.databases import empty_database, hang_up, make_pristine, pristine, renew_database
from tests.order import Recorder, put_in_order, scheduling
from tests.run_totals import sums
from tests.services import start_test_services
from tests.shared_data import changed_since, shared_data
from tests.sizes import holds_nothing_for_developers, is_for_developers, mark, mark_families
from tests.worlds import STAGE, world, worlds_of

cast = world("cast", make_cast)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--core", action="store_true", help="run what a developer must know before a commit")
    parser.addoption("--record-durations", action="store_true", help="write tests/durations.json anew")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("core"):
        hypothesis.settings.load_profile("core")
    if config.getoption("record_durations") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder())


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return (config.getoption("core") and holds_nothing_for_developers(collection_path)) or None


def pytest_itemcollected(item: pytest.Item) -> None:
    mark(item)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """The marks come before marks are asked for, the order when it is known what runs."""
    mark_families(items)
    if config.getoption("core"):
        left_out = [item for item in items if not is_for_developers(item.keywords)]
        items[:] = [item for item in items if is_for_developers(item.keywords)]
        config.hook.pytest_deselected(items=left_out)
    yield
    put_in_order(config, items)


def pytest_collection_finish() -> None:
    """What is there by now stays for the whole run: let Python's collector look neither through it nor often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    if config.getoption("dist") == "loadfile":
        return scheduling(config, log)
    return None


def pytest_terminal_summary(terminalreporter) -> None:
    """What single tests have counted."""
    for line in sums([*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def private_services() -> PrivateServices:
    """The running PostgreSQL and Redis of this test run."""
    return start_test_services()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, private_services: PrivateServices) -> Iterator[None]:
    """Migrate into a template that every database of the run is a copy of."""
    with django_db_blocker.unblock():
        make_pristine(private_services)
        renew_database()
        pristine()
        patch = pytest.MonkeyPatch()
        # Django would TRUNCATE here, which the run-time role may not and the audit trail refuses to anybody.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_database())
    yield
    patch.undo()
    hang_up()


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


@pytest.fixture(scope="module", autouse=True)
def _data_stays_as_it_was() -> Iterator[None]:
    """No test writes in data that other tests take, so none depends on which files its worker had before."""
    before = shared_data()
    yield
    assert changed_since(before) == []


@pytest.fixture(scope="module")
def demo_year(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The demo year lies in the database for all tests of the file."""
    with django_db_blocker.unblock(), committed_worlds.demo_year():
        yield


@pytest.fixture(autouse=True)
def _plain_static_files(settings) -> None:
    """Pages name their static files without the manifest that only `collectstatic` makes.

    What that has collected for the browser is served by the portal; a test's own client need not look through it all.
    """
    settings.STATIC_ROOT = None
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def _patient_sandbox(monkeypatch) -> None:
    """On a busy machine a parser gets the time of computing that it may have, however long that takes by the clock."""
    monkeypatch.setattr(limits, "PATIENCE", 200)
    monkeypatch.setattr(scans, "PATIENCE", 120)


@pytest.fixture(scope="session", autouse=True)
def _patient_redis() -> Iterator[None]:
    """A page gives up counting a view where Redis is slow, and tells the sum of before; on a busy machine it is slow for others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(item_page, "PATIENCE", 30)
        yield


@pytest.fixture(autouse=True)
def _empty_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave neither cached pages nor queued jobs to the next test."""
    yield
    if "private_services" in request.fixturenames:
        cache.clear()
        django_rq.get_connection("prompt").flushdb()
