"""动态口令 (TOTP, RFC 6238): a code from one's telephone beside the password, never good twice.

pyotp computes the codes; django-otp would keep the secret and the recovery codes readable in the database and bring
pages of its own. The secret is sealed, and nobody sees it again once the first code has confirmed it.
"""

from datetime import datetime

import pyotp
import segno
from django.conf import settings
from django.db import transaction
from django.utils.safestring import SafeString
from pyotp.exceptions import OTPVerificationError

from ninghai.accounts.recovery import renew_recovery_codes, spend_recovery_code
from ninghai.accounts.sealing import Unreadable, seal, unseal
from ninghai.models import AuditEntry, Authenticator, User
from ninghai.office.site import ADMINISTRATORS, OFFICE_ROLES

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
    except Unreadable:  # begun under another SECRET_KEY
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
    except (OTPVerificationError, Unreadable):
        return None
