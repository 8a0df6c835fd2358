"""What changed between two contents of an item, for a reader: fields, paragraphs of the text, files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

from django.db import models

from disclosure.items.body.writing import plain_lines
from disclosure.models import CatalogueEntry, Item
from disclosure.models.public_content import PUBLIC_FIELDS, Content
from tasks.notices.editions import Marked, marked

NOT_AS_WORDS = frozenset({"body", "explains_id", "change_note", "hides_old_version"})  # three of them in their own ways
MOST_LINES = 2000  # of both texts; longer ones are shown one after the other
MOST_WORK = (
    8_000_000  # pairs of characters compared for one page, about half a second; what is left is shown as a whole
)
SHOWN_AROUND = 1  # unchanged paragraphs beside a changed one


class FieldChange(NamedTuple):
    label: str
    stretches: list[Marked]


class DifferenceLine(NamedTuple):
    """A paragraph: `kept`, `gone`, `new`, `changed`, or `left_out` (unchanged ones, their number in the stretch)."""

    how: str
    stretches: list[Marked]


class FileChange(NamedTuple):
    """`how` is 新增, 删去 or 内容有更换."""

    how: str
    label: str


@dataclass(frozen=True, slots=True)
class ContentDifference:
    fields: list[FieldChange]
    text: list[DifferenceLine]  # every line in plain words, if there is a change in one of them
    files: list[FileChange]
    is_set_anew: bool = False  # the words of the text are the same, and its headings, lists or tables are not

    @property
    def lines(self) -> list[DifferenceLine]:
        """The paragraphs that changed and those beside them; of the others, how many there are."""
        return list(_shortened(self.text))

    @property
    def is_empty(self) -> bool:
        return not (self.fields or self.text or self.files or self.is_set_anew)


def difference(before: Content, after: Content, *, at: datetime) -> ContentDifference:
    """From the one to the other; what is the same in both is left out, but for the paragraphs beside a changed one.

    Of an item that one of them explains it names what the public may read at that moment, and nothing else.
    """
    old, new = (content["fields"].get("body", "") for content in (before, after))
    text = list(_line_changes(plain_lines(old), plain_lines(new)))
    return ContentDifference(
        fields=[*_field_changes(before, after), *_explained(before, after, at=at), *_note(before, after)],
        text=text,
        files=list(_file_changes(before["files"], after["files"])),
        is_set_anew=old != new and not text,
    )


def readable(name: str, value: str) -> str:
    """A field's value as a reader knows it: the label of a choice, the name of a related record."""
    field = Item._meta.get_field(name.removesuffix("_id"))
    if isinstance(field, models.ForeignKey):
        found = field.remote_field.model._base_manager.filter(pk=value).first() if value else None
        return found.shown_name if isinstance(found, CatalogueEntry) else str(found or "")
    return str(dict(field.flatchoices).get(value, value)) if isinstance(field, models.Field) else value


def label_of(name: str) -> str:
    return str(getattr(Item._meta.get_field(name.removesuffix("_id")), "verbose_name", name))


def _field_changes(before: Content, after: Content) -> Iterator[FieldChange]:
    for name in PUBLIC_FIELDS:
        old, new = before["fields"].get(name, ""), after["fields"].get(name, "")
        if name not in NOT_AS_WORDS and old != new:
            yield FieldChange(label_of(name), list(marked(readable(name, old), readable(name, new))))


def _explained(before: Content, after: Content, *, at: datetime) -> Iterator[FieldChange]:
    """所解读的文件, each name as a whole: two titles are not the words of one text."""
    old, new = before["fields"].get("explains_id", ""), after["fields"].get("explains_id", "")
    if old == new:
        return
    pair = [Marked(how, _public_name(pk, at=at)) for how, pk in (("gone", old), ("new", new)) if pk]
    yield FieldChange(label_of("explains_id"), pair)


def _public_name(pk: str, *, at: datetime) -> str:
    item = Item.objects.published(at).filter(pk=pk).only("title", "index_number").first()
    return f"{item.title}（{item.index_number}）" if item else "已撤回的信息"


def _note(before: Content, after: Content) -> Iterator[FieldChange]:
    """修改说明: the newer one stands for itself."""
    old, new = before["fields"].get("change_note", ""), after["fields"].get("change_note", "")
    if old != new:
        yield FieldChange(label_of("change_note"), [Marked("new", new) if new else Marked("gone", old)])


def _line_changes(old: list[str], new: list[str]) -> Iterator[DifferenceLine]:
    """In plain words, as readers know them."""
    if old == new:
        return
    if len(old) + len(new) > MOST_LINES:
        yield from _replaced(old, new, by_character=False)
        return
    left = MOST_WORK
    for how, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            yield from (DifferenceLine("kept", [Marked("kept", line)]) for line in old[start:end])
        else:
            gone, came = old[start:end], new[new_start:new_end]
            left -= sum(len(one) * len(other) for one, other in zip(gone, came, strict=False))
            yield from _replaced(gone, came, by_character=left > 0)


def _shortened(text: list[DifferenceLine]) -> Iterator[DifferenceLine]:
    """Of a run of unchanged paragraphs those beside a change, and how many were left out between them."""
    runs = [(is_kept, list(run)) for is_kept, run in groupby(text, key=lambda line: line.how == "kept")]
    for place, (is_kept, run) in enumerate(runs):
        head = run[:SHOWN_AROUND] if place else []
        tail = run[len(head) :][-SHOWN_AROUND:] if place < len(runs) - 1 else []
        if not is_kept:
            yield from run
        elif left_out := len(run) - len(head) - len(tail):
            yield from (*head, DifferenceLine("left_out", [Marked("kept", f"{left_out}")]), *tail)
        else:
            yield from (*head, *tail)


def _replaced(old: list[str], new: list[str], *, by_character: bool) -> Iterator[DifferenceLine]:
    """Paragraph by paragraph; what has no partner, or would cost too much, is gone or new as a whole."""
    pairs = min(len(old), len(new)) if by_character else 0
    yield from (DifferenceLine("changed", list(marked(*pair))) for pair in zip(old[:pairs], new[:pairs], strict=True))
    yield from (DifferenceLine("gone", [Marked("gone", line)]) for line in old[pairs:])
    yield from (DifferenceLine("new", [Marked("new", line)]) for line in new[pairs:])


def _file_changes(before: list[list[str]], after: list[list[str]]) -> Iterator[FileChange]:
    """By name first: a file of the same name with other bytes was replaced."""
    old, new = [tuple(file) for file in before], [tuple(file) for file in after]
    names_before, names_after = {label for label, _ in old}, {label for label, _ in new}
    for label, digest in new:
        if (label, digest) not in old:
            yield FileChange("内容有更换" if label in names_before else "新增", label)
    yield from (FileChange("删去", label) for label, _ in old if label not in names_after)
