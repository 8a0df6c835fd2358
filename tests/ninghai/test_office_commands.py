"""workdays and create_office_user, as they are typed."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from fixtures.reference_data import load_workdays
from ninghai.models import Membership, Role, User
from tests.cast import make_cast, make_units

pytestmark = pytest.mark.django_db


def run(*words):
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_workdays_prints_the_date_and_how_it_was_found():
    load_workdays()

    assert run("workdays", "2018-09-20", "15") == (
        "2018-10-17 2018-09-20（当日不计）起第15个工作日为2018-10-17；"
        "其中放假：09-24、10-01、10-02、10-03、10-04、10-05、10-06、10-07；其中调休上班：09-29、09-30。\n"
    )


@pytest.mark.parametrize("words", [["2018-13-01", "5"], ["2018-09-20", "0"], ["2018-09-20", "1001"]])
def test_workdays_refuses_what_makes_no_sense(words):
    with pytest.raises(CommandError, match=r"[\u4e00-\u9fff]"):
        run("workdays", *words)


def test_the_first_account_is_the_offices(monkeypatch):
    make_units()
    monkeypatch.setattr("sys.stdin", io.StringIO("一个足够长的口令2018\n"))

    said = run("create_office_user", "first", "--name", "县府办经办")

    user = User.objects.get(username="first")
    assert user.check_password("一个足够长的口令2018")
    assert Membership.objects.get(user=user).role == Role.OFFICE
    assert re.match("已建立账号“first”", said)


@pytest.mark.parametrize("password", ["short", "password1234", ""])
def test_a_weak_password_makes_no_account(monkeypatch, password):
    make_units()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))

    with pytest.raises(CommandError):
        run("create_office_user", "first", "--name", "县府办经办")

    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["office", "OFFICE", "ｏｆｆｉｃｅ"])  # noqa: RUF001 - full-width letters
def test_an_account_that_exists_is_left_alone_in_whatever_letters(name):
    make_cast()

    with pytest.raises(CommandError, match="已存在。"):
        run("create_office_user", name, "--name", "别人")


def test_without_the_county_office_there_is_nobody_to_act_for():
    with pytest.raises(CommandError, match="load_ground_data"):
        run("create_office_user", "first", "--name", "县府办经办")
