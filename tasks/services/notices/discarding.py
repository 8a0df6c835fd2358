"""Discarding a notice (作废): a draft that was imported in error or twice is put aside, with the reason on record."""

from datetime import datetime

from django.core.exceptions import ValidationError

from ninghai.models import User
from ninghai.moves import StaleError, require
from tasks import rules
from tasks.models import WorkPointNotice
from tasks.states import NoticeStatus


def discard_notice(*, notice: WorkPointNotice, reason: str, version: int, by: User, at: datetime) -> WorkPointNotice:
    """Put the draft aside for good; what was read from it stays to be looked at. An issued notice cannot be discarded.

    Raises ValidationError without a reason, StaleError when the draft changed since `version`.
    """
    require(rules.can_import_notice(by))
    if notice.status == NoticeStatus.DRAFT and notice.version != version:
        raise StaleError(notice)
    if not reason.strip():
        raise ValidationError({"reason": "请写明作废理由。"})
    notice.discard(reason=reason.strip(), by=by, at=at)
    return notice
