"""What stands behind 互动, as the rooms register it where their public views are: there is no door before there is a room."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from ninghai.models import Case


class DoorGroup(StrEnum):
    SUBMIT = "我要提交"
    LOOK = "我要查询"
    RESULTS = "办理结果公开"


@dataclass(frozen=True, slots=True)
class Door:
    """`words` say in plain language what it is for; by its `code` the questions of `views` lead to it. It is shut while `is_open`
    says no, as where its page would be empty."""

    group: DoorGroup
    rank: int
    code: str
    label: str
    words: str
    url_name: str
    is_open: Callable[[datetime], bool] = lambda at: True

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_doors: dict[str, Door] = {}


def register_doors(*doors: Door) -> None:
    _doors.update({door.code: door for door in doors})


def doors_in(group: DoorGroup, *, at: datetime) -> list[Door]:
    within = (door for door in _doors.values() if door.group == group and door.is_open(at))
    return sorted(within, key=lambda door: (door.rank, door.code))


def doors_called(codes: Iterable[str], *, at: datetime) -> list[Door]:
    """Those that there are, in the order in which they are named."""
    return [_doors[code] for code in codes if code in _doors and _doors[code].is_open(at)]


# Look before you ask (先查再问): what is public already, from whoever keeps something.


class Found(NamedTuple):
    title: str
    url: str
    beside: str = ""  # whose it is, or of when


Finder = Callable[[str, datetime], list[Found]]
_finders: dict[str, tuple[int, Finder]] = {}


def register_answers(label: str, find: Finder, *, rank: int) -> None:
    """`find` gives the few that are nearest to the words, however they were typed."""
    _finders[label] = (rank, find)


def answers_to(words: str, *, at: datetime) -> list[tuple[str, list[Found]]]:
    """What is found, under the names of who keeps it."""
    finders = sorted(_finders.items(), key=lambda each: each[1][0])
    return [(label, found) for label, (_, find) in finders if (found := find(words, at))]


# Looking it up: how a case of each kind is shown to whoever has its number and query code.

Shown = Callable[[HttpRequest, Case], dict[str, Any]]
_shown: dict[str, Shown] = {}


def register_lookup(kind: str, shown: Shown) -> None:
    """`shown` gives what `templates/disclosure/lookup.html` tells of a case of that kind: `state` at least."""
    _shown[kind] = shown


def shown_of(case: Case) -> Shown | None:
    """None for a kind of which nobody outside has a receipt."""
    return _shown.get(case.kind)
