"""A session with a duty due (a password of one's own, the second factor) opens nothing that is not public."""

import pytest

from ninghai.accounts.passwords import put_password
from ninghai.files import store_bytes
from tests.disclosure.makers import AT, drafted, published


def address(item) -> str:
    return item.attachments.get().get_absolute_url()


@pytest.fixture
def files(cast):
    """Of a draft, and of what is public."""
    one, other = (
        store_bytes(data=name.encode(), name=f"{name}.txt", media_type="text/plain", by=cast.clerk, at=AT)
        for name in "甲乙"
    )
    return address(drafted(cast, files=[one])), address(published(cast, files=[other]))


def test_before_the_given_password_is_changed(client, cast, files, settings):
    settings.FIRST_LOGIN_CHANGE = True
    put_password(cast.clerk, "k3fd-9mnp-wq7x-2bcd", must_change=True, at=AT)
    client.force_login(cast.clerk)

    assert [client.get(each).status_code for each in files] == [404, 200]


def test_before_the_second_factor_is_set_up(client, cast, files, settings):
    settings.SECOND_FACTOR = True
    client.force_login(cast.office)

    assert [client.get(each).status_code for each in files] == [404, 200]
