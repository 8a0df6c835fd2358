"""What can be asked. Each answer starts from what is published at this moment."""

import base64
import json
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Path as InPath
from ninja import Query, Router

from disclosure.catalogue.filters import CONDITIONS, CatalogueFilter
from disclosure.catalogue.listing import COUNT_LIMIT, ItemListing
from disclosure.catalogue.search import LONGEST_QUERY
from disclosure.models import BasicCatalogue, Item
from disclosure.models import Topic as TopicRow
from disclosure.models.states import Validity
from disclosure.open_formats.api import records
from disclosure.open_formats.api.answers import Catalogues, ItemPage, Topics, Units, WholeItem
from disclosure.open_formats.api.errors import Refusal, Refused, bad_parameters, not_found
from ninghai.calendar import clock
from ninghai.models import Unit as UnitRow
from ninghai.web.http import site_of

# Pages by a cursor: where the last page ended, in a form that nobody needs to understand.

LONGEST = 100  # characters of a cursor
Page = tuple[list[Item], str | None]


def page_of(found: ItemListing, *, cursor: str, size: int) -> Page:
    """The page and the cursor of the next one."""
    return _counted(found, cursor, size) if found.words else _walked(found, cursor, size)


def _counted(found: ItemListing, cursor: str, size: int) -> Page:
    start = 0
    if cursor:
        start = _read(cursor).get("after", -1)
        if not isinstance(start, int) or not 0 <= start <= COUNT_LIMIT:
            raise _broken()
    end = start + size
    return found[start:end], _written({"after": end}) if end < found.count() else None


def _walked(found: ItemListing, cursor: str, size: int) -> Page:
    items = found.items
    if cursor:
        last = _read(cursor)
        try:
            at, pk = datetime.fromisoformat(last["at"]), int(last["pk"])
            before = at.tzinfo is not None and 0 <= pk < 2**63
        except (KeyError, TypeError, ValueError, OverflowError):
            before = False
        if not before:
            raise _broken()
        items = items.filter(~Q(published_at=at, pk__gte=pk), published_at__lte=at)
    page = list(items.newest_first().for_list()[: size + 1])
    if len(page) <= size:
        return page, None
    last_item = page[size - 1]
    assert last_item.published_at is not None  # noqa: S101 - a published item has its moment
    return page[:size], _written({"at": last_item.published_at.isoformat(), "pk": last_item.pk})


def _written(place: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str) -> dict[str, Any]:
    try:
        place = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        raise _broken() from None
    if not isinstance(place, dict):
        raise _broken()
    return place


def _broken() -> Refused:
    message = "参数 cursor 不是本接口给出的游标，请使用上一页的 next，或从第一页开始。"
    return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_parameters", message, ["cursor"])


router = Router()
REFUSED = {400: Refusal, 422: Refusal}  # not in UTF-8; a parameter out of its range
LONGEST_CODE = 30


@router.get("/items/", response={200: ItemPage, **REFUSED}, summary="公开信息列表", operation_id="list_items")
def items(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=LONGEST_QUERY, description="检索词：空格隔开表示都要出现，加引号按原句")] = "",
    unit: Annotated[str, Query(max_length=LONGEST_CODE, description="发布机构的编码")] = "",
    entry: Annotated[str, Query(max_length=LONGEST_CODE, description="公开事项的编码，包括其下级")] = "",
    topic: Annotated[str, Query(max_length=LONGEST_CODE, description="主题分类的编码，包括其下级")] = "",
    kind: Annotated[Item.Kind | None, Query(description="信息类型")] = None,
    year: Annotated[int | None, Query(ge=2008, le=9999, description="发布年份")] = None,
    validity: Annotated[Validity | None, Query(description="时效")] = None,
    size: Annotated[int, Query(ge=1, le=100, description="每页条数")] = 20,
    cursor: Annotated[str, Query(max_length=LONGEST, description="上一页的 next")] = "",
) -> ItemPage:
    """按发布时间从新到旧；有检索词时按相关程度，最多翻到前 10,000 条。全部结果请用 /catalogue/export/ 下载。"""
    now = clock.now()
    catalogue = CatalogueFilter(request.GET, queryset=Item.objects.published(now), at=now)
    if not catalogue.is_valid():
        raise bad_parameters([name for name in ("q", *CONDITIONS, "sort") if broken(catalogue, name)])
    found = catalogue.found()
    page, after = page_of(found, cursor=cursor, size=size)
    site = site_of(request)
    shown = [records.listed(item, site=site) for item in page]
    return ItemPage(count=found.count(), is_more=found.is_more, items=shown, next=after)


def broken(catalogue: CatalogueFilter, name: str) -> bool:
    """Whether the condition is set and none of the list's."""
    return bool(catalogue.data.get(name, "").strip()) and name not in catalogue.chosen


@router.get(
    "/items/{path:index_number}/",
    response={200: WholeItem, 404: Refusal, 410: Refusal, **REFUSED},
    summary="一条公开信息",
    operation_id="get_item",
)
def item(
    request: HttpRequest,
    index_number: Annotated[str, InPath(min_length=1, max_length=100, description="索引号，其中的斜线可以照写")],
) -> WholeItem:
    """正文、附件和与其他信息的关系；已撤回的只说明原因。"""
    now = clock.now()
    found = Item.objects.published(now).filter(index_number=index_number).select_related("unit", "topic", "entry")
    one = found.without_search().first()
    if one is None:
        raise withdrawn_or_unknown(index_number)
    return records.whole(one, at=now, site=site_of(request))


def withdrawn_or_unknown(index_number: str) -> Refused:
    withdrawn = Item.objects.withdrawn().filter(index_number=index_number).only("withdrawal_reason").first()
    if withdrawn is None:
        return not_found("没有这个索引号的公开信息，请核对索引号。")
    reason = f"这条信息已撤回，原因：{withdrawn.get_withdrawal_reason_display()}。"
    return Refused(HTTPStatus.GONE, "withdrawn", reason)


@router.get("/units/", response={200: Units, 400: Refusal}, summary="发布机构", operation_id="list_units")
def units(request: HttpRequest) -> Units:
    """全部单位，按机构排序。"""
    return Units(units=[records.unit(row) for row in UnitRow.objects.order_by("position", "code")])


@router.get("/topics/", response={200: Topics, 400: Refusal}, summary="主题分类", operation_id="list_topics")
def topics(request: HttpRequest) -> Topics:
    """国务院公文主题分类，两级。"""
    rows = TopicRow.objects.select_related("parent").order_by("code")
    return Topics(topics=[records.topic(row) for row in rows])


@router.get(
    "/entries/", response={200: Catalogues, 400: Refusal}, summary="主动公开基本目录", operation_id="list_entries"
)
def entries(request: HttpRequest) -> Catalogues:
    """每份目录的最新版本。"""
    catalogues = BasicCatalogue.objects.prefetch_related("editions").order_by("position", "code")
    return Catalogues(catalogues=[one for each in catalogues if (one := records.catalogue(each))])
