"""/healthz: what it says, and what it says when something is down."""

import re

import pytest
from django.db import connection

from ninghai.operations.database.connections import SCHEDULER_LOCK


@pytest.fixture
def _leader(db):
    """Somebody who leads, over a connection of their own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SCHEDULER_LOCK])
        yield
        cursor.execute("SELECT pg_advisory_unlock(%s)", [SCHEDULER_LOCK])


def ask(client) -> tuple[int, dict]:
    answer = client.get("/healthz")
    return answer.status_code, answer.json()


def test_without_scheduler_and_workers_pages_are_still_served(client, db):
    code, told = ask(client)

    assert (code, told["status"]) == (200, "degraded")
    assert (told["database"], told["scheduler"], told["workers"]) == (
        {"ok": True},
        {"ok": False},
        {"ok": False, "count": 0},
    )
    assert told["queue"] == {"ok": True, "waiting": 0}
    assert told["disk"]["free_bytes"] > 0


def test_it_names_the_version_that_runs(client, db, settings):
    project = (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")

    assert f'version = "{ask(client)[1]["version"]}"' in project
    assert re.fullmatch(r"\d+\.\d+\.\d+", ask(client)[1]["version"])


@pytest.mark.usefixtures("_leader")
def test_the_scheduler_is_seen_by_its_lock(client):
    assert ask(client)[1]["scheduler"] == {"ok": True}


def test_without_redis_it_is_said(client, db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    code, told = ask(client)

    assert (code, told["queue"], told["workers"]) == (200, {"ok": False}, {"ok": False})


def test_without_database_it_is_503(client, db, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    code, told = ask(client)

    assert (code, told["status"], told["database"]) == (503, "down", {"ok": False})


def test_it_asks_nobody_to_log_in_and_is_never_cached(client, db):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/healthz").status_code == 405
