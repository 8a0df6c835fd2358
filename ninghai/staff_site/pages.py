"""What the office's own pages in the admin share: their frame, and forms that keep what was typed."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit, urlunsplit

from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import status_of

MOST_AT_ONCE = 500  # records decided from one page: two fields each, well within DATA_UPLOAD_MAX_NUMBER_FIELDS
M = TypeVar("M", bound=Model)
Trail = list[tuple[str, str]]  # (label, address) of each page above this one


CAME_FROM = "_changelist_filters"  # as Django names it in the links of a list: how the list was narrowed and sorted
LISTS = ("_changelist", "_cases")  # how the URL names of the office's lists end


def list_query(request: HttpRequest) -> str:
    """How the list is narrowed and sorted that this is, or from which one came."""
    is_list = request.resolver_match is not None and str(request.resolver_match.url_name).endswith(LISTS)
    return (request.GET if is_list else QueryDict(request.GET.get(CAME_FROM, ""))).urlencode()


def along(request: HttpRequest, url: str) -> str:
    """The address of a page or an act below the same list, from which one comes back to the list as it was."""
    query, parts = list_query(request), urlsplit(url)
    both = "&".join(filter(None, [parts.query, urlencode({CAME_FROM: query})]))
    return urlunsplit(parts._replace(query=both)) if query else url


def list_as_it_was(request: HttpRequest, url: str) -> str:
    query = list_query(request)
    return f"{url}?{query}" if query else url


def began_at(request: HttpRequest, *, otherwise: str) -> str:
    """Where an act was begun, as its form or address says (`back`): a page of this site, else the one that is named."""
    back: str = request.POST.get("back") or request.GET.get("back", "")
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, None) else otherwise


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
    request: AuthenticatedRequest, template: str, *, title: str, trail: Trail, status: int = 0, **context: Any
) -> TemplateResponse:
    """A page of the office in the admin's frame; where no `status` is given, 422 with a form that comes back refused."""
    frame = office_frame(request, title=title, trail=trail)
    status = status or status_of(request, context.values())
    return TemplateResponse(request, template, {**frame, **context}, status=status)


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
