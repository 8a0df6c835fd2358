"""/login/: name and password, then the code; /account/: one's own password, second factor and open sessions."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ninghai.accounts import login_throttle, second_factor
from ninghai.accounts.forms import ConfirmationForm, NewPasswordForm, OldPasswordForm, OneTimeCodeForm, SignInForm
from ninghai.accounts.passwords import change_password, must_change
from ninghai.accounts.required_actions import PROVEN, duty_of
from ninghai.accounts.second_factor import codes_left, renew_recovery_codes
from ninghai.accounts.sessions import PASSWORD_IS_OLD, end_sessions, is_fresh, note_password, open_sessions
from ninghai.calendar import clock
from ninghai.models import AuditEntry, SignedIn, User
from ninghai.models.state_machine import require
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import form_page

# /account/: one's own password, second factor and open sessions.


@require_safe
def account(request: AuthenticatedRequest) -> HttpResponse:
    """我的账号: how one signs in, and where one is signed in."""
    user, here = request.user, request.session.session_key
    sessions = open_sessions(user, at=clock.true_now())
    context = {
        "facts": [
            ("账号", user.username),
            ("姓名", user.name),
            ("任职", "；".join(map(str, user.own_memberships)) or "没有单位和角色"),
            ("密码修改时间", _day(user.password_changed_at)),
        ],
        "sessions": [(each, each.session_key == here) for each in sessions],
        "may_have_codes": settings.SECOND_FACTOR,
        "has_codes": second_factor.is_set_up(user),
        "must_have_codes": second_factor.is_required(user),
        "codes_left": codes_left(user),
    }
    return render(request, "accounts/account.html", context)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: AuthenticatedRequest) -> HttpResponse:
    """修改密码; every other session of the person ends."""
    user = request.user
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["new_password1"]
        change_password(user=user, password=new, at=clock.true_now(), recorded_at=clock.now())
        request.session.pop(PASSWORD_IS_OLD, None)
        note_password(request)
        _go_on_alone(request)
        messages.success(request, "密码已修改，其他设备上的登录已结束。")
        return redirect(duty_of(request, user) or "account")
    why = ""
    if must_change(user):
        why = "您的密码由管理员设定，请先改成只有自己知道的密码。"
    elif request.session.get(PASSWORD_IS_OLD):
        why = f"您的密码已使用超过{settings.PASSWORD_DAYS}天，请先换一个新密码。"
    return form_page(request, "accounts/password.html", {"form": form, "why": why})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def authenticator(request: AuthenticatedRequest) -> HttpResponse:
    """启用动态口令: the telephone reads the picture, its first code confirms, then the recovery codes are shown once."""
    user = request.user
    require(settings.SECOND_FACTOR, "演示环境没有开启动态口令。")
    if second_factor.is_set_up(user):
        messages.info(request, "动态口令已经启用；换手机请先用备用码登录，再请安全管理员重置。")
        return redirect("account")
    if not is_fresh(request):
        return _password_first(request)
    form = ConfirmationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = _confirmed(request, form)
        if codes:
            return render(request, "accounts/recovery_codes.html", {"codes": codes, "account": user.username})
    secret = second_factor.begin(user)
    context = {
        "form": form,
        "picture": second_factor.picture(user, secret),
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        "is_required": second_factor.is_required(user),
    }
    return form_page(request, "accounts/authenticator.html", context)


def _password_first(request: AuthenticatedRequest) -> HttpResponse:
    """A stranger at an open browser would set up a telephone of theirs, or take a picture of the secret for later."""
    form = OldPasswordForm(request.user, request.POST if "old_password" in request.POST else None)
    if form.is_valid():
        note_password(request)
        return redirect("account-authenticator")
    return form_page(request, "accounts/confirm.html", _PROVE | {"form": form})


def _confirmed(request: AuthenticatedRequest, form: ConfirmationForm) -> list[str]:
    """The recovery codes after the right code; else what is wrong stands beside the field."""
    user, at, throttle = request.user, clock.true_now(), login_throttle.of_code(request.user)
    try:
        login_throttle.register_attempt(throttle, at=at)
    except login_throttle.Blocked as blocked:
        form.add_error("code", str(blocked))
        return []
    codes = second_factor.confirm(
        user=user, code="".join(form.cleaned_data["code"].split()), at=at, recorded_at=clock.now()
    )
    if codes is None:
        form.add_error("code", "口令不正确，请核对手机的时间是否准确，再填写当前显示的6位数字。")
        return []
    login_throttle.reset_attempts(throttle)
    request.session[PROVEN] = True
    end_sessions(user, but=request.session.session_key)
    return codes


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recovery(request: AuthenticatedRequest) -> HttpResponse:
    """更换备用码: ten new ones, the old ones are void."""
    user = request.user
    require(second_factor.is_set_up(user), "还没有启用动态口令，没有备用码可以更换。")
    form = OldPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = renew_recovery_codes(user)
        AuditEntry.objects.record(action="renew_recovery", target=user, by=user, at=clock.now())
        return render(request, "accounts/recovery_codes.html", {"codes": codes, "account": user.username})
    return form_page(request, "accounts/confirm.html", _RENEW | {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove_authenticator(request: AuthenticatedRequest) -> HttpResponse:
    """停用动态口令, for who need not have it."""
    user = request.user
    require(not second_factor.is_required(user), "您的角色必须使用动态口令，不能停用；换手机请联系安全管理员重置。")
    require(second_factor.is_set_up(user), "还没有启用动态口令。")
    form = OldPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        second_factor.forget(user)
        AuditEntry.objects.record(action="reset_codes", target=user, by=user, at=clock.now())
        messages.success(request, "动态口令已停用，登录只需密码。")
        return redirect("account")
    return form_page(request, "accounts/confirm.html", _REMOVE | {"form": form})


@require_POST
def end_session(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """结束一个会话, only one's own."""
    mine = get_object_or_404(SignedIn.objects.filter(user=request.user), pk=pk)
    if mine.session_key == request.session.session_key:
        messages.info(request, "这是您正在使用的登录，要结束请点“退出登录”。")
        return redirect("account")
    end_sessions(request.user, only=mine.pk)
    _note_ended(request, 1)
    messages.success(request, f"“{mine.device}”上的登录已结束。")
    return redirect("account")


@require_POST
def end_other_sessions(request: AuthenticatedRequest) -> HttpResponse:
    """结束其他所有会话."""
    ended = end_sessions(request.user, but=request.session.session_key)
    if ended:
        _note_ended(request, ended)
    messages.success(request, "其他设备上的登录已全部结束。" if ended else "没有其他登录。")
    return redirect("account")


def _go_on_alone(request: AuthenticatedRequest) -> None:
    """This session goes on under a new key; all others of the person are over."""
    before = request.session.session_key
    end_sessions(request.user, but=before)
    update_session_auth_hash(request, request.user)
    SignedIn.objects.filter(session_key=before).update(session_key=request.session.session_key)


def _note_ended(request: AuthenticatedRequest, sessions: int) -> None:
    detail = {"sessions": sessions}
    AuditEntry.objects.record(
        action="end_sessions", target=request.user, by=request.user, at=clock.now(), detail=detail
    )


def _day(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "开通时设定"


_PROVE = {
    "title": "启用动态口令",
    "lead": "您登录已有一段时间，为确认是本人操作，请先填写当前密码。",
    "submit": "继续",
}
_RENEW = {
    "title": "更换备用码",
    "lead": "将生成10个新的备用码，原来的全部作废。",
    "submit": "生成新的备用码",
}
_REMOVE = {
    "title": "停用动态口令",
    "lead": "停用后登录只需密码，备用码同时作废。",
    "submit": "停用动态口令",
}


# /login/: name and password, then the code where a person has one.

WAITING = "waiting_for_code"  # in a stranger's session: whose password was right, since when, and where to go
PATIENCE = 600  # seconds for the second step
ENDED = {
    "idle": "您离开的时间较长，已自动退出登录；请重新登录，会回到刚才的页面。",
    "long": "本次登录已到最长时限，已自动退出；请重新登录，会回到刚才的页面。",
}


class SignIn(LoginView):
    """The one page on which everybody signs in."""

    authentication_form = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ended = ENDED.get(self.request.GET.get("ended", ""))
        is_shortened = settings.DEMO and not settings.SECOND_FACTOR
        return super().get_context_data(ended=ended, is_shortened=is_shortened, **kwargs)

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
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
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
    form = OneTimeCodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return form_page(request, "registration/code.html", {"form": form})
    at, throttle = clock.true_now(), login_throttle.of_code(user)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        shut = login_throttle.register_attempt(throttle, at=at)
    except login_throttle.Blocked as blocked:
        form.add_error("code", str(blocked))
        status = HTTPStatus.TOO_MANY_REQUESTS
    else:
        if second_factor.spend_code(user, form.cleaned_data["code"], at=at):
            login_throttle.reset_attempts(throttle)
            return _enter_proven(request, user, form.cleaned_data["code"])
        login_throttle.note_failure(user.username, shut=shut, at=clock.now())
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
    login_throttle.remember(request, response, user.username)
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
