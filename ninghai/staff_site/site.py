"""The office's admin site. Its start page is the desk: what waits and what turns red, one panel per subject.

An app places a panel on the desk from its `admin.py`:

    @desk_panel(order=20)
    def reports_waiting(user: User, on: date) -> DeskPanel: ...

Above them stand today's numbers (`@desk_figure`), below them all lists in the groups of the office's work.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from ninghai.accounts.roles import ADMINISTRATORS, OFFICE_ROLES, acts_as
from ninghai.calendar import clock
from ninghai.models import User
from ninghai.staff_site.groups import DeskGroup, rail_of

NOT_HERE = "您当前的身份不能进入办公室后台，请切换身份后再试。"


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One line of a panel; `tone` is one of "", "due", "late", "done"."""

    label: str
    count: int
    url: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class DeskPanel:
    title: str
    rows: list[DeskRow] = field(default_factory=list)
    empty: str = "目前没有需要处理的事项。"
    link: tuple[str, str] | None = None  # label and address of the page behind the panel

    @property
    def urgency(self) -> int:
        """Lower is more urgent: something is late, something waits, something to read, nothing."""
        tones = {row.tone for row in self.rows}
        if "late" in tones:
            return 0
        return 1 if "due" in tones else 2 if any(row.count for row in self.rows) else 3


@dataclass(frozen=True, slots=True)
class DeskFigure:
    """One of today's numbers, with the list behind it."""

    label: str
    count: int
    url: str


def whole_day(on: date) -> tuple[datetime, datetime]:
    """The first and the last moment of a day, for lists that are indexed by the moment."""
    zone = timezone.get_current_timezone()
    return datetime.combine(on, time.min, tzinfo=zone), datetime.combine(on, time.max, tzinfo=zone)


V = TypeVar("V", bound=Callable[..., HttpResponseBase])
PanelMaker = Callable[[User, date], DeskPanel]
FigureMaker = Callable[[User, date], DeskFigure]
_panels: list[tuple[int, PanelMaker]] = []
_figures: list[tuple[int, FigureMaker]] = []


def desk_panel(*, order: int) -> Callable[[PanelMaker], PanelMaker]:
    """Place a panel on the desk; a lower order stands higher."""

    def place(maker: PanelMaker) -> PanelMaker:
        _panels.append((order, maker))
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
        desk = {
            "today": clock.today(),
            "desk_figures": self.desk_figures(request),
            "desk_panels": self.desk_panels(request),
        }
        return super().index(request, {**(extra_context or {}), **desk})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the frame of every page here asks for, the rail of the office's work among it."""
        context = super().each_context(request)
        context["counts"] = counts = self.counts(request)
        context["rail"] = rail_of(context["available_apps"], path=request.path, counts=counts)
        return context

    def counts(self, request: HttpRequest) -> dict[str, int]:
        """How much waits for this person behind each door."""
        return {}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The lists in the groups of the office's work; the page of one app has its own."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
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

    def desk_figures(self, request: HttpRequest) -> list[DeskFigure]:
        """Today's numbers, for the office."""
        user = request.user
        if not isinstance(user, User) or not acts_as(user, *OFFICE_ROLES):
            return []
        return [maker(user, clock.today()) for _, maker in sorted(_figures, key=lambda figure: figure[0])]

    def desk_panels(self, request: HttpRequest) -> list[DeskPanel]:
        """The office's panels, the most urgent first, else in their order; the administrators have none."""
        user = request.user
        if not isinstance(user, User) or not acts_as(user, *OFFICE_ROLES):
            return []
        panels = [maker(user, clock.today()) for _, maker in sorted(_panels, key=lambda panel: panel[0])]
        return sorted(panels, key=lambda panel: panel.urgency)
