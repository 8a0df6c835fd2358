"""Where a person lands after the login, the pages of 400 and 500, and what browsers ask a site for by itself."""

import sys
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from ninghai.calendar import clock
from ninghai.files.full_disk import SENTENCE, is_full
from ninghai.models import Membership, Role
from ninghai.operations.database.connections import DATABASE_AWAY
from ninghai.web.context_processors import UNIT_ROLES
from ninghai.web.http import AuthenticatedRequest, refusal, site_of
from ninghai.web.middleware import ACTING_SESSION_KEY
from ninghai.web.posted import typed_text
from ninghai.web.request_bodies import UnreadableBody

# Where a person lands after the login, in which membership they act, and the pages of 400 and 500.


def start(request: AuthenticatedRequest) -> HttpResponse:
    """Send each role to its own desk."""
    acting = request.user.acting
    if acting is None or acting.role in UNIT_ROLES:
        return redirect("tasks:work")
    return redirect("tasks:inspection-list" if acting.role == Role.INSPECTOR else "admin:index")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 400 page, drawn as the visitor chose; what could not be read is said where it is known."""
    message = str(exception) if isinstance(exception, UnreadableBody) else ""
    return refusal(request, message, code="bad_request", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """The 500 page: no detail, but the number under which the log keeps it; 507 where a disk is full, 503 with what was typed while the database is away."""
    error = sys.exc_info()[1]
    if is_full(error):
        context = {"title": "存储空间不足", "message": SENTENCE, "typed": typed_text(request), "code": 507}
        return render(request, "not_saved.html", context, status=HTTPStatus.INSUFFICIENT_STORAGE)
    if _is_database_away(error):
        response = render(request, "503.html", {"typed": typed_text(request)}, status=503)
        response.headers["Retry-After"] = "60"
        return response
    return render(request, "500.html", {"request_id": request.META.get("REQUEST_ID", "")}, status=500)


def _is_database_away(error: BaseException | None) -> bool:
    """No connection, or a server that shuts down (57P…, 08…); a query that took too long is a fault of ours."""
    state = getattr(error.__cause__ or error, "sqlstate", None) if error else None
    return isinstance(error, DATABASE_AWAY) and (state is None or state.startswith(("08", "57P")))


@require_POST
def act_as(request: AuthenticatedRequest, pk: int) -> HttpResponseRedirect:
    """Act in another of one's own memberships for the rest of the session."""
    membership = get_object_or_404(Membership.objects.filter(user=request.user), pk=pk)
    request.session[ACTING_SESSION_KEY] = membership.pk
    messages.success(request, f"您现在以“{membership}”的身份工作。")
    return redirect("start")


# What browsers and finders of faults ask a site for by itself: the web manifest, the search description, security.txt.

COLOUR = "#9b1c1f"  # --brand
ICONS = (("192", "any"), ("512", "any"), ("512", "maskable"))
SHORT_NAME = 16  # characters, as OpenSearch bounds it
GOOD_FOR = timedelta(days=180)  # where no day is set; RFC 9116 advises less than a year

kept_for_a_day = cache_control(public=True, max_age=24 * 3600)


@login_not_required
@require_safe
@kept_for_a_day
def manifest(request: HttpRequest) -> JsonResponse:
    """`/manifest.webmanifest`: a telephone puts the portal beside its programs."""
    icons = [
        {"src": static(f"ninghai/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in ICONS
    ]
    facts = {
        "id": "/",
        "name": settings.SITE_NAME,
        "short_name": "政务公开",
        "lang": "zh-CN",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": COLOUR,
        "icons": icons,
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@login_not_required
@require_safe
@kept_for_a_day
def search_description(request: HttpRequest) -> HttpResponse:
    """`/opensearch.xml` (OpenSearch 1.1): a browser's own search box asks the catalogue."""
    site, items = site_of(request), reverse("disclosure:item-list")
    described = f"""<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
  <ShortName>{escape(settings.SITE_NAME[:SHORT_NAME])}</ShortName>
  <Description>查找{escape(settings.COUNTY_NAME)}主动公开的政府信息</Description>
  <InputEncoding>UTF-8</InputEncoding>
  <Language>zh-CN</Language>
  <Image width="192" height="192" type="image/png">{escape(site + static("ninghai/icon-192.png"))}</Image>
  <Url type="text/html" template={quoteattr(f"{site}{items}?q={{searchTerms}}")}/>
  <Url type="application/atom+xml" template={quoteattr(f"{site}{reverse('disclosure:feed')}?q={{searchTerms}}")}/>
  <Url type="application/opensearchdescription+xml" rel="self" template={quoteattr(site + request.path)}/>
</OpenSearchDescription>
"""
    return HttpResponse(described, content_type="application/opensearchdescription+xml; charset=utf-8")


@login_not_required
@require_safe
@kept_for_a_day
def security_txt(request: HttpRequest) -> HttpResponse:
    """`/.well-known/security.txt` (RFC 9116): to whom a fault of the portal is told."""
    site = site_of(request)
    contact = settings.SECURITY_CONTACT or f"{site}{reverse('disclosure:correction-new')}"
    lines = [
        f"Contact: {contact}",
        f"Expires: {_expires():%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: zh, en",
        f"Canonical: {site}{request.path}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _expires() -> datetime:
    """The end of the day that the settings name; without one the contact is good for half a year from now."""
    until = settings.SECURITY_CONTACT_UNTIL
    end = timezone.make_aware(datetime.combine(until, time.max)) if until else clock.true_now() + GOOD_FOR
    return end.astimezone(UTC)
