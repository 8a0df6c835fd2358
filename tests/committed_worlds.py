"""Worlds whose data are committed, made once for a run: whoever asks for one gets a copy of its database and its files."""

import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import django_rq
from django.core.cache import cache
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import override_settings

from fixtures.demo.year import DEMO_DAY
from ninghai.management.commands.prepare import DEMO_ACCOUNTS
from ninghai.models import StoredFile
from tests.databases import make_template, renew_database
from tests.services import FOLDER

DEMO_YEAR = "demo_year"


@contextmanager
def kept(name: str, make: Callable[[], Any]) -> Iterator[Any]:
    """This process's database holds what `make` made, in this process or another; yields what it returned."""
    make_template(name, lambda: _keep(name, make))
    renew_database(name)
    shutil.copytree(shelf(name) / "private", _private(), dirs_exist_ok=True)
    yield pickle.loads((shelf(name) / "returned").read_bytes())  # noqa: S301 - written below
    renew_database()


def _keep(name: str, make: Callable[[], Any]) -> None:
    renew_database()
    (shelf(name) / "private").mkdir(parents=True, exist_ok=True)
    returned = make()
    (shelf(name) / "returned").write_bytes(pickle.dumps(returned))
    django_rq.get_connection("prompt").flushdb()
    cache.clear()
    for stored in StoredFile.objects.all():
        place = shelf(name) / "private" / stored.file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(stored.file.path, place)


@contextmanager
def demo_year() -> Iterator[None]:
    """The demo year, and the clock stands on its last morning."""
    with override_settings(DEMO=True, CLOCK_DATE=DEMO_DAY.isoformat()), kept(DEMO_YEAR, _play):
        shutil.copy(shelf(DEMO_YEAR) / DEMO_ACCOUNTS.name, DEMO_ACCOUNTS)
        yield
        DEMO_ACCOUNTS.unlink()


def _play() -> None:
    """Through the commands by which the portal loads it."""
    call_command("load_ground_data", stdout=StringIO())
    call_command("load_demo_year", stdout=StringIO())
    shutil.copy(DEMO_ACCOUNTS, shelf(DEMO_YEAR))


def shelf(name: str) -> Path:
    """Where the files lie that belong to the template."""
    return Path(os.environ[FOLDER]) / "kept" / name


def _private() -> str:
    return storages["private"].path("")
