"""What surrounds every request: broken input is refused, headers are set, the acting membership is found."""

import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.middleware import LoginRequiredMiddleware, get_user
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from ninghai.accounts.permission_table import (
    GET,
    acts_without_record,
    fields_seen,
    is_in_admin,
    is_named,
    people_by_act,
)
from ninghai.models.state_machine import NOT_YOURS, StaleError, TransitionError
from ninghai.operations.database.text_lengths import too_long
from ninghai.operations.log_format import ACCOUNT
from ninghai.web.autosave import is_autosave, not_saved
from ninghai.web.http import busy, refusal
from ninghai.web.posted import typed_text
from ninghai.web.request_bodies import IN_ONE_LINE, NOT_UTF8, holds_only_utf8, is_utf8, parse_strictly, read_one_line
from ninghai.web.versions import seen_version

GetResponse = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger(__name__)

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
METHODS = SAFE | {"POST", "PUT", "PATCH", "DELETE"}

ACTING_SESSION_KEY = "acting_membership"
TAKEN_BACK = frozenset(
    {"40P01", "40001", "55P03"}
)  # deadlock, serialization failure, a lock that was waited for too long
UNNAMED, UNSAID = "ninghai.role_unnamed", "ninghai.version_unsaid"
TRY_AGAIN = frozenset({HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})
REDIRECTS = frozenset(range(300, 400))
AT_THE_SAME_MOMENT = "有别的操作正在同时修改同一批内容，您的操作没有生效。请稍等片刻，再办理一次。"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HSTS = f"max-age={365 * 24 * 3600}; includeSubDomains; preload"


class BrokenInputMiddleware:
    """400 for NUL characters, for bytes that are no UTF-8, and for bodies of no said length: nothing is stored that was
    not written so. 405 for methods that somebody makes up: each would be an address of its own wherever we count."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return _no_such_method(request)
        charset = request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"
        if charset.lower() not in {"utf-8", "utf8"} or _holds_nul(request) or not holds_only_utf8(_query(request)):
            return refusal(request, NOT_UTF8, code="bad_encoding", status=400)
        if "HTTP_TRANSFER_ENCODING" in request.META and "CONTENT_LENGTH" not in request.META:
            return refusal(request, "浏览器没有说明提交的内容有多长。", code="no_length", status=400)
        request.parse_file_upload = parse_strictly(request)  # type: ignore[method-assign]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """Before anything of the body is used; a form with files is read by its own parser."""
        if request.method in SAFE or request.content_type == "multipart/form-data":
            return None
        body = request.body
        request._post, request._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]  # as Django keeps them
        try:
            if request.method == "POST" and request.content_type == IN_ONE_LINE:
                request._post = read_one_line(body)  # type: ignore[attr-defined]
        except UnicodeDecodeError:
            return refusal(request, NOT_UTF8, code="bad_encoding", status=400)
        return None if is_utf8(body) else refusal(request, NOT_UTF8, code="bad_encoding", status=400)


def _no_such_method(request: HttpRequest) -> HttpResponse:
    response = refusal(request, "没有这种请求方法。", code="no_such_method", status=HTTPStatus.METHOD_NOT_ALLOWED)
    response.headers["Allow"] = ", ".join(sorted(METHODS))
    return response


def _query(request: HttpRequest) -> bytes:
    return str(request.META.get("QUERY_STRING", "")).encode("latin-1", "replace")


def _holds_nul(request: HttpRequest) -> bool:
    """In the address, or in a cookie: also one that quotes it as \\000, which is read as NUL."""
    raw = request.META.get("QUERY_STRING", "") + request.path + request.META.get("HTTP_COOKIE", "")
    return "\x00" in raw or "%00" in raw or any("\x00" in value for value in request.COOKIES.values())


class HugeRequestMiddleware:
    """413 before a byte of the body is read: nobody, signed in or not, fills the disk through a form."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > settings.REQUEST_LIMIT:
            limit = settings.REQUEST_LIMIT // 1024**2
            message = f"一次提交的内容不能超过 {limit} MB，请分几次上传。"
            return refusal(request, message, code="too_large", status=413)
        return self.get_response(request)


class SecurityHeadersMiddleware:
    """One strict set of headers for every answer, first of all: for pages, files, refusals before any view, and errors.

    What is signed in is never cached.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.HTTPS:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if getattr(request, "user", None) and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Nobody gets in without signing in. What was typed when the session ended is shown once more, to be copied:
    after the login the address of the act itself would answer nothing."""

    def handle_no_permission(  # type: ignore[override]  # a page instead of a redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            response = super().handle_no_permission(request, view_func)
            if why := request.META.get("SESSION_ENDED"):
                response.headers["Location"] += f"&ended={why}"
            return response
        login = f"{reverse('login')}?{urlencode({'next': form_address(request)})}"
        return render(request, "signed_out.html", {"login": login, "typed": typed_text(request)}, status=403)


class ActingMembershipMiddleware:
    """Find the membership in which the person acts in this session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._choose(request)
        if request.user.is_authenticated:
            request.META[ACCOUNT] = get_user(request)  # the person itself, for the log
        return self.get_response(request)

    def _choose(self, request: HttpRequest) -> None:
        if not request.user.is_authenticated:
            return
        chosen = request.session.get(ACTING_SESSION_KEY)
        if chosen is not None:
            held = request.user.own_memberships
            request.user.acting = next((each for each in held if each.pk == chosen), request.user.acting)


class MethodNotAllowedPageMiddleware:
    """The address of an act, opened like a page (typed again, or reached after a login), says where to go on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET":
            return response
        page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page.headers["Allow"] = response.headers["Allow"]
        return page


class TextLengthMiddleware:
    """What the database refused because it is too long, past every form, becomes a page that says so; nothing typed is lost."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not (message := too_long(exception)):
            return None
        context = {"title": "填写的内容太长", "message": message, "typed": typed_text(request), "code": 422}
        return render(request, "not_saved.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


# A request that may look and not write: its first statement that would change something is refused.

READS = re.compile(r"[\s(]*(SELECT|WITH|SHOW|SET|SAVEPOINT|RELEASE|ROLLBACK|LOCK|EXPLAIN)\b", re.IGNORECASE)
WRITES_WITHIN = re.compile(r"\b(INSERT\s+INTO|DELETE\s+FROM|MERGE\s+INTO|UPDATE\s+\S+\s+SET)\b", re.IGNORECASE)


class LookingOnly:
    """From now on whatever would write on the primary's connection raises `refusal` instead, until `end`."""

    def __init__(self, refusal: Exception) -> None:
        self.refusal = refusal
        connection.execute_wrappers.insert(0, self)  # Django takes off the last one, whosever it is

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not only_reads(sql):
            raise self.refusal
        return execute(sql, params, many, context)

    def end(self) -> None:
        connection.execute_wrappers.remove(self)


def only_reads(sql: object) -> bool:
    """Whether the statement is a question, or belongs to the transaction around it; what is not known does not."""
    return isinstance(sql, str) and READS.match(sql) is not None and not WRITES_WITHIN.search(sql)


class RefusesAfterTheView:
    """What the view alone knows comes first: whether there is such a record for this person (404), and whose act it is (403).

    So it is asked, and may look and not write (`REFUSED`, a LookingOnly that `process_view` leaves). Its own refusals stand.
    """

    REFUSED: str

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            response = self.get_response(request)
        finally:
            if looking := request.META.pop(self.REFUSED, None):
                looking.end()
        return response if not looking or _refuses(response) else self.refuse(request, response, looking.refusal)

    def refuse(self, request: HttpRequest, response: HttpResponse, refusal: Exception) -> HttpResponse:
        raise NotImplementedError


class PermissionMiddleware(RefusesAfterTheView):
    """Whom no row of the permission matrix names for this address and method is refused (403): views ask for no role again.

    The admin's own refusals stand, too; so does the way on from the address of an act to its page.
    """

    REFUSED = UNNAMED

    def refuse(self, request: HttpRequest, response: HttpResponse, refusal: Exception) -> HttpResponse:
        is_page = (_address(request), GET) in people_by_act()
        leads_on = request.method in SAFE and response.status_code in REDIRECTS and not is_page
        return response if leads_on else _forbidden(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        act = _address(request), GET if request.method in SAFE else str(request.method)
        if is_named(request.user, *act):
            return None
        if act in acts_without_record() and (not is_in_admin(act[0]) or admin.site.has_permission(request)):
            return _forbidden(request)
        request.META[UNNAMED] = LookingOnly(PermissionDenied(NOT_YOURS))
        return None


def _forbidden(request: HttpRequest) -> HttpResponse:
    """403; in a sentence for the page's own script that saves by itself."""
    if is_autosave(request):
        return not_saved(NOT_YOURS, status=HTTPStatus.FORBIDDEN)
    raise PermissionDenied(NOT_YOURS)


def _address(request: HttpRequest) -> str:
    """What the permission matrix calls it."""
    match = request.resolver_match
    return (match.view_name or f"/{match.route}") if match else ""


def _refuses(response: HttpResponse) -> bool:
    """Whether it is no answer of the act: nothing was done, and nothing is to be mended."""
    return response.status_code >= HTTPStatus.BAD_REQUEST and response.status_code not in TRY_AGAIN


class EditConflictMiddleware(RefusesAfterTheView):
    """A move that came too late becomes one 409 page that says so; the record is as the other person left it.

    So does what the database took back because others were writing the same rows: nothing of it was stored.

    What changes a record says which version of it the person saw; else it is as if somebody had been faster.
    """

    REFUSED = UNSAID

    def refuse(self, request: HttpRequest, response: HttpResponse, refusal: Exception) -> HttpResponse:
        return _too_late(request, refusal)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        try:
            for field in fields_seen().get(_address(request), ()) if request.method == "POST" else ():
                seen_version(request, field)
        except StaleError as stale:
            request.META[UNSAID] = LookingOnly(stale)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _too_late(request, exception) if _why_in_vain(exception) else None


def _too_late(request: HttpRequest, conflict: Exception) -> HttpResponse:
    """409, with the typed text; in a sentence for the page's own script that saves by itself."""
    message = _why_in_vain(conflict)
    logger.info("conflict on %s: %s", request.path, conflict)
    if is_autosave(request):
        return not_saved(str(message), status=HTTPStatus.CONFLICT)
    context = {"message": message, "typed": typed_text(request), "latest": _latest(request, conflict)}
    return render(request, "409.html", context, status=HTTPStatus.CONFLICT)


def _why_in_vain(error: Exception) -> str | None:
    """The sentence for whoever came too late or at the same moment as others; None for every other error."""
    if isinstance(error, StaleError | TransitionError):
        return str(error)
    state = getattr(error.__cause__, "sqlstate", None) if isinstance(error, DatabaseError) else None
    return AT_THE_SAME_MOMENT if state in TAKEN_BACK else None


def _latest(request: HttpRequest, conflict: Exception) -> str:
    """Where the record is seen as it is now: its own page, else the one from which the form came."""
    own_page = getattr(getattr(conflict, "record", None), "get_absolute_url", None)
    return own_page() if own_page else form_address(request)


def form_address(request: HttpRequest) -> str:
    """The page of ours from which a form was sent, else the person's own desk."""
    address = request.META.get("HTTP_REFERER", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else reverse("start")


# Long downloads hold some threads of the web server, never all: slow readers do not keep the pages from anybody.

SHORT = 1024 * 1024  # bytes; what the lines between hold by themselves
PATIENCE = 1.0  # seconds for a download that is about to end


class LongAnswersMiddleware:
    """At most LONG_ANSWERS at once in this process; one more is answered with 503 and when to come back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.free = BoundedSemaphore(settings.LONG_ANSWERS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not (request.META.get("wsgi.multithread") and is_long(request, response)):
            return response
        if not self.free.acquire(timeout=PATIENCE):
            response.close()
            return busy(request, "现在下载文件的人较多。", seconds=60)
        response._resource_closers.append(_once(self.free.release))  # type: ignore[attr-defined]  # called by `close`
        return response


def is_long(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is written piece by piece, and more than the lines between take at once."""
    length = response.headers.get("Content-Length", "")
    return response.streaming and request.method != "HEAD" and (not length.isdecimal() or int(length) > SHORT)


def _once(act: Callable[[], None]) -> Callable[[], None]:
    """`close` may be called twice."""
    left = [act]
    return lambda: left.pop()() if left else None
