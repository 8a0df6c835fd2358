"""What the public read at other times (历史版本): the versions of an item with their dates, and what each changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disclosure.catalogue.item_page import Fact, breadcrumb, item_at_address, version_files
from disclosure.catalogue.views import withdrawn_or_unknown
from disclosure.items.body.blocks import blocks
from disclosure.items.difference import difference, label_of, readable
from disclosure.models import Item, PublicVersion, VersionFile
from disclosure.models.public_content import Content
from ninghai.calendar import clock
from ninghai.web.template_filters import breakable

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
        return item.content()
    content: Content = edition.version.content
    return None if edition.is_hidden else content


def facts_of(content: Content) -> Iterator[Fact]:
    """The fields beside the text, as a reader knows them."""
    for name in FACTS:
        if value := readable(name, content["fields"].get(name, "")):
            yield Fact(label_of(name), value)


def readable_files(items: QuerySet[Item]) -> QuerySet[VersionFile]:
    """The files of those earlier versions of these items that may be consulted."""
    return VersionFile.objects.filter(version__item__in=items, version__is_hidden=False)


# The public history of an item: `/catalogue/history/…`, one earlier version, and the difference between two.

GONE = "没有这个版本，或者这个版本不再供查阅。"


@login_not_required
@require_safe
def history(request: HttpRequest, index_number: str) -> HttpResponse:
    """The versions with their dates and what each changed."""
    item = item_at_address(index_number, at=clock.now())
    if item is None:
        return withdrawn_or_unknown(request, index_number)
    shown = editions(item)
    context = {
        **_frame(item, "历史版本"),
        "editions": shown[::-1],
        "readable": [each for each in shown if not each.is_hidden],
    }
    return render(request, "disclosure/item_history.html", context)


@login_not_required
@require_safe
def version(request: HttpRequest, number: int, index_number: str) -> HttpResponse:
    """One earlier version as the public read it."""
    item = item_at_address(index_number, at=clock.now())
    if item is None:
        return withdrawn_or_unknown(request, index_number)
    edition = _edition(item, f"{number}")
    if edition.version is None:
        raise Http404(GONE)  # the current one has its own address
    content = edition.version.content
    context = {
        **_frame(item, f"第{number}版"),
        "edition": edition,
        "title": content["fields"]["title"],
        "heading": breakable(content["fields"]["title"]),
        "blocks": blocks(content["fields"]["body"]),
        "facts": list(facts_of(content)),
        "files": version_files(edition.version.files.select_related("file")),
    }
    return render(request, "disclosure/item_version.html", context)


@login_not_required
@require_safe
def compare(request: HttpRequest, index_number: str) -> HttpResponse:
    """`?from=1&to=2`: what changed from the one version to the other."""
    item = item_at_address(index_number, at=clock.now())
    if item is None:
        return withdrawn_or_unknown(request, index_number)
    first, second = (_edition(item, request.GET.get(name, "")) for name in ("from", "to"))
    before, after = content_of_edition(item, first), content_of_edition(item, second)
    if before is None or after is None:
        raise Http404(GONE)
    shown = editions(item)
    context = {
        **_frame(item, "版本对照"),
        "first": first,
        "second": second,
        "difference": difference(before, after, at=clock.now()),
        "notes": [each for each in shown if first.number < each.number <= second.number and each.change_note],
        "readable": [each for each in shown if not each.is_hidden],
    }
    return render(request, "disclosure/item_compare.html", context)


def _edition(item: Item, number: str) -> Edition:
    """The version of that number, if it may be consulted."""
    for edition in editions(item):
        if f"{edition.number}" == number and not edition.is_hidden:
            return edition
    raise Http404(GONE)


def _frame(item: Item, page: str) -> dict[str, object]:
    trail = [*breadcrumb(item)[:-1], (item.title, item.get_absolute_url()), (page, "")]
    return {"item": item, "trail": trail}
