"""A Redis that hangs: it takes calls and never answers. Whoever may not wait tries once."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.cache import caches
from django.urls import reverse
from redis import RedisError

from disclosure.catalogue import item_page
from ninghai import settings as project_settings
from ninghai.jobs.queue import job_queue
from ninghai.operations.redis import short_line
from tests.disclosure.makers import published
from tests.ninghai.test_health import ask


@dataclass
class Hanging:
    url: str
    calls: list[socket.socket] = field(default_factory=list)


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[Hanging]:
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(tmp_path / "r"))
        door.listen(50)
        server = Hanging(f"unix://{tmp_path / 'r'}?db=0")
        threading.Thread(target=_take_calls, args=(door, server), daemon=True).start()
        yield server
        door.shutdown(socket.SHUT_RDWR)
        for line in server.calls:
            line.close()


def _take_calls(door: socket.socket, server: Hanging) -> None:
    while True:
        try:
            server.calls.append(door.accept()[0])
        except OSError:
            return


def test_the_queue_is_tried_once(hanging, settings):
    settings.REDIS_URL, settings.REDIS_TIMEOUT = hanging.url, 0.2

    with pytest.raises(RedisError):
        len(job_queue())

    assert len(hanging.calls) == 1


def test_health_is_told_after_one_try(hanging, settings, client, db):
    settings.REDIS_URL = hanging.url

    assert ask(client)[1]["queue"] == {"ok": False}
    assert len(hanging.calls) == 1


def test_a_view_is_counted_in_one_try(hanging, monkeypatch, cast):
    item = published(cast)
    monkeypatch.setattr(item_page, "counters", lambda: short_line(hanging.url, seconds=0.2))

    assert item_page.count_view(item) == 0
    assert len(hanging.calls) == 1


def test_a_public_page_waits_once_for_the_cache(hanging, settings, client, cast):
    published(cast)
    settings.CACHES = {"default": {**project_settings.CACHES["default"], "LOCATION": hanging.url}}

    answer = client.get(reverse("disclosure:item-list"))

    assert answer.status_code == 200
    assert answer["ETag"]
    assert len(hanging.calls) == 1
    caches.close_all()
