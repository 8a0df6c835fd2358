"""What the office's own pages in the admin share: their frame, and forms that keep what was typed."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from ninghai.web.http import AuthenticatedRequest

MOST_AT_ONCE = 500  # records decided from one page: two fields each, well within DATA_UPLOAD_MAX_NUMBER_FIELDS
M = TypeVar("M", bound=Model)
Trail = list[tuple[str, str]]  # (label, address) of each page above this one


class Tab(NamedTuple):
    """A part of a page that stands at `?tab=` (`components/_tabs.html`)."""

    key: str
    label: str
    url: str
    is_current: bool


def tabs(page: str, labels: Mapping[str, str], *, chosen: str) -> list[Tab]:
    """The parts of the page, by their keys; the first, whose key is "", is shown where the address names none of them."""
    current = chosen if chosen in labels else ""
    return [Tab(key, label, f"{page}?tab={key}" if key else page, key == current) for key, label in labels.items()]


def office_page(
    request: AuthenticatedRequest, template: str, *, title: str, trail: Trail, **context: Any
) -> TemplateResponse:
    """A page of the office in the admin's frame."""
    frame = office_frame(request, title=title, trail=trail)
    return TemplateResponse(request, template, {**frame, **context})


def first_of(chosen: QuerySet[M]) -> tuple[list[M], str]:
    """As many as one page decides at once, and a sentence about the rest; an empty one where there is none."""
    total = chosen.count()
    rest = f"共选了 {total} 份，一次最多办理 {MOST_AT_ONCE} 份：先办理列在这里的，办完后再选其余的。"
    return list(chosen[:MOST_AT_ONCE]), rest if total > MOST_AT_ONCE else ""


def office_frame(request: AuthenticatedRequest, *, title: str, trail: Trail) -> dict[str, Any]:
    """What `admin/office/page.html` asks for; the desk stands above every page of the office."""
    above = [(str(admin.site.index_title), reverse("admin:index")), *trail]
    return {**admin.site.each_context(request), "title": title, "trail": above}


def office_path(route: str, view: Callable[..., Any], name: str) -> URLPattern:
    """An address below a model's admin, open only to who works in the admin."""
    return path(route, admin.site.admin_view(view), name=name)


def was_done(form: BaseForm, act: Callable[[], object]) -> bool:
    """Do what a valid form asks for; what the service refuses stands beside the fields, and nothing typed is lost."""
    if not form.is_valid():
        return False
    try:
        act()
    except ValidationError as refused:
        for field, errors in _by_field(refused).items():
            form.add_error(field if field in form.fields else None, errors)
        return False
    return True


def _by_field(refused: ValidationError) -> dict[str, list[ValidationError]]:
    by_field: dict[str, list[ValidationError]] = getattr(refused, "error_dict", {})
    return by_field or {NON_FIELD_ERRORS: refused.error_list}
