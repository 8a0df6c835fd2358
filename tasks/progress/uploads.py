"""What a form brings along as evidence: a file to keep, an index number, or a piece to take away."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Manager
from django.forms import BaseForm
from django.http import QueryDict

from ninghai.files import Purpose, UnacceptableFile, discard, store_upload
from ninghai.models import StoredFile, User
from ninghai.models.state_machine import TransitionError
from tasks.models.progress import Proof
from tasks.progress.evidence import EvidenceRefused

P = TypeVar("P", bound=Proof)
F = TypeVar("F", bound=BaseForm)


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


def nothing_new(sent: Mapping[str, Any], proofs: "Manager[P]") -> None:
    """TransitionError where a form that was sent again changes the evidence, which cannot be changed any more."""
    upload, number, remove = sent.get("upload"), (sent.get("index_number") or "").strip(), sent.get("remove")
    changes = (
        upload and not proofs.filter(file__sha256=_digest(upload)).exists(),
        number and not proofs.filter(index_number=number).exists(),
        remove and proofs.filter(pk=remove).exists(),
    )
    if any(changes):
        raise TransitionError("这份内容已经提交，刚才添加或者删除的材料没有保存。需要补充材料的，请在退回以后添加。")


def _digest(upload: "UploadedFile[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def ask_for_file_again(form: F) -> F:
    """Of a form that was refused for something else: no browser sends a file twice, so the form says that it was not kept."""
    if form.files and "upload" not in form.errors:
        form.add_error("upload", "刚才选择的文件没有保存，请重新选择。")
    return form


def field_of(refusal: ValidationError) -> str | None:
    """The field beside which the sentence stands; a refusal that names its fields speaks for itself."""
    if isinstance(refusal, UnacceptableFile):
        return "upload"
    return "index_number" if isinstance(refusal, EvidenceRefused) else None


# Numbers that browsers send along: anything else is as if nothing was sent.

LONGEST = 9  # digits; every number of ours is shorter


def sent_number(data: QueryDict, name: str) -> int | None:
    sent = data.get(name, "")
    return int(sent) if sent.isdecimal() and len(sent) <= LONGEST else None
