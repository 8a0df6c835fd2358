"""Where a person lands after the login, in which membership they act, and the pages of 400 and 500."""

import sys
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ninghai.files.full_disk import SENTENCE, is_full
from ninghai.models import Membership, Role
from ninghai.operations.database.away import DATABASE_AWAY
from ninghai.web.context_processors import UNIT_ROLES
from ninghai.web.http import AuthenticatedRequest, refusal
from ninghai.web.middleware import ACTING_SESSION_KEY
from ninghai.web.posted import typed_text
from ninghai.web.request_bodies import UnreadableBody


def start(request: AuthenticatedRequest) -> HttpResponse:
    """Send each role to its own desk."""
    acting = request.user.acting
    if acting is None or acting.role in UNIT_ROLES:
        return redirect("tasks:work")
    return redirect("tasks:inspection-list" if acting.role == Role.INSPECTOR else "admin:index")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 400 page, drawn as the visitor chose; what could not be read is said where it is known."""
    message = str(exception) if isinstance(exception, UnreadableBody) else ""
    return refusal(request, message, code="bad_request", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """The 500 page: no detail, but the number under which the log keeps it; 507 where a disk is full, 503 with what was typed while the database is away."""
    error = sys.exc_info()[1]
    if is_full(error):
        context = {"title": "存储空间不足", "message": SENTENCE, "typed": typed_text(request), "code": 507}
        return render(request, "not_saved.html", context, status=HTTPStatus.INSUFFICIENT_STORAGE)
    if _is_database_away(error):
        response = render(request, "503.html", {"typed": typed_text(request)}, status=503)
        response.headers["Retry-After"] = "60"
        return response
    return render(request, "500.html", {"request_id": request.META.get("REQUEST_ID", "")}, status=500)


def _is_database_away(error: BaseException | None) -> bool:
    """No connection, or a server that shuts down (57P…, 08…); a query that took too long is a fault of ours."""
    state = getattr(error.__cause__ or error, "sqlstate", None) if error else None
    return isinstance(error, DATABASE_AWAY) and (state is None or state.startswith(("08", "57P")))


@require_POST
def act_as(request: AuthenticatedRequest, pk: int) -> HttpResponseRedirect:
    """Act in another of one's own memberships for the rest of the session."""
    membership = get_object_or_404(Membership.objects.filter(user=request.user), pk=pk)
    request.session[ACTING_SESSION_KEY] = membership.pk
    messages.success(request, f"您现在以“{membership}”的身份工作。")
    return redirect("start")
