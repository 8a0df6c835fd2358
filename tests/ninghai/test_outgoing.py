"""Where the portal posts to when somebody has typed the address: to the world outside, encrypted, or into a network that is named."""

from ipaddress import ip_network

import pytest

from ninghai.notifications import ChannelAway, outgoing
from ninghai.notifications.outgoing import post, wrong_with
from tests.ninghai.receivers import county_server

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address to be refused
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fc00::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
]


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_refused(host):
    assert "内部网络" in wrong_with(f"https://{host}/in")
    with pytest.raises(ChannelAway):
        post(f"https://{host}/in", b"{}", secret="x")


@pytest.mark.parametrize("name", ["localhost", "localhost.", "127.1", "2130706433", "0x7f.1"])
def test_a_name_that_leads_inside_is_refused_when_it_is_asked(name):
    with pytest.raises(ChannelAway):
        post(f"https://{name}/in", b"{}", secret="x")


@pytest.mark.parametrize(
    "url",
    [
        *("", "x", "ftp://example.cn/", "file:///etc/passwd", "https://", "https://a:b@example.cn/"),
        *(
            "https://example.cn:x/",
            "https://example.cn/#a",
            "http://8.8.8.8/",
            "https://[::1/",
            "https://example.cn:0/",
        ),
        "gopher://127.0.0.1:6379/",
    ],
)
def test_what_is_no_address_to_post_to_is_refused(url):
    assert wrong_with(url)


@pytest.mark.parametrize("url", ["https://example.cn/in?a=1", "https://8.8.8.8/", "https://[2400:3200::1]:8443/x"])
def test_what_leads_outside_is_taken(url):
    assert wrong_with(url) == ""


def test_a_name_is_asked_once_and_that_very_address_connected_to(settings, monkeypatch):
    """A name that means another machine a moment later leads nowhere else."""
    asked = []

    def named(host, port, *args, **kwargs):
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    settings.EXCHANGE_NETWORKS = [ip_network("127.0.0.0/8")]
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", named)
    with county_server() as platform:
        port = platform.url.rpartition(":")[2]
        assert post(f"http://platform.example:{port}/in", b"{}", secret="x") == 200

    assert asked[0] == "platform.example"
    assert platform.posted[0].headers["Host"] == f"platform.example:{port}"


def test_one_address_inside_among_several_is_enough_to_refuse(monkeypatch):
    found = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *args, **kwargs: found)

    with pytest.raises(ChannelAway, match="内部网络"):
        post("https://platform.example/in", b"{}", secret="x")


def test_no_redirect_is_followed(settings):
    settings.EXCHANGE_NETWORKS = [ip_network("127.0.0.0/8")]
    with county_server(status=302) as platform:
        assert post(f"{platform.url}/in", b"{}", secret="x") == 302

    assert len(platform.posted) == 1
