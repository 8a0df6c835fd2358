"""From which network address a request comes: what connects, or what the trusted proxy before the portal says of it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNIX_SOCKET = "unix"  # how PROXY_ADDRESSES names a proxy that connects over a socket, which has no address
NETWORK = 64  # bits of an IPv6 address that one visitor holds whole


def client_address(request: HttpRequest) -> str:
    """The visitor's address. A header counts only where the trusted proxy sends it: anybody can send headers."""
    peer = _plain(request.META.get("REMOTE_ADDR", ""))
    if not is_from_proxy(request):
        return peer
    named = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "").rpartition(",")[2].strip()  # the proxy's own word
    return _plain(named) or peer


def is_from_proxy(request: HttpRequest) -> bool:
    """Whether the trusted proxy hands the request on: CLIENT_ADDRESS_HEADER says that there is one, PROXY_ADDRESSES where."""
    connected: str = request.META.get("REMOTE_ADDR", "")
    peer = _plain(connected) if connected else UNIX_SOCKET
    return bool(settings.CLIENT_ADDRESS_HEADER) and peer in settings.PROXY_ADDRESSES


def network_of(address: str) -> str:
    """What counts as one visitor: an IPv4 address, or the whole network of an IPv6 one."""
    known = _read(address)
    if not isinstance(known, ipaddress.IPv6Address):
        return str(known or address)
    return str(ipaddress.ip_network((known, NETWORK), strict=False).network_address)


def _plain(address: str) -> str:
    """The address as the trail keeps it; empty for what is none."""
    return str(_read(address) or "")


def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """IPv4 that travels as IPv6 (::ffff:…) is read as IPv4: else all such visitors would be of one network."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])  # a zone is this machine's own business
    except ValueError:
        return None
    mapped: ipaddress.IPv4Address | None = getattr(known, "ipv4_mapped", None)
    return mapped or known
