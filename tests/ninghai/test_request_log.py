"""What the log says of requests and refusals: one line with who, what and why, and nothing of what people typed."""

import io
import json
import logging
import logging.config

import pytest

from ninghai.models import AuditEntry
from ninghai.operations.log_format import RefusalOnOneLine, log_settings
from tests.cast import make_cast
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db

NUMBER = "0123456789abcdef0123456789abcdef"


def lines(caplog) -> list[str]:
    """As the console would print them."""
    console = logging.Formatter("%(levelname)s %(name)s %(message)s")
    return [console.format(record) for record in caplog.records if record.name == "django.request"]


def test_a_refusal_is_one_line_with_who_what_and_why(caplog):
    cast = make_cast()

    assert signed_in(cast.office).get("/admin/ninghai/user/add/").status_code == 403

    [line] = lines(caplog)
    who = f"account {cast.office.pk} (office)"
    assert line.startswith(f"WARNING django.request refused: {who} GET /admin/ninghai/user/add/: ")
    assert "\n" not in line
    assert "Traceback" not in line


def test_a_refusal_is_told_the_same_by_every_handler(caplog):
    signed_in(make_cast().office).get("/admin/ninghai/user/add/")
    [record] = [each for each in caplog.records if each.name == "django.request"]
    before = record.getMessage()

    assert RefusalOnOneLine().filter(record)

    assert record.getMessage() == before


def test_other_answers_are_logged_as_ever(caplog, client):
    assert client.get("/nowhere/").status_code == 404

    assert lines(caplog) == ["WARNING django.request Not Found: /nowhere/"]


# --- In production: one JSON object per line ---------------------------------------------------------------


@pytest.fixture
def log():
    """Everything that is written as in production, read line by line."""
    loggers = [logging.getLogger(), logging.getLogger("ninghai.requests")]
    before = [(each, list(each.handlers), each.level) for each in loggers]
    logging.config.dictConfig(log_settings(as_json=True, level="INFO"))
    [console] = loggers[0].handlers
    console.setStream(written := io.StringIO())
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    for logger, handlers, level in before:
        logger.handlers = handlers
        logger.setLevel(level)


def test_each_request_is_one_object_with_its_number_who_what_and_how_long(log):
    cast = make_cast()

    signed_in(cast.clerk).get("/work/?q=李四的电话")

    [told] = [each for each in log() if each["logger"] == "ninghai.requests"]
    assert (told["method"], told["path"], told["view"], told["status"]) == ("GET", "/work/", "tasks:work", 200)
    assert (told["account"], told["role"], told["address"]) == (cast.clerk.pk, "editor", "127.0.0.1")
    assert len(told["request_id"]) == 32
    assert told["ms"] > 0
    assert "李四" not in json.dumps(told, ensure_ascii=False)
    assert cast.clerk.username not in json.dumps(told)


def test_what_breaks_is_logged_under_the_number_that_the_page_shows(log, client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("ninghai.operations.health.parts", lambda: 1 / 0)

    page = client.get("/healthz?phone=13800138000")

    assert page.status_code == 500
    fault = next(each for each in log() if each["logger"] == "django.request")
    assert fault["request_id"] in page.content.decode()
    assert "ZeroDivisionError" in fault["traceback"]
    assert "13800138000" not in json.dumps(fault)


def test_a_visitor_without_a_session_costs_no_look_at_accounts(log, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/robots.txt")

    [told] = [each for each in log() if each["logger"] == "ninghai.requests"]
    assert "account" not in told


@pytest.mark.parametrize(
    ("header", "peer", "sent", "is_taken"),
    [
        ("X-Real-IP", "127.0.0.1", NUMBER, True),
        ("X-Real-IP", "", NUMBER, True),  # over a Unix socket
        ("X-Real-IP", "198.51.100.9", NUMBER, False),  # not the proxy
        ("", "127.0.0.1", NUMBER, False),  # there is none
        ("X-Real-IP", "127.0.0.1", "x" * 32, False),
        ("X-Real-IP", "127.0.0.1", NUMBER + "0", False),
    ],
)
def test_a_number_is_taken_from_the_trusted_proxy_only(log, client, settings, header, peer, sent, is_taken):
    settings.CLIENT_ADDRESS_HEADER = header

    client.get("/robots.txt", REMOTE_ADDR=peer, headers={"X-Request-ID": sent})

    [told] = [each for each in log() if each["logger"] == "ninghai.requests"]
    assert (told["request_id"] == sent) is is_taken


def test_the_trail_keeps_the_same_number(log, client, settings):
    settings.CLIENT_ADDRESS_HEADER = "X-Real-IP"
    cast = make_cast()
    signed_in(cast.office).get(
        "/admin/ninghai/user/add/", headers={"X-Request-ID": NUMBER, "X-Real-IP": "198.51.100.7"}
    )

    entry = AuditEntry.objects.latest("pk")
    assert (entry.request_id, entry.address) == (NUMBER, "198.51.100.7")
