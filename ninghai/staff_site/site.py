"""The office's admin site. Its start page is the desk: what must be done now, what comes, how far the county is.

The first zone is the inbox (`ninghai.staff_site.inbox`). For the others an app offers, from its `admin.py`, today's numbers
(`@desk_figure`), the dates of the coming week (`@desk_dates`), and a picture of the whole (`@desk_part`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import wraps
from typing import Any, NamedTuple, TypeVar, cast

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from ninghai.calendar import clock
from ninghai.models import ADMINISTRATORS, OFFICE_ROLES, User, acts_as
from ninghai.staff_site.groups import DeskGroup, rail_of
from ninghai.staff_site.inbox import Inbox, MenuCounts, menu_counts

NOT_HERE = "您当前的身份不能进入办公室后台，请切换身份后再试。"


@dataclass(frozen=True, slots=True)
class DeskFigure:
    """One of today's numbers, with the list behind it."""

    label: str
    count: int
    url: str


class DeskDate(NamedTuple):
    """A day on which something falls due or happens, with the list behind it."""

    day: date
    words: str
    url: str


class DeskPart(NamedTuple):
    """A picture of how far the county is: a template, and what it shows."""

    template: str
    shown: dict[str, Any]


def whole_day(on: date) -> tuple[datetime, datetime]:
    """The first and the last moment of a day, for lists that are indexed by the moment."""
    zone = timezone.get_current_timezone()
    return datetime.combine(on, time.min, tzinfo=zone), datetime.combine(on, time.max, tzinfo=zone)


V = TypeVar("V", bound=Callable[..., HttpResponseBase])
FigureMaker = Callable[[User, date], DeskFigure]
DateMaker = Callable[[User, date, date], Iterable[DeskDate]]
PartMaker = Callable[[User, date, int | None], DeskPart]
M = TypeVar("M", bound=Callable[..., Any])
_figures: list[tuple[int, FigureMaker]] = []
_dates: list[DateMaker] = []
_parts: list[tuple[int, PartMaker]] = []
ROWS = 7  # of the inbox, at first: the whole desk stands on one screen
DATES = 6
WEEK = timedelta(days=7)


def desk_dates(maker: M) -> M:
    """Offer the dates from one day to another, both told: for the desk's second zone, and for everybody's calendar."""
    _dates.append(maker)
    return maker


def dates_between(user: User, on: date, until: date) -> list[DeskDate]:
    return sorted(each for maker in _dates for each in maker(user, on, until))


def desk_part(*, order: int) -> Callable[[M], M]:
    """Place a picture in the desk's third zone, for a year if one is chosen (Http404 for one that is none); a lower order stands
    higher."""

    def place(maker: M) -> M:
        _parts.append((order, maker))
        return maker

    return place


def desk_figure(*, order: int) -> Callable[[FigureMaker], FigureMaker]:
    """Place one of today's numbers at the head of the desk; a lower order stands further left."""

    def place(maker: FigureMaker) -> FigureMaker:
        _figures.append((order, maker))
        return maker

    return place


class OfficeSite(admin.AdminSite):
    site_title = "宁海县政务公开工作平台"
    site_header = "政务公开工作平台"
    index_title = "工作台"
    enable_nav_sidebar = False  # the rail stands in its place
    site_url = "/"

    def get_urls(self) -> list[Any]:
        """Without Django's jump from any record of any table to its address: pages here link to the public's pages themselves."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        """The office, its head and the three administrators work here; a person acts in one role at a time."""
        user = request.user
        return isinstance(user, User) and acts_as(user, *OFFICE_ROLES, *ADMINISTRATORS)

    def admin_view(self, view: V, cacheable: bool = False) -> V:
        """Who is signed in and does not work here is told so at once, instead of by way of the login."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied(NOT_HERE)
            return guarded(request, *args, **kwargs)

        return cast(V, asked)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door for everybody; who is signed in and still stands here acts in no role of this site."""
        if request.user.is_authenticated:
            raise PermissionDenied(NOT_HERE)
        return redirect_to_login(request.get_full_path())

    def password_change(  # type: ignore[override]  # a redirect instead of a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One's own password is changed where everybody changes it."""
        return redirect("account-password")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        today = clock.today()
        inbox = Inbox.of(request, on=today)  # type: ignore[arg-type]  # behind the login
        rows = inbox.rows if "all" in request.GET else inbox.rows[:ROWS]
        desk = {"today": today, "inbox": inbox, "rows": rows, **self._county(request, on=today)}
        return super().index(request, {**(extra_context or {}), **desk})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the frame of every page here asks for, the rail of the office's work among it."""
        context = super().each_context(request)
        counts = self.counts(request)
        context["rail"] = rail_of(
            context["available_apps"], path=request.path, doors=counts.doors, entries=counts.entries
        )
        return context

    def counts(self, request: HttpRequest) -> MenuCounts:
        """How much waits for this person behind each door, and in each list."""
        if not self.has_permission(request):
            return MenuCounts({}, {})
        return menu_counts(request)  # type: ignore[arg-type]  # behind the login

    def _county(self, request: HttpRequest, *, on: date) -> dict[str, Any]:
        """Today's numbers, the dates that come, and how far the county is: for the office."""
        user = request.user
        if not isinstance(user, User) or not acts_as(user, *OFFICE_ROLES):
            return {}
        year = request.GET.get("year", "")
        if year and not (year.isascii() and year.isdecimal() and len(year) == 4):
            raise Http404
        chosen = int(year) if year else None
        return {
            "figures": [maker(user, on) for _, maker in sorted(_figures, key=lambda placed: placed[0])],
            "dates": dates_between(user, on, on + WEEK)[:DATES],
            "parts": [maker(user, on, chosen) for _, maker in sorted(_parts, key=lambda placed: placed[0])],
        }

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The lists in the groups of the office's work, which Django asks for twice on the desk; the page of one app has its own."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        kept: list[Any] | None = request.__dict__.get("app_list")
        if kept is None:
            kept = request.__dict__["app_list"] = self._grouped(super().get_app_list(request))
        return kept

    def _grouped(self, apps: Iterable[dict[str, Any]]) -> list[Any]:
        models = sorted((model for app in apps for model in app["models"]), key=self.rank_of)
        grouped = {group: [each for each in models if self.group_of(each["model"]) == group] for group in DeskGroup}
        return [
            {"name": group, "app_label": group.name.lower(), "app_url": "", "has_module_perms": True, "models": found}
            for group, found in grouped.items()
            if found
        ]

    def rank_of(self, model: dict[str, Any]) -> int:
        rank: int = self._registry[model["model"]].rank  # type: ignore[attr-defined]  # OfficeModelAdmin's
        return rank

    def group_of(self, model: type[Model]) -> DeskGroup:
        group: DeskGroup = self._registry[model].group  # type: ignore[attr-defined]  # OfficeModelAdmin's
        return group
