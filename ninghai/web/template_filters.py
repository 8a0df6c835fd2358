"""What every template may use: addresses of lists, how an act is undone from its message, and links that lead away from this site.

Those go through a page that says so (国办发〔2017〕47号), without any script.

The address of that page is signed: it takes nobody to a place that the portal itself did not name.
"""

import re
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.storage.base import Message
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from ninghai.web.posted import only

ADDRESS = re.compile(r"https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII)
TRAILING = ".,;:!?)]'"  # ends the sentence, not the address
SALT = "ninghai.leaving"


def leaving_address(url: str) -> str:
    """The address itself if it is one of ours, else that of the page before leaving."""
    if urlsplit(url).netloc == urlsplit(settings.SITE_URL).netloc:
        return url
    return f"{reverse('leave')}?{urlencode({'to': signing.Signer(salt=SALT).sign(url)})}"


def with_links(text: str) -> SafeString:
    """The text with its web addresses as links, everything else escaped; what is in HTML already stays as it is."""
    if isinstance(text, SafeString):
        return text
    pieces, done = [], 0
    for match in ADDRESS.finditer(text):
        url = match[0].rstrip(TRAILING)
        pieces.append(format_html("{}", text[done : match.start()]))
        pieces.append(format_html('<a href="{}" rel="nofollow">{}</a>', leaving_address(url), url))
        done = match.start() + len(url)
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, text[done:]]))


@login_not_required
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Says where the link leads, and leads there."""
    try:
        url = signing.Signer(salt=SALT).unsign(request.GET.get("to", ""))
    except signing.BadSignature as forged:
        raise Http404("链接地址不完整。") from forged
    return render(request, "leave.html", {"url": url, "host": urlsplit(url).netloc})


def undo_tag(url: str, *, version: int = 0) -> str:
    """What a message carries (`extra_tags`) so that its act can be taken back (撤销) from beside it; no version where the
    address alone says what."""
    return f"{url} {version}"


def undo_of(message: Message) -> dict[str, str] | None:
    """Where a message's act is taken back, and the version that is."""
    url, _, version = (message.extra_tags or "").rpartition(" ")
    return {"url": url, "version": version} if url else None


register = template.Library()
register.filter("undo", undo_of)
register.filter("leaving", leaving_address)
register.filter("with_links", with_links)


BREAKS = re.compile("(?<=关于)|(?<=印发)|(?<=的)|(?=（)|(?<=日至)")
DAYS = re.compile(r"((?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?)")


@register.filter
def whole_days(text: object) -> SafeString:
    """The text whose lines end in no day or month (2018年8月1日); what is in HTML already stays as it is."""
    if isinstance(text, SafeString):
        return text
    pieces = enumerate(DAYS.split(str(text)))  # every other one is a day
    return format_html_join(
        "",
        "{}",
        ([format_html('<span class="whole">{}</span>', each) if place % 2 else each] for place, each in pieces),
    )


@register.filter
def breakable(title: object) -> SafeString:
    """The title with the places where its line may end (断行), so that names of places, offices and days stay whole."""
    pieces = [piece for piece in BREAKS.split(str(title)) if piece]
    return format_html_join(SafeString("<wbr>"), "{}", ([whole_days(piece)] for piece in pieces))


@register.filter
def in_fours(digest: str) -> SafeString:
    """A hash in groups of four for the eye; what is copied from the page has no blanks."""
    groups = ((digest[start : start + 4],) for start in range(0, len(digest), 4))
    return format_html('<span class="hash">{}</span>', format_html_join("", "<span>{}</span>", groups))


@register.filter
def known(data: QueryDict, names: str) -> QueryDict:
    """`{{ request.GET|known:"page unit" }}`: of the parameters those that the page itself knows."""
    return only(data, names.split())
