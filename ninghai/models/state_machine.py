"""How a record moves from status to status, and is locked as somebody saw it: safe when two people push at once.

A status class lists its allowed moves; a named method of the model (`accept`, `publish` …) calls `_move`, which
updates the row only if nobody moved it since it was read, and writes the audit row in the same transaction.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import EllipsisType
from typing import Any, ClassVar, Literal, Self, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q

from ninghai.calendar import clock
from ninghai.models.audit import AuditEntry
from ninghai.models.user import User

# So long somebody may take back what they have just done (撤销): people are told ten seconds, and the page shows its button so
# long (parts.css); the server allows as long again for the way there and back. What it tells others waits for all of it
# (`notifications.notify`).
UNDO = timedelta(seconds=20)
TOO_LATE = "已经超过可以撤销的时间，或者后来又有了变化，不能撤销了。请打开最新页面，按现在的状态办理。"
NO_VERSION = "这个页面已经过时，没有写明您看到的是哪一版内容"


class TransitionError(Exception):
    """The record's status does not allow this move; the text is fit for the screen."""


class StaleError(Exception):
    """Somebody else changed the record since this person opened it; the text is fit for the screen."""

    def __init__(self, record: models.Model | None = None) -> None:
        """`record` is as this person saw it; None where their page did not say what they saw."""
        what = f"这条{record._meta.verbose_name}刚刚被别人修改过" if record else NO_VERSION
        super().__init__(f"{what}，您的操作没有生效。请打开最新页面，核对后再试。")
        self.record = record


NOT_YOURS = "这项操作由其他单位或角色办理。如果您有多个身份，请先切换身份。"


class TransitionRefusal:
    """A rule's "no" that knows why: false in every condition, and what `require` raises for it."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __bool__(self) -> Literal[False]:
        return False


Allowed = bool | TransitionRefusal


def require(allowed: Allowed, message: str = NOT_YOURS) -> None:
    """Refuse unless the rule allows it: as the refusal itself says, else with a sentence for the screen (403)."""
    if isinstance(allowed, TransitionRefusal):
        raise allowed.error
    if not allowed:
        raise PermissionDenied(message)


def in_state(holds: bool, record: "StatefulModel", words: str = "") -> Allowed:
    """Whether the record stands where the act needs it; if not, that is a conflict (409), not a matter of roles (403)."""
    label = record.statuses(record.status).label
    sentence = f"{record._meta.verbose_name}现在是“{label}”，不能这样办理。请打开最新页面，按现在的状态办理。"
    return as_long_as(holds, words or sentence)


def as_long_as(holds: bool, words: str) -> Allowed:
    """The same for what has no status of its own: `words` say what stands in the way."""
    return True if holds else TransitionRefusal(TransitionError(words))


def either(*answers: Allowed) -> Allowed:
    """Whether one of the rules allows it; else the first that knows why not."""
    if any(answers):
        return True
    return next((answer for answer in answers if isinstance(answer, TransitionRefusal)), False)


V = TypeVar("V", bound="VersionedModel")
Version = (
    int | EllipsisType
)  # what a person saw on a page; `...` where nobody looked at one, and the version does not matter


class LockingQuerySet(models.QuerySet[V]):
    """Rows that are locked before anybody acts on them."""

    def lock(self, pk: int | None, *, seen: Version = ...) -> V:
        """The row as it is now, locked until the transaction ends; StaleError if it is in another version than `seen`."""
        record = self.select_for_update(of=("self",)).get(pk=pk)
        record.require_version(seen)
        return record


class VersionedModel(models.Model):
    """A record whose version rises with each change, so that nobody changes what they did not see."""

    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        abstract = True

    def require_version(self, seen: Version) -> None:
        """Raise StaleError if the record is in another version than the person saw; 0 and None are none of its versions."""
        if seen is not ... and seen != self.version:
            raise StaleError(self)

    def next_version(self, *, seen: Version, **changes: Any) -> None:
        """Raise the version and set the fields, once, if it is still the one that the person saw; else StaleError."""
        seen = self.version if seen is ... else seen
        rows = type(self)._base_manager.filter(pk=self.pk, version=seen)
        if not rows.update(version=F("version") + 1, **changes):
            raise StaleError(self)
        for name, value in {**changes, "version": seen + 1}.items():
            setattr(self, name, value)


class StatefulModel(VersionedModel):
    """A record with a status and a version; subclasses name their status class in `statuses`."""

    statuses: ClassVar[type[models.TextChoices]]
    author_fields: ClassVar[tuple[str, ...]] = ()  # those that name who wrote it (`audit.history`)

    status: Any

    class Meta:
        abstract = True

    def can_move(self, to: models.TextChoices) -> bool:
        """Whether the table of moves leads from here to there."""
        moves: Mapping[str, set[str]] = self.statuses.moves  # type: ignore[attr-defined]
        return str(to) in moves[self.status]

    def _move(
        self,
        to: models.TextChoices,
        *,
        by: User | None,
        at: datetime,
        action: str = "move",
        reason: str = "",
        detail: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> Self:
        """Move to the status and set the changes, once, if the record is still as it was read.

        `action` is what the audit trail calls the move, `detail` what it keeps besides; of a move that may be taken back
        (`moves_back`) the fields as they were before.
        Raises TransitionError when the table does not allow it, StaleError when somebody was faster.
        """
        if not self.can_move(to):
            raise TransitionError(
                f"{self._meta.verbose_name}现在是“{self.statuses(self.status).label}”，不能改为“{to.label}”。请刷新页面，按现在的状态办理。"
            )
        kept = {"before": self._as_json(changes)} if self._leads_back(to, self.status) else {}
        with transaction.atomic():
            self._update_if_unchanged(status=to, **changes)
            AuditEntry.objects.record(
                action=action,
                target=self,
                by=by,
                at=at,
                from_status=self.status,
                to_status=str(to),
                reason=reason,
                detail={**(detail or {}), **kept, **(clock.stamp(at) if kept else {})},
            )
        return self._as_stored(changes)

    # Undo (撤销): the status class says from where to where a move may be taken back (`moves_back`).

    def _leads_back(self, status: str, to: str) -> bool:
        ways_back: Mapping[str, set[str]] = getattr(self.statuses, "moves_back", {})
        return to in ways_back.get(str(status), ())

    def _as_json(self, names: Iterable[str]) -> dict[str, str | None]:
        """The fields as they are now; `_from_json` reads them."""
        fields = [each for each in self._meta.concrete_fields if each.name in set(names)]
        return {
            each.name: None if getattr(self, each.attname) is None else each.value_to_string(self) for each in fields
        }

    def _from_json(self, kept: Mapping[str, str | None]) -> dict[str, Any]:
        return {each.name: each.to_python(kept[each.name]) for each in self._meta.concrete_fields if each.name in kept}

    def undoable(self, *, by: User, at: datetime) -> AuditEntry | None:
        """This person's own move of a moment ago (`UNDO`), made in the role in which they act now, while nothing has followed
        it and the status declares a way back."""
        last = AuditEntry.objects.about(self).order_by("-pk").first()
        if last is None or last.action != AuditEntry.Action.MOVE or "before" not in last.detail:
            return None
        is_there = last.to_status == self.status and self._leads_back(self.status, last.from_status)
        return last if is_there and last.is_just_done(by=by, at=at, within=UNDO) else None

    def may_be_taken_back(self, *, by: User, at: datetime) -> Allowed:
        return as_long_as(self.undoable(by=by, at=at) is not None, TOO_LATE)

    def take_back(self, *, by: User, at: datetime) -> Self:
        """Undo the move: the status before it, and the fields as they were; TransitionError when it is too late."""
        move = self.undoable(by=by, at=at)
        if move is None:
            raise TransitionError(TOO_LATE)
        restored = self._from_json(move.detail["before"])
        with transaction.atomic():
            self._update_if_unchanged(status=move.from_status, **restored)
            AuditEntry.objects.record(
                action=AuditEntry.Action.MOVE,
                target=self,
                by=by,
                at=at,
                from_status=self.status,
                to_status=move.from_status,
                reason="撤销",
                detail={"undoes": move.pk},
            )
        return self._as_stored(restored)

    def edit(
        self, *, by: User, at: datetime, version: Version = ..., automatically: bool = False, **changes: Any
    ) -> Self:
        """Set the fields if the record still has the version that this person saw, and note it in the audit trail.

        What a page saves by itself (`automatically`) in the same sitting adds no row.
        """
        if automatically and AuditEntry.objects.is_same_sitting(self, by=by, at=at):
            self._update_if_unchanged(version=version, **changes)
            return self._as_stored(changes)
        return self._change("edit", by=by, at=at, version=version, detail={"fields": sorted(changes)}, **changes)

    def _change(
        self,
        action: str,
        *,
        by: User | None,
        at: datetime,
        version: Version = ...,
        reason: str = "",
        detail: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> Self:
        """Set the fields without a move, once, if the record is still as it was read (or has that version)."""
        with transaction.atomic():
            self._update_if_unchanged(version=version, **changes)
            AuditEntry.objects.record(
                action=action, target=self, by=by, at=at, reason=reason, detail=dict(detail or {})
            )
        return self._as_stored(changes)

    def _update_if_unchanged(self, *, version: Version = ..., **changes: Any) -> None:
        seen = self.version if version is ... else version
        rows = type(self)._base_manager.filter(Q(status=self.status), pk=self.pk, version=seen)
        if not rows.update(version=F("version") + 1, **changes):
            raise StaleError(self)

    def _as_stored(self, changes: Mapping[str, Any]) -> Self:
        """Read back what was written; the related records that were loaded with it stay loaded."""
        self.refresh_from_db(fields=["status", "version", *changes])
        return self
