"""What happens to an item (公开信息), each move under its own name; who may ask for it, and when, stands in the services."""

from datetime import date, datetime
from typing import Any, Self

from django.utils import timezone

from disclosure.states import DisclosureMethod, ItemStatus
from ninghai.models import User
from ninghai.moves import Movable

NOT_SCHEDULED: dict[str, Any] = {"release_at": None, "scheduled_by": None}
A_DRAFT_AGAIN: dict[str, Any] = {"determined_on": None, **NOT_SCHEDULED}


class ItemMoves(Movable):
    """The moves from the draft to the withdrawal, and the changes beside them."""

    statuses = ItemStatus
    author_fields = ("drafted_by",)

    validity: Any
    change_note: Any
    determined_on: Any
    method: Any

    class Meta:
        abstract = True

    def keep(self, *, version: int, **changes: Any) -> None:
        """Set what a person goes on typing; the row in the audit trail that began it stands for it."""
        self._update_if_unchanged(version=version, **changes)
        self._as_stored(changes)

    def submit(self, *, by: User, at: datetime) -> None:
        """The clerk hands it to the unit's head."""
        self._move(ItemStatus.WITH_HEAD, by=by, at=at)

    def pass_on(self, *, by: User, at: datetime) -> None:
        """The unit's head passes it to the office for review."""
        self._move(ItemStatus.IN_REVIEW, by=by, at=at)

    def return_to_draft(self, *, by: User, at: datetime, reason: str) -> None:
        """Send it back to its drafter with a reason; a time set for its release goes with it."""
        self._move(ItemStatus.DRAFT, by=by, at=at, reason=reason, return_reason=reason, **A_DRAFT_AGAIN)

    def recall(self, *, by: User, at: datetime) -> None:
        """Its unit takes it back to the draft; a time set for its release goes with it."""
        self._move(ItemStatus.DRAFT, by=by, at=at, detail={"recalled": True}, return_reason="", **A_DRAFT_AGAIN)

    def discard(self, *, by: User, at: datetime) -> None:
        """Its unit gives the draft up."""
        self._move(ItemStatus.DISCARDED, by=by, at=at)

    def approve(self, *, by: User, at: datetime) -> None:
        """All three answers are given: on this day its disclosure is determined."""
        self._move(ItemStatus.APPROVED, by=by, at=at, determined_on=_determined(self.method, at))

    def schedule(self, *, by: User | None, at: datetime, release_at: datetime | None, reason: str = "") -> None:
        """Set the time of its release in the name of `by`, another time, or none any more."""
        acting = by.acting if by and release_at else None
        told = timezone.localtime(release_at).strftime("%Y-%m-%d %H:%M") if release_at else ""
        detail = {"release_at": told}
        self._change("schedule", by=by, at=at, reason=reason, detail=detail, release_at=release_at, scheduled_by=acting)

    def publish(
        self, *, by: User, at: datetime, index_number: str, public_since: datetime | None = None, **search: Any
    ) -> None:
        """Put it into the catalogue under its index number; only an import says that it was public before (`public_since`)."""
        public = _public(by, public_since or at, index_number)
        public["determined_on"] = self.determined_on or _determined(self.method, public_since or at)
        self._move(ItemStatus.PUBLISHED, by=by, at=at, **public, **search)

    def ask_for_release(self, *, by: User, at: datetime, reason: str) -> None:
        """The unit asks the signer for emergency release."""
        self._change("emergency", by=by, at=at, reason=reason, detail={"asked": True}, emergency_reason=reason)

    def release_at_once(self, *, by: User, at: datetime, index_number: str, reason: str, **search: Any) -> None:
        """Put it into the catalogue before its review, flagged (紧急公开)."""
        flagged: dict[str, Any] = {
            "is_emergency": True,
            "emergency_reason": reason,
            "determined_on": _determined(self.method, at),
        }
        flagged |= _public(by, at, index_number)
        self._move(ItemStatus.PUBLISHED, by=by, at=at, action="emergency", reason=reason, **flagged, **search)

    def close_review_after(self, *, by: User, at: datetime) -> None:
        """The three answers hold for what was released at once."""
        self._change("review_after", by=by, at=at, reviewed_after_at=at)

    def merge(self, *, by: User, at: datetime) -> None:
        """The revision's content has become that of the item it revises."""
        self._move(ItemStatus.MERGED, by=by, at=at, **NOT_SCHEDULED)

    def take_over(self, revision: Self, *, by: User, at: datetime, **content: Any) -> None:
        """Say from now on what the revision says."""
        detail = {"revision": revision.pk}
        reason = revision.change_note
        content |= {"updated_at": at, "determined_on": revision.determined_on}
        self._change("merge_revision", by=by, at=at, reason=reason, detail=detail, **content)

    def change_validity(self, *, by: User | None, at: datetime, reason: str, **changes: Any) -> None:
        """Say whether and how long it holds (时效), and what replaces it."""
        validity = changes.get("validity", self.validity)
        detail = {"from": self.validity, "to": validity}
        self._change("change_validity", by=by, at=at, reason=reason, detail=detail, **changes)

    def withdraw(
        self,
        *,
        by: User,
        at: datetime,
        reason: str,
        explanation: str,
        notice: str = "",
        replaced_by: Self | None = None,
    ) -> None:
        """Take it out of the catalogue; its number, the reason and the words for the public stay."""
        said: dict[str, Any] = {"withdrawal_reason": reason, "withdrawal_notice": notice}
        said |= {"replaced_by": replaced_by} if replaced_by else {}
        self._move(ItemStatus.WITHDRAWN, by=by, at=at, reason=explanation, withdrawn_at=at, **said)


def _determined(method: str, at: datetime) -> date | None:
    """Only what is not disclosed has grounds, and needs the day whose law they are read by."""
    return None if method == DisclosureMethod.PROACTIVE else timezone.localdate(at)


def _public(by: User, since: datetime, index_number: str) -> dict[str, Any]:
    return {"published_by": by, "published_at": since, "index_number": index_number, **NOT_SCHEDULED}
