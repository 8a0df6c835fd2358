"""The public history of an item: `/catalogue/history/…`, one earlier version, and the difference between two."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disclosure.difference import difference
from disclosure.item_at_address import item_at_address
from disclosure.item_page import breadcrumb, version_files
from disclosure.models import Item
from disclosure.paragraphs import paragraphs
from disclosure.versions import Edition, content_of_edition, editions, facts_of
from disclosure.views.catalogue import withdrawn_or_unknown
from ninghai import clock

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
        "paragraphs": paragraphs(content["fields"]["body"]),
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
