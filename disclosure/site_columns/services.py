"""The office changes the text of a column's page; the trail keeps the words from before."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosure.items.text import Paragraph, ParagraphLevel, many_lines, paragraphs
from disclosure.models import SitePage
from disclosure.privacy.gate import require_impersonal
from ninghai.models import AuditEntry, Role, User, acts_as
from ninghai.models.state_machine import require

LONGEST = 20_000


def can_edit_page(user: User) -> bool:
    """The county office keeps the standing pages."""
    return acts_as(user, Role.OFFICE)


@transaction.atomic
def edit_page(*, page: SitePage, body: str, version: int, by: User, at: datetime) -> SitePage:
    """Put the text in place; StaleError if somebody changed it after this person opened `version`."""
    require(can_edit_page(by))
    body = many_lines(body)
    if len(body) > LONGEST:
        raise ValidationError({"body": f"正文不能超过{LONGEST}字，较长的内容请作为公开信息发布。"})
    require_impersonal(body, field="body", what="页面正文")
    before = SitePage.objects.get(pk=page.pk)
    page.next_version(seen=version, body=body, updated_at=at, updated_by=by)
    AuditEntry.objects.record(
        action=AuditEntry.Action.EDIT_PAGE, target=page, by=by, at=at, detail={"before": before.body, "after": body}
    )
    page.refresh_from_db()
    return page


# The text of a column's page, and what of it the public reads.

UNKNOWN = "待填写"
HEADINGS = {ParagraphLevel.HEADING: 2, ParagraphLevel.SUBHEADING: 1}


def public_paragraphs(body: str) -> list[Paragraph]:
    """The paragraphs that the public reads."""
    known = "\n".join(line for line in body.splitlines() if UNKNOWN not in line)
    return _without_empty_headings(paragraphs(known))


def unknown_lines(body: str) -> list[str]:
    """The lines that wait for the office."""
    return [line.strip() for line in body.splitlines() if UNKNOWN in line]


def _without_empty_headings(read: Iterable[Paragraph]) -> list[Paragraph]:
    """From the end: a heading stays if text came after it before a heading of its rank or a higher one."""
    kept: list[Paragraph] = []
    below = max(HEADINGS.values())  # the rank of what stands below: 0 text, 1 subheading, 2 heading or nothing
    for paragraph in reversed(list(read)):
        rank = HEADINGS.get(paragraph.level, 0)
        if rank == 0 or rank > below:
            kept.append(paragraph)
            below = rank
    return kept[::-1]
