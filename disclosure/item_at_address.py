"""What an item's own address shows, read in one query: the page is opened more often than any other.

Its SQL is compiled once (`CompiledOnce`), names come along without their records, and the two rare things, files and
related documents, are only asked for where the item says that it has some.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from disclosure.models import Attachment, CatalogueEntry, Item, Topic
from disclosure.states import ItemStatus
from ninghai.database import CompiledOnce
from ninghai.models import Unit

NAMES: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "unit": (Unit, ("id", "name", "short_name")),
    "topic": (Topic, ("id", "name", "path")),
    "entry": (CatalogueEntry, ("id", "name", "public_name")),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands beside an item: the policy that it explains, and the interpretations of it; only what is public."""

    explained: Item | None
    interpretations: list[Item]


@dataclass(frozen=True, slots=True)
class Related:
    """The documents before and after an item, and what explains it."""

    replaced_by: Item | None
    replaces: list[Item]
    pair: Pair


def _address(at: datetime, index_number: str) -> QuerySet[Item]:
    """It is published, or it left the catalogue and its text was kept (`kept`)."""
    pointing = Item.objects.filter(Q(replaced_by=OuterRef("pk")) | Q(explains=OuterRef("pk")))
    names = {f"{field}_{name}": F(f"{field}__{name}") for field, (_, read) in NAMES.items() for name in read[1:]}
    return (
        (Item.objects.published(at) | Item.objects.kept())
        .filter(index_number=index_number)
        .without_search()
        .annotate(
            has_files=Exists(Attachment.objects.filter(item=OuterRef("pk"))), is_pointed_at=Exists(pointing), **names
        )
    )


_at_address = CompiledOnce(_address, at=datetime(1, 1, 1, tzinfo=UTC), index_number="the number that is asked for")


def item_at_address(index_number: str, *, at: datetime) -> Item | None:
    """The item with the names of its unit, topic and duty."""
    for item in _at_address(at=at, index_number=index_number):
        for field, (model, names) in NAMES.items():
            _name(item, field, model, names)
        return item
    return None


def _name(item: Any, field: str, model: type[Model], names: tuple[str, ...]) -> None:
    pk = getattr(item, f"{field}_id")
    known = (pk, *(getattr(item, f"{field}_{name}") for name in names[1:]))
    setattr(item, field, None if pk is None else model.from_db(None, names, known))


def files_of(item: Any) -> list[Attachment]:
    return list(item.attachments.select_related("file")) if item.has_files else []


def related_to(item: Any, *, at: datetime) -> Related:
    """One query, for the few that have any: a document that was withdrawn and kept counts before and after this one."""
    named = {item.replaced_by_id, item.explains_id} - {None}
    if not named and not item.is_pointed_at:
        return Related(None, [], Pair(None, []))
    either = Q(pk__in=named) | Q(replaced_by=item.pk) | Q(explains=item.pk)
    shown = (Item.objects.published(at) | Item.objects.kept()).filter(either)
    rows = list(shown.newest_first().for_list())
    public = [each for each in rows if each.status == ItemStatus.PUBLISHED]
    return Related(
        replaced_by=next((each for each in rows if each.pk == item.replaced_by_id), None),
        replaces=[each for each in rows if each.replaced_by_id == item.pk],
        pair=Pair(
            explained=next((each for each in public if each.pk == item.explains_id), None),
            interpretations=[each for each in public if each.explains_id == item.pk],
        ),
    )
