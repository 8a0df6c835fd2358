"""备用码: ten codes for the day on which the telephone is lost, shown once, each good for one sign-in.

Each has 79 random bits, so that a plain hash keeps it; nobody tries them all.
"""

import hashlib
import secrets
from datetime import datetime

from ninghai.accounts.passwords import LEGIBLE
from ninghai.models import RecoveryCode, User

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
