"""Whose address counts: the peer's, or the one that a trusted proxy names."""

import pytest
from django.test import RequestFactory

from ninghai.web.http import client_address, network_of

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


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("::ffff:198.51.100.7", "198.51.100.7"),  # IPv4 at a server that listens on both
        ("fe80::1%eth0", "fe80::1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("", ""),  # behind a socket
        ("nowhere", ""),
    ],
)
def test_an_address_is_written_in_one_way(peer, address):
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=peer)) == address


def test_a_proxy_is_known_however_its_address_travels(settings):
    settings.CLIENT_ADDRESS_HEADER = "X-Real-IP"

    assert client_address(RequestFactory().get("/", **ASKED | {"REMOTE_ADDR": "::ffff:127.0.0.1"})) == "198.51.100.7"


def test_a_peer_that_is_no_address_is_no_proxy(settings):
    settings.CLIENT_ADDRESS_HEADER = "X-Real-IP"

    assert client_address(RequestFactory().get("/", **ASKED | {"REMOTE_ADDR": "nowhere"})) == ""


def test_a_visitor_is_an_ipv4_address_or_an_ipv6_network():
    assert network_of("198.51.100.7") != network_of("198.51.100.8")
    assert network_of("::ffff:198.51.100.7") == "198.51.100.7"
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") != network_of("2001:db8:1::1")
