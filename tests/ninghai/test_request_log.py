"""What the log says of a refused request: one line with who, what and why."""

import logging

import pytest

from tests.cast import make_cast
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db


def lines(caplog) -> list[str]:
    """As the console would print them."""
    console = logging.Formatter("%(levelname)s %(name)s %(message)s")
    return [console.format(record) for record in caplog.records if record.name == "django.request"]


def test_a_refusal_is_one_line_with_who_what_and_why(caplog):
    cast = make_cast()

    assert signed_in(cast.office).get("/admin/ninghai/user/add/").status_code == 403

    [line] = lines(caplog)
    assert line.startswith("WARNING django.request refused: office GET /admin/ninghai/user/add/: ")
    assert "\n" not in line
    assert "Traceback" not in line


def test_other_answers_are_logged_as_ever(caplog, client):
    assert client.get("/nowhere/").status_code == 404

    assert lines(caplog) == ["WARNING django.request Not Found: /nowhere/"]
