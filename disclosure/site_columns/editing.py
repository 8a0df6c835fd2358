"""The office changes the text of a column's page; the trail keeps the words from before."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from disclosure.models import SitePage
from disclosure.plain_text import many_lines
from disclosure.privacy.short_words import require_impersonal
from ninghai.models import AuditEntry, Role, User
from ninghai.moves import StaleError, require
from ninghai.roles import acts_as

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
    unchanged = SitePage.objects.filter(pk=page.pk, version=version)
    if not unchanged.update(body=body, version=F("version") + 1, updated_at=at, updated_by=by):
        raise StaleError(before)
    AuditEntry.objects.record(
        action=AuditEntry.Action.EDIT_PAGE, target=page, by=by, at=at, detail={"before": before.body, "after": body}
    )
    page.refresh_from_db()
    return page
