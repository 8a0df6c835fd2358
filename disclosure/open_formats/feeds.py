"""The Atom feeds of the catalogue, whole or as it is filtered, of the guides of services and of the answers: what was published last."""

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from disclosure.catalogue.facets import LABELS
from disclosure.catalogue.query import CatalogueQuery
from disclosure.items.text import one_line
from disclosure.models import GuideVersion, Item, Knowledge, Service
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


class ServiceFeed(Feed[GuideVersion, None]):
    """`/feeds/services.xml`: each version of a guide with the day from which it holds, and what it changed."""

    feed_type = Atom1Feed
    language = "zh-CN"
    title = f"{settings.SITE_NAME}：办事指南"
    subtitle = "最新公布和变更的办事指南"

    def link(self) -> str:
        return reverse("disclosure:service-list")

    def feed_url(self) -> str:
        return reverse("disclosure:service-feed")

    def items(self) -> list[GuideVersion]:
        listed = Service.objects.open_to_the_public(on=clock.today())
        guides = GuideVersion.objects.published().filter(service__in=listed).with_service()
        return list(guides.defer("content", "findings").order_by("-published_at", "-pk")[:NEWEST])

    def item_title(self, guide: GuideVersion) -> str:
        return one_line(str(guide))

    def item_link(self, guide: GuideVersion) -> str:
        return reverse("disclosure:service-version", args=[guide.service.code, guide.number])

    def item_description(self, guide: GuideVersion) -> str:
        return escape(one_line(f"{guide.effective_on}起施行。{guide.what_changed}"))

    def item_author_name(self, guide: GuideVersion) -> str:
        return one_line(guide.service.unit.name)

    def item_pubdate(self, guide: GuideVersion) -> datetime:
        return timezone.localtime(guide.published_at)

    item_updateddate = item_pubdate


class KnowledgeFeed(Feed[Knowledge, None]):
    """`/feeds/knowledge.xml`: what was answered last, as long as it holds."""

    feed_type = Atom1Feed
    language = "zh-CN"
    title = f"{settings.SITE_NAME}：知识库"
    subtitle = "最新公布的解答"

    def link(self) -> str:
        return reverse("disclosure:knowledge-list")

    def feed_url(self) -> str:
        return reverse("disclosure:knowledge-feed")

    def items(self) -> list[Knowledge]:
        return list(Knowledge.objects.held(on=clock.today()).for_list().order_by("-published_at", "-pk")[:NEWEST])

    def item_title(self, knowledge: Knowledge) -> str:
        return one_line(knowledge.question)

    def item_description(self, knowledge: Knowledge) -> str:
        return escape(one_line(knowledge.answer))

    def item_author_name(self, knowledge: Knowledge) -> str:
        return one_line(knowledge.unit.name)

    def item_pubdate(self, knowledge: Knowledge) -> datetime:
        return timezone.localtime(knowledge.published_at)

    item_updateddate = item_pubdate
