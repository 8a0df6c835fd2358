"""The doors of the office's work, in its order: each list of the admin stands behind one of them, and the rail shows them all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class DeskGroup(StrEnum):
    NOTICES = "通知与任务"
    PROGRESS = "填报"
    CHECKS = "抽查与考核"
    ITEMS = "信息公开"
    REPORTS = "通报"
    CATALOGUE = "目录"
    SETTINGS = "设置"


@dataclass(frozen=True, slots=True)
class RailLink:
    label: str
    url: str
    is_current: bool
    count: int = 0  # what waits in it


@dataclass(frozen=True, slots=True)
class RailGroup:
    """A door with its lists; `count` is what waits behind it, in all of them."""

    title: str
    links: list[RailLink]
    count: int = 0

    @property
    def is_current(self) -> bool:
        return any(link.is_current for link in self.links)


@dataclass(frozen=True, slots=True)
class Rail:
    groups: list[RailGroup]

    @property
    def is_at_desk(self) -> bool:
        return not any(group.is_current for group in self.groups)


def rail_of(
    app_list: Iterable[Mapping[str, Any]], *, path: str, doors: Mapping[str, int], entries: Mapping[str, int]
) -> Rail:
    """The admin's lists as `OfficeSite.get_app_list` groups them; the link with the longest address above this page is the current one.

    `doors` and `entries` count what waits behind each door, and by its address in each list.
    """
    found = [(group["name"], model["name"], model["admin_url"]) for group in app_list for model in group["models"]]
    here = max((url for _, _, url in found if path.startswith(url)), key=len, default="")
    return Rail(
        [
            RailGroup(
                title=group["name"],
                links=[
                    RailLink(name, url, url == here, entries.get(url, 0))
                    for title, name, url in found
                    if title == group["name"]
                ],
                count=doors.get(group["name"], 0),
            )
            for group in app_list
        ]
    )
