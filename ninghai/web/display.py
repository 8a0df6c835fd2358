"""How somebody wants the pages drawn (显示方式): high contrast, the elder mode (长者模式), larger type.

The choice is kept in a cookie for a year. Each choice is a style sheet that gives the tokens other values and hides what is
extra; the pages differ by nothing but the sheets that they name, so the choice is one part of the key under which a public
page is kept. Whatever else a cookie says counts as nothing: nobody can fill the cache, or put a page there for others, by
inventing values.
"""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

COOKIE = f"{settings.HOST_ONLY}display"
KEPT_FOR = 365 * 24 * 3600  # seconds
SHEETS = ("contrast", "elder", "large", "largest")  # in the order in which they are linked
CHOICES = {
    "mode": [("ordinary", "普通模式"), ("elder", "长者模式：文字和按钮更大，只留最常用的内容")],
    "theme": [("light", "浅色"), ("contrast", "高对比度：黑底，文字用白色和亮色")],
    "size": [("medium", "标准"), ("large", "大"), ("largest", "特大")],
}


class DisplayForm(forms.Form):
    """One choice of each kind."""

    mode = forms.ChoiceField(label="浏览模式", choices=CHOICES["mode"], widget=forms.RadioSelect)
    theme = forms.ChoiceField(label="配色", choices=CHOICES["theme"], widget=forms.RadioSelect)
    size = forms.ChoiceField(label="文字大小", choices=CHOICES["size"], widget=forms.RadioSelect)


def sheets_of(request: HttpRequest) -> tuple[str, ...]:
    """The style sheets that the visitor has chosen, in one order; of a cookie only the known words count."""
    chosen = request.COOKIES.get(COOKIE, "").split(".")
    return tuple(sheet for sheet in SHEETS if sheet in chosen)


@login_not_required
@never_cache
@require_safe
def display(request: HttpRequest) -> HttpResponse:
    """The page of choices; an address that names one (a link, or this form) keeps it and leads back."""
    back = _back(request)
    chosen = {kind: request.GET[kind] for kind, choices in CHOICES.items() if request.GET.get(kind) in dict(choices)}
    if not chosen:
        form = DisplayForm(initial=_by_kind(sheets_of(request)), use_required_attribute=False)
        return render(request, "display.html", {"form": form, "next": back})
    values = {**_by_kind(sheets_of(request)), **chosen}.values()
    response = redirect(back)
    response.set_cookie(
        COOKIE,
        ".".join(sheet for sheet in SHEETS if sheet in values),
        max_age=KEPT_FOR,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def _by_kind(sheets: tuple[str, ...]) -> dict[str, Any]:
    """The chosen value of each kind; the first one where nothing is chosen."""
    return {
        kind: next((value for value, _ in reversed(choices) if value in sheets), choices[0][0])
        for kind, choices in CHOICES.items()
    }


def _back(request: HttpRequest) -> str:
    """The page of ours that the visitor came from, as the form or the browser says; else the home page.

    No link to here names the page on which it stands: every address would lead to another one, without an end.
    """
    address = request.GET.get("next") or _came_from(request)
    is_ours = url_has_allowed_host_and_scheme(address, None) and address.startswith("/")
    is_page = is_ours and not address.startswith(reverse("display"))
    return address if is_page else reverse("disclosure:home")


def _came_from(request: HttpRequest) -> str:
    """The address of the last page, if it was one of this host."""
    try:
        last = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    return urlunsplit(("", "", last.path, last.query, "")) if last.netloc == request.get_host() else ""
