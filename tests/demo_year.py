"""The demo year, played once for a run: whoever asks for it gets a copy of its database and of the files it left."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

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

TEMPLATE = "demo_year"


@contextmanager
def demo_year() -> Iterator[None]:
    """This process's database holds the demo year, and the clock stands on its last morning."""
    with override_settings(DEMO=True, CLOCK_DATE=DEMO_DAY.isoformat()):
        make_template(TEMPLATE, _play)
        renew_database(TEMPLATE)
        shutil.copytree(_shelf() / "private", _private(), dirs_exist_ok=True)
        shutil.copy(_shelf() / DEMO_ACCOUNTS.name, DEMO_ACCOUNTS)
        yield
        renew_database()
        DEMO_ACCOUNTS.unlink()


def _play() -> None:
    """Through the commands by which the portal loads it."""
    renew_database()
    call_command("load_ground_data", stdout=StringIO())
    call_command("load_demo_year", stdout=StringIO())
    django_rq.get_connection("prompt").flushdb()
    cache.clear()
    for stored in StoredFile.objects.all():
        place = _shelf() / "private" / stored.file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(stored.file.path, place)
    shutil.copy(DEMO_ACCOUNTS, _shelf())


def _shelf() -> Path:
    """Where the files lie that belong to the template."""
    return Path(os.environ[FOLDER]) / "demo-year"


def _private() -> str:
    return storages["private"].path("")
