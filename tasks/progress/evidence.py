"""Evidence (佐证材料): files, and items of the public catalogue; what a form brings along of them, added to a record and taken away."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Manager, Model
from django.http import QueryDict
from django.urls import reverse_lazy

from ninghai.files import Purpose, UnacceptableFile, discard, store_upload
from ninghai.files.kinds import refused_by_name
from ninghai.models import AuditEntry, StoredFile, Unit, User
from ninghai.models.state_machine import TransitionError, require
from tasks import rules
from tasks.models import Evidence, ProgressReport
from tasks.models.progress import Proof

# Where `tasks` learns about the public catalogue, on which evidence may rest: `disclosure` registers a lookup when it starts.


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A published item, as much as evidence shows of it."""

    title: str
    url: str


class CatalogueLookup(Protocol):
    """The items published at that moment among these index numbers (索引号)."""

    def __call__(self, index_numbers: Collection[str], *, at: datetime) -> Mapping[str, CatalogueItem]: ...


class TitleSearch(Protocol):
    """The newest items that this unit has published, by index number: those of this title, else those in whose title the words stand."""

    def __call__(self, words: str, *, unit: Unit, at: datetime) -> Mapping[str, CatalogueItem]: ...


SHORTEST = 2  # characters of a title, to be looked for
_lookups: list[CatalogueLookup] = []
_searches: list[TitleSearch] = []


def register_catalogue(lookup: CatalogueLookup, search: TitleSearch) -> None:
    """Called once, from the `ready()` of the app that keeps the catalogue."""
    _lookups[:], _searches[:] = [lookup], [search]


def catalogue_items(index_numbers: Collection[str], *, at: datetime) -> dict[str, CatalogueItem]:
    """The published items of these index numbers; unknown and unpublished ones are absent."""
    if not index_numbers:
        return {}
    return {number: item for lookup in _lookups for number, item in lookup(index_numbers, at=at).items()}


def own_items(words: str, user: User, *, at: datetime) -> dict[str, CatalogueItem]:
    """What the unit for which somebody acts has published under such a title."""
    if not user.acting or len(words.strip()) < SHORTEST:
        return {}
    found = (search(words.strip(), unit=user.acting.unit, at=at) for search in _searches)
    return {number: item for each in found for number, item in each.items()}


class PublishedItemField(forms.CharField):
    """An item of one's own unit by its title, or any by its index number; titles are offered while somebody types (suggest.js)."""

    suggests = True

    def __init__(self) -> None:
        super().__init__(
            label="或选已公开的信息",
            max_length=200,
            required=False,
            help_text="写标题中的几个字，从提示里选本单位公开的信息；别的单位公开的，填索引号。",
            widget=forms.TextInput(
                attrs={"autocomplete": "off", "data-suggest": reverse_lazy("tasks:evidence-titles")}
            ),
        )


# Evidence (佐证材料): files and index numbers, added to a record and taken away while it is with whom it belongs to.

MOST_EVIDENCE = 20  # pieces of one record

P = TypeVar("P", bound=Proof)


class EvidenceRefused(ValidationError):
    """This piece cannot be evidence; a sentence says why."""


@transaction.atomic
def add_evidence(*, report: ProgressReport, proof: StoredFile | str, by: User, at: datetime) -> Evidence:
    """Add a stored file, or the index number (索引号) of a published item. What the report already has is not added twice."""
    report = _locked(report)
    require(rules.can_edit_report(by, report))
    return attach(owner=report, proofs=report.evidence, proof=proof, by=by, at=at)


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User, at: datetime) -> None:
    """Take a piece away; a file that nothing else needs is deleted, its hash stays in the audit trail."""
    report = _locked(evidence.report)
    require(rules.can_edit_report(by, report))
    detach(owner=report, proof=evidence, by=by, at=at)


# Of whatever record.


def attach(*, owner: Model, proofs: "Manager[P]", proof: StoredFile | str, by: User, at: datetime) -> P:
    """Add a piece to the record that `proofs` belong to; its service has asked the rule and holds the record."""
    proof = numbered(proof, by, at=at) if isinstance(proof, str) else proof
    if already := _find(proofs, proof):
        if isinstance(proof, StoredFile) and already.file_id != proof.pk:
            discard(proof)
        return already
    if proofs.count() >= MOST_EVIDENCE:
        raise EvidenceRefused(f"最多附{MOST_EVIDENCE}份材料，请合并后再添加。")
    piece = {"file": proof} if isinstance(proof, StoredFile) else {"index_number": _published(proof, at=at)}
    added = proofs.create(added_by=by, added_at=at, **piece)
    _note(owner, added, action="add_evidence", by=by, at=at)
    return added


def detach(*, owner: Model, proof: Proof, by: User, at: datetime) -> None:
    """Take it away; a file that nothing else needs is deleted, its hash stays in the audit trail."""
    _note(owner, proof, action="remove_evidence", by=by, at=at)
    stored = proof.file
    proof.delete()
    if stored:
        discard(stored)


def _locked(report: ProgressReport) -> ProgressReport:
    """The report as it is now: nothing is added to one that has just left the clerk."""
    return ProgressReport.objects.select_related("assignment__unit").lock(report.pk)


def _find(proofs: "Manager[P]", proof: StoredFile | str) -> P | None:
    if isinstance(proof, StoredFile):
        return proofs.filter(file__sha256=proof.sha256).first()
    return proofs.filter(index_number=proof).exclude(index_number="").first()


def numbered(words: str, user: User, *, at: datetime) -> str:
    """The index number of the one item of the unit that was named by its title; anything else is an index number, or nothing."""
    words = words.strip()
    if not words or words in catalogue_items([words], at=at):
        return words
    titled = own_items(words, user, at=at)
    if len(titled) > 1:
        which = "；".join(f"《{item.title}》{number}" for number, item in titled.items())
        raise EvidenceRefused(f"本单位公开的信息有几条是这样的标题，请填其中一条的索引号：{which}。")
    return next(iter(titled), words)


def _published(number: str, *, at: datetime) -> str:
    if number not in catalogue_items([number], at=at):
        raise EvidenceRefused(
            "公开目录中没有这个索引号，本单位公开的信息也没有这样的标题。请从信息的详情页复制完整的索引号，"
            "尚未公开的信息请改为上传文件。"
        )
    return number


def _note(owner: Model, proof: Proof, *, action: str, by: User, at: datetime) -> None:
    stored = proof.file
    detail = {"name": str(proof), "sha256": stored.sha256 if stored else ""}
    AuditEntry.objects.record(action=action, target=owner, by=by, at=at, detail=detail)


# What a form brings along as evidence: a file to keep, an index number, or a piece to take away.

F = TypeVar("F", bound=forms.BaseForm)


def pieces(sent: Mapping[str, Any], *, by: User, at: datetime) -> list[StoredFile | str]:
    """All files and the index number of a valid form, or none: raises UnacceptableFile, which names each file that is refused."""
    files: list[StoredFile] = []
    try:
        _store_all(sent.get("upload") or [], into=files, by=by, at=at)
    except BaseException:
        for file in files:
            discard(file)
        raise
    number = sent.get("index_number")
    return [*files, *([number] if number else [])]


def _store_all(uploads: "Iterable[UploadedFile[Any]]", *, into: list[StoredFile], by: User, at: datetime) -> None:
    refused: list[ValidationError] = []
    for upload in uploads:
        try:
            into.append(store_upload(upload=upload, purpose=Purpose.EVIDENCE, by=by, at=at))
        except UnacceptableFile as why:
            refused.append(refused_by_name(upload, why))
    if refused:
        others = [f"其余{len(into)}个文件也没有保存，请一起重新选择。"] if into else []
        raise UnacceptableFile([*refused, *others])


def add_pieces(sent: Mapping[str, Any], add: Callable[[StoredFile | str], object], *, by: User, at: datetime) -> None:
    """Give each file and the index number to the service, in their order. What is refused is not kept; once all were tried it is
    told by name beside its field, and that the others were added."""
    refused: dict[str, list[ValidationError | str]] = {}
    uploads = sent.get("upload") or []
    for upload in uploads:
        try:
            _add_file(upload, add, by=by, at=at)
        except ValidationError as why:
            refused.setdefault("upload", []).append(refused_by_name(upload, why))
    if added := len(uploads) - len(refused.get("upload", uploads)):
        refused["upload"].append(f"其余{added}个文件已经添加，不用再选。")
    if number := sent.get("index_number"):
        try:
            add(number)
        except ValidationError as why:
            refused["index_number"] = list(why.error_list)
    if refused:
        raise ValidationError(refused)


def attached_words(sent: Mapping[str, Any]) -> str:
    """What came along with a form and was kept, for the message afterwards; what was refused stands beside its field instead."""
    files = len(sent.get("upload") or [])
    kept = [f"{files}个文件"] if files else []
    kept += ["1条已公开信息"] if sent.get("index_number") else []
    removed = "移除了1份材料。" if sent.get("remove") else ""
    return f"{'和'.join(kept)}已附为佐证材料。{removed}" if kept else removed


def _add_file(
    upload: "UploadedFile[Any]", add: Callable[[StoredFile | str], object], *, by: User, at: datetime
) -> None:
    piece = store_upload(upload=upload, purpose=Purpose.EVIDENCE, by=by, at=at)
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


def nothing_new(sent: Mapping[str, Any], proofs: "Manager[P]", user: User, *, at: datetime) -> None:
    """TransitionError where a form that was sent again changes the evidence, which cannot be changed any more."""
    number, remove = numbered(sent.get("index_number") or "", user, at=at), sent.get("remove")
    hashes = {_digest(upload) for upload in sent.get("upload") or []}
    changes = (
        hashes - set(proofs.filter(file__sha256__in=hashes).values_list("file__sha256", flat=True)),
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


@contextmanager
def beside_its_field() -> Iterator[None]:
    """What is wrong with a file or an index number stands beside the field from which it came."""
    try:
        yield
    except ValidationError as refusal:
        if field := field_of(refusal):
            raise ValidationError({field: refusal.error_list}) from refusal
        raise


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
