"""The request as the portal's views know it, from where it comes, and the answers by which one is refused or put off."""

import ipaddress
from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from ninghai.models import User


class AuthenticatedRequest(HttpRequest):
    """A request behind the login; `user.acting` is the membership in which the person acts, `htmx` is true when htmx asks."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponse]
Trail = list[tuple[str, str]]  # labels and addresses; the page itself, last, has no address
M = TypeVar("M", bound=Model)


def trail_from_home(*below: tuple[str, str]) -> Trail:
    """Where a public page stands (当前位置), from the front page down."""
    return [("首页", reverse("disclosure:home")), *below]


def act_on(page: Callable[..., str]) -> Callable[[View], View]:
    """A view that only takes a form (POST). A form that failed is shown again at this address: reloaded from the bar,
    the address leads to `page(request, ...)`, where the form stands."""

    def decorate(view: View) -> View:
        @wraps(view)
        def taking_posts(request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            return redirect(page(request, *args, **kwargs))

        return require_http_methods(["GET", "HEAD", "POST"])(taking_posts)

    return decorate


def visible_or_404(records: QuerySet[M], **named: Any) -> M:
    """One of the records that a person may see (`visible_to`). Who may see none is told so without a question put into SQL."""
    if records.query.is_empty():
        raise Http404
    return get_object_or_404(records, **named)


def site_of(request: HttpRequest) -> str:
    """Where the portal is, as the visitor reached it: "https://…"."""
    return request.build_absolute_uri("/").rstrip("/")


API = "/api/"


def refusal(request: HttpRequest, message: str, *, code: str, status: int) -> HttpResponse:
    """A refusal before any view is reached: a page for people (there is one for 400 and for 413), in the API's shape for programs."""
    if request.path.startswith(API):
        return refusal_as_json(message, code=code, status=status)
    return render(request, f"{status}.html", {"message": message}, status=status)


def too_often(request: HttpRequest, *, what: str, minutes: int) -> HttpResponse:
    """429: what this address did too often, and when it may try again."""
    response = render(request, "429.html", {"what": what, "minutes": minutes}, status=429)
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def busy(request: HttpRequest, message: str, *, seconds: int) -> HttpResponse:
    """503: the portal itself is well and cannot do this now; when to ask again (`is_busy`)."""
    if request.path.startswith(API):
        response: HttpResponse = refusal_as_json(message, code="busy", status=HTTPStatus.SERVICE_UNAVAILABLE)
    else:
        response = render(request, "busy.html", {"message": message, "seconds": seconds}, status=503)
    response.headers["Retry-After"] = str(seconds)
    response.is_busy = True  # type: ignore[attr-defined]
    return response


def is_busy(response: HttpResponse) -> bool:
    """Whether this answer is of `busy`: nothing is wrong with what it was asked of."""
    return getattr(response, "is_busy", False)


def refusal_as_json(message: str, *, code: str, status: int, fields: Sequence[str] = ()) -> HttpResponse:
    """The one shape in which the API refuses."""
    problem = {"code": code, "message": message, "fields": list(fields)}
    response = JsonResponse({"error": problem}, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


# From which network address a request comes: what connects, or what the trusted proxy before the portal says of it.

UNIX_SOCKET = "unix"  # how PROXY_ADDRESSES names a proxy that connects over a socket, which has no address
NETWORK = 64  # bits of an IPv6 address that one visitor holds whole


def client_address(request: HttpRequest) -> str:
    """The visitor's address. A header counts only where the trusted proxy sends it: anybody can send headers."""
    peer = _plain(request.META.get("REMOTE_ADDR", ""))
    if not is_from_proxy(request):
        return peer
    named = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "").rpartition(",")[2].strip()  # the proxy's own word
    return _plain(named) or peer


def is_from_proxy(request: HttpRequest) -> bool:
    """Whether the trusted proxy hands the request on: CLIENT_ADDRESS_HEADER says that there is one, PROXY_ADDRESSES where."""
    connected: str = request.META.get("REMOTE_ADDR", "")
    peer = _plain(connected) if connected else UNIX_SOCKET
    return bool(settings.CLIENT_ADDRESS_HEADER) and peer in settings.PROXY_ADDRESSES


def network_of(address: str) -> str:
    """What counts as one visitor: an IPv4 address, or the whole network of an IPv6 one."""
    known = _read(address)
    if not isinstance(known, ipaddress.IPv6Address):
        return str(known or address)
    return str(ipaddress.ip_network((known, NETWORK), strict=False).network_address)


def _plain(address: str) -> str:
    """The address as the trail keeps it; empty for what is none."""
    return str(_read(address) or "")


def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """IPv4 that travels as IPv6 (::ffff:…) is read as IPv4: else all such visitors would be of one network."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])  # a zone is this machine's own business
    except ValueError:
        return None
    mapped: ipaddress.IPv4Address | None = getattr(known, "ipv4_mapped", None)
    return mapped or known
