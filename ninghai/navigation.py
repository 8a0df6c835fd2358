"""The menu of the staff pages: which role finds what, by URL name."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from ninghai.models import Role


@dataclass(frozen=True, slots=True)
class WorkLink:
    label: str
    url_name: str
    roles: frozenset[Role]


UNIT_ROLES = frozenset({Role.EDITOR, Role.REVIEWER})

WORK_LINKS = (
    WorkLink("我的任务", "tasks:work", UNIT_ROLES),
    WorkLink("信息公开", "disclosure:work-item-list", UNIT_ROLES),
    WorkLink("抽查核验", "tasks:inspection-list", frozenset({Role.INSPECTOR})),
    WorkLink("办公室后台", "admin:index", frozenset(Role) - UNIT_ROLES - {Role.INSPECTOR}),
)


def work_nav(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """(label, address, is it this page) of each link that the acting role finds."""
    user = request.user
    if not user.is_authenticated or user.acting is None:
        return []
    links = [(link.label, reverse(link.url_name)) for link in WORK_LINKS if user.acting.role in link.roles]
    return [(label, url, request.path == url) for label, url in links]
