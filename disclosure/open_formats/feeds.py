"""The Atom feed of the catalogue, whole or as it is filtered: what was published last."""

from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from disclosure.catalogue.facets import LABELS
from disclosure.catalogue.filters import CatalogueFilter
from disclosure.catalogue.listing import ItemListing
from disclosure.items.text import one_line
from disclosure.models import Item
from ninghai.calendar import clock

NEWEST = 50


class CatalogueFeed(Feed[Item, CatalogueFilter]):
    """`/feeds/catalogue.xml` takes the list's filters; one that is broken leaves the feed empty."""

    feed_type = Atom1Feed
    language = "zh-CN"

    def get_object(self, request: HttpRequest, *args: object, **kwargs: object) -> CatalogueFilter:
        now = clock.now()
        return CatalogueFilter(request.GET, queryset=Item.objects.published(now), at=now)

    def title(self, catalogue: CatalogueFilter) -> str:
        conditions = "，".join(f"{label}：{value}" for label, value in conditions_of(catalogue))
        return f"{settings.SITE_NAME}：公开目录{f'（{conditions}）' if conditions else ''}"

    def subtitle(self, catalogue: CatalogueFilter) -> str:
        return "最新公开的政府信息" if catalogue.is_valid() else "网址中的筛选条件无法识别，请到公开目录重新选择。"

    def link(self, catalogue: CatalogueFilter) -> str:
        return address_of("disclosure:item-list", catalogue)

    def feed_url(self, catalogue: CatalogueFilter) -> str:
        return address_of("disclosure:feed", catalogue)

    def items(self, catalogue: CatalogueFilter) -> list[Item]:
        found = catalogue.found()
        return ItemListing(found.items, at=found.at, words=found.words, by_date=True)[0:NEWEST]

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


def conditions_of(catalogue: CatalogueFilter) -> list[tuple[str, str]]:
    """The conditions that are set, in the words of the screen."""
    if not catalogue.is_valid():
        return []
    words = [("检索词", one_line(catalogue.words))] if catalogue.words else []
    return words + [(LABELS[name], one_line(value)) for name, value in catalogue.labels.items()]


def address_of(view: str, catalogue: CatalogueFilter) -> str:
    """The address of that view of the same list; a feed has one order."""
    kept = {"q": catalogue.words, **catalogue.conditions}
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{reverse(view)}?{query}" if query else reverse(view)
