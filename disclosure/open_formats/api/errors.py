"""Refusals of the API, all in one shape: {"error": {"code", "message", "fields"}}."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError
from pydantic import Field

from ninghai.web.http import refusal_as_json


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
