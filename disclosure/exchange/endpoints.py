"""`/api/open311/v2/`: Open311 GeoReport v2, each address with the ending .xml or .json; and `/api/exchange/results/`, where results come in.

Anybody reads, from any site, without a session; whoever sends has a key, and reads by it what they have sent. Nothing is kept between
two questions: nearly each is another one (ids, days), and what changes is the very thing that is asked for.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache, wraps
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import Form, NinjaAPI, Query, Schema, errors
from pydantic import AwareDatetime, Field

from disclosure.exchange import messages, open311
from disclosure.hotline.public import said_to
from disclosure.models import ExchangePartner, ExchangeRequest, HotlineCase, HotlineMatter, HotlineTopic
from disclosure.open_formats.api.endpoints import Refusal, Refused, read
from ninghai.calendar import clock
from ninghai.cases.lookup import lookup_code
from ninghai.models import Unit
from ninghai.web.http import client_address, site_of
from ninghai.web.rate_limit import limit_called

SPAN, MOST = timedelta(days=90), 1000
YEARS = range(2000, 2101)
UNIT_CODE = r"^[\w.-]*$"
KEY_HEADER = "X-Api-Key"
UNKNOWN_KEY = "密钥不对，或者已经停用，请与县政府办公室联系。"

api = NinjaAPI(
    title=f"{settings.COUNTY_NAME}12345热线（Open311 GeoReport v2）",
    version="2.0",
    description="任何人都可以读取；提交须有县政府办公室发放的密钥。",
    openapi_url=None,
    docs_url=None,
    urls_namespace="open311",
)


class Fault(Schema):
    code: int
    description: str


class KnownRequest(Schema):
    service_request_id: str
    status: Literal["open", "closed"]
    status_description: str
    status_notes: str
    service_code: str
    service_name: str
    agency_responsible: str | None
    requested_datetime: datetime
    updated_datetime: datetime | None
    expected_datetime: datetime | None
    closed_date: datetime | None


class Receipt311(Schema):
    service_request_id: str
    token: str


Ending = Literal["json", "xml"]
Faults = list[Fault]
REFUSED = {400: Faults | Refusal, 403: Faults, 404: Faults, 429: Faults}


class PostedRequest(Schema):
    """As the specification names it; `client_reference` makes a second sending the same request."""

    service_code: str = Field(max_length=20)
    description: str = Field(min_length=1, max_length=4000)
    api_key: str = Field("", max_length=100)
    client_reference: str = Field("", max_length=100, description="对方编号：同一编号再次提交的是同一件")
    lat: float | None = Field(None, ge=-90, le=90)
    long: float | None = Field(None, ge=-180, le=180)
    address_string: str = Field("", max_length=200)
    address_id: str = Field("", max_length=30, pattern=UNIT_CODE, description="乡镇（街道）的编码")
    first_name: str = Field("", max_length=25)
    last_name: str = Field("", max_length=25)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=90)
    media_url: str = Field("", max_length=500)
    matter: HotlineMatter = Field(HotlineMatter.HELP, alias="attribute[matter]")
    confidential: bool = Field(False, alias="attribute[confidential]")
    about: str = Field("", max_length=30, pattern=UNIT_CODE, alias="attribute[about]")


# Refusals, in the shape of the specification.


def refusal(request: HttpRequest, *reasons: str, status: int) -> HttpResponse:
    said = [{"code": int(status), "description": reason} for reason in reasons]
    return open311.written("errors", said, ending=request.path.rpartition(".")[2], status=status)


def refused(request: HttpRequest, reason: Any) -> HttpResponse:
    """Whatever keeps it from being answered."""
    if isinstance(reason, Refused):
        return refusal(request, reason.message, status=reason.status)
    if isinstance(reason, messages.ReferenceTaken):
        return refusal(request, str(reason), status=HTTPStatus.CONFLICT)
    if isinstance(reason, ValidationError):
        return refusal(request, *reason.messages, status=HTTPStatus.BAD_REQUEST)
    named = "、".join(sorted({str(each["loc"][-1]) for each in reason.errors}))
    return refusal(request, f"参数 {named} 没有填写，或者不在可选范围内。", status=HTTPStatus.BAD_REQUEST)


for kind in (Refused, messages.ReferenceTaken, ValidationError, errors.ValidationError):
    api.add_exception_handler(kind, refused)


def absent(what: str) -> Refused:
    return Refused(HTTPStatus.NOT_FOUND, "not_found", f"没有这个 {what}，请核对。")


def wrong(message: str) -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, "bad_parameters", message)


def partner_of(key: str) -> ExchangePartner:
    if not key:
        raise wrong("请提供密钥 api_key。")
    partner = messages.whose_key(key)
    if partner is None:
        raise Refused(HTTPStatus.FORBIDDEN, "unknown_key", UNKNOWN_KEY)
    return partner


def doing(key: str, *, what: str) -> ExchangePartner:
    """Whose key it is; the act is noted in the trail."""
    partner = partner_of(key)
    messages.note_call(partner=partner, what=what, at=clock.now())
    return partner


def asking(request: HttpRequest, *, what: str) -> ExchangePartner | None:
    """Who asks, where a key is sent along."""
    key = request.headers.get(KEY_HEADER, "")
    partner = partner_of(key) if key else None
    if partner:
        messages.note_reading(partner=partner, what=what, at=clock.now())
    return partner


# Services.


@api.get("/discovery.{ending}", response={200: dict[str, Any], **REFUSED})
def discovery(request: HttpRequest, ending: Ending) -> HttpResponse:
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": f"{site_of(request)}/api/open311/v2",
        "changeset": "2018-11-20T00:00:00+08:00",
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    asks = f"{settings.COUNTY_NAME}人民政府办公室"
    said = {"changeset": endpoint["changeset"], "contact": asks, "key_service": f"密钥由{asks}发放。"}
    return open311.written("discovery", {**said, "endpoints": [endpoint]}, ending=ending)


@api.get("/services.{ending}", response={200: list[dict[str, Any]], **REFUSED})
def services(request: HttpRequest, ending: Ending) -> HttpResponse:
    topics = HotlineTopic.objects.filter(is_active=True)
    return open311.written("services", [open311.service_of(topic) for topic in topics], ending=ending)


@api.get("/services/{service_code}.{ending}", response={200: dict[str, Any], **REFUSED})
def definition(request: HttpRequest, service_code: str, ending: Ending) -> HttpResponse:
    return open311.written("service_definition", open311.definition_of(topic_called(service_code)), ending=ending)


def topic_called(code: str) -> HotlineTopic:
    is_number = code.isascii() and code.isdecimal() and len(code) < 10
    topic = HotlineTopic.objects.filter(pk=int(code), is_active=True).first() if is_number else None
    if topic is None:
        raise absent("service_code")
    return topic


# Requests.


@api.get("/requests.{ending}", response={200: list[KnownRequest], **REFUSED})
def requests(
    request: HttpRequest,
    ending: Ending,
    service_request_id: Annotated[str, Query(max_length=4000)] = "",
    service_code: Annotated[str, Query(max_length=200)] = "",
    start_date: Annotated[AwareDatetime | None, Query()] = None,
    end_date: Annotated[AwareDatetime | None, Query()] = None,
    status: Annotated[str, Query(max_length=20)] = "",
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> HttpResponse:
    """The newest first, of 90 days; by a key those that were sent with it."""
    partner = asking(request, what="查询清单")
    found, ids = open311.calls_of(partner) if partner else open311.public_calls(), open311.RequestIds()
    if service_request_id:
        found = found.filter(pk__in=[ids.read(each.strip()) for each in service_request_id.split(",")[:MOST]])
    else:
        found = narrowed(found, service_code, status).filter(case__entered_at__range=span(start_date, end_date))
    begin = (page - 1) * page_size
    said = [open311.request_of(call, ids) for call in found[begin : begin + page_size]]
    return open311.written("service_requests", said, ending=ending)


def narrowed(found: QuerySet[HotlineCase], codes: str, status: str) -> QuerySet[HotlineCase]:
    if codes:
        found = found.filter(topic__in=[topic_called(code.strip()) for code in codes.split(",")])
    states = {each.strip() for each in status.split(",")} - {""}
    if not states <= {"open", "closed"}:
        raise wrong("status 只能是 open、closed。")
    return found.filter(case__closed_at__isnull="open" in states) if len(states) == 1 else found


def span(start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    if any(each.year not in YEARS for each in (start, end) if each):
        raise wrong("start_date、end_date 的年份不对。")
    last = end or (start + SPAN if start else clock.now())
    first = start or last - SPAN
    if not first <= last <= first + SPAN:
        raise wrong("start_date 到 end_date 不能超过90天，也不能倒过来。")
    return first, last


@api.get("/requests/{service_request_id}.{ending}", response={200: list[KnownRequest], **REFUSED})
def one_request(request: HttpRequest, service_request_id: str, ending: Ending) -> HttpResponse:
    """Whoever sent it reads what its caller is told besides."""
    partner, ids = asking(request, what="查询一件"), open311.RequestIds()
    pk = ids.read(service_request_id)
    own = open311.calls_of(partner).filter(pk=pk).first() if partner else None
    call = own or open311.public_calls().filter(pk=pk).first()
    if call is None:
        raise absent("service_request_id")
    said = open311.request_of(call, ids)
    if own and not own.case.data_key.is_destroyed:
        answers = "\n".join(f"{label}：{' '.join(lines)}" for label, lines in said_to(own.case))
        said["status_notes"] = f"{said['status_notes']}\n{answers}".strip()
    return open311.written("service_requests", [said], ending=ending)


@api.get("/tokens/{token}.{ending}", response={200: list[Receipt311], **REFUSED})
def token(request: HttpRequest, token: str, ending: Ending) -> HttpResponse:
    """What a token of ours stands for; it opens nothing, and nobody guesses it."""
    sent = messages.sent_under(token)
    if sent is None:
        raise absent("token")
    return open311.written("service_requests", [receipt_of(sent)], ending=ending)


def receipt_of(sent: ExchangeRequest) -> dict[str, Any]:
    return {"service_request_id": open311.RequestIds().of(sent.call), "token": str(sent.call.case.form_id)}


@api.post("/requests.{ending}", response={200: list[Receipt311], 409: Faults, **REFUSED})
def post_request(request: HttpRequest, ending: Ending, given: Form[PostedRequest]) -> HttpResponse:
    """Taken in as any matter is; sent again with the same `client_reference` it is the same one."""
    key = given.api_key or request.headers.get(KEY_HEADER, "")
    reference = given.client_reference or request.headers.get("Idempotency-Key", "")[:100]
    partner = doing(key, what="提交")
    told, at = taken_from(given), clock.now()
    sent = messages.take_request(partner=partner, given=told, reference=reference, at=at)
    case = sent.call.case
    notice = f"登记号：{case.number}；查询码：{lookup_code(case)}；查询办理情况：{site_of(request)}/lookup/"
    return open311.written("service_requests", [{**receipt_of(sent), "service_notice": notice}], ending=ending)


def taken_from(given: PostedRequest) -> dict[str, Any]:
    """As `intake.take_in` wants it: where it is goes under the seal with the words, since it may tell whose home that is."""
    topic, units = topic_called(given.service_code), Unit.objects.valid(on=clock.today())
    town, about = (units.filter(code=code).first() if code else None for code in (given.address_id, given.about))
    if (given.address_id and town is None) or (given.about and about is None):
        raise absent("address_id 或者 attribute[about]")
    point = "" if given.lat is None or given.long is None else f"{given.lat}, {given.long}"
    where = {"地点": given.address_string, "经纬度": point, "图片": given.media_url}
    if not (given.address_string or point or town):
        raise wrong("请填写地点：address_string、address_id，或者 lat 和 long。")
    return {
        "matter": given.matter,
        "urgency": "normal",
        "topic": topic,
        "town": town,
        "village": "",
        "subject": f"对接平台{given.matter.label}：{topic}",
        "content": "\n".join([given.description, *(f"{label}：{said}" for label, said in where.items() if said)]),
        "name": f"{given.last_name}{given.first_name}",
        "phone": given.phone,
        "address": f"电子邮箱 {given.email}" if given.email else "",
        "is_confidential": given.confidential,
        "wants_reply": bool(given.phone),
        "about": [about] if about else [],
    }


# What a platform that was handed a matter answers (docs/exchange.md).


def results(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        response = refusal(request, "请使用 POST。", status=HTTPStatus.METHOD_NOT_ALLOWED)
        response.headers["Allow"] = "POST"
        return response
    named = {name: request.headers.get(f"X-Ninghai-{name.title()}", "").strip() for name in ("timestamp", "signature")}
    key = request.headers.get(KEY_HEADER, "")
    try:
        if not (key and all(named.values())):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "unsigned", "请在请求头中写明密钥、时间和签名。")
        partner = doing(key, what="回传")
        if len(request.body) > messages.LONGEST_RESULT:
            raise wrong("内容太长。")
        if not messages.is_genuine(partner, request.body, **named):
            raise Refused(HTTPStatus.FORBIDDEN, "bad_signature", "签名不对，或者已经过了5分钟，请重新签名后再发。")
        message = messages.take_result(partner=partner, body=request.body, at=clock.now())
    except (Refused, ValidationError) as reason:
        return refused(request, reason)
    if message.error:
        return refusal(request, message.error, status=HTTPStatus.CONFLICT)
    return JsonResponse({"id": str(message.pk), "status": message.status})


# The addresses.


def open_to_platforms(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """By anybody, from any site, as often as the settings say; no form of ours leads here, so there is nothing to forge."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        limit = limit_called("exchange")
        response: HttpResponseBase
        if limit and limit.count(client_address(request)) > limit.most:
            response = refusal(request, "请求过于频繁，请1分钟后再试。", status=HTTPStatus.TOO_MANY_REQUESTS)
            response.headers["Retry-After"] = str(limit.seconds)
        else:
            is_head = request.method == "HEAD"
            response = read(view, request, *args, **kwargs) if is_head else view(request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cache-Control"] = "no-store"
        return response

    return csrf_exempt(login_not_required(opened))


@cache
def description() -> dict[str, Any]:
    """In OpenAPI; each answer also as XML."""
    told = dict(api.get_openapi_schema(path_prefix="/api/open311/v2"))
    for operations in told["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                answer["content"]["text/xml"] = {}
    return told


def schema(request: HttpRequest) -> HttpResponse:
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


def _opened(patterns: list[Any]) -> Iterator[URLPattern]:
    """Each address once: `requests` takes what is sent, too."""
    for each in patterns:
        if isinstance(each, URLPattern) and each.name not in {"api-root", "post_request"}:
            each.callback = open_to_platforms(each.callback)
            yield each


def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    return refused(request, absent("接口地址"))


addresses = [
    path("schema/", open_to_platforms(schema), name="schema"),
    *_opened(api.urls[0]),
    re_path(r"^(?P<rest>[\s\S]*)\Z", open_to_platforms(unknown), name="unknown"),  # line breaks too
]
taking_results = open_to_platforms(results)
