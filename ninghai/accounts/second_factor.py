"""动态口令 (TOTP, RFC 6238) beside the password, never good twice; its secret sealed at rest; 备用码 for the day the telephone is lost."""

import base64
import hashlib
import json
import secrets
from datetime import datetime
from typing import Any

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.safestring import SafeString
from pyotp.exceptions import OTPVerificationError

from ninghai.accounts.passwords import LEGIBLE
from ninghai.models import ADMINISTRATORS, OFFICE_ROLES, AuditEntry, Authenticator, RecoveryCode, User

# 备用码: ten codes for the day on which the telephone is lost, shown once, each good for one sign-in.

HOW_MANY = 10
GROUPS = 4


def renew_recovery_codes(user: User) -> list[str]:
    """Ten new codes in place of the old; this is the only time that they can be read."""
    codes = [_code() for _ in range(HOW_MANY)]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, hash=_hash(user, code)) for code in codes])
    return codes


def spend_recovery_code(user: User, typed: str, *, at: datetime) -> bool:
    """Whether it was one of the person's unspent codes; from now on it is spent."""
    unspent = RecoveryCode.objects.filter(user=user, hash=_hash(user, typed), used_at=None)
    return bool(unspent.update(used_at=at))


def codes_left(user: User) -> int:
    return user.recovery_codes.filter(used_at=None).count()


def _code() -> str:
    return "-".join("".join(secrets.choice(LEGIBLE) for _ in range(4)) for _ in range(GROUPS))


def _hash(user: User, typed: str) -> str:
    plain = "".join(typed.lower().split()).replace("-", "")
    return hashlib.sha256(f"{user.pk}:{plain}".encode()).hexdigest()


# Small secrets at rest, sealed with the installation's SECRET_KEY: a stolen copy of the database does not open them.


class UnreadableSecret(Exception):
    """Sealed under another key, forged, or too old."""


def seal(value: Any) -> str:
    return _box().encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()


def unseal(sealed: str, *, max_age: int | None = None) -> Any:
    """What was sealed, also under a key of SECRET_KEY_FALLBACKS; raises Unreadable."""
    try:
        return json.loads(_box().decrypt(sealed.encode(), ttl=max_age))
    except (InvalidToken, ValueError) as wrong:
        raise UnreadableSecret from wrong


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str | bytes) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"ninghai.accounts.sealing:" + force_bytes(secret)).digest())


# 动态口令 (TOTP, RFC 6238): a code from one's telephone beside the password, never good twice.

REQUIRED = OFFICE_ROLES | ADMINISTRATORS  # who works in the admin
WINDOW = 1  # steps of half a minute that a telephone's clock may be wrong


def is_required(user: User) -> bool:
    """Whoever holds one of these roles, in whichever they act now."""
    return settings.SECOND_FACTOR and any(each.role in REQUIRED for each in user.own_memberships)


def is_set_up(user: User) -> bool:
    return settings.SECOND_FACTOR and Authenticator.objects.filter(user=user).exclude(confirmed_at=None).exists()


def begin(user: User) -> str:
    """The secret to be put into the telephone; the same until it is confirmed."""
    waiting, _ = Authenticator.objects.get_or_create(user=user, defaults={"sealed_secret": seal(pyotp.random_base32())})
    if waiting.confirmed_at:
        raise ValueError("confirmed already: its secret is not shown again")
    try:
        return str(unseal(waiting.sealed_secret))
    except UnreadableSecret:  # begun under another SECRET_KEY
        waiting.delete()
        return begin(user)


def picture(user: User, secret: str) -> SafeString:
    """The QR code that the telephone reads, as SVG that stands in the page: it may load no picture from an address in it."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=settings.SITE_NAME)
    drawn = segno.make(uri, error="m").svg_inline(omitsize=True, border=4, light="white", svgclass="qr", lineclass=None)
    return SafeString(drawn)


@transaction.atomic
def confirm(*, user: User, code: str, at: datetime, recorded_at: datetime) -> list[str] | None:
    """启用: the first right code. Returns the recovery codes, to be shown once, or None for a wrong code."""
    waiting = Authenticator.objects.select_for_update().filter(user=user, confirmed_at=None).first()
    if waiting is None or (step := _step(waiting, code, at=at)) is None:
        return None
    Authenticator.objects.filter(pk=waiting.pk).update(confirmed_at=at, last_step=step)
    AuditEntry.objects.record(action="set_up_codes", target=user, by=user, at=recorded_at)
    return renew_recovery_codes(user)


def spend_code(user: User, typed: str, *, at: datetime) -> bool:
    """Whether it is the telephone's code of now, or an unspent recovery code; it is spent from now on."""
    code = "".join(typed.split())
    authenticator = Authenticator.objects.exclude(confirmed_at=None).filter(user=user).first()
    if authenticator and (step := _step(authenticator, code, at=at)) is not None:
        unspent = Authenticator.objects.filter(pk=authenticator.pk, last_step__lt=step)
        return bool(unspent.update(last_step=step))
    return authenticator is not None and spend_recovery_code(user, code, at=at)


def forget(user: User) -> None:
    """Take the telephone and the recovery codes away; the next sign-in asks to set them up again where they are due."""
    Authenticator.objects.filter(user=user).delete()
    user.recovery_codes.all().delete()


def _step(authenticator: Authenticator, code: str, *, at: datetime) -> int | None:
    """The half minute that the code belongs to, if it is right."""
    try:
        secret = str(unseal(authenticator.sealed_secret))
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=at, valid_window=WINDOW)
    except (OTPVerificationError, UnreadableSecret):
        return None
