"""/metrics: who may read it, and what it tells."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as django_settings

from ninghai.operations.metrics import SHARED_FOLDER
from ninghai.operations.redis import note_round
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counted_in_this_process(monkeypatch) -> None:
    """Whoever has imported the web server's settings in this process counts in a folder shared with others."""
    monkeypatch.delenv(SHARED_FOLDER, raising=False)


def told(client, **asked) -> dict[str, float]:
    """Each figure with its labels, and its value."""
    answer = client.get("/metrics", **asked)
    assert answer.status_code == 200, answer.content
    return dict(re.findall(r"^([^#\s].*) ([0-9.e+-]+)$", answer.content.decode(), re.MULTILINE)) | {}


def test_requests_are_counted_by_name_of_the_address_method_and_status(client):
    counted = 'ninghai_request_seconds_count{method="GET",status="404",view="(none)"}'
    made_up = 'ninghai_request_seconds_count{method="other",status="405",view="(none)"}'
    before = told(client)

    client.get("/nowhere/")
    client.generic("BREW", "/nowhere/")

    now = told(client)
    assert float(now[counted]) - float(before.get(counted, 0)) == 1
    assert float(now[made_up]) - float(before.get(made_up, 0)) == 1
    assert 'ninghai_request_seconds_count{method="GET",status="200",view="metrics"}' in now


def test_it_tells_what_waits_what_failed_and_how_old_the_last_round_is(client, settings, tmp_path):
    settings.BACKUP_DIR = str(tmp_path)
    note_round(took=0.5, failed=["seal_trail"])

    now = told(client)

    assert (now["ninghai_reports_waiting"], now["ninghai_reports_failed"], now["ninghai_reports_overdue"]) == (
        "0.0",
    ) * 3
    assert (now["ninghai_scheduler_round_seconds"], now["ninghai_scheduler_failed_duties"]) == ("0.5", "1.0")
    assert 0 <= float(now["ninghai_scheduler_round_age_seconds"]) < 60
    assert now['ninghai_part_ok{part="database"}'] == "1.0"
    assert now['ninghai_part_ok{part="backup"}'] == "0.0"
    assert float(now["ninghai_disk_free_bytes"]) > 0


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "198.51.100.9"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "198.51.100.9"},  # handed on by a proxy that is not set up
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    ],
)
def test_for_others_there_is_nothing_here(client, asked):
    assert client.get("/metrics", **asked).status_code == 404


def test_behind_the_proxy_the_visitor_counts(client, settings):
    settings.CLIENT_ADDRESS_HEADER = "X-Real-IP"

    assert client.get("/metrics", headers={"X-Real-IP": "198.51.100.9"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "198.51.100.9"}).status_code == 404
    assert client.get("/metrics", headers={"X-Real-IP": "127.0.0.1"}).status_code == 200


def test_nobody_reads_it_by_signing_in(client):
    client.force_login(make_cast().office)

    assert client.get("/metrics", REMOTE_ADDR="198.51.100.9").status_code == 404
    assert client.post("/metrics").status_code == 405


@pytest.mark.exhaustive
def test_processes_of_one_web_server_are_counted_together(tmp_path):
    """Two processes that share a folder: whichever is asked knows the requests of both."""
    asks = (
        "import django; django.setup(); from django.test import Client; "
        "client = Client(); client.get('/nowhere/'); print(client.get('/metrics').content.decode())"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "DEBUG": "1", "ALLOWED_HOSTS": "testserver"}
    environment["DJANGO_SETTINGS_MODULE"] = "ninghai.settings"
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", asks],
            env=environment, cwd=django_settings.BASE_DIR, capture_output=True, text=True, check=True,
        )  # fmt: skip

    assert 'ninghai_request_seconds_count{method="GET",status="404",view="(none)"} 2.0' in done.stdout
