"""How much one request may bring."""

import pytest


@pytest.mark.parametrize("address", ["/verify/7K3M-9QXD/", "/login/", "/work/items/new/", "/"])
@pytest.mark.parametrize("length", [str(201 * 1024 * 1024), "9" * 30, "x", "-1"])
def test_a_huge_request_is_refused_before_it_is_read(client, cast, address, length):
    response = client.post(address, {}, CONTENT_LENGTH=length)

    assert response.status_code == 413
    assert "200 MB" in response.content.decode()
