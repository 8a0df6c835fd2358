"""What the public read at other times (历史版本): the versions of an item with their dates, and what each changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from disclosure.content import Content, content_of
from disclosure.difference import label_of, readable
from disclosure.models import Item, PublicVersion, VersionFile

FACTS = ("document_number", "kind", "topic_id", "entry_id", "category", "formed_date", "source", "summary")


@dataclass(frozen=True, slots=True)
class Edition:
    """One version as the public sees it; the last one is the item itself. Of a hidden one only the dates are told."""

    number: int
    public_from: datetime
    public_until: datetime | None
    change_note: str  # what it changed in the one before
    is_hidden: bool
    version: PublicVersion | None

    @property
    def is_current(self) -> bool:
        return self.version is None


def editions(item: Item) -> list[Edition]:
    """The item's versions, oldest first, the current one last."""
    versions = list(item.public_versions.defer("content").order_by("number"))
    notes = ["", *(version.change_note for version in versions)]
    shown = [
        Edition(
            number=version.number,
            public_from=version.public_from,
            public_until=version.public_until,
            change_note="" if version.is_hidden else note,
            is_hidden=version.is_hidden,
            version=version,
        )
        for version, note in zip(versions, notes, strict=False)
    ]
    since = item.updated_at or item.published_at
    if since is None:
        raise ValueError("only what was published has versions")
    return [*shown, Edition(len(versions) + 1, since, None, notes[-1], is_hidden=False, version=None)]


def content_of_edition(item: Item, edition: Edition) -> Content | None:
    """What it said; None for one that is hidden."""
    if edition.version is None:
        return content_of(item)
    content: Content = edition.version.content
    return None if edition.is_hidden else content


def facts_of(content: Content) -> Iterator[tuple[str, str]]:
    """The fields beside the text, as a reader knows them."""
    for name in FACTS:
        if value := readable(name, content["fields"].get(name, "")):
            yield label_of(name), value


def readable_files(items: QuerySet[Item]) -> QuerySet[VersionFile]:
    """The files of those earlier versions of these items that may be consulted."""
    return VersionFile.objects.filter(version__item__in=items, version__is_hidden=False)
