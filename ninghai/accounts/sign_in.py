"""/login/: name and password, then the code where a person has one."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ninghai import clock
from ninghai.accounts import known_browsers, second_factor, tries
from ninghai.accounts.forms import CodeForm, SignInForm
from ninghai.accounts.gate import PROVEN
from ninghai.accounts.recovery import codes_left
from ninghai.models import AuditEntry, User

WAITING = "waiting_for_code"  # in a stranger's session: whose password was right, since when, and where to go
PATIENCE = 600  # seconds for the second step
ENDED = {
    "idle": "您离开的时间较长，已自动退出登录；请重新登录，会回到刚才的页面。",
    "long": "本次登录已到最长时限，已自动退出；请重新登录，会回到刚才的页面。",
}


class SignIn(LoginView):
    """The one door."""

    authentication_form = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(ended=ENDED.get(self.request.GET.get("ended", "")), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        user: User = form.get_user()
        if second_factor.is_set_up(user):
            since = int(clock.true_now().timestamp())
            hash_now = user.get_session_auth_hash()
            waiting = {"user": user.pk, "hash": hash_now, "since": since, "next": self.get_redirect_url()}
            self.request.session[WAITING] = waiting
            return redirect("login-code")
        return enter(self.request, user, to=self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if form.blocked:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response.headers["Retry-After"] = str(form.blocked.seconds)
        return response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step: the telephone's code, or a recovery code."""
    user = _waiting(request)
    if user is None:
        messages.error(request, "请先输入用户名和密码。")
        return redirect("login")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "registration/code.html", {"form": form})
    at, door = clock.true_now(), tries.of_code(user)
    status = HTTPStatus.OK
    try:
        shut = tries.take_try(door, at=at)
    except tries.Blocked as blocked:
        form.add_error("code", str(blocked))
        status = HTTPStatus.TOO_MANY_REQUESTS
    else:
        if second_factor.spend_code(user, form.cleaned_data["code"], at=at):
            tries.forgive(door)
            return _enter_proven(request, user, form.cleaned_data["code"])
        tries.note_failure(user.username, shut=shut, at=clock.now())
        form.add_error("code", "口令不正确或已经用过，请等手机显示下一个口令后再试。")
    return render(request, "registration/code.html", {"form": form}, status=status)


def _enter_proven(request: HttpRequest, user: User, code: str) -> HttpResponse:
    to = request.session[WAITING]["next"]
    response = enter(request, user, to=to or resolve_url(settings.LOGIN_REDIRECT_URL))
    request.session[PROVEN] = True
    if "-" in code or not code.strip().isdecimal():
        messages.warning(request, f"您用了一个备用码，还剩{codes_left(user)}个，可以在“我的账号”更换。")
    return response


def enter(request: HttpRequest, user: User, *, to: str) -> HttpResponse:
    """Open the session, in a new cookie, and go where the person wanted to; never to another site."""
    request.session.pop(WAITING, None)
    login(request, user)
    AuditEntry.objects.record(action="sign_in", target=user, by=user, at=clock.now())
    response = redirect(to if is_ours(request, to) else settings.LOGIN_REDIRECT_URL)
    known_browsers.remember(request, response, user.username)
    return response


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether it is a whole address of this site, with or without its name."""
    is_allowed = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return is_allowed and address.startswith(("/", "http://", "https://"))


def _waiting(request: HttpRequest) -> User | None:
    """Whose password was right a moment ago, and still is."""
    waiting = request.session.get(WAITING)
    if not waiting or clock.true_now().timestamp() - waiting["since"] > PATIENCE:
        return None
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    is_same = user is not None and user.get_session_auth_hash() == waiting["hash"]
    return user if is_same else None
