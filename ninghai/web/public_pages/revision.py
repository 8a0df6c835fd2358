"""The revision of what the public may see.

Count and last number together change with every commit: a transaction that drew its number early and commits late still
adds to the count. The count only grows, also when old rows go, so that no value ever comes back: a page from before a
withdrawal is never valid again. Nobody waits for anybody, as rows are only added. The last moment tells a restored
database from the one before.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

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


# What many public pages have in common, kept as long as nothing that the public sees has changed (see `revision`).

T = TypeVar("T")


class RevisionCache(Generic[T]):
    """Values by key, made when first asked for; at most `most` of them under one revision: what was asked for longest ago
    goes first. Threads share it: each holds what it has read or made itself."""

    def __init__(self, *, most: int = 200) -> None:
        self.most = most
        self.lock = Lock()
        self.revision, self.values = "", OrderedDict[Hashable, T]()

    def get(self, key: Hashable, make: Callable[[], T], *, revision: str) -> T:
        """The kept value, else the one that is made now. The revision was read before anything else."""
        if (kept := self.look(key, revision=revision)) is not None:
            return kept
        value = make()
        self.keep(key, value, revision=revision)
        return value

    def look(self, key: Hashable, *, revision: str) -> T | None:
        """The kept value, if there is one."""
        with self.lock:
            if revision == self.revision and key in self.values:
                self.values.move_to_end(key)
                return self.values[key]
        return None

    def keep(self, key: Hashable, value: T, *, revision: str) -> None:
        with self.lock:
            if revision != self.revision:
                self.revision, self.values = revision, OrderedDict()
            self.values[key] = value
            while len(self.values) > self.most:
                self.values.popitem(last=False)
