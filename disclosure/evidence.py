"""Published items as evidence of progress: `tasks` asks here, through the lookup that the app registers when it starts."""

from collections.abc import Collection
from datetime import datetime

from disclosure.models import Item
from tasks.evidence import CatalogueItem


def published_items(index_numbers: Collection[str], *, at: datetime) -> dict[str, CatalogueItem]:
    """The items published at that moment among these index numbers (索引号)."""
    items = Item.objects.published(at).filter(index_number__in=index_numbers).only("index_number", "title")
    return {str(item.index_number): CatalogueItem(title=item.title, url=item.get_absolute_url()) for item in items}
