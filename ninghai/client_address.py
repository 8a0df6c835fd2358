"""From which network address a request comes: what connects, or what the trusted proxy before the portal says of it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNIX_SOCKET = "unix"  # how PROXY_ADDRESSES names a proxy that connects over a socket, which has no address


def client_address(request: HttpRequest) -> str:
    """The visitor's address. A header counts only where the trusted proxy sends it: anybody can send headers."""
    peer: str = request.META.get("REMOTE_ADDR", "")
    if not is_from_proxy(request):
        return peer
    told = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "").rpartition(",")[2].strip()  # the proxy's own word
    return told if _is_address(told) else peer


def is_from_proxy(request: HttpRequest) -> bool:
    """Whether the trusted proxy hands the request on: CLIENT_ADDRESS_HEADER says that there is one, PROXY_ADDRESSES where."""
    peer: str = request.META.get("REMOTE_ADDR", "") or UNIX_SOCKET
    return bool(settings.CLIENT_ADDRESS_HEADER) and peer in settings.PROXY_ADDRESSES


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
