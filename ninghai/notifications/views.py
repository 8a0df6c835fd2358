"""`/work/messages/`: what a person was told, for everybody who works here; opening a message marks it as read."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ninghai.calendar import clock
from ninghai.models import OFFICE_ROLES, Membership, Message, User
from ninghai.models.message import MessageQuerySet
from ninghai.notifications import email
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.middleware import ACTING_SESSION_KEY
from ninghai.web.posted import form_page
from ninghai.web.twins import for_the_office

ROWS = 20
TONES = {Message.Kind.RETURNED: "late", Message.Kind.URGED: "late", Message.Kind.DRAWN: "info"}


class MessageSettingsForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["wants_email"]


@require_safe
def message_list(request: AuthenticatedRequest) -> HttpResponse:
    """The person's own messages, the newest first."""
    mine = _mine(request)
    page = Paginator(mine, ROWS).get_page(request.GET.get("page"))
    unread = mine.unread().count()
    context = {
        "page": page,
        "rows": [{"message": each, "tone": _tone(each)} for each in page],
        "total": f"共{page.paginator.count}条，其中{unread}条未读",
        "unread": unread,
    }
    return render(request, "messaging/message_list.html", context)


@require_safe
def message(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One message, read from now on."""
    mine = _mine(request)
    opened = get_object_or_404(mine, pk=pk)
    mine.filter(pk=pk).mark_read(at=clock.now())
    context = {"message": opened, "tone": _tone(opened), "switches": not _acts_in(opened, request.user.acting)}
    return render(request, "messaging/message.html", context)


@require_POST
def go(request: AuthenticatedRequest, pk: int) -> HttpResponseRedirect:
    """Go where something is to be done, in the capacity that the message is meant for."""
    opened = get_object_or_404(_mine(request), pk=pk)
    if not _acts_in(opened, request.user.acting):
        held = Membership.objects.filter(user=request.user, unit=opened.unit, role=opened.role)
        membership = get_object_or_404(held)
        request.session[ACTING_SESSION_KEY] = membership.pk
        messages.success(request, f"您现在以“{membership}”的身份工作。")
    return redirect(for_the_office(opened.url) if opened.role in OFFICE_ROLES else opened.url)


@require_POST
def mark_all_read(request: AuthenticatedRequest) -> HttpResponseRedirect:
    """全部标为已读."""
    count = _mine(request).mark_read(at=clock.now())
    messages.success(request, f"已将 {count} 条消息标为已读。" if count else "没有未读消息。")
    return redirect("message-list")


@require_http_methods(["GET", "HEAD", "POST"])
def message_settings(request: AuthenticatedRequest) -> HttpResponse:
    """Whether the person is written to by e-mail."""
    person = User.objects.get(pk=request.user.pk)
    form = MessageSettingsForm(request.POST if request.method == "POST" else None, instance=person)
    if form.is_valid():
        person.save(update_fields=["wants_email"])
        messages.success(request, "已保存。" + ("新的提醒会发到您的邮箱。" if person.wants_email else "不再发送邮件。"))
        return redirect("message-settings")
    return form_page(request, "messaging/settings.html", {"form": form, "notices": _obstacles(person)})


def _mine(request: AuthenticatedRequest) -> MessageQuerySet:
    return Message.objects.visible_to(request.user).select_related("unit")


def _acts_in(opened: Message, acting: Membership | None) -> bool:
    return acting is not None and (acting.unit_id, acting.role) == (opened.unit_id, opened.role)


def _tone(each: Message) -> str:
    return TONES.get(Message.Kind(each.kind), "due")


def _obstacles(person: User) -> list[str]:
    """Why no e-mail arrives although it is wanted."""
    reasons: list[tuple[Any, str]] = [
        (email.is_on(), "平台还没有接入邮件服务器，暂不发送邮件，提醒都在“消息”页面。"),
        (person.email, "您的账号没有登记电子邮箱，请联系安全管理员登记。"),
    ]
    return [sentence for is_fine, sentence in reasons if not is_fine]
