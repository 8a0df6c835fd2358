"""What version of a record a person saw: a form carries it, and whoever saw another one, or does not say, is refused as stale.

Records without a version of their own have their values told as a number (`version_of`).
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import TypeVar

from django.db.models import Model
from django.http import HttpRequest

from ninghai.models.state_machine import StaleError, VersionedModel

V = TypeVar("V", bound=VersionedModel)
LONGEST_VERSION = 9  # digits
NOT_WRITTEN = frozenset({"last_login", "password", "view_count", "title_vector", "text_vector", "search_text"})


def seen_version(request: HttpRequest, name: str = "version") -> int:
    """The version that the person saw, as the form says it. StaleError for a form that says none, or not just one number."""
    sent = request.POST.getlist(name)
    if len(sent) != 1 or not (sent[0].isascii() and sent[0].isdecimal()) or len(sent[0]) > LONGEST_VERSION:
        raise StaleError
    return int(sent[0])


def as_seen(request: HttpRequest, record: V) -> V:
    """The record, if the form says that the person saw it in this version; else StaleError."""
    record.require_version(seen_version(request))
    return record


def version_of(*records: Model) -> int:
    """Another number after any change of what somebody wrote in these records, or of which they are."""
    sent = repr([(record._meta.label_lower, *_values(record)) for record in records])
    digest = int(sha256(sent.encode()).hexdigest(), 16)
    return digest % int("1" + "0" * LONGEST_VERSION)


def require_seen(request: HttpRequest, *records: Model) -> None:
    """StaleError unless the form says that the person saw these records as they are now."""
    if seen_version(request) != version_of(*records):
        raise StaleError(records[0] if records else None)


def _values(record: Model) -> Iterable[object]:
    for field in record._meta.concrete_fields:
        if field.name not in NOT_WRITTEN:
            yield field.attname, str(getattr(record, field.attname))
