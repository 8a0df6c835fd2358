"""Who may do what with a report: predicates of (user, report). Services require them, pages show buttons by them.

Nobody signs what they asked for themselves.
"""

from disclosure.states import ItemStatus
from ninghai.models import Role, User
from ninghai.roles import acts_as
from reports.models import BookletMaking, Receipt, Report
from reports.states import RenderStatus, SignOff


def can_request(user: User) -> bool:
    return acts_as(user, Role.OFFICE)


def can_download(user: User, report: Report) -> bool:
    """The PDF, draft or signed: the office and its head."""
    return acts_as(user, Role.OFFICE, Role.SIGNER) and report.is_ready


def can_check(user: User, report: Report) -> bool:
    """Another person of the office than the one who asked for it, once the draft can be read."""
    is_readable_draft = report.is_ready and report.status == SignOff.DRAFT
    return acts_as(user, Role.OFFICE) and is_readable_draft and report.requested_by_id != user.pk


def can_send_back(user: User, report: Report) -> bool:
    """The office or its head, what was checked and is not signed."""
    return acts_as(user, Role.OFFICE, Role.SIGNER) and report.status == SignOff.CHECKED


def can_sign(user: User, report: Report) -> bool:
    """The head of the office, for a checked draft that neither was asked for nor checked by the same person."""
    is_checked = report.is_ready and report.status == SignOff.CHECKED
    return acts_as(user, Role.SIGNER) and is_checked and user.pk not in {report.requested_by_id, report.checked_by_id}


def can_correct(user: User, report: Report) -> bool:
    """A signed report is never changed: another one puts it right and names it."""
    return can_request(user) and report.status == SignOff.SIGNED


def can_circulate(user: User, report: Report) -> bool:
    """The office, once the signed report is there."""
    return acts_as(user, Role.OFFICE) and report.is_ready and report.status == SignOff.SIGNED


def can_confirm_receipt(user: User, receipt: Receipt) -> bool:
    """The people of the unit that it went to."""
    acting = user.acting
    is_theirs = acting is not None and acting.unit_id == receipt.unit_id
    return is_theirs and acts_as(user, Role.EDITOR, Role.REVIEWER)


def can_submit_to_catalogue(user: User, report: Report) -> bool:
    """The office, once the signed report is there; the item then goes through review like any other."""
    is_there = report.is_ready and report.status == SignOff.SIGNED
    is_open = report.item is None or report.item.status == ItemStatus.DISCARDED
    return acts_as(user, Role.OFFICE) and is_there and is_open


def can_retry(user: User, report: Report) -> bool:
    """Render again what failed or was cancelled."""
    return can_retry_some(user) and report.has_stopped


def can_retry_some(user: User) -> bool:
    """Whose act 重新生成 is at all, of a report or a batch."""
    return acts_as(user, Role.OFFICE, Role.SIGNER)


def can_make_booklet_again(user: User, making: BookletMaking) -> bool:
    """The office, once the worker has given up."""
    return acts_as(user, Role.OFFICE) and making.has_failed


def can_cancel_some(user: User) -> bool:
    """Whose act 取消 is at all, of a report or a batch."""
    return acts_as(user, Role.OFFICE)


def can_cancel(user: User, report: Report) -> bool:
    """A draft that waits, is being made or failed; a signed report has its number and must be printed."""
    is_unfinished = report.is_under_way or report.rendering == RenderStatus.FAILED
    return can_cancel_some(user) and is_unfinished and report.status != SignOff.SIGNED
