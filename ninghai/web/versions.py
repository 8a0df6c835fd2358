"""What version of a record a person saw, for records without a version of their own: their values, told as a number.

A form carries it in a field; `require_seen` refuses as stale whoever saw other values, or does not say what they saw.
"""

from collections.abc import Iterable
from hashlib import sha256

from django.db.models import Model
from django.http import HttpRequest

from ninghai.models.state_machine import StaleError
from ninghai.web.http import LONGEST_VERSION, seen_version

NOT_WRITTEN = frozenset({"last_login", "password", "view_count", "title_vector", "text_vector", "search_text"})


def version_of(*records: Model) -> int:
    """Another number after any change of what somebody wrote in these records, or of which they are."""
    said = repr([(record._meta.label_lower, *_values(record)) for record in records])
    digest = int(sha256(said.encode()).hexdigest(), 16)
    return digest % int("1" + "0" * LONGEST_VERSION)


def require_seen(request: HttpRequest, *records: Model) -> None:
    """StaleError unless the form says that the person saw these records as they are now."""
    if seen_version(request) != version_of(*records):
        raise StaleError(records[0] if records else None)


def _values(record: Model) -> Iterable[object]:
    for field in record._meta.concrete_fields:
        if field.name not in NOT_WRITTEN:
            yield field.attname, str(getattr(record, field.attname))
