"""What the trail says of a record: who wrote it, and what happened to it.

Nobody approves, signs or decides what holds words or files of their own. The trail is asked for that, in which every way of
writing leaves a row: a draft, what saved itself, an edit, an import, a file added or taken away, a round that was returned
or taken back. Whoever wrote once has written: their words stay. A model names in `author_fields` its own fields that name
an author besides.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, Model, Q, QuerySet
from django.db.models.functions import Cast

from ninghai.models import AuditEntry, User
from ninghai.models.state_machine import Allowed, TransitionRefusal

Action = AuditEntry.Action
Records = TypeVar("Records", bound=QuerySet[Any])

WRITING = frozenset(
    {
        Action.CREATE,
        Action.DRAFT,
        Action.EDIT,
        Action.IMPORT,
        Action.IMPORT_ITEMS,
        Action.REVISE,
        Action.ADD_EVIDENCE,
        Action.REMOVE_EVIDENCE,
        Action.MASK,
        Action.LINK_INTERPRETATION,
        Action.CHANGE_VALIDITY,
        Action.RECORD_FINDING,
        Action.REQUEST,
        Action.COMPUTE_SCORES,
    }
)
WROTE = "您写过、审核过这份内容，或者为它添加过材料，不能再由您审核、批准或者签发。请由另一位同事办理。"


def writers_of(*records: Model) -> set[int]:
    """The people who wrote any of these records, by number, whenever that was."""
    return set().union(*(_named_in(record) for record in records), _in_the_trail(records))


def writers_by_record(records: Collection[Model]) -> dict[int, set[int]]:
    """The writers of each of many records of one kind, by its number."""
    wrote = {record.pk: _named_in(record) for record in records}
    kind = {record._meta.label_lower for record in records}
    ids = [str(pk) for pk in wrote]
    rows = AuditEntry.objects.filter(target_type__in=kind, target_id__in=ids, action__in=WRITING).exclude(actor=None)
    for target, person in rows.order_by().values_list("target_id", "actor").distinct():
        wrote[int(target)].add(person)
    return wrote


def has_written(user: User, *records: Model) -> bool:
    return user.pk in writers_of(*records)


def not_own_work(user: User, *records: Model, also: Collection[int | None] = ()) -> Allowed:
    """Whether the person had no hand in any of them, nor is one of `also`; the refusal says so in a sentence."""
    had_a_hand = user.pk in also or (bool(records) and has_written(user, *records))
    return TransitionRefusal(PermissionDenied(WROTE)) if had_a_hand else True


def rows_written_by(user: User, model: type[Model]) -> QuerySet[AuditEntry, int]:
    """The numbers of the records of this kind that the person wrote in, for a subquery."""
    rows = AuditEntry.objects.filter(actor=user, target_type=model._meta.label_lower, action__in=WRITING)
    return rows.order_by().values_list(Cast("target_id", IntegerField()), flat=True)


def without_own_work(records: Records, *, by: User, also: Collection[str] = ()) -> Records:
    """Those in which the person had no hand: `not_own_work` as a condition; `also` names further fields of people."""
    for field in (*getattr(records.model, "author_fields", ()), *also):
        records = records.exclude(**{field: by})
    return records.exclude(pk__in=rows_written_by(by, records.model))


def _named_in(record: Model) -> set[int]:
    named = (getattr(record, f"{field}_id") for field in getattr(record, "author_fields", ()))
    return {person for person in named if person is not None}


def _in_the_trail(records: Collection[Model]) -> set[int]:
    about = [Q(target_type=each._meta.label_lower, target_id=str(each.pk)) for each in records]
    if not about:
        return set()
    rows = AuditEntry.objects.filter(reduce(or_, about), action__in=WRITING).exclude(actor=None)
    return set(rows.order_by().values_list("actor", flat=True).distinct())


# What happened to a record, as every timeline shows it: an entry of the audit trail, told in words.


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    who: str
    what: str
    reason: str


def event_of(entry: AuditEntry, *, what: str) -> Event:
    """The entry in the words of its app: the person with the unit that they acted for, or the system."""
    who = f"{entry.acting_unit or ''} {entry.actor}".strip() if entry.actor else "系统"
    if "undoes" in entry.detail:
        return Event(at=entry.at, who=who, what="撤销刚才的办理", reason="")
    return Event(at=entry.at, who=who, what=what, reason=entry.reason)
