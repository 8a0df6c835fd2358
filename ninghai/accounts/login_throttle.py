"""Failed tries make signing in pause (登录失败处理): per account, per address, and per telephone's code.

Own code, because what is counted must be the same for names that exist and names that do not, must be counted before
the password is looked at (many tries at once get no further than one by one), must pause longer each time, and must
enter our audit trail. Nothing of a name that nobody has is kept but its hash.
"""

import hashlib
import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from ninghai.models import AuditEntry, Tries, User
from ninghai.web.http import network_of

FORGOTTEN_AFTER = timedelta(days=1)  # without another failure


class Blocked(Exception):
    """Signing in pauses; the text is fit for the screen."""

    def __init__(self, until: datetime, *, at: datetime) -> None:
        self.seconds = max(1, math.ceil((until - at).total_seconds()))
        minutes = math.ceil(self.seconds / 60)
        super().__init__(f"登录失败次数过多，请在{minutes}分钟后再试；急用时请联系安全管理员解除限制。")


@dataclass(frozen=True, slots=True)
class ThrottleKey:
    """One thing whose failed tries are counted together."""

    kind: Tries.Kind
    key: str

    @property
    def allowed(self) -> int:
        return settings.LOGIN_TRIES_PER_ADDRESS if self.kind == Tries.Kind.ADDRESS else settings.LOGIN_TRIES

    def forgets(self, tries: Tries, *, at: datetime) -> bool:
        """An address counts within a window, so that a whole office behind one address is not shut out by typos."""
        if self.kind == Tries.Kind.ADDRESS:
            return tries.since < at - timedelta(minutes=settings.LOGIN_ADDRESS_WINDOW)
        return tries.last_at < at - FORGOTTEN_AFTER

    def pause(self, count: int) -> timedelta:
        """None before the last try; then longer with each failure."""
        if self.kind == Tries.Kind.ADDRESS:
            return timedelta(minutes=settings.LOGIN_ADDRESS_WINDOW)
        doubled = settings.LOGIN_PAUSE * 2 ** min(count - self.allowed, 20)
        return timedelta(minutes=min(doubled, settings.LOGIN_LONGEST_PAUSE))


def of_account(name: str) -> ThrottleKey:
    """The throttle of a name as it was typed, whether somebody has it or not."""
    return ThrottleKey(Tries.Kind.ACCOUNT, hashlib.sha256(_folded(name).encode()).hexdigest())


def of_known_browser(name: str) -> ThrottleKey:
    """The same for browsers that its owner has used (`is_known`); no name that is typed leads to it from elsewhere."""
    return ThrottleKey(Tries.Kind.ACCOUNT, salted_hmac("known browser", _folded(name), algorithm="sha256").hexdigest())


def of_address(address: str) -> ThrottleKey:
    return ThrottleKey(Tries.Kind.ADDRESS, network_of(address))


def of_code(user: User) -> ThrottleKey:
    return ThrottleKey(Tries.Kind.CODE, str(user.pk))


def throttles_of(user: User) -> tuple[ThrottleKey, ...]:
    """All that may keep this person out, wherever they are."""
    return of_account(user.username), of_known_browser(user.username), of_code(user)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


@transaction.atomic
def register_attempt(throttle: ThrottleKey, *, at: datetime) -> bool:
    """Count a try before it is made; raises Blocked. Whether a pause begins if it fails."""
    Tries.objects.get_or_create(kind=throttle.kind, key=throttle.key, defaults={"since": at, "last_at": at})
    tries = Tries.objects.select_for_update().get(kind=throttle.kind, key=throttle.key)
    if tries.blocked_until and at < tries.blocked_until:
        raise Blocked(tries.blocked_until, at=at)
    if throttle.forgets(tries, at=at):
        tries.count, tries.since = 0, at
    tries.count, tries.last_at = tries.count + 1, at
    tries.blocked_until = at + throttle.pause(tries.count) if tries.count >= throttle.allowed else None
    tries.save()
    return tries.blocked_until is not None


def reset_attempts(throttle: ThrottleKey) -> None:
    """The try succeeded: an account begins anew, an address gets back this one try."""
    rows = Tries.objects.filter(kind=throttle.kind, key=throttle.key)
    if throttle.kind == Tries.Kind.ADDRESS:
        rows.update(count=Greatest(F("count") - 1, 0), blocked_until=None)
    else:
        rows.update(count=0, blocked_until=None)


def note_failure(name: str, *, shut: bool, at: datetime) -> None:
    """A failed try at somebody's account enters the audit trail, in whatever capitals the name was typed: signing in to it pauses
    for all of them. What nobody is called stays out of it."""
    user = User.objects.filter(username__iexact=name).first()
    if user is None:
        return
    AuditEntry.objects.record(action="sign_in_failed", target=user, by=None, at=at)
    if shut:
        AuditEntry.objects.record(action="block_sign_in", target=user, by=None, at=at)


# The security administrator's side.


def paused_until(user: User, *, at: datetime) -> datetime | None:
    """Until when this person cannot sign in, here or elsewhere, whatever they type."""
    ends = [
        until
        for throttle in throttles_of(user)
        for until in Tries.objects.filter(kind=throttle.kind, key=throttle.key, blocked_until__gt=at).values_list(
            "blocked_until", flat=True
        )
        if until
    ]
    return max(ends, default=None)


def open_for(user: User) -> None:
    for throttle in throttles_of(user):
        reset_attempts(throttle)


def open_address(tried: Tries) -> None:
    Tries.objects.filter(pk=tried.pk).update(count=0, blocked_until=None)


def forget_old_tries(*, at: datetime) -> None:
    """What no longer counts goes: the names that strangers typed would pile up."""
    Tries.objects.filter(last_at__lt=at - 2 * FORGOTTEN_AFTER, blocked_until__lt=at).delete()
    Tries.objects.filter(last_at__lt=at - 2 * FORGOTTEN_AFTER, blocked_until=None).delete()


# Browsers in which a person has signed in before (认识的浏览器): nobody keeps somebody else out for ever.

SALT = "ninghai.accounts.known_browsers"
KEPT_FOR = 90 * 24 * 3600  # seconds since the last sign-in
MOST_PEOPLE = 5  # who share a computer


def is_known(request: HttpRequest, name: str) -> bool:
    """Whether this person has signed in here before."""
    return _mark(name) in _marks(request)


def remember(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """This person has signed in here; of many who share the browser the last ones are known."""
    others = [mark for mark in _marks(request) if mark != _mark(name)]
    response.set_signed_cookie(
        settings.KNOWN_COOKIE_NAME,
        ".".join([_mark(name), *others][:MOST_PEOPLE]),
        salt=SALT,
        max_age=KEPT_FOR,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def throttle_of(request: HttpRequest | None, name: str) -> ThrottleKey:
    """Where a try with this name is counted."""
    return of_known_browser(name) if request and is_known(request, name) else of_account(name)


def _marks(request: HttpRequest) -> list[str]:
    kept = request.get_signed_cookie(settings.KNOWN_COOKIE_NAME, default="", salt=SALT, max_age=KEPT_FOR)
    return (kept or "").split(".")


def _mark(name: str) -> str:
    return of_known_browser(name).key[:32]
