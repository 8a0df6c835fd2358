"""The revision of what the public may see.

Count and last number together change with every commit: a transaction that drew its number early and commits late still
adds to the count. Nobody waits for anybody, as rows are only added. The last moment tells a restored database from the
one before.
"""

from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest

from ninghai.models import PublicChange

KEPT_FOR = timedelta(days=1)


def current_revision(*, using: str = DEFAULT_DB_ALIAS) -> str:
    """One short query; equal as long as nothing that the public sees has changed."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT count(*), max(id), max(at) FROM ninghai_publicchange")
        count, last, at = cursor.fetchone()
    return f"{last}.{count}.{at}"


def revision_of(request: HttpRequest) -> str:
    """The revision under which this request is answered, read once."""
    known: str | None = getattr(request, "public_revision", None)
    return known or current_revision()


def forget_old_changes(*, at: datetime) -> int:
    """Keep the table short; pages are then rendered once more. Returns how many rows went."""
    deleted, _ = PublicChange.objects.filter(at__lt=at - KEPT_FOR).delete()
    return deleted
