"""A small county at work, its backup, and a second, empty place to restore it to."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from ninghai.files import store_bytes
from ninghai.models import AuditEntry
from ninghai.operations.private_addresses import OWNER, RUNTIME
from tests.cast import make_cast
from tests.disclosure.makers import AT, published
from tests.reports import makers
from tests.services import services_of_this_run

MANAGE = django_settings.BASE_DIR / "manage.py"


@pytest.fixture
def cast(transactional_db, settings, tmp_path):
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "anchors.jsonl")
    return make_cast()


@pytest.fixture
def item(cast):
    """A published item with a PDF, and beside it a notice with its duties and a signed report."""
    pdf = store_bytes(data=makers.PDF, name="预算.pdf", media_type="application/pdf", by=cast.clerk, at=AT)
    makers.issued_notice(cast)
    return published(cast, files=[pdf])


class Elsewhere:
    """Another database and another folder, reached by commands of their own process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = f"restored_{os.getpid()}_{folder.name.replace('-', '_')[-20:]}".lower()
        server = services_of_this_run().postgresql
        server.make_database(name=self.database)
        self.environment = {
            **os.environ,
            "DATABASE_URL": server.url(role=RUNTIME, database=self.database),
            "DATABASE_OWNER_URL": server.url(role=OWNER, database=self.database),
            "PRIVATE_FILES_DIR": str(folder / "private"),
            "VAR_DIR": str(folder / "var"),
            "AUDIT_ANCHOR_FILE": str(folder / "anchors.jsonl"),
        }

    def manage(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, MANAGE, *arguments],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def elsewhere(tmp_path):
    return Elsewhere(tmp_path)


class Writers:
    """Somebody who goes on working: row after row in the trail, file after file."""

    def __init__(self, cast) -> None:
        self.cast, self.stop, self.rounds = cast, threading.Event(), 0
        self.thread = threading.Thread(target=self._work)

    def __enter__(self) -> "Writers":
        """Return when rows and a file are committed: what is copied now has them."""
        self.thread.start()
        self._wait_for_a_round()
        return self

    def __exit__(self, *_) -> None:
        """Let one more round end, which what was copied cannot have."""
        self._wait_for_a_round()
        self.stop.set()
        self.thread.join()

    def _wait_for_a_round(self) -> None:
        """One that began after the call: the one under way may have begun before it."""
        wanted = self.rounds + 2
        while self.rounds < wanted and self.thread.is_alive():
            self.stop.wait(0.01)

    def _work(self) -> None:
        try:
            while not self.stop.wait(0.01):
                AuditEntry.objects.record(action="edit", target=self.cast.finance, by=self.cast.office, at=AT)
                store_bytes(data=os.urandom(99), name="新.bin", media_type="text/plain", by=self.cast.office, at=AT)
                self.rounds += 1
        finally:
            connection.close()


@pytest.fixture
def writers(cast):
    return Writers(cast)
