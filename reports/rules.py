"""Who may do what with a report: predicates of (user, report). Services require them, pages show buttons by them.

Nobody signs what they asked for themselves.
"""

from disclosure.models.states import ItemStatus
from ninghai.accounts.audit.history import not_own_work
from ninghai.models import JobStatus, Role, User, acts_as
from ninghai.models.state_machine import Allowed, as_long_as, in_state
from reports.models import BookletMaking, Receipt, Report, SignOff


def can_request(user: User) -> bool:
    return acts_as(user, Role.OFFICE)


def can_download(user: User, report: Report) -> Allowed:
    """The PDF, draft or signed: the office and its head."""
    is_there = in_state(report.is_ready, report, "报告还没有生成，不能下载。")
    return acts_as(user, Role.OFFICE, Role.SIGNER) and is_there


def can_check(user: User, report: Report) -> Allowed:
    """Another person of the office than those who made it, once the draft can be read."""
    is_readable_draft = in_state(report.is_ready and report.status == SignOff.DRAFT, report)
    return acts_as(user, Role.OFFICE) and is_readable_draft and not_own_work(user, report)


def can_send_back(user: User, report: Report) -> Allowed:
    """The office or its head, what was checked and is not signed."""
    return acts_as(user, Role.OFFICE, Role.SIGNER) and in_state(report.status == SignOff.CHECKED, report)


def can_sign(user: User, report: Report) -> Allowed:
    """The head of the office, for a checked draft that neither was made nor checked by the same person."""
    is_checked = in_state(report.is_ready and report.status == SignOff.CHECKED, report)
    return acts_as(user, Role.SIGNER) and is_checked and not_own_work(user, report, also=[report.checked_by_id])


def can_correct(user: User, report: Report) -> Allowed:
    """A signed report is never changed: another one puts it right and names it."""
    return can_request(user) and in_state(report.status == SignOff.SIGNED, report, "只能更正已经签发的报告。")


def can_circulate(user: User, report: Report) -> Allowed:
    """The office, once the signed report is there."""
    is_signed = in_state(report.is_ready and report.status == SignOff.SIGNED, report)
    return acts_as(user, Role.OFFICE) and is_signed


def can_confirm_receipt(user: User, receipt: Receipt) -> bool:
    """The people of the unit that it went to."""
    acting = user.acting
    is_theirs = acting is not None and acting.unit_id == receipt.unit_id
    return is_theirs and acts_as(user, Role.EDITOR, Role.REVIEWER)


def can_submit_to_catalogue(user: User, report: Report) -> Allowed:
    """The office, once the signed report is there; the item then goes through review like any other."""
    is_there = report.is_ready and report.status == SignOff.SIGNED
    is_open = report.item is None or report.item.status == ItemStatus.DISCARDED
    why_not = "这份报告还没有签发，或者已经送公开审核。"
    return acts_as(user, Role.OFFICE) and in_state(is_there and is_open, report, why_not)


def can_retry(user: User, report: Report) -> Allowed:
    """Render again what failed or was cancelled."""
    why_not = f"这份报告现在是“{report.job.label}”，不用重新生成。"
    return can_retry_some(user) and in_state(report.job.has_stopped, report, why_not)


def can_retry_some(user: User) -> bool:
    """Whose act 重新生成 is at all, of a report or a batch."""
    return acts_as(user, Role.OFFICE, Role.SIGNER)


def can_make_booklet_again(user: User, making: BookletMaking) -> Allowed:
    """The office, once the worker has given up."""
    has_failed = as_long_as(making.job.has_stopped, "这份目录手册没有失败，不需要重新制作。")
    return acts_as(user, Role.OFFICE) and has_failed


def can_cancel_some(user: User) -> bool:
    """Whose act 取消 is at all, of a report or a batch."""
    return acts_as(user, Role.OFFICE)


def can_cancel(user: User, report: Report) -> Allowed:
    """A draft that waits, is being made or failed; a signed report has its number and must be printed."""
    is_unfinished = report.job.is_alive or report.job.status == JobStatus.FAILED
    why_not = f"这份报告现在是“{report.job.label}”，不能取消。"
    return can_cancel_some(user) and in_state(is_unfinished and report.status != SignOff.SIGNED, report, why_not)
