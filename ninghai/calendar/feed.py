"""日历订阅: what falls due for a person, as iCalendar (RFC 5545), at a private address that the person may renew or switch off.

The address holds an HMAC over the person's number and how often it was renewed: the database keeps no secret, and an old
address opens nothing. Whoever has it may read, without signing in; no log of ours notes it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ninghai.calendar import clock
from ninghai.models import AuditEntry, User
from ninghai.staff_site.inbox import Inbox
from ninghai.staff_site.site import dates_between
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.rate_limit import limited

# The format: lines of 75 octets at most, ended by CR LF; text with its marks escaped.

LONGEST_LINE = 75  # octets, without the line's end
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class CalendarEvent(NamedTuple):
    """Something on a whole day."""

    day: date
    words: str
    more: str
    url: str

    @property
    def uid(self) -> str:
        """The same for the same thing on the same day, so that a calendar that asks again doubles nothing."""
        said = f"{self.day}\n{self.words}\n{self.url}"
        return f"{hashlib.sha256(said.encode()).hexdigest()[:32]}@ninghai"

    def lines(self, *, at: datetime) -> list[str]:
        return [
            "BEGIN:VEVENT",
            f"UID:{self.uid}",
            f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{self.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{self.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escaped(self.words)}",
            f"DESCRIPTION:{escaped(self.more)}",
            f"URL:{self.url}",
            "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]


def calendar_text(events: Iterable[CalendarEvent], *, name: str, at: datetime) -> str:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Ninghai//Openness//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    named = [f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H"]
    once = {event.uid: event for event in events}.values()  # what two roles in a unit have in common, too
    body = [line for event in once for line in event.lines(at=at)]
    return "".join(f"{folded(line)}\r\n" for line in [*head, *named, *body, "END:VCALENDAR"])


def escaped(text: str) -> str:
    text = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


def folded(line: str) -> str:
    """On as many lines as it takes, each that goes on beginning with a blank; no character is cut in two."""
    pieces, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > LONGEST_LINE:
            pieces.append(" ")
            size = 1
        pieces[-1] += character
        size += width
    return "\r\n".join(pieces)


# The private address.

TOKEN = re.compile(r"(\d{1,10})-(\d{1,9})-([0-9a-f]{40})", re.ASCII)


def token_of(person: User) -> str:
    """What the person's address ends with; empty while there is none."""
    number = person.calendar_number
    return f"{person.pk}-{number}-{_proof(person.pk, number)}" if number > 0 else ""


def owner_of(token: str) -> User | None:
    """Whose it is now, if anybody's."""
    match = TOKEN.fullmatch(token)
    if match is None:
        return None
    pk, number = int(match[1]), int(match[2])
    if not constant_time_compare(_proof(pk, number), match[3]):
        return None
    return User.objects.filter(pk=pk, calendar_number=number, is_active=True).first()


def _proof(pk: int, number: int) -> str:
    return salted_hmac("ninghai.calendar.feed", f"{pk}-{number}", algorithm="sha256").hexdigest()[:40]


# What stands in it.

AHEAD = timedelta(days=120)


def events_of(person: User, *, on: date, site: str) -> Iterator[CalendarEvent]:
    """In each of the person's roles: the days on which something falls due, and what waits now and has a day."""
    memberships = person.own_memberships
    for membership in memberships:
        person.acting = membership
        whose = f"[{membership.unit.short_name}] " if len(memberships) > 1 else ""
        for coming in dates_between(person, on, on + AHEAD):
            yield CalendarEvent(coming.day, f"{whose}{coming.words}", "", f"{site}{coming.url}")
        for row in Inbox(person, on=on).dated:
            yield CalendarEvent(row.due or on, f"{whose}{row.verb}：{row.title}", row.words, f"{site}{row.url}")


@require_safe
@limited("calendar")
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar itself; whatever is no address of somebody is not there."""
    person, now = owner_of(token), clock.now()
    if person is None:
        return HttpResponse(
            "这个日历地址已经停用，请在“我的账号”里复制新的地址。", status=404, content_type="text/plain; charset=utf-8"
        )
    site = request.build_absolute_uri("/").rstrip("/")
    text = calendar_text(events_of(person, on=now.date(), site=site), name=f"{settings.SITE_NAME}：待办", at=now)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="ninghai.ics"'
    return response


def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Nobody keeps it or notes its address; like every page it sends no address on to another site."""
    response = feed(request, token)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own log would tell the address
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_address(request: AuthenticatedRequest) -> HttpResponse:
    """日历订阅 below 我的账号: switch it on, read the address, renew it, switch it off."""
    if request.method == "POST":
        is_stopped, had_one = "stop" in request.POST, bool(token_of(request.user))
        _renew(request.user, is_stopped=is_stopped)
        done = "日历订阅已停用" if is_stopped else "已生成新的日历地址"
        messages.success(request, f"{done}，原来的地址不能再用。" if had_one else f"{done}。")
        return redirect("account-calendar")
    token = token_of(request.user)
    address = request.build_absolute_uri(reverse("calendar-feed", args=[token])) if token else ""
    return render(request, "accounts/calendar.html", {"address": address})


@transaction.atomic
def _renew(person: User, *, is_stopped: bool) -> None:
    """The number only grows in size, so that no old address comes back; below nought it opens nothing.

    Of two at once, one waits for the other: each gets a number of its own.
    """
    held = User.objects.select_for_update().only("calendar_number").get(pk=person.pk)
    size = abs(held.calendar_number) + 1
    held.calendar_number = -size if is_stopped else size
    held.save(update_fields=["calendar_number"])
    detail = {"calendar": "stopped" if is_stopped else "renewed"}
    AuditEntry.objects.record(action="edit", target=person, by=person, at=clock.now(), detail=detail)
