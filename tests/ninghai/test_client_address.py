"""Whose address counts: the peer's, or the one that a trusted proxy names."""

import pytest
from django.test import RequestFactory

from ninghai.client_address import client_address

ASKED = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "198.51.100.7", "HTTP_X_FORWARDED_FOR": "9.9.9.9, 198.51.100.8"}


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("", "127.0.0.1"),  # nobody is believed
        ("X-Real-IP", "198.51.100.7"),
        ("X-Forwarded-For", "198.51.100.8"),  # the last is the proxy's own word
        ("X-Missing", "127.0.0.1"),
    ],
)
def test_only_the_named_header_counts(settings, header, address):
    settings.CLIENT_ADDRESS_HEADER = header

    assert client_address(RequestFactory().get("/", **ASKED)) == address


def test_a_header_that_is_no_address_is_ignored(settings):
    settings.CLIENT_ADDRESS_HEADER = "X-Real-IP"

    assert client_address(RequestFactory().get("/", **ASKED | {"HTTP_X_REAL_IP": "<script>"})) == "127.0.0.1"
