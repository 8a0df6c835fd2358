"""The Atom feed of the catalogue, whole or as it is filtered: what was published last."""

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from disclosure.catalogue.facets import LABELS
from disclosure.catalogue.query import CatalogueQuery
from disclosure.items.text import one_line
from disclosure.models import Item
from ninghai.calendar import clock

NEWEST = 50


class CatalogueFeed(Feed[Item, CatalogueQuery]):
    """`/feeds/catalogue.xml` takes the list's filters; one that is broken leaves the feed empty."""

    feed_type = Atom1Feed
    language = "zh-CN"

    def get_object(self, request: HttpRequest, *args: object, **kwargs: object) -> CatalogueQuery:
        return CatalogueQuery(request.GET, at=clock.now())

    def title(self, catalogue: CatalogueQuery) -> str:
        conditions = "，".join(f"{label}：{value}" for label, value in conditions_of(catalogue))
        return f"{settings.SITE_NAME}：公开目录{f'（{conditions}）' if conditions else ''}"

    def subtitle(self, catalogue: CatalogueQuery) -> str:
        return one_line(catalogue.mistake) or "最新公开的政府信息"

    def link(self, catalogue: CatalogueQuery) -> str:
        return catalogue.url_of("disclosure:item-list")

    def feed_url(self, catalogue: CatalogueQuery) -> str:
        return catalogue.url_of("disclosure:feed")

    def items(self, catalogue: CatalogueQuery) -> list[Item]:
        return catalogue.listing(by_date=True)[0:NEWEST]

    def item_title(self, item: Item | None) -> str:
        return one_line(str(item))  # whatever was imported, the feed stays XML

    def item_description(self, item: Item) -> str:
        return escape(one_line(item.summary))  # the feed's summaries are HTML

    def item_author_name(self, item: Item) -> str:
        return one_line(item.unit.name)

    def item_categories(self, item: Item) -> list[str]:
        return [item.get_kind_display(), *([one_line(item.topic.path)] if item.topic else [])]

    def item_pubdate(self, item: Item) -> datetime:
        return timezone.localtime(item.published_at)

    def item_updateddate(self, item: Item) -> datetime:
        return timezone.localtime(item.updated_at or item.published_at)


def conditions_of(catalogue: CatalogueQuery) -> list[tuple[str, str]]:
    """The conditions that are set, in the words of the screen."""
    if not catalogue.is_valid():
        return []
    words = [("检索词", one_line(catalogue.words))] if catalogue.words else []
    return words + [(LABELS[name], one_line(value)) for name, value in catalogue.labels.items()]
