"""The county's own channel (短信、浙政钉 …): a signed JSON document, posted to one address of the county.

    POST WEBHOOK_URL
    Content-Type: application/json
    X-Ninghai-Timestamp: 1542675600
    X-Ninghai-Signature: sha256=HMAC-SHA256(WEBHOOK_SECRET, timestamp + "." + body) in hex

The other side checks the signature, refuses what is older than a few minutes, and drops an `id` that it has seen: what
got no answer is posted again under the same one. It answers 2xx when it has taken the document.
"""

import json
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from ninghai.models import Delivery, Message, User
from ninghai.notifications import ChannelAway, NotSent
from ninghai.notifications.outgoing import TIMEOUT, headers_of


def is_on() -> bool:
    return bool(settings.WEBHOOK_URL and settings.WEBHOOK_SECRET and is_safe(settings.WEBHOOK_URL))


def is_safe(url: str) -> bool:
    """Encrypted, or not leaving this machine."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts)))
    except ValueError:  # a port that is no number, half an IPv6 address
        return False


def _is_here(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def reaches(person: User) -> bool:
    """The county knows how to reach the person by the account's name."""
    return True


def send(*, delivery: Delivery, messages: Sequence[Message]) -> None:
    """Post the document. A redirect is an error like any other: signed words go to one address only."""
    body = document(delivery=delivery, messages=messages)
    try:
        status = _post(body, headers=headers_of(body, secret=settings.WEBHOOK_SECRET))
    except (OSError, HTTPException) as broken:
        raise ChannelAway(f"连接不上短信或政务钉钉接口：{broken}") from broken
    if not 200 <= status < 300:
        raise NotSent(f"短信或政务钉钉接口没有接收：{status}")


def document(*, delivery: Delivery, messages: Sequence[Message]) -> bytes:
    """To whom, and the subject and link of each message."""
    person = delivery.recipient
    content = {
        "id": delivery.pk,
        "recipient": {"username": person.username, "name": person.name},
        "messages": [_shown(message) for message in messages],
    }
    return json.dumps(content, ensure_ascii=False, cls=DjangoJSONEncoder).encode()


def _shown(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "kind": message.kind,
        "subject": message.subject,
        "unit": {"code": message.unit.code, "name": message.unit.name},
        "role": message.role,
        "url": f"{settings.SITE_URL}{message.get_absolute_url()}",
        "created_at": message.created_at,
    }


def _post(body: bytes, *, headers: dict[str, str]) -> int:
    """The status of the answer; neither redirects nor proxies are followed."""
    parts = urlsplit(settings.WEBHOOK_URL)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    line = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    target = parts._replace(scheme="", netloc="", path=parts.path or "/", fragment="").geturl()
    try:
        line.request("POST", target, body, headers)
        return line.getresponse().status
    finally:
        line.close()
