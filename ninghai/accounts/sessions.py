"""Where a person is signed in, and how that ends: nobody there (闲置), too long, closed by hand, or by the administrator.

Django's sessions do not know their person; `SignedIn` does. Ending one deletes Django's row, so the very next request
of that browser is a stranger's.
"""

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.db import SessionStore as InTheDatabase
from django.contrib.sessions.models import Session
from django.db import router, transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from ninghai.accounts.passwords import has_grown_old
from ninghai.calendar import clock
from ninghai.models import AuditEntry, SignedIn, User
from ninghai.web.http import client_address

# What a browser says of itself, in words by which its owner recognises it. Only ever shown, never believed.

SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Mac OS X", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("QQBrowser", "QQ 浏览器"),
    ("360SE", "360 浏览器"),
    ("Edg", "Edge 浏览器"),
    ("Firefox", "火狐浏览器"),
    ("Chrome", "Chrome 浏览器"),
    ("Safari", "Safari 浏览器"),
)


def device_words(user_agent: str) -> str:
    """Such as “Windows 电脑，Edge 浏览器”."""
    found = [next((words for mark, words in marks if mark in user_agent), "") for marks in (SYSTEMS, BROWSERS)]
    return "，".join(filter(None, found)) or "未知设备"


# Moments in seconds, in the session itself: no request asks the database for them.
BEGAN, SEEN, SHOWN = "began", "seen", "password_shown"
PASSWORD_IS_OLD = "password_is_old"  # noqa: S105 - no password
NOTED_EVERY = 60  # seconds; a page costs no writing
FRESH = 600  # seconds
ENDED = {"": "", "idle": "长时间没有操作", "long": "登录时间过长"}
POLL = "progress"  # htmx names the element that asks by itself: that is nobody sitting there


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note the new session, by whichever page it came."""
    now = clock.true_now()
    request.session[BEGAN] = request.session[SEEN] = request.session[SHOWN] = int(now.timestamp())
    if has_grown_old(user, at=now):
        request.session[PASSWORD_IS_OLD] = True
    if request.session.session_key is None:  # somebody else was signed in here
        request.session.save()
    SignedIn.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "device": device_words(request.META.get("HTTP_USER_AGENT", ""))[:100],
            "address": client_address(request) or None,
            "began_at": now,
            "seen_at": now,
        },
    )


@receiver(user_logged_out)
def note_end(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Keep in the trail that the person has left, or why the session ended."""
    if user is not None:
        why = ENDED[request.META.get("SESSION_ENDED", "")]
        AuditEntry.objects.record(action="sign_out", target=user, by=user, at=clock.now(), reason=why)


class SessionTimeoutMiddleware:
    """End a session at which nobody has sat for a while, or that has lasted too long; what was typed is shown once more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._look(request)
        return self.get_response(request)

    def _look(self, request: HttpRequest) -> None:
        now = clock.true_now()
        seconds = int(now.timestamp())
        began, seen = (request.session.setdefault(name, seconds) for name in (BEGAN, SEEN))
        if seconds - seen > settings.SESSION_IDLE:
            _close(request, "idle")
        elif seconds - began > settings.SESSION_COOKIE_AGE:
            _close(request, "long")
        elif seconds - seen >= NOTED_EVERY and request.headers.get("HX-Trigger") != POLL:
            request.session[SEEN] = seconds
            SignedIn.objects.filter(session_key=request.session.session_key).update(
                seen_at=now, address=client_address(request) or None
            )


def _close(request: HttpRequest, why: str) -> None:
    SignedIn.objects.filter(session_key=request.session.session_key).delete()
    request.META["SESSION_ENDED"] = why  # the way to the sign-in page says so
    logout(request)


def open_sessions(user: User, *, at: datetime) -> QuerySet[SignedIn]:
    """Where the person is signed in now."""
    live = Session.objects.filter(expire_date__gt=at).values("session_key")
    awake = at - timedelta(seconds=settings.SESSION_IDLE)
    return SignedIn.objects.filter(user=user, session_key__in=live, seen_at__gt=awake)


def end_sessions(user: User, *, but: str | None = None, only: int | None = None) -> int:
    """Sign the person out everywhere, or everywhere else, or in one browser."""
    rows = SignedIn.objects.filter(user=user).exclude(session_key=but or "")
    if only is not None:
        rows = rows.filter(pk=only)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    SignedIn.objects.filter(session_key__in=keys).delete()
    return len(keys)


def forget_old_sessions(*, at: datetime) -> None:
    """Sessions that are over, ours and Django's."""
    Session.objects.filter(expire_date__lt=at).delete()
    SignedIn.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def note_password(request: HttpRequest) -> None:
    """Whoever sits there has shown the password once more."""
    request.session[SHOWN] = int(clock.true_now().timestamp())


def is_fresh(request: HttpRequest) -> bool:
    """Whether whoever sits there has shown the password a moment ago, signing in or since."""
    shown: int = request.session.get(SHOWN, 0)
    return clock.true_now().timestamp() - shown < FRESH


# SESSION_ENGINE: sessions in the database, as Django's own, but a request writes only what it has changed itself.
#
# Django writes the whole session back: a slow request would undo what a quick one did meanwhile, and the next act would be
# done for another unit than the person has chosen.

GONE = object()


class SessionStore(InTheDatabase):
    """`_read` is the session as this request found it."""

    _read: dict[str, Any] | None = None

    def load(self) -> dict[str, Any]:
        data: dict[str, Any] = super().load()
        self._read = deepcopy(data)
        return data

    def save(self, must_create: bool = False) -> None:
        if must_create or self._read is None or self.session_key is None:
            super().save(must_create)
        else:
            with transaction.atomic(using=router.db_for_write(self.model)):
                self._merge(self._read)
                super().save()
        self._read = deepcopy(self._get_session(no_load=must_create))  # type: ignore[attr-defined]

    def _merge(self, read: dict[str, Any]) -> None:
        """What is stored by now, with what this request has changed."""
        mine: dict[str, Any] = self._get_session()  # type: ignore[attr-defined]
        row = self.model.objects.select_for_update().filter(session_key=self.session_key).first()
        if row is None:
            return  # ended meanwhile: Django says so when it saves
        stored = row.get_decoded()
        for name in read.keys() | mine.keys():
            value = mine.get(name, GONE)
            if value is GONE:
                stored.pop(name, None)
            elif value != read.get(name, GONE):
                stored[name] = value
        self._session_cache = stored
