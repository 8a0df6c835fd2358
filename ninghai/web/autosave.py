"""Autosave (自动保存): what `autosave.js` sends while a person types, and what the answers mean to it.

200 with the new version: kept. 403 and 409 with a sentence: stop, and let the person compare. 422: go on once the field
is mended. A 403 without a sentence is the login's.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, JsonResponse

from ninghai.models.state_machine import StaleError, StatefulModel, TransitionError
from ninghai.staff_site.pages import was_done


def autosave(form: BaseForm, save: Callable[[], StatefulModel]) -> JsonResponse:
    """Save what a valid form says; else say what is in the way, beside which field."""
    saved: list[StatefulModel] = []
    try:
        if was_done(form, lambda: saved.append(save())):
            return JsonResponse({"version": saved[0].version})
    except (PermissionDenied, StaleError, TransitionError) as conflict:
        return not_saved(str(conflict), status=HTTPStatus.CONFLICT)
    wrong = [f"{form[name].label}：{errors[0]}" for name, errors in form.errors.items() if name in form.fields]
    return not_saved("；".join(wrong) or "请核对填写的内容。", status=HTTPStatus.UNPROCESSABLE_ENTITY)


def not_saved(why: str, *, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"words": why}, status=status)


def is_autosave(request: HttpRequest) -> bool:
    """Whether the page's script asks, which reads a sentence and no page."""
    return request.resolver_match is not None and "autosave" in request.resolver_match.view_name
