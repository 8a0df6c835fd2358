"""Results of the portal's looks after itself (安全检查): kept, and those who must act are notified at once when one is bad."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ninghai.models import Message, Role, SafetyCheck
from ninghai.notifications.notify import notify, people_in

LAW_KEEPERS = (Role.AUDITOR, Role.SECURITY)


@transaction.atomic
def keep_result(
    *,
    kind: SafetyCheck.Kind,
    at: datetime,
    is_good: bool,
    looked_at: int,
    words: str,
    url: str,
    also_notified: Collection[Role] = (),
) -> SafetyCheck:
    """Keep what was found. Of a bad result the auditor and the security administrator are notified, once a day while it lasts."""
    check = SafetyCheck.objects.create(kind=kind, at=at, is_good=is_good, looked_at=looked_at, words=words)
    if not is_good:
        notify(
            people_in(*LAW_KEEPERS, *also_notified),
            kind=Message.Kind.SAFETY,
            event=f"safety:{kind}:{timezone.localdate(at)}",
            subject=f"{check.get_kind_display()}发现异常，请立即处理",
            text=words,
            url=url,
            at=at,
        )
    return check


def bad_results() -> list[SafetyCheck]:
    """The kinds whose last word is bad."""
    newest = (SafetyCheck.objects.newest(kind) for kind in SafetyCheck.Kind.values)
    return [check for check in newest if check and not check.is_good]


NIGHT = range(1, 5)  # hours


def is_night(at: datetime) -> bool:
    """Whether what takes long is done now."""
    return at.hour in NIGHT


def is_due_by_night(kind: SafetyCheck.Kind, *, at: datetime) -> bool:
    """Whether it is night, and nobody has looked on this day yet."""
    if not is_night(at):
        return False
    newest = SafetyCheck.objects.newest(kind)
    return newest is None or timezone.localdate(newest.at) != timezone.localdate(at)
