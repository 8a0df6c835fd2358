"""What a form brings along as evidence: a file to keep, an index number, or a piece to take away."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from ninghai.files import Purpose, UnacceptableFile, discard, store_upload
from ninghai.models import StoredFile, User
from tasks.services.evidence import EvidenceRefused


def pieces(sent: Mapping[str, Any], *, by: User, at: datetime) -> list[StoredFile | str]:
    """The uploaded file and the index number of a valid form, as evidence services take them; raises UnacceptableFile."""
    upload, number = sent.get("upload"), sent.get("index_number")
    stored = [store_upload(upload=upload, purpose=Purpose.EVIDENCE, by=by, at=at)] if upload else []
    return [*stored, *([number] if number else [])]


def add_pieces(sent: Mapping[str, Any], add: Callable[[StoredFile | str], object], *, by: User, at: datetime) -> None:
    """Give each of them to the service; a file that it refuses is not kept, what was added before it is."""
    for part in ("upload", "index_number"):
        for piece in pieces({part: sent.get(part)}, by=by, at=at):
            with kept_if_taken(piece):
                add(piece)


@contextmanager
def kept_if_taken(*found: StoredFile | str) -> Iterator[None]:
    """In a transaction of its own; files that came before it, for nothing is looked into while rows are locked, go
    again when it fails."""
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for each in found:
            if isinstance(each, StoredFile):
                discard(each)
        raise


def field_of(refusal: ValidationError) -> str | None:
    """The field beside which the sentence stands; a refusal that names its fields speaks for itself."""
    if isinstance(refusal, UnacceptableFile):
        return "upload"
    return "index_number" if isinstance(refusal, EvidenceRefused) else None
