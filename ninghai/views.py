"""Where a person lands after the login, and in which membership they act."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ninghai.http import AuthenticatedRequest
from ninghai.middleware import ACTING_SESSION_KEY
from ninghai.models import Membership, Role
from ninghai.navigation import UNIT_ROLES


def start(request: AuthenticatedRequest) -> HttpResponse:
    """Send each role to its own desk."""
    acting = request.user.acting
    if acting is None or acting.role in UNIT_ROLES:
        return redirect("tasks:work")
    return redirect("tasks:inspection-list" if acting.role == Role.INSPECTOR else "admin:index")


def server_error(request: HttpRequest) -> HttpResponse:
    """The 500 page: no detail, but the number under which the log keeps it."""
    return render(request, "500.html", {"request_id": request.META.get("REQUEST_ID", "")}, status=500)


@require_POST
def act_as(request: AuthenticatedRequest, pk: int) -> HttpResponseRedirect:
    """Act in another of one's own memberships for the rest of the session."""
    membership = get_object_or_404(Membership.objects.filter(user=request.user), pk=pk)
    request.session[ACTING_SESSION_KEY] = membership.pk
    messages.success(request, f"您现在以“{membership}”的身份工作。")
    return redirect("start")
