"""The Atom feed of the catalogue: what was published last."""

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed

from disclosure.models import Item
from disclosure.plain_text import one_line
from ninghai import clock

NEWEST = 50


class CatalogueFeed(Feed[Item, None]):
    feed_type = Atom1Feed
    language = "zh-CN"
    title = f"{settings.SITE_NAME}：公开目录"
    subtitle = "最新公开的政府信息"
    link = reverse_lazy("disclosure:item-list")
    feed_url = reverse_lazy("disclosure:feed")

    def items(self) -> QuerySet[Item]:
        return Item.objects.published(clock.now()).newest_first().for_list()[:NEWEST]

    def item_title(self, item: Item | None) -> str:
        return str(item)

    def item_description(self, item: Item) -> str:
        return item.summary

    def item_author_name(self, item: Item) -> str:
        return one_line(item.unit.name)  # whatever the office's list of units holds, the feed stays XML

    def item_pubdate(self, item: Item) -> datetime | None:
        return item.published_at

    item_updateddate = item_pubdate
