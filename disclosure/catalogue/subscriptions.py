"""Following a list of the catalogue by e-mail (邮件订阅): asked for, confirmed by a link, one letter a day, one click to leave.

Addresses are under seal; each letter is a look that the trail keeps. The scheduler writes letters, since a mail server may
let a visitor wait: what was not taken is tried again with its next round, what may have arrived is not.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from disclosure.catalogue.facets import LABELS
from disclosure.catalogue.query import CatalogueQuery
from disclosure.items.text import one_line
from disclosure.models import Item, Subscription
from ninghai.accounts.audit.request_context import without_address
from ninghai.calendar import clock
from ninghai.calendar.clock import beginning_of
from ninghai.models import AuditEntry, DataKey
from ninghai.notifications import ChannelAway, NotSent, PerhapsSent, email
from ninghai.sealed.cipher import UnreadableSeal
from ninghai.sealed.services import destroy, digest, look
from ninghai.web.http import trail_from_home
from ninghai.web.rate_limit import limited

CONFIRM, LEAVE = "disclosure.subscription.confirm", "disclosure.subscription.leave"
MOST_A_DAY = 5  # letters of confirmation to one address: nobody floods somebody else's
AGAIN = timedelta(hours=1)  # after which another letter may be asked for
UNCONFIRMED = timedelta(days=2)  # so long the link of a letter confirms
SETTLED = timedelta(minutes=2)  # after which whatever was stamped with a moment has been committed as well
MOST_NEWS = 50  # of each kind in one letter

logger = logging.getLogger(__name__)


# Asking, confirming, leaving.


@transaction.atomic
def ask_to_follow(*, address: str, params: QueryDict, at: datetime) -> None:
    """A letter with a link will go there. Whether the address follows the list already nobody learns from this."""
    whose = digest(address)
    recent = Subscription.objects.filter(address_digest=whose, asked_at__gt=at - timedelta(days=1))
    if recent.filter(confirmed_at=None).count() >= MOST_A_DAY:
        return
    new = {"address": address.strip(), "data_key": lambda: DataKey.objects.make(at=at), "asked_at": at}
    asked, is_new = Subscription.objects.get_or_create(
        address_digest=whose, conditions=conditions_in(params), defaults=new
    )
    if not is_new:
        again = Subscription.objects.filter(pk=asked.pk, confirmed_at=None, written_at__lt=at - AGAIN)
        again.update(written_at=None)


def conditions_in(params: QueryDict) -> str:
    """The list as an address names it, in one way only."""
    kept = QueryDict(mutable=True)
    for name in sorted(params):
        if name != "sort" and params[name]:
            kept[name] = str(params[name])
    return kept.urlencode()


def token_of(subscription: Subscription, *, salt: str) -> str:
    """What a letter's link names it by, for one purpose."""
    return signing.Signer(salt=salt).sign(str(subscription.pk))


def find(token: str, *, salt: str) -> Subscription | None:
    """The subscription of a letter's link, while it stands."""
    try:
        pk = UUID(signing.Signer(salt=salt).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Subscription.objects.select_related("data_key").filter(pk=pk).first()


@transaction.atomic
def confirm(subscription: Subscription, *, at: datetime) -> None:
    """From now on; once confirmed, nothing changes."""
    waiting = Subscription.objects.filter(pk=subscription.pk, confirmed_at=None)
    if waiting.update(confirmed_at=at, told_until=at):
        AuditEntry.objects.record(
            action=AuditEntry.Action.EDIT, target=subscription, by=None, at=at, reason="收信人确认订阅"
        )


@without_address()
@transaction.atomic
def leave(subscription: Subscription, *, reason: str, at: datetime) -> None:
    """Nothing is kept of the person, in the row or under its key."""
    destroy(subscription.data_key, by=None, reason=f"{subscription}：{reason}", at=at)
    subscription.delete()


# What is new in a list.


@dataclass(frozen=True, slots=True)
class News:
    """What was published, changed and withdrawn in a list since the last letter."""

    new: list[Item]
    changed: list[Item]
    withdrawn: list[Item]

    def __len__(self) -> int:
        return len(self.new) + len(self.changed) + len(self.withdrawn)


def news_of(catalogue: CatalogueQuery, *, since: datetime) -> News:
    """Of what is withdrawn only that it was in the list: its number, never its words."""
    found = catalogue.listing().matching.order_by("-published_at", "-pk")
    known = {"published_at__lte": since}
    gone = catalogue.leaves(Item.objects.withdrawn().filter(withdrawn_at__gt=since, withdrawn_at__lte=catalogue.at))
    return News(
        list(found.filter(published_at__gt=since)[:MOST_NEWS]),
        list(found.filter(updated_at__gt=since, updated_at__lte=catalogue.at, **known)[:MOST_NEWS]),
        list(gone.filter(**known).order_by("-withdrawn_at", "-pk")[:MOST_NEWS]),
    )


def list_words(catalogue: CatalogueQuery) -> str:
    """The list in the words of the screen: 全部信息, or its conditions."""
    words = [f"检索词：{one_line(catalogue.words)}"] if catalogue.words else []
    words += [f"{LABELS[name]}：{one_line(value)}" for name, value in catalogue.labels.items()]
    return "，".join(words) or "全部信息"


# Letters.


def send_subscription_letters(*, at: datetime) -> int:
    """Letters of confirmation at once, news once a day from REMIND_AT on; what was never confirmed is forgotten."""
    for old in Subscription.objects.filter(confirmed_at=None, asked_at__lt=at - UNCONFIRMED).select_related("data_key"):
        leave(old, reason="没有确认", at=at)
    if not email.is_on():
        return 0
    try:
        return sum(_ask_to_confirm(each, at=at) for each in _to_confirm()) + sum(
            _tell(each, at=at) for each in _due(at)
        )
    except ChannelAway as away:
        logger.warning("letters to subscribers wait: %s", away)
        return 0


def _to_confirm() -> QuerySet[Subscription]:
    return Subscription.objects.filter(confirmed_at=None, written_at=None).select_related("data_key")


def _due(at: datetime) -> QuerySet[Subscription]:
    if timezone.localtime(at).hour < settings.REMIND_AT:
        return Subscription.objects.none()
    due = Subscription.objects.filter(told_until__lt=beginning_of(timezone.localdate(at)))
    return due.select_related("data_key")


def _ask_to_confirm(subscription: Subscription, *, at: datetime) -> bool:
    waiting = Subscription.objects.filter(pk=subscription.pk, written_at=None)
    if not waiting.update(written_at=at):
        return False
    catalogue = CatalogueQuery(subscription.params, at=at)
    link = _link(subscription, "disclosure:follow-confirm", salt=CONFIRM)
    lines = [
        f"您好。有人用这个邮箱订阅{settings.SITE_NAME}的公开目录（{list_words(catalogue)}）。",
        "",
        f"请打开下面的链接，并按“确认订阅”：{link}",
        "",
        "确认以后，这些信息有新公开、更新或撤回的，每天最多一封邮件告诉您。不是您本人订阅的，不用理会，两天后自动作废。",
    ]
    return _post(
        subscription, subject="请确认订阅", lines=lines, purpose="发送订阅确认邮件", at=at, undo={"written_at": None}
    )


def _tell(subscription: Subscription, *, at: datetime) -> bool:
    since, until = subscription.told_until, max(at - SETTLED, beginning_of(timezone.localdate(at)))
    if since is None or not Subscription.objects.filter(pk=subscription.pk, told_until=since).update(told_until=until):
        return False
    catalogue = CatalogueQuery(subscription.params, at=until)
    news = news_of(catalogue, since=since)
    if not len(news):
        return False
    subject, lines = f"公开目录有{len(news)}条变化", list(_news_lines(news, words=list_words(catalogue)))
    return _post(subscription, subject=subject, lines=lines, purpose="发送订阅邮件", at=at, undo={"told_until": since})


def _news_lines(news: News, *, words: str) -> Iterator[str]:
    yield f"您好。您订阅的公开目录（{words}）有这些变化："
    for label, items in (("新公开", news.new), ("有更新", news.changed)):
        for item in items:
            yield from ("", f"[{label}] {one_line(item.title)}", f"{settings.SITE_URL}{item.get_absolute_url()}")
    for item in news.withdrawn:
        yield from ("", f"[已撤回] 索引号 {item.index_number}", f"{settings.SITE_URL}{item.get_absolute_url()}")


def _post(
    subscription: Subscription, *, subject: str, lines: list[str], purpose: str, at: datetime, undo: dict[str, object]
) -> bool:
    """One letter; `undo` is put back where the mail server could not be reached, so that the next round writes it."""
    try:
        address = str(look(subscription, by=None, purpose=purpose, at=at, only=["address"])["address"])
    except UnreadableSeal as lost:
        logger.warning("%s: %s", subscription, lost)
        return False
    leaves = _link(subscription, "disclosure:follow-leave", salt=LEAVE)

    def letter(connection: BaseEmailBackend) -> EmailMessage:
        return EmailMessage(
            subject=f"{settings.SITE_NAME}：{subject}",
            body="\n".join([*lines, "", f"不想再收到，请打开并按“退订”：{leaves}", ""]),
            to=[address],
            headers={
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe": f"<{leaves}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            connection=connection,
        )

    try:
        email.post(letter)
    except ChannelAway:
        Subscription.objects.filter(pk=subscription.pk).update(**undo)
        raise
    except (NotSent, PerhapsSent) as failed:
        logger.warning("%s: %s", subscription, failed)
        return False
    return True


def _link(subscription: Subscription, name: str, *, salt: str) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=[token_of(subscription, salt=salt)])}"


# The pages, `/catalogue/follow/`: a visitor gives an address for a list of the catalogue, confirms by a letter's link, and leaves by another.

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
        ask_to_follow(address=form.cleaned_data["address"], params=catalogue.params, at=clock.now())
        return redirect(_address(catalogue, SENT))
    context = {
        "form": form,
        "list_words": list_words(catalogue),
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
    found = find(token, salt=CONFIRM)
    if found is None:
        return _state(request, "gone", None)
    if request.method == "POST":
        confirm(found, at=clock.now())
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
    found = find(token, salt=LEAVE)
    if found is None:
        return _state(request, "left", None)
    if request.method != "POST":
        return _state(request, "leaving", found)
    leave(found, reason="退订", at=clock.now())
    return _state(request, "left", None)


def _state(request: HttpRequest, state: str, found: Subscription | None) -> HttpResponse:
    catalogue = CatalogueQuery(found.params, at=clock.now()) if found else None
    context = {
        "state": state,
        "list_words": list_words(catalogue) if catalogue else "",
        "list_url": catalogue.url_of("disclosure:item-list") if catalogue else reverse("disclosure:item-list"),
        "trail": trail_from_home(("公开目录", reverse("disclosure:item-list")), ("邮件订阅", "")),
    }
    return render(request, "disclosure/follow_state.html", context, status=404 if state == "gone" else 200)
