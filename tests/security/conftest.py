import pytest

from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db, settings) -> Cast:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # eight slow ones a test would cost minutes
    return make_cast()
