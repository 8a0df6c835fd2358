"""对接平台 in the web admin: platforms with their keys, what they sent, and each message, which can be sent once more."""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from disclosure.exchange.messages import ADAPTERS, issue_key, repeat, withdraw_key
from disclosure.hotline.rules import takes_calls
from disclosure.models import ExchangeMessage, ExchangePartner, HotlineCase
from ninghai.calendar import clock
from ninghai.models import User
from ninghai.models.state_machine import TransitionError
from ninghai.notifications.outgoing import wrong_with
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.staff_site.pages import office_page
from ninghai.web.http import AuthenticatedRequest


class ExchangePartnerForm(forms.ModelForm[ExchangePartner]):
    adapter = forms.ChoiceField(
        label="消息格式", choices=lambda: [(code, each.label) for code, each in ADAPTERS.items()]
    )

    class Meta:
        model = ExchangePartner
        fields = ["name", "channel", "adapter", "url", "unit"]

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if url and (told := wrong_with(url)):
            raise forms.ValidationError(told)
        return url


@admin.register(ExchangePartner)
class ExchangePartnerAdmin(OfficeModelAdmin[ExchangePartner]):
    group = DeskGroup.SETTINGS
    form = ExchangePartnerForm
    fields = ["name", "channel", "adapter", "url", "unit", "code", "issued_at", "withdrawn_at"]
    readonly_fields = ["code", "issued_at", "withdrawn_at"]
    list_display = ("name", "channel", "unit", "code", "issued_at", "withdrawn_at")
    list_select_related = ("unit",)
    untold = frozenset({"key_digest"})
    actions = ("issue_keys", "withdraw_keys")

    @admin.display(description="密钥前几位", ordering="key_hint")
    def code(self, partner: ExchangePartner) -> str:
        return partner.key_hint

    @admin.action(description="发放新密钥，原来的停用", permissions=["change"])
    def issue_keys(self, request: AuthenticatedRequest, queryset: QuerySet[ExchangePartner]) -> HttpResponse:
        """Shown here and nowhere again."""
        at = clock.now()
        rows = [(partner, *issue_key(partner=partner, by=request.user, at=at)) for partner in queryset]
        page = office_page(
            request,
            "admin/disclosure/exchange_keys.html",
            title="新密钥",
            trail=[("对接平台", request.path)],
            rows=rows,
        )
        page.headers["Cache-Control"] = "no-store"
        return page

    @admin.action(description="停用密钥", permissions=["change"])
    def withdraw_keys(self, request: AuthenticatedRequest, queryset: QuerySet[ExchangePartner]) -> None:
        for partner in queryset:
            withdraw_key(partner=partner, by=request.user, at=clock.now())
            messages.success(request, f"{partner}的密钥已停用，不再收发。")


@admin.register(ExchangeMessage)
class ExchangeMessageAdmin(ReadOnlyAdmin[ExchangeMessage]):
    """Which message, of which matter, how it fared; its words are under seal."""

    group = DeskGroup.SETTINGS
    list_display = ("made_at", "partner", "kind", "number", "status", "error", "ended_at")
    list_filter = ("partner", "kind", "status")
    list_select_related = ("partner", "call__case")
    fields = ("made_at", "partner", "kind", "number", "status", "error", "ended_at")
    untold = frozenset({"body", "call"})
    ordering = ("-made_at", "-pk")
    actions = ("repeat_selected",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExchangeMessage]:
        """Of matters that this person may know of."""
        user = request.user
        found = super().get_queryset(request)
        return found.filter(call__in=HotlineCase.objects.visible_to(user)) if isinstance(user, User) else found.none()

    @admin.display(description="热线工单", ordering="call__case__number")
    def number(self, message: ExchangeMessage) -> str:
        return message.call.case.number

    def has_repeat_permission(self, request: AuthenticatedRequest) -> bool:
        return takes_calls(request.user)

    @admin.action(description="重新发送、重新登记", permissions=["repeat"])
    def repeat_selected(self, request: AuthenticatedRequest, queryset: QuerySet[ExchangeMessage]) -> None:
        for message in queryset:
            try:
                repeat(message=message, by=request.user, at=clock.now())
                messages.success(request, f"{message}：已重新办理。")
            except (TransitionError, forms.ValidationError) as refused:
                told = "".join(refused.messages) if isinstance(refused, forms.ValidationError) else str(refused)
                messages.error(request, f"{message}：{told}")
