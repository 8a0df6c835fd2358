"""The revision of what the public may see.

Count and last number together change with every commit: a transaction that drew its number early and commits late still
adds to the count. The count only grows, also when old rows go, so that no value ever comes back: a page from before a
withdrawal is never valid again. Nobody waits for anybody, as rows are only added. The last moment tells a restored
database from the one before.
"""

from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.http import HttpRequest

from ninghai.models import PublicChange

KEPT_FOR = timedelta(days=1)
SEVERAL = 2


def current_revision(*, using: str = DEFAULT_DB_ALIAS) -> str:
    """One short query; equal as long as nothing that the public sees has changed."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT sum(amount), max(id), max(at) FROM ninghai_publicchange")
        count, last, at = cursor.fetchone()
    return f"{last}.{count}.{at}"


def revision_of(request: HttpRequest) -> str:
    """The revision under which this request is answered, read once."""
    known: str | None = getattr(request, "public_revision", None)
    return known or current_revision()


@transaction.atomic
def forget_old_changes(*, at: datetime) -> int:
    """Keep the table short: one row stands for all old ones. Returns how many went."""
    old = PublicChange.objects.filter(at__lt=at - KEPT_FOR)
    gone = list(old.select_for_update().values_list("pk", "amount", "at"))
    if len(gone) < SEVERAL:
        return 0
    PublicChange.objects.filter(pk__in=[pk for pk, _, _ in gone]).delete()
    PublicChange.objects.create(amount=sum(amount for _, amount, _ in gone), at=max(moment for _, _, moment in gone))
    return len(gone) - 1
