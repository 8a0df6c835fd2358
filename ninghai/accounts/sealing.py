"""Small secrets at rest, sealed with the installation's SECRET_KEY: a stolen copy of the database does not open them."""

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


class Unreadable(Exception):
    """Sealed under another key, forged, or too old."""


def seal(value: Any) -> str:
    return _box().encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()


def unseal(sealed: str, *, max_age: int | None = None) -> Any:
    """What was sealed, also under a key of SECRET_KEY_FALLBACKS; raises Unreadable."""
    try:
        return json.loads(_box().decrypt(sealed.encode(), ttl=max_age))
    except (InvalidToken, ValueError) as wrong:
        raise Unreadable from wrong


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str | bytes) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"ninghai.accounts.sealing:" + force_bytes(secret)).digest())
