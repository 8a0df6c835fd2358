"""Who may do what with a report: predicates of (user, report). Services require them, pages show buttons by them.

Nobody signs what they asked for themselves.
"""

from ninghai.models import Role, User
from ninghai.roles import acts_as
from reports.models import Report
from reports.states import RenderStatus, SignOff


def can_request(user: User) -> bool:
    return acts_as(user, Role.OFFICE)


def can_download(user: User, report: Report) -> bool:
    """The PDF, draft or signed: the office and its head."""
    return acts_as(user, Role.OFFICE, Role.SIGNER) and report.is_ready


def can_sign(user: User, report: Report) -> bool:
    """The head of the office, for a draft that can be read and that another person asked for."""
    is_readable_draft = report.is_ready and report.status == SignOff.DRAFT
    return acts_as(user, Role.SIGNER) and is_readable_draft and report.requested_by_id != user.pk


def can_submit_to_catalogue(user: User, report: Report) -> bool:
    """The office, once the signed report is there; the item then goes through review like any other."""
    is_there = report.is_ready and report.status == SignOff.SIGNED
    return acts_as(user, Role.OFFICE) and is_there and report.item_id is None


def can_retry(user: User, report: Report) -> bool:
    """Render again what failed or was cancelled."""
    gave_up = report.rendering in {RenderStatus.FAILED, RenderStatus.CANCELLED}
    return acts_as(user, Role.OFFICE, Role.SIGNER) and gave_up


def can_cancel(user: User, report: Report) -> bool:
    """A draft that waits or failed; a signed report has its number and must be printed."""
    waits = report.rendering in {RenderStatus.QUEUED, RenderStatus.FAILED}
    return acts_as(user, Role.OFFICE) and waits and report.status == SignOff.DRAFT
