"""People at the doors, with a password that is quick to check."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from ninghai.models import Membership, Role, User
from tests.cast import Cast

PASSWORD = "春江水暖鸭先知20180"
NEW = "飞流直下三千尺10240"
ANOTHER = "两个黄鹂鸣翠柳77777"


@pytest.fixture
def cast(cast: Cast, settings) -> Cast:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return cast


@pytest.fixture
def clerk(cast: Cast) -> User:
    return with_password(cast.clerk)


@pytest.fixture
def office(cast: Cast) -> User:
    return with_password(cast.office)


@pytest.fixture
def security(cast: Cast) -> User:
    return engage(cast, "security", Role.SECURITY)


@pytest.fixture
def admin(security: User) -> Client:
    """The security administrator's browser."""
    browser = Client()
    browser.force_login(security)
    return browser


def engage(cast: Cast, username: str, role: Role) -> User:
    user = with_password(User.objects.create(username=username, name=f"{role.label}甲"))
    Membership.objects.create(user=user, unit=cast.county_office, role=role)
    return user


def with_password(user: User) -> User:
    user.password = make_password(PASSWORD)
    user.save(update_fields=["password"])
    return User.objects.get(pk=user.pk)


def sign_in(client: Client, name: str, password: str = PASSWORD, **extra):
    return client.post("/login/", {"username": name, "password": password}, **extra)


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200
