"""The security administrator's acts on one account: each a form with one button, each in the audit trail."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ninghai import clock
from ninghai.accounts import people, second_factor, tries
from ninghai.accounts.granting import NOT_ONESELF
from ninghai.accounts.sealing import seal
from ninghai.accounts.sessions import open_sessions
from ninghai.http import AuthenticatedRequest
from ninghai.models import Role, Tries, User
from ninghai.moves import require
from ninghai.office.pages import office_page, office_path, was_done
from ninghai.roles import acts_as

TRAIL_TOP = "账号"


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="停用原因", max_length=people.LONGEST_REASON, help_text="如调离、退休、休假，会记入审计记录。"
    )


@require_http_methods(["GET", "HEAD"])
def acts(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What can be done with this account."""
    return _acts_page(request, _person(request, pk), ReasonForm())


@never_cache
@require_POST
def reset_password(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    password = people.reset_password(person=person, by=request.user, at=clock.now())
    return one_time_page(request, [(person, password)], title=f"已重置“{person.username}”的密码")


@require_POST
def reset_codes(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _done(request, pk, people.reset_codes, "动态口令已重置，本人下次登录时按角色重新设置。")


@require_POST
def unblock(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _done(request, pk, people.unblock, "登录限制已解除，本人现在可以登录。")


@require_POST
def sign_out(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _done(request, pk, people.sign_out, "此人在各设备上的登录已全部结束。")


@require_POST
def deactivate(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    person, form = _person(request, pk), ReasonForm(request.POST)

    def act() -> None:
        people.deactivate(person=person, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())

    if not was_done(form, act):
        return _acts_page(request, person, form, status=422)
    messages.success(request, f"账号“{person.username}”已停用，角色和办理记录都保留。")
    return redirect("admin:ninghai_user_acts", pk)


@never_cache
@require_POST
def reactivate(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    try:
        password = people.reactivate(person=person, by=request.user, at=clock.now())
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
        return redirect("admin:ninghai_user_acts", pk)
    return one_time_page(request, [(person, password)], title=f"已恢复账号“{person.username}”")


# --- Who is kept out at present --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD"])
def blocked(request: AuthenticatedRequest) -> HttpResponse:
    """登录限制: accounts and addresses whose doors pause."""
    require(acts_as(request.user, Role.SECURITY))
    at = clock.true_now()
    kept_out = {(each.kind, each.key): each for each in Tries.objects.filter(blocked_until__gt=at)}
    accounts = [
        (person, tried)
        for person in (User.objects.order_by("username") if kept_out else [])
        for door in tries.doors_of(person)
        if (tried := kept_out.get((door.kind, door.key)))
    ]
    addresses = [tried for tried in kept_out.values() if tried.kind == Tries.Kind.ADDRESS]
    context = {"accounts": accounts, "addresses": addresses}
    return office_page(request, "admin/ninghai/user/blocked.html", title="登录限制", trail=_trail(), **context)


@require_POST
def unblock_address(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    require(acts_as(request.user, Role.SECURITY))
    tried = get_object_or_404(Tries.objects.filter(kind=Tries.Kind.ADDRESS), pk=pk)
    people.unblock_address(tried=tried, by=request.user, at=clock.now())
    messages.success(request, f"来源地址 {tried.key} 的登录限制已解除。")
    return redirect("admin:ninghai_user_blocked")


# --- What the pages share ----------------------------------------------------------------------------------------


def one_time_page(request: AuthenticatedRequest, shown: list[tuple[User, str]], *, title: str) -> TemplateResponse:
    """One-time passwords, to be read or printed now: they are kept nowhere. The file to save is sealed in the page."""
    rows = [[person.username, person.name, password] for person, password in shown]
    sealed = seal({"by": request.user.pk, "rows": rows})
    context = {"shown": shown, "sealed": sealed, "site": request.build_absolute_uri(reverse("login"))}
    page = office_page(request, "admin/ninghai/user/one_time.html", title=title, trail=_trail(), **context)
    page.headers["Cache-Control"] = "no-store"
    return page


def _person(request: AuthenticatedRequest, pk: int) -> User:
    require(acts_as(request.user, Role.SECURITY))
    return get_object_or_404(User, pk=pk)


def _done(request: AuthenticatedRequest, pk: int, act: Callable[..., Any], words: str) -> HttpResponse:
    act(person=_person(request, pk), by=request.user, at=clock.now())
    messages.success(request, words)
    return redirect("admin:ninghai_user_acts", pk)


def _acts_page(request: AuthenticatedRequest, person: User, form: ReasonForm, *, status: int = 200) -> TemplateResponse:
    at = clock.true_now()
    page = office_page(
        request,
        "admin/ninghai/user/acts.html",
        title=f"办理账号“{person.username}”",
        trail=[*_trail(), (str(person), reverse("admin:ninghai_user_change", args=[person.pk]))],
        person=person,
        form=form,
        refused=NOT_ONESELF if person.pk == request.user.pk else "",
        paused_until=tries.paused_until(person, at=at),
        has_codes=second_factor.is_set_up(person),
        sessions=open_sessions(person, at=at).count(),
    )
    page.status_code = status
    return page


def _trail() -> list[tuple[str, str]]:
    return [(TRAIL_TOP, reverse("admin:ninghai_user_changelist"))]


URLS: list[URLPattern] = [
    office_path("blocked/", blocked, "ninghai_user_blocked"),
    office_path("blocked/<int:pk>/lift/", unblock_address, "ninghai_user_unblock_address"),
    office_path("<int:pk>/acts/", acts, "ninghai_user_acts"),
    office_path("<int:pk>/acts/reset-password/", reset_password, "ninghai_user_reset_password"),
    office_path("<int:pk>/acts/reset-codes/", reset_codes, "ninghai_user_reset_codes"),
    office_path("<int:pk>/acts/unblock/", unblock, "ninghai_user_unblock"),
    office_path("<int:pk>/acts/sign-out/", sign_out, "ninghai_user_sign_out"),
    office_path("<int:pk>/acts/deactivate/", deactivate, "ninghai_user_deactivate"),
    office_path("<int:pk>/acts/reactivate/", reactivate, "ninghai_user_reactivate"),
]
