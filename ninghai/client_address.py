"""From which network address a request comes: what connects, or what the trusted proxy before the portal says of it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The visitor's address. A header counts only where CLIENT_ADDRESS_HEADER names it: anybody can send headers."""
    peer: str = request.META.get("REMOTE_ADDR", "")
    if not settings.CLIENT_ADDRESS_HEADER:
        return peer
    told = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "").rpartition(",")[2].strip()  # the proxy's own word
    return told if _is_address(told) else peer


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
