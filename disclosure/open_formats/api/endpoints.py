"""What can be asked below `/api/v1/`, by anybody, from any site, without a session; each answer starts from what is published at this moment."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, wraps
from http import HTTPStatus
from typing import Annotated, Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Query, Router, Schema
from ninja import Path as InPath
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer
from pydantic import Field

from disclosure.catalogue.query import COUNT_LIMIT, DAYS, FIRST_DAY, LAST_DAY, CatalogueQuery, ItemListing
from disclosure.catalogue.search.query_words import LONGEST_QUERY
from disclosure.catalogue.terms_of_use import TERMS_NAME
from disclosure.knowledge.public import public_answer
from disclosure.knowledge.search import KnowledgeSearch
from disclosure.models import BasicCatalogue, GuideVersion, Item, ProposalKind, ProposalOpenness, Service
from disclosure.models import Topic as TopicRow
from disclosure.models.states import Validity
from disclosure.open_formats.api import answers, records
from disclosure.proposals.results import ResultFilter, public_replies, rows_of, signed
from ninghai.calendar import clock
from ninghai.models import Unit as UnitRow
from ninghai.web.http import refusal_as_json, site_of
from ninghai.web.rate_limit import limited, searches

# Refusals of the API, all in one shape: {"error": {"code", "message", "fields"}}.


class Problem(Schema):
    code: str = Field(description="错误代码")
    message: str = Field(description="原因和办法，可以直接显示给使用者")
    fields: list[str] = Field(description="有问题的参数")


class Refusal(Schema):
    error: Problem


class Refused(Exception):
    """Why there is no answer."""

    def __init__(self, status: HTTPStatus, code: str, message: str, fields: list[str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.fields = status, code, message, fields or []


def not_found(message: str) -> Refused:
    return Refused(HTTPStatus.NOT_FOUND, "not_found", message)


def bad_parameters(fields: list[str]) -> Refused:
    named = "、".join(fields)
    message = f"参数 {named} 的值不在可选范围内，请对照接口说明 /api/v1/schema/ 修改。"
    return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_parameters", message, fields)


def as_response(refused: Refused) -> HttpResponse:
    return refusal_as_json(refused.message, code=refused.code, status=refused.status, fields=refused.fields)


def speak_chinese(api: NinjaAPI) -> None:
    """Let whatever is refused, by us or by the library, take our shape."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, reason: Refused) -> HttpResponse:
        return as_response(reason)

    @api.exception_handler(ValidationError)
    def broken(request: HttpRequest, reason: ValidationError) -> HttpResponse:
        return as_response(bad_parameters(sorted({str(each["loc"][-1]) for each in reason.errors})))


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


@router.get("/items/", response={200: answers.ItemPage, **REFUSED}, summary="公开信息列表", operation_id="list_items")
def items(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=LONGEST_QUERY, description="检索词：空格隔开表示都要出现，加引号按原句")] = "",
    unit: Annotated[str, Query(max_length=LONGEST_CODE, description="发布机构的编码")] = "",
    entry: Annotated[str, Query(max_length=LONGEST_CODE, description="公开事项的编码，包括其下级")] = "",
    topic: Annotated[str, Query(max_length=LONGEST_CODE, description="主题分类的编码，包括其下级")] = "",
    kind: Annotated[Item.Kind | None, Query(description="信息类型")] = None,
    year: Annotated[int | None, Query(ge=2008, le=9999, description="发布年份")] = None,
    first_day: Annotated[
        str, Query(alias=FIRST_DAY, max_length=10, description="发布日期不早于这一天，如 2018-11-01")
    ] = "",
    last_day: Annotated[
        str, Query(alias=LAST_DAY, max_length=10, description="发布日期不晚于这一天，如 2018-11-20")
    ] = "",
    validity: Annotated[Validity | None, Query(description="时效")] = None,
    size: Annotated[int, Query(ge=1, le=100, description="每页条数")] = 20,
    cursor: Annotated[str, Query(max_length=LONGEST, description="上一页的 next")] = "",
) -> answers.ItemPage:
    """按发布时间从新到旧；有检索词时按相关程度，最多翻到前 10,000 条。全部结果请用 /catalogue/export/ 下载。"""
    catalogue = CatalogueQuery(request.GET, at=clock.now())
    if not catalogue.is_valid():
        raise bad_parameters(catalogue.unknown or list(DAYS))
    found = catalogue.listing()
    page, after = page_of(found, cursor=cursor, size=size)
    site = site_of(request)
    shown = [records.listed(item, site=site) for item in page]
    return answers.ItemPage(count=found.count(), is_more=found.is_more, items=shown, next=after)


@router.get(
    "/items/{path:index_number}/",
    response={200: answers.WholeItem, 404: Refusal, 410: Refusal, **REFUSED},
    summary="一条公开信息",
    operation_id="get_item",
)
def item(
    request: HttpRequest,
    index_number: Annotated[str, InPath(min_length=1, max_length=100, description="索引号，其中的斜线可以照写")],
) -> answers.WholeItem:
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


@router.get("/knowledge/", response={200: answers.AnswerPage, **REFUSED}, summary="知识库", operation_id="list_answers")
def knowledge(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=LONGEST_QUERY, description="检索词，用法同公开信息列表")] = "",
    unit: Annotated[str, Query(max_length=LONGEST_CODE, description="负责单位的编码")] = "",
    topic: Annotated[str, Query(max_length=LONGEST_CODE, description="主题分类的编码")] = "",
    size: Annotated[int, Query(ge=1, le=100, description="每页条数")] = 20,
    page: Annotated[int, Query(ge=1, le=1000, description="页码")] = 1,
) -> answers.AnswerPage:
    """现在有效的解答，按公布时间从新到旧；有检索词时按相关程度。"""
    today = clock.today()
    search = KnowledgeSearch(request, on=today)
    if not search.is_valid:
        raise bad_parameters(search.broken)
    found, site = search.found, site_of(request)
    count = found.count()
    shown = [records.listed_answer(row, on=today, site=site) for row in found[(page - 1) * size : page * size]]
    return answers.AnswerPage(count=count, answers=shown, next=page + 1 if page * size < count else None)


@router.get(
    "/knowledge/{int:number}/",
    response={200: answers.WholeAnswer, 404: Refusal, 410: Refusal, **REFUSED},
    summary="一条解答",
    operation_id="get_answer",
)
def knowledge_answer(request: HttpRequest, number: int) -> answers.WholeAnswer:
    """解答、取自来源的栏目和来源的版本；不再显示的只说明原因。"""
    try:
        shown = public_answer(number)
    except Http404 as unknown:
        raise not_found("没有这个编号的解答，或者已经撤下。") from unknown
    if shown.closed:
        raise Refused(HTTPStatus.GONE, "closed", shown.closed)
    return records.whole_answer(shown, on=clock.today(), site=site_of(request))


@router.get("/units/", response={200: answers.Units, 400: Refusal}, summary="发布机构", operation_id="list_units")
def units(request: HttpRequest) -> answers.Units:
    """全部单位，按机构排序。"""
    return answers.Units(units=[records.unit(row) for row in UnitRow.objects.order_by("position", "code")])


@router.get("/topics/", response={200: answers.Topics, 400: Refusal}, summary="主题分类", operation_id="list_topics")
def topics(request: HttpRequest) -> answers.Topics:
    """国务院公文主题分类，两级。"""
    rows = TopicRow.objects.select_related("parent").order_by("code")
    return answers.Topics(topics=[records.topic(row) for row in rows])


@router.get(
    "/entries/",
    response={200: answers.Catalogues, 400: Refusal},
    summary="主动公开基本目录",
    operation_id="list_entries",
)
def entries(request: HttpRequest) -> answers.Catalogues:
    """每份目录的最新版本。"""
    catalogues = BasicCatalogue.objects.prefetch_related("editions").order_by("position", "code")
    return answers.Catalogues(catalogues=[one for each in catalogues if (one := records.catalogue(each))])


# Services with their guides (办事服务), and the replies to proposals (建议提案办理结果).

Size = Annotated[int, Query(ge=1, le=100, description="每页条数")]
Cursor = Annotated[str, Query(max_length=LONGEST, description="上一页的 next")]
OfUnit = Annotated[str, Query(max_length=LONGEST_CODE, description="单位的编码")]
LONGEST_SERVICE_CODE = 40


@router.get(
    "/services/", response={200: answers.ServicePage, **REFUSED}, summary="服务事项列表", operation_id="list_services"
)
def services(
    request: HttpRequest,
    unit: OfUnit = "",
    kind: Annotated[Service.Kind | None, Query(description="事项类型")] = None,
    size: Size = 20,
    cursor: Cursor = "",
) -> answers.ServicePage:
    """公布了办事指南、没有取消的事项，按事项代码排序。"""
    today = clock.today()
    listed = Service.objects.open_to_the_public(on=today).for_list()
    if unit:
        _require_unit(unit)
        listed = listed.filter(unit__code=unit)
    listed = listed.filter(kind=kind) if kind else listed
    after = _read(cursor).get("after", "") if cursor else ""
    if not isinstance(after, str) or "\0" in after:
        raise _broken()
    rows = list(listed.filter(code__gt=after).order_by("code")[: size + 1])
    page, site = rows[:size], site_of(request)
    in_force = GuideVersion.objects.in_force(on=today).filter(service__in=[each.pk for each in page])
    held = {each.service_id: each for each in in_force.defer("findings")}
    shown = [records.listed_service(each, held.get(each.pk), site=site) for each in page]
    after = _written({"after": page[-1].code}) if len(rows) > size else None
    return answers.ServicePage(count=listed.count(), services=shown, next=after)


def _require_unit(code: str) -> None:
    if "\0" in code or not UnitRow.objects.filter(code=code).exists():
        raise bad_parameters(["unit"])


@router.get(
    "/services/{code}/",
    response={200: answers.WholeService, 404: Refusal, 410: Refusal, **REFUSED},
    summary="一个服务事项和它的办事指南",
    operation_id="get_service",
)
def service(
    request: HttpRequest,
    code: Annotated[str, InPath(min_length=1, max_length=LONGEST_SERVICE_CODE, description="事项代码")],
) -> answers.WholeService:
    """现行的办事指南和公布过的各版；已经取消的事项只说明原因。"""
    today = clock.today()
    found = None if "\0" in code else Service.objects.for_list().filter(code=code).first()
    public = GuideVersion.objects.published().filter(service=found).order_by("-effective_on", "-number")
    guides = list(public.defer("findings")) if found else []
    if found is None or not guides:
        raise not_found("没有这个代码的服务事项，或者它还没有公布办事指南，请核对事项代码。")
    if found.is_cancelled(on=today):
        reason = f"这个事项从{found.cancelled_on}起取消：{found.cancel_reason}"
        raise Refused(HTTPStatus.GONE, "cancelled", f"{reason.rstrip('。')}。")
    return records.whole_service(found, guides, on=today, site=site_of(request))


@router.get(
    "/proposals/",
    response={200: answers.ProposalResults, **REFUSED},
    summary="建议提案办理结果",
    operation_id="list_proposals",
)
def proposals(
    request: HttpRequest,
    unit: OfUnit = "",
    kind: Annotated[ProposalKind | None, Query(description="类别")] = None,
    year: Annotated[int | None, Query(ge=2008, le=9999, description="办理的年度")] = None,
    openness: Annotated[ProposalOpenness | None, Query(description="公开方式")] = None,
    size: Size = 20,
    cursor: Cursor = "",
) -> answers.ProposalResults:
    """公开的答复，从新到旧；全文或者摘要按索引号在 /items/ 中取得。不公开的不在这里。"""
    narrowed = ResultFilter(request.GET, queryset=signed())
    if not narrowed.is_valid():
        raise bad_parameters(sorted(narrowed.form.errors))
    found = public_replies(narrowed.qs)
    start = _read(cursor).get("after", -1) if cursor else 0
    if not isinstance(start, int) or not 0 <= start <= COUNT_LIMIT:
        raise _broken()
    count, end, site = found.count(), start + size, site_of(request)
    shown = [records.proposal_result(row, site=site) for row in rows_of(found[start:end])]
    after = _written({"after": end}) if end < min(count, COUNT_LIMIT) else None
    return answers.ProposalResults(count=count, results=shown, next=after)


# The addresses below `/api/v1/`, each open to anybody, from any site, without a session.

READING = ("GET", "HEAD")
View = Callable[..., HttpResponseBase]


class ReadableJSONRenderer(JSONRenderer):
    """Chinese as it is: half as long as in escapes."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title=f"{settings.COUNTY_NAME}政府信息公开目录",
    version="1.0.0",
    description="只读的开放接口：内容与公开目录的网页一致，任何人都可以使用，不需要登录。",
    openapi_url=None,
    openapi_extra={
        "info": {"license": {"name": TERMS_NAME, "url": settings.DATA_TERMS_URL or "/catalogue/terms/"}},
        "security": [],  # nobody signs in: every address is open to everybody
    },
    docs_url=None,
    urls_namespace="api",
    renderer=ReadableJSONRenderer(),
)
speak_chinese(api)
api.add_router("", router)


def open_to_all(view: View) -> View:
    """Only read, by anybody: HEAD as GET, any other method refused in our shape, scripts of other sites welcome."""

    view = limited("search", counts=searches)(view)

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in READING:
            response = read(view, request, *args, **kwargs)
        else:
            message = "接口只供读取，请使用 GET。"
            response = as_response(Refused(HTTPStatus.METHOD_NOT_ALLOWED, "read_only", message))
            response.headers["Allow"] = ", ".join(READING)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return csrf_exempt(login_not_required(opened))  # nothing is changed here; a refusal has our shape


def read(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """The library knows GET alone; the server leaves the body out for HEAD."""
    method, request.method = request.method, "GET"
    try:
        return view(request, *args, **kwargs)
    finally:
        request.method = method


def schema(request: HttpRequest) -> HttpResponse:
    """`/api/v1/schema/`: the description in OpenAPI."""
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


@cache
def description() -> dict[str, Any]:
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))


def description_file() -> str:
    """The description as it is kept in docs/api/openapi.json."""
    return json.dumps(description(), ensure_ascii=False, indent=2) + "\n"


def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    return as_response(not_found("没有这个接口地址，接口说明在 /api/v1/schema/。"))


def _opened(patterns: list[Any]) -> Iterator[URLPattern]:
    for each in patterns:
        if isinstance(each, URLPattern) and each.name != "api-root":
            each.callback = open_to_all(each.callback)
            yield each


addresses = [
    path("schema/", open_to_all(schema), name="schema"),
    *_opened(api.urls[0]),
    re_path(r"^(?P<rest>[\s\S]*)\Z", open_to_all(unknown), name="unknown"),  # line breaks too
]
