"""One after another (逐条办理): from the page of a record that waits to the next one, in the order of the list from which one came."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Model

from ninghai.calendar import clock
from ninghai.staff_site.inbox import WaitingKind, kinds_of, works_in_the_admin
from ninghai.staff_site.list_tools import ListTools
from ninghai.staff_site.pages import along, list_query
from ninghai.web.http import AuthenticatedRequest

MOST_BESIDE, BEFORE = 15, 4  # rows of the list beside the record, and those of them before it


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One of those that wait, in the list beside the record."""

    title: str
    unit: str
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The records of that list that wait for one person, seen from one of them; the inbox counts the same."""

    place: int  # counted from 1; 0 for one that waits no more
    count: int
    previous_url: str
    next_url: str
    rows: Sequence[QueueRow] = ()

    @classmethod
    def around(cls, record: Model, *, request: AuthenticatedRequest, with_rows: bool = False) -> "Queue":
        """Of every kind of waiting work in which such records are decided one after another (`is_queued`)."""
        kinds = _kinds_about(record, request)
        waiting = {
            pk for kind in kinds for pk in kind.records(request.user, clock.today()).values_list("pk", flat=True)
        }
        if not waiting:
            return cls(0, 0, "", "")
        order = _in_order(record, waiting, request)
        here = order.index(record.pk) if record.pk in order else 0
        before, after = order[:here], [pk for pk in order[here:] if pk != record.pk]

        def page(*nearest: int) -> str:
            at = kinds[0].model(pk=nearest[0]) if nearest else None
            return along(request, kinds[0].address(at, request.user)) if at else ""

        return cls(
            place=here + 1 if record.pk in waiting and record.pk in order else 0,
            count=len(waiting.intersection(order)),
            previous_url=page(*before[-1:], *after[-1:]),
            next_url=page(*after[:1], *before[:1]),
            rows=_rows(record, order, kinds[0], request) if with_rows else (),
        )


def waits_for(record: Model, *, request: AuthenticatedRequest) -> bool:
    """Whether it is in this person's queue."""
    on = clock.today()
    return any(kind.records(request.user, on).filter(pk=record.pk).exists() for kind in _kinds_about(record, request))


def _rows(record: Model, order: list[int], kind: WaitingKind[Any], request: AuthenticatedRequest) -> list[QueueRow]:
    """Those around the record, in their order."""
    here = order.index(record.pk) if record.pk in order else 0
    first = max(0, min(here - BEFORE, len(order) - MOST_BESIDE))
    near = order[first : first + MOST_BESIDE]
    found = {each.pk: each for each in kind.for_list(kind.model._default_manager.filter(pk__in=near))}
    return [
        QueueRow(
            title=kind.title(each),
            unit=kind.unit(each),
            url=along(request, kind.address(each, request.user)),
            is_here=each.pk == record.pk,
        )
        for each in map(found.get, near)
        if each is not None
    ]


def _kinds_about(record: Model, request: AuthenticatedRequest) -> list[WaitingKind[Any]]:
    return [kind for kind in kinds_of(request.user) if kind.is_queued and kind.model is type(record)]


def _in_order(record: Model, waiting: Collection[int], request: AuthenticatedRequest) -> list[int]:
    """What the list shows of them, and this record; in a unit's lists the newest stand first."""
    shown = admin.site.get_model_admin(type(record)) if works_in_the_admin(request.user) else None
    if isinstance(shown, ListTools):
        return shown.in_its_order(request, list_query(request), among=waiting, at=record.pk)
    return sorted({*waiting, record.pk}, reverse=True)
