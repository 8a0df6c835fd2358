"""Browsers in which a person has signed in before (认识的浏览器): nobody keeps somebody else out for ever.

Whoever knows a name can make the door of its account pause, again and again. A browser that its owner has used carries a
signed cookie, and what is tried there is counted apart: guesses from elsewhere shut the door for strangers only. The
cookie opens nothing, and gives no more tries than anybody has. Source: OWASP, “Slow Down Online Guessing Attacks with
Device Cookies”.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ninghai.accounts import tries

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


def door_of(request: HttpRequest | None, name: str) -> tries.Door:
    """Where a try with this name is counted."""
    return tries.of_known_browser(name) if request and is_known(request, name) else tries.of_account(name)


def _marks(request: HttpRequest) -> list[str]:
    kept = request.get_signed_cookie(settings.KNOWN_COOKIE_NAME, default="", salt=SALT, max_age=KEPT_FOR)
    return (kept or "").split(".")


def _mark(name: str) -> str:
    return tries.of_known_browser(name).key[:32]
