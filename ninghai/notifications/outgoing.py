"""Posting signed documents (签名的 JSON) to other machines.

An address that somebody typed in the portal leads to the world outside, or into a network that the settings name
(EXCHANGE_NETWORKS), never elsewhere inside: every address of its name is looked at, and the one that was looked at is connected to,
so that no name means another machine a moment later. Neither redirects nor proxies are followed.
"""

import hashlib
import hmac
import logging
import socket
import ssl
import time
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from ninghai.notifications import ChannelAway

logger = logging.getLogger(__name__)
TIMEOUT = 5  # seconds for connecting, and for each answer
TUNNELS = [ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")]  # IPv4 within
INSIDE = "这个地址在内部网络中，不能连接；确需连接的，请系统管理员在部署设置中登记这个网络。"


def sign(body: bytes, timestamp: str, *, secret: str) -> str:
    """The signature of a document at a moment."""
    return f"sha256={hmac.new(secret.encode(), timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def headers_of(body: bytes, *, secret: str) -> dict[str, str]:
    timestamp = str(int(time.time()))  # the wall's time, which the other side compares with its own
    return {
        "Content-Type": "application/json",
        "X-Ninghai-Timestamp": timestamp,
        "X-Ninghai-Signature": sign(body, timestamp, secret=secret),
    }


def wrong_with(url: str) -> str:
    """Why nothing is ever sent there, as far as the address itself says; empty where nothing is wrong."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # a port that is no number, half an IPv6 address
        return "这不是网址，请填写 https:// 开头的地址。"
    if parts.scheme not in {"https", "http"} or not host or port == 0 or parts.username or parts.fragment:
        return "请填写 https:// 开头、不含用户名和 # 的地址。"
    try:
        return _refusal(str(ip_address(host)), is_encrypted=parts.scheme == "https")
    except ValueError:  # a name, of which only its addresses say where it leads
        return ""


def _refusal(address: str, *, is_encrypted: bool) -> str:
    found = ip_address(address.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    here = mapped or found
    if any(here in network for network in settings.EXCHANGE_NETWORKS):
        return ""
    if not here.is_global or here.is_multicast or any(here in network for network in TUNNELS):
        return INSIDE
    return "" if is_encrypted else "外部地址要以 https:// 开头。"


class PinnedConnection(HTTPConnection):
    """To one address that was looked at, under the name by which the other side shows who it is."""

    def __init__(self, host: str, port: int, *, address: str, is_encrypted: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.address, self.is_encrypted = address, is_encrypted
        self.default_port = 443 if is_encrypted else 80

    def connect(self) -> None:
        line = socket.create_connection((self.address, self.port), TIMEOUT)
        self.sock: Any = line
        if self.is_encrypted:
            self.sock = ssl.create_default_context().wrap_socket(line, server_hostname=self.host)


def post(url: str, body: bytes, *, secret: str) -> int:
    """The status of the answer to a signed document. Raises ChannelAway where there is none, or where nothing may be sent."""
    parts, told = urlsplit(url), wrong_with(url)
    if told:
        raise ChannelAway(told)
    is_encrypted, host = parts.scheme == "https", parts.hostname or ""
    port = parts.port or (443 if is_encrypted else 80)
    target = parts._replace(scheme="", netloc="", path=parts.path or "/", fragment="").geturl()
    try:
        found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for address in found:
            if refused := _refusal(address, is_encrypted=is_encrypted):
                raise ChannelAway(refused)
        line = PinnedConnection(host, port, address=found[0], is_encrypted=is_encrypted)
        try:
            line.request("POST", target, body, headers_of(body, secret=secret))
            return line.getresponse().status
        finally:
            line.close()
    except (OSError, HTTPException, ValueError) as broken:  # ValueError: a name that no machine can have
        logger.warning("%s: %s", host, broken)
        raise ChannelAway("连接不上对方，请核对推送地址。") from broken
