"""`/catalogue/follow/`: a visitor gives an address for a list of the catalogue, confirms by a letter's link, and leaves by another."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from disclosure.catalogue import subscriptions
from disclosure.catalogue.query import CatalogueQuery
from disclosure.models import Subscription
from ninghai.calendar import clock
from ninghai.notifications import email
from ninghai.web.http import trail_from_home
from ninghai.web.rate_limit import limited

SENT = "sent"  # in the address: the letter is on its way


class FollowForm(forms.Form):
    """Where the letters go. A field that only machines fill in keeps them out."""

    address = forms.EmailField(
        label="电子邮箱",
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="只用来发送这个订阅的邮件，加密保存；退订后立即删除。",
        error_messages={
            "required": "请填写电子邮箱。",
            "invalid": "这不是电子邮箱，请核对，例如 name@example.cn。",
            "max_length": "电子邮箱不能超过200个字符，请核对。",
        },
    )
    website = forms.CharField(
        label="网址",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
        help_text="此栏请留空。",
    )

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("“网址”一栏用来识别自动程序，请清空后再提交。")
        return ""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("follow", counts=lambda request: request.method == "POST")
def follow(request: HttpRequest) -> HttpResponse:
    """The form for the list that the address names; a list that cannot be read is followed by nobody."""
    catalogue = CatalogueQuery(request.GET, at=clock.now())
    form = FollowForm(request.POST or None)
    if request.method == "POST" and email.is_on() and catalogue.is_valid() and form.is_valid():
        subscriptions.ask_to_follow(address=form.cleaned_data["address"], params=catalogue.params, at=clock.now())
        return redirect(_address(catalogue, SENT))
    context = {
        "form": form,
        "list_words": subscriptions.list_words(catalogue),
        "list_url": catalogue.url_of("disclosure:item-list"),
        "action": _address(catalogue),
        "is_on": email.is_on(),
        "is_sent": SENT in request.GET and request.method != "POST",
        "mistake": catalogue.mistake,
        "trail": trail_from_home(("公开目录", reverse("disclosure:item-list")), ("邮件订阅", "")),
    }
    is_wrong = request.method == "POST" or bool(catalogue.mistake)
    return render(request, "disclosure/follow.html", context, status=422 if is_wrong else 200)


def _address(catalogue: CatalogueQuery, *marks: str) -> str:
    params = catalogue.params
    params.pop("sort", None)
    for mark in marks:
        params[mark] = "1"
    query = params.urlencode()
    return f"{reverse('disclosure:follow')}?{query}" if query else reverse("disclosure:follow")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("receipt")
def follow_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A button, so that no program that looks at the links of a letter confirms for somebody; pressed again it says the same."""
    found = subscriptions.find(token, salt=subscriptions.CONFIRM)
    if found is None:
        return _state(request, "gone", None)
    if request.method == "POST":
        subscriptions.confirm(found, at=clock.now())
    elif found.confirmed_at is None:
        return _state(request, "confirming", found)
    return _state(request, "confirmed", found)


@csrf_exempt  # a mail program leaves by one POST of its own (RFC 8058); whoever has the link may do nothing else with it
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("receipt")
def follow_leave(request: HttpRequest, token: str) -> HttpResponse:
    """A button, so that no program that only looks at links leaves for somebody; then nothing is kept."""
    found = subscriptions.find(token, salt=subscriptions.LEAVE)
    if found is None:
        return _state(request, "left", None)
    if request.method != "POST":
        return _state(request, "leaving", found)
    subscriptions.leave(found, reason="退订", at=clock.now())
    return _state(request, "left", None)


def _state(request: HttpRequest, state: str, found: Subscription | None) -> HttpResponse:
    catalogue = CatalogueQuery(found.params, at=clock.now()) if found else None
    context = {
        "state": state,
        "list_words": subscriptions.list_words(catalogue) if catalogue else "",
        "list_url": catalogue.url_of("disclosure:item-list") if catalogue else reverse("disclosure:item-list"),
        "trail": trail_from_home(("公开目录", reverse("disclosure:item-list")), ("邮件订阅", "")),
    }
    return render(request, "disclosure/follow_state.html", context, status=404 if state == "gone" else 200)
