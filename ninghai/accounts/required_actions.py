"""What comes before anything else in a session: a password of one's own, and the second factor where it is required."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ninghai.accounts import second_factor
from ninghai.accounts.passwords import must_change
from ninghai.accounts.sessions import PASSWORD_IS_OLD
from ninghai.models import User
from ninghai.web.posted import typed_text

PROVEN = "second_factor"  # in the session: the second factor was shown
OPEN = {"logout", "account-password", "account-authenticator"}


class RequiredActionMiddleware:
    """Leads to the duty that is due; of a form that was sent meanwhile nothing typed is lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not (request.user.is_authenticated and getattr(view, "login_required", True)) or name in OPEN:
            return None
        duty = duty_of(request, request.user)
        if duty is None:
            return None
        if request.method in {"GET", "HEAD"}:
            return redirect(duty)
        context = {"duty": reverse(duty), "typed": typed_text(request)}
        return render(request, "accounts/duty_first.html", context, status=403)


def duty_of(request: HttpRequest, user: User) -> str | None:
    """The name of the page to go to first, or None."""
    if must_change(user) or request.session.get(PASSWORD_IS_OLD):
        return "account-password"
    if not settings.SECOND_FACTOR or request.session.get(PROVEN) or not second_factor.is_required(user):
        return None
    if second_factor.is_set_up(user):  # meanwhile, in another browser: this one has to show it
        logout(request)
        return "login"
    return "account-authenticator"
