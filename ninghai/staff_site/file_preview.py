"""The page on which a record's files are looked at, one after the other (文件预览), and the pictures on it.

A room names the files of one record that this person may download, and no others; who looks is noted in the audit trail
like who downloads, once an hour.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from redis import RedisError

from ninghai.calendar import clock
from ninghai.files import note_download, picture_response
from ninghai.files.drawing.drawn import CannotDraw, can_be_drawn, look_of, picture_of
from ninghai.models import StoredFile
from ninghai.web.http import AuthenticatedRequest

PAGES_AT_ONCE = 5  # pictures on one page: each is drawn while somebody waits
NOTED_AGAIN_AFTER = 3600  # seconds


@dataclass(frozen=True, slots=True)
class FileToLookAt:
    """One of a record's files: of what the trail says that it was seen, what it is called there, where it is downloaded
    and where it is looked at."""

    of: Model
    stored: StoredFile
    label: str
    url: str
    preview_url: str


def preview_url_of(stored: StoredFile, address: str) -> str:
    """The address of its preview as a list of files needs it: none for what nobody can draw."""
    return address if can_be_drawn(stored.original_name) else ""


def preview_page(
    request: AuthenticatedRequest, *, files: Sequence[FileToLookAt], at: int, frame: dict[str, Any]
) -> HttpResponse:
    """The file at this place among the record's, with the ones before and after it; the caller has asked their rule."""
    shown = files[at]
    drawing = look_of(shown.stored)
    if not drawing.refusal:
        _note(request, shown.stored, of=shown.of)
    numbers = Paginator(range(1, (drawing.first.pages if drawing.first else 0) + 1), PAGES_AT_ONCE)
    context = {
        **frame,
        **({"base": "base_part.html"} if "HX-Request" in request.headers else {}),  # its first page, beside the record
        "file": shown,
        "drawing": drawing,
        "page": numbers.get_page(request.GET.get("page")),
        "place": f"第 {at + 1} 个文件，共 {len(files)} 个" if len(files) > 1 else "",
        "previous": files[at - 1] if at else None,
        "next": files[at + 1] if at + 1 < len(files) else None,
    }
    return render(request, "file_preview.html", context)


def preview_picture(request: AuthenticatedRequest, *, of: Model, stored: StoredFile, number: int) -> HttpResponse:
    """A page of the file as a picture, or 422 with the sentence that says why there is none."""
    try:
        picture = picture_of(stored, number)
    except CannotDraw as why:
        return HttpResponse(str(why), status=HTTPStatus.UNPROCESSABLE_ENTITY, content_type="text/plain; charset=utf-8")
    _note(request, stored, of=of)
    return picture_response(picture)


def _note(request: AuthenticatedRequest, stored: StoredFile, *, of: Model) -> None:
    """What was seen was as good as taken along; while Redis is away, each look is noted."""
    is_new = True
    with suppress(RedisError):
        is_new = cache.add(f"looked-at:{request.user.pk}:{of._meta.label}:{of.pk}:{stored.pk}", 1, NOTED_AGAIN_AFTER)
    if is_new:
        note_download(stored, of=of, by=request.user, at=clock.now())
