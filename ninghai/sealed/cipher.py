"""AES-GCM over words, files and keys. The master keys are the environment's (SEALING_KEYS); nothing here knows a database."""

import hashlib
import hmac
import json
import secrets
import unicodedata
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FORM = b"\x01"  # how what follows was sealed
KEY_BYTES, NONCE_BYTES = 32, 12
STEP = 32  # bytes: a ciphertext tells only roughly how long the words are


class UnreadableSeal(Exception):
    """Sealed under a master key that is not here, moved from another place, or forged."""


class MasterKey(NamedTuple):
    id: str
    secret: bytes


def master_keys() -> list[MasterKey]:
    """The newest first. Raises ImproperlyConfigured where there is none: nothing is ever kept unsealed instead."""
    if not settings.SEALING_KEYS:
        raise ImproperlyConfigured("请设置 SEALING_KEYS：个人信息须加密保存，没有密钥不能写入，也不能读取。")
    return [MasterKey(hashlib.sha256(b"ninghai.sealed:" + key).hexdigest()[:16], key) for key in settings.SEALING_KEYS]


def new_secret() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def wrap(secret: bytes, *, about: str) -> tuple[str, bytes]:
    """The newest master key's id, and the data key sealed under it."""
    newest = master_keys()[0]
    return newest.id, encrypt(newest.secret, secret, about=about)


def unwrap(wrapped: bytes, *, master: str, about: str) -> bytes:
    held = dict(master_keys())
    if master not in held:
        raise UnreadableSeal(f"SEALING_KEYS 中没有编号为 {master} 的主密钥。")
    return decrypt(held[master], wrapped, about=about)


def encrypt(secret: bytes, content: bytes, *, about: str) -> bytes:
    """`about` says where the sealed content belongs: it opens nowhere else."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return FORM + nonce + AESGCM(secret).encrypt(nonce, content, about.encode())


def decrypt(secret: bytes, sealed: bytes, *, about: str) -> bytes:
    form, nonce, content = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        if form == FORM:
            return AESGCM(secret).decrypt(nonce, content, about.encode())
    except (InvalidTag, ValueError):  # ValueError: too short to be anything
        pass
    raise UnreadableSeal("密文不完整，或者不属于这条记录。")


def packed(words: Any) -> bytes:
    """Words or JSON, filled up with blanks that say nothing."""
    written = json.dumps(words, ensure_ascii=False).encode()
    return written.ljust(-(-len(written) // STEP) * STEP)


def unpacked(content: bytes) -> Any:
    return json.loads(content)


def fingerprint(secret: bytes, words: str) -> str:
    """The same for the same words, however they were typed (full width, blanks, small letters); tells nothing of them."""
    normalised = folded(words)
    return hmac.new(secret, normalised.encode(), hashlib.sha256).hexdigest() if normalised else ""


def folded(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split()).upper()


def long_mark(secret: bytes, piece: str) -> bytes:
    """64 bytes that are the same for the same piece of a text, and tell nothing of it."""
    return hmac.new(secret, piece.encode(), hashlib.sha512).digest()
