"""What every template knows of the portal; what needs the session is asked only by the pages that show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from ninghai.calendar import clock
from ninghai.models import Membership, Message, Role
from ninghai.staff_site.inbox import doors_of
from ninghai.web.display import sheets_of
from ninghai.web.http import AuthenticatedRequest

# The menus: what everybody finds, and what the acting role finds among the staff pages, by URL name.


class NavLink(NamedTuple):
    label: str
    url: str
    is_current: bool  # this page stands below it
    waiting: int = 0  # how much waits behind it


@dataclass(frozen=True, slots=True)
class WorkLink:
    label: str
    url_name: str
    roles: frozenset[Role]


UNIT_ROLES = frozenset({Role.EDITOR, Role.REVIEWER})

SITE_LINKS = (
    ("首页", "disclosure:home"),
    ("政府信息公开", "disclosure:columns"),
    ("公开目录", "disclosure:item-list"),
    ("办事服务", "disclosure:service-list"),
    ("互动", "disclosure:interaction"),
    ("工作进展", "tasks:progress"),
    ("工作台", "start"),
)
WORK_LINKS = (
    WorkLink("我的任务", "tasks:work", UNIT_ROLES),
    WorkLink("抽查结论", "tasks:finding-list", UNIT_ROLES),
    WorkLink("信息公开", "disclosure:work-item-list", UNIT_ROLES),
    WorkLink("纠错留言", "disclosure:correction-list", UNIT_ROLES),
    WorkLink("依申请公开", "disclosure:request-list", UNIT_ROLES),
    WorkLink("办事指南", "disclosure:service-guide-list", UNIT_ROLES),
    WorkLink("建议提案", "disclosure:proposal-list", UNIT_ROLES),
    WorkLink("政务舆情", "disclosure:opinion-list", UNIT_ROLES),
    WorkLink("热线", "disclosure:hotline-list", UNIT_ROLES),
    WorkLink("应公开事项", "disclosure:work-coverage", UNIT_ROLES),
    WorkLink("年度报告", "disclosure:annual-report-list", UNIT_ROLES),
    WorkLink("考核得分", "tasks:score-list", UNIT_ROLES),
    WorkLink("收文签收", "reports:work-report-list", UNIT_ROLES),
    WorkLink("抽查核验", "tasks:inspection-list", frozenset({Role.INSPECTOR})),
    WorkLink("工作台", "admin:index", frozenset(Role) - UNIT_ROLES - {Role.INSPECTOR}),
)
PLACES = (
    ("任务", "tasks:work"),
    ("信息", "disclosure:work-item-list"),
)  # at the bottom of a clerk's phone, beside 消息
STARTS = frozenset({"tasks:work", "admin:index"})  # the pages of everything that waits
ELSEWHERE = (
    "message-list",
    *(link.url_name for link in WORK_LINKS),
)  # what one menu leaves to another, or to the frame


def site_nav(request: HttpRequest) -> list[NavLink]:
    """The public menu: the same for everybody, so that public pages do not depend on the session."""
    return _links(request, SITE_LINKS)


def work_nav(request: HttpRequest) -> list[NavLink]:
    """The staff menu of the acting role."""
    user = request.user
    if not user.is_authenticated or user.acting is None:
        return []
    links = [(link.label, link.url_name) for link in WORK_LINKS if user.acting.role in link.roles]
    return _with_counts(request, links)


def places(request: HttpRequest) -> list[NavLink]:
    """Where a clerk goes many times a day."""
    user = request.user
    is_clerk = user.is_authenticated and user.acting is not None and user.acting.role in UNIT_ROLES
    return _with_counts(request, PLACES) if is_clerk else []


def _with_counts(request: HttpRequest, links: Iterable[tuple[str, str]]) -> list[NavLink]:
    """The start page counts everything that waits (今天要办), whatever the other doors count besides."""
    links, counts = list(links), doors_of(cast(AuthenticatedRequest, request))
    total = sum(counts.values())
    found = zip(_links(request, links), links, strict=True)
    return [link._replace(waiting=total if name in STARTS else counts.get(name, 0)) for link, (_, name) in found]


def other_memberships(request: HttpRequest) -> list[Membership]:
    """The memberships that the person could act in instead."""
    user = request.user
    if not user.is_authenticated or user.acting is None:
        return []
    return [membership for membership in user.own_memberships if membership.pk != user.acting.pk]


def unread(request: HttpRequest) -> int:
    """How many messages the person has not read."""
    user = request.user
    return Message.objects.visible_to(user).unread().count() if user.is_authenticated else 0


def _links(request: HttpRequest, links: Iterable[tuple[str, str]]) -> list[NavLink]:
    """The link with the longest address that this page lies below is the active one, if it is in this menu."""
    addresses = [(label, _address(url_name)) for label, url_name in links]
    known = [*(url for _, url in addresses), *map(_address, ELSEWHERE)]
    below = [url for url in known if request.path == url or (url != "/" and request.path.startswith(url))]
    active = max(below, key=len, default="")
    return [NavLink(label, url, url == active) for label, url in addresses]


@cache
def _address(url_name: str) -> str:
    """Looked up once: each page shows the menu twice."""
    return reverse(url_name)


def portal(request: HttpRequest) -> dict[str, Any]:
    return {
        "portal": {
            "site_name": settings.SITE_NAME,
            "county_name": settings.COUNTY_NAME,
            "office_name": settings.OFFICE_NAME,
            "operator": settings.SITE_OPERATOR,
            "site_code": settings.SITE_CODE,
            "icp_number": settings.ICP_NUMBER,
            "police_number": settings.POLICE_NUMBER,
            "contact": settings.SITE_CONTACT,
            "errors_url": settings.SITE_ERRORS_URL,
            "demo": settings.DEMO,
            "today": clock.today(),
            "read_only_as_of": getattr(request, "read_only_as_of", None),
            "display": sheets_of(request),
            "site_nav": partial(site_nav, request),
            "work_nav": partial(work_nav, request),
            "places": partial(places, request),
            "unread": SimpleLazyObject(partial(unread, request)),  # asked once, shown twice
            "other_memberships": partial(other_memberships, request),
        }
    }
