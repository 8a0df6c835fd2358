"""A one-time password is somebody else's knowledge: it ends after some days."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from ninghai.accounts import people
from ninghai.calendar import clock
from ninghai.management.commands import prepare
from ninghai.models import Role, User
from tests.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def password(cast, settings) -> str:
    settings.FIRST_LOGIN_CHANGE = True
    security = person("security", "安全管理员", cast.county_office, Role.SECURITY)
    return people.reset_password(person=cast.clerk, by=security, at=clock.now())


def sign_in(client, user, password):
    return client.post(reverse("login"), {"username": user.username, "password": password})


def wait(user, **age) -> None:
    User.objects.filter(pk=user.pk).update(password_changed_at=clock.true_now() - timedelta(**age))


@pytest.mark.parametrize(("age", "status"), [({"days": 6}, 302), ({"days": 7, "minutes": 1}, 422)])
def test_it_is_good_for_seven_days(client, cast, password, age, status):
    wait(cast.clerk, **age)

    answer = sign_in(client, cast.clerk, password)

    assert answer.status_code == status
    if status == 422:
        assert "一次性密码的有效期是7天，已经过期" in answer.content.decode()
        assert "_auth_user_id" not in client.session


def test_it_lasts_as_long_as_the_settings_say(client, cast, password, settings):
    settings.ONE_TIME_PASSWORD_DAYS = 0
    wait(cast.clerk, days=300)

    assert sign_in(client, cast.clerk, password).status_code == 302


def test_a_password_of_ones_own_is_not_meant(client, cast, password):
    User.objects.filter(pk=cast.clerk.pk).update(must_change_password=False)
    wait(cast.clerk, days=30)

    assert sign_in(client, cast.clerk, password).status_code == 302


def test_a_demo_with_all_steps_takes_the_listed_passwords_for_one_time_ones(
    client, cast, settings, tmp_path, monkeypatch
):
    """`DEMO_LOGIN=full make run`; whoever has a password of their own keeps it."""
    settings.FIRST_LOGIN_CHANGE = True
    cast.clerk.set_password("k3fd-9mnp-wq7x")
    cast.clerk.save()
    listed = [{"username": user.username, "password": "k3fd-9mnp-wq7x"} for user in (cast.clerk, cast.head)]
    (tmp_path / "accounts.json").write_text(json.dumps(listed))
    monkeypatch.setattr(prepare, "DEMO_ACCOUNTS", tmp_path / "accounts.json")

    prepare.ask_for_own_passwords()

    assert set(User.objects.filter(must_change_password=True)) == {cast.clerk}
    assert sign_in(client, cast.clerk, "k3fd-9mnp-wq7x").status_code == 302
    assert client.get("/work/")["Location"] == reverse("account-password")


@pytest.mark.parametrize(
    ("demo", "second_factor", "says_so"), [(True, False, True), (True, True, False), (False, True, False)]
)
def test_a_demo_says_what_its_sign_in_leaves_out(client, settings, demo, second_factor, says_so):
    settings.DEMO, settings.SECOND_FACTOR = demo, second_factor

    assert ("DEMO_LOGIN=full" in client.get(reverse("login")).content.decode()) == says_so
