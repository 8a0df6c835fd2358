"""The addresses below `/api/v1/`, each open to anybody, from any site, without a session."""

import json
from collections.abc import Callable, Iterator
from functools import cache, wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from disclosure.catalogue.terms import TERMS_NAME
from disclosure.open_formats.api.endpoints import router
from disclosure.open_formats.api.errors import Refused, as_response, not_found, speak_chinese
from ninghai.web.rate_limit import limited, searches

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
