"""What a form brings along as evidence: a file to keep, an index number, or a piece to take away."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from ninghai.files import Purpose, UnacceptableFile, store_upload
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
        with transaction.atomic():
            for piece in pieces({part: sent.get(part)}, by=by, at=at):
                add(piece)


def field_of(refusal: ValidationError) -> str | None:
    """The field beside which the sentence stands; a refusal that names its fields speaks for itself."""
    if isinstance(refusal, UnacceptableFile):
        return "upload"
    return "index_number" if isinstance(refusal, EvidenceRefused) else None
