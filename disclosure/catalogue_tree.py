"""The basic catalogue as a flat list in tree order, each duty with its depth and the number of its published items."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from disclosure.models import CatalogueEntry
from disclosure.models.item import ItemQuerySet


@dataclass(frozen=True, slots=True)
class Duty:
    entry: CatalogueEntry
    depth: int
    items: int  # of the duty and all duties below it

    @property
    def mark(self) -> str:
        """A dash for each level."""
        return "—" * self.depth


def catalogue_tree(items: ItemQuerySet) -> list[Duty]:
    """The duties from top to bottom; `items` are those to count."""
    counts = dict(items.exclude(entry=None).order_by().values_list("entry").annotate(Count("pk")))
    children: dict[int | None, list[CatalogueEntry]] = {}
    for entry in CatalogueEntry.objects.all():
        children.setdefault(entry.parent_id, []).append(entry)
    return list(_below(None, children, counts, depth=0))


def _below(
    parent: int | None, children: dict[int | None, list[CatalogueEntry]], counts: dict[int, int], *, depth: int
) -> Iterator[Duty]:
    for entry in children.get(parent, []):
        below = list(_below(entry.pk, children, counts, depth=depth + 1))
        direct = sum(duty.items for duty in below if duty.depth == depth + 1)
        yield Duty(entry=entry, depth=depth, items=counts.get(entry.pk, 0) + direct)
        yield from below
