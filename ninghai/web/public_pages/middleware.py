"""Answer a public page from the cache, or say that the visitor's copy still holds (304); and send it compressed."""

import functools
import hashlib
import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.text import compress_string
from django_htmx.middleware import HtmxDetails
from redis.exceptions import RedisError

from ninghai.calendar import clock
from ninghai.operations import metrics
from ninghai.operations.database.connections import DATABASE_ERRORS
from ninghai.operations.maintenance import is_closed
from ninghai.web.display import sheets_of
from ninghai.web.http import is_busy
from ninghai.web.public_pages.replica import is_read_only, reading_from_replica, replica
from ninghai.web.public_pages.revision import current_revision

logger = logging.getLogger(__name__)

KEPT_FOR = 3600  # seconds
LARGEST = 1024 * 1024  # bytes; a larger page is rendered each time
LONGEST_QUERY = 300  # characters; longer ones are nobody's daily question
PER_RESPONSE = frozenset({"Date", "Content-Length", "Set-Cookie"})
KEPT_BY_THE_VISITOR = "public, no-cache"
Kept = tuple[bytes, list[tuple[str, str]]]


class PublicPagesMiddleware:
    """Stands before sessions and everything that costs; the headers of a kept page are kept with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_public(request):
            forget_unknown_parameters(request)
        revision = _revision() if is_public(request) and not is_read_only(request) and not is_closed() else None
        if revision is None:
            return self.get_response(request)
        key = key_of(request, revision=revision)
        tag = f'"{key}"'
        if tag in {each.removeprefix("W/") for each in parse_etags(request.headers.get("If-None-Match", ""))}:
            return _not_modified(tag)
        is_there, kept = _kept(key)
        if kept is not None:
            metrics.count_page(source="kept")
            return _answer(kept, tag)
        request.public_revision = revision  # type: ignore[attr-defined]
        response = self._render(request, revision=revision)
        if is_the_same_for_everybody(response):
            if is_there:
                _keep(key, (response.content, [pair for pair in response.items() if pair[0] not in PER_RESPONSE]))
            _mark(response, tag)
        return response

    def _render(self, request: HttpRequest, *, revision: str) -> HttpResponse:
        """From the copy of the database where it has caught up; what fails there is rendered from the primary.

        A question that was too long, or came among too many, is no failure: it is not put to the primary, too.
        """
        if replica.has(revision):
            with reading_from_replica():
                response = self.get_response(request)
            if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR or is_busy(response):
                metrics.count_page(source="replica")
                return response
            replica.leave_alone(f"{request.path} answered {response.status_code}")
        metrics.count_page(source="primary")
        return self.get_response(request)


def is_public(request: HttpRequest) -> bool:
    """A plain reading of one of the pages that are the same for everybody, by somebody without a session."""
    return (
        request.method == "GET"
        and (request.path in settings.PUBLIC_PAGES or request.path.startswith(settings.PUBLIC_PAGES_BELOW))
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and settings.MESSAGES_COOKIE_NAME not in request.COOKIES
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
    )


def forget_unknown_parameters(request: HttpRequest) -> None:
    """What no public page reads makes no page of its own: thousands of them would push out those that people ask for."""
    query: str = request.META.get("QUERY_STRING", "")
    if query:
        request.META["QUERY_STRING"] = "&".join(
            each for each in query.split("&") if each.partition("=")[0] in settings.PUBLIC_PARAMETERS
        )


def is_the_same_for_everybody(response: HttpResponse) -> bool:
    is_short = not response.streaming and len(response.content) <= LARGEST
    return response.status_code == HTTPStatus.OK and is_short and not response.cookies


def key_of(request: HttpRequest, *, revision: str) -> str:
    """Everything that the page depends on."""
    facts = (
        request.scheme or "",
        request.META.get("HTTP_HOST", ""),
        request.path,
        request.META.get("QUERY_STRING", ""),
        f"{bool(HtmxDetails(request))}",  # as the views read it; what else such headers say makes no page of its own
        ".".join(sheets_of(request)),
        f"{clock.today()}",
        revision,
        release(),
    )
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32]


def _revision() -> str | None:
    try:
        return current_revision()
    except DATABASE_ERRORS:
        return None  # the page itself says that the database is away


def _kept(key: str) -> tuple[bool, Kept | None]:
    """Whether the cache is there (nobody waits twice for one that hangs), and the page if it keeps it."""
    try:
        return True, cache.get(f"page:{key}")
    except RedisError as error:
        logger.warning("the cache is away, pages are rendered: %s", error)
        return False, None


def _keep(key: str, page: Kept) -> None:
    try:
        cache.set(f"page:{key}", page, KEPT_FOR)
    except RedisError as error:
        logger.warning("the cache is away, the page is not kept: %s", error)


def _answer(kept: Kept, tag: str) -> HttpResponse:
    content, headers = kept
    response = HttpResponse(content, headers={**dict(headers), "Content-Length": str(len(content))})
    return _mark(response, tag)


def _not_modified(tag: str) -> HttpResponse:
    return _mark(HttpResponseNotModified(), tag)


def _mark(response: HttpResponse, tag: str) -> HttpResponse:
    """The visitor keeps it, and asks each time whether it still holds."""
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = KEPT_BY_THE_VISITOR
    patch_vary_headers(response, ["Cookie"])  # a proxy tells the displays apart, too
    return response


# Pages go over the line compressed, for phones on slow links and for the long lists of the office.
#
# How short a page becomes tells something of what is in it, and somebody who can make a signed-in person's browser ask
# for pages, and watch the line, could guess a secret letter by letter (BREACH). So what is not the same for everybody
# gets a random length beside its own, the tokens of forms are masked anew each time, and what holds a secret itself is
# not compressed: a password or a code that is shown once.

SMALLEST = 1000  # bytes; less gains nothing
PADDING = 100  # bytes at most, in the head of what is compressed
TEXT = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml)\b")
# Pages that show one; what answers a form is left as it is, too.
SECRETS = frozenset({"account-authenticator", "account-calendar"})
ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")


class CompressionMiddleware:
    """Stands before the kept pages; a compressed page has a weak tag, as its bytes are others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_public = response.headers.get("Cache-Control") == KEPT_BY_THE_VISITOR
        is_fit = _gains_by_compression(response) and not _may_show_a_secret(request)
        if is_fit or is_public:  # also of a 304: its head takes the place of the one that a proxy has kept
            patch_vary_headers(response, ["Accept-Encoding"])
        if is_fit and ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")):
            response.content = compress_string(response.content, max_random_bytes=None if is_public else PADDING)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
            if response.headers.get("ETag", "").startswith('"'):
                response.headers["ETag"] = f"W/{response.headers['ETag']}"
        return response


def _gains_by_compression(response: HttpResponse) -> bool:
    return (
        not response.streaming
        and len(response.content) >= SMALLEST
        and not response.has_header("Content-Encoding")
        and bool(TEXT.match(response.headers.get("Content-Type", "")))
    )


def _may_show_a_secret(request: HttpRequest) -> bool:
    asked = getattr(request, "resolver_match", None)
    return request.method not in {"GET", "HEAD"} or (asked is not None and asked.view_name in SECRETS)


# Which code renders the pages: after an update nothing is answered that the code before has rendered.

FOLDERS = ("ninghai", "tasks", "disclosure", "reports", "fixtures", "templates", "static", "locale")
SUFFIXES = frozenset({".py", ".html", ".css", ".js", ".svg", ".mo"})


@functools.cache
def release() -> str:
    """The same in every process that runs the same files."""
    digest = hashlib.sha256()
    for path in sorted(_files(settings.BASE_DIR)):
        facts = path.stat()
        digest.update(f"{path.relative_to(settings.BASE_DIR)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def _files(base: Path) -> list[Path]:
    return [path for folder in FOLDERS for path in (base / folder).rglob("*") if path.suffix in SUFFIXES]
