"""The county's ground facts in the office's admin: units, groups, people, the calendar, the audit trail."""

import json
from datetime import datetime

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from django_rq.models import Dashboard

from ninghai.accounts import workbooks
from ninghai.accounts.admin import PersonAdmin
from ninghai.accounts.audit.anchors import read_anchors
from ninghai.accounts.audit.sealing import last_seal
from ninghai.calendar import clock
from ninghai.calendar import pages as calendar_pages
from ninghai.models import (
    OFFICE_ROLES,
    AuditEntry,
    ClockEvent,
    Delivery,
    DutyClock,
    Role,
    SafetyCheck,
    Unit,
    UnitGroup,
    User,
    UsualReason,
    Workday,
    acts_as,
)
from ninghai.models.state_machine import require
from ninghai.operations import waiting  # noqa: F401 - declares what waits
from ninghai.operations.safety_checks import bad_results
from ninghai.staff_site.forms import WithAliases
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.staff_site.pages import office_page, office_path
from ninghai.staff_site.years import OfYears
from ninghai.web.http import AuthenticatedRequest

admin.site.unregister(Group)  # roles are memberships here; Django's groups have no part
admin.site.unregister(Dashboard)  # asks for Django's staff mark, which nobody has; in English, with inline script


@admin.register(Unit)
class UnitAdmin(WithAliases, OfficeModelAdmin[Unit]):
    group = DeskGroup.SETTINGS
    rank = 1
    list_display = ["code", "short_name", "name", "kind", "valid_from", "valid_until", "successor", "is_verified"]
    list_filter = ["kind", "is_verified"]
    search_fields = ["code", "short_name", "name", "aliases"]
    autocomplete_fields = ["successor"]

    def get_urls(self) -> list[URLPattern]:
        return [*workbooks.URLS, *super().get_urls()]


@admin.register(UnitGroup)
class UnitGroupAdmin(WithAliases, OfficeModelAdmin[UnitGroup]):
    group = DeskGroup.SETTINGS
    rank = 2
    list_display = ["name", "is_open"]
    search_fields = ["name", "aliases"]
    autocomplete_fields = ["members"]


admin.site.register(User, PersonAdmin)  # accounts and roles


@admin.register(UsualReason)
class UsualReasonAdmin(OfficeModelAdmin[UsualReason]):
    """What the forms for sending something back offer."""

    group = DeskGroup.SETTINGS
    list_display = ["words", "matter", "position", "is_active"]
    list_filter = ["matter", "is_active"]


WEEKDAYS = "一二三四五六日"


@admin.register(Workday)
class WorkdayAdmin(OfYears[Workday]):
    """The special days of a year in a list; its pages change them, so that open clocks follow."""

    group = DeskGroup.SETTINGS
    rank = 4
    year_path = "date__year"
    tones = {"kind": {Workday.Kind.HOLIDAY: "good", Workday.Kind.WORKING: "due"}}
    list_display = ["date", "weekday", "kind", "name", "source"]
    list_filter = ["kind"]
    list_per_page = 50  # more than a year has
    ordering = ["date"]
    actions = None

    def years(self) -> list[int]:
        return [day.year for day in Workday.objects.dates("date", "year", order="DESC")]

    @admin.display(description="星期")
    def weekday(self, day: Workday) -> str:
        return f"周{WEEKDAYS[day.date.weekday()]}"

    def get_urls(self) -> list[URLPattern]:
        return [*calendar_pages.URLS, *super().get_urls()]

    def new_page(self, request: AuthenticatedRequest) -> HttpResponse:
        return calendar_pages.add_day(request)

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return calendar_pages.change_day(request, day=get_object_or_404(Workday, pk=pk))


class ClockEventInline(admin.TabularInline[ClockEvent, DutyClock]):
    model = ClockEvent
    fields = ["number", "kind", "happened_at", "amount", "reason", "approved_by", "by", "recorded_at"]
    ordering = ["number"]
    verbose_name_plural = "经过"

    def has_view_permission(self, request: HttpRequest, obj: DutyClock | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: DutyClock | None = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(DutyClock)
class DutyClockAdmin(ReadOnlyAdmin[DutyClock]):
    """Every limit that runs or ran, with how its due date was found."""

    group = DeskGroup.SETTINGS
    list_display = ["target_label", "words", "due", "stands", "derivation"]
    list_filter = ["state", "words"]
    search_fields = ["target_label", "words"]
    date_hierarchy = "due_at"
    fields = ["target_label", "words", "basis", "started_at", "stands", "due", "derivation", "closed_at"]
    inlines = [ClockEventInline]

    @admin.display(description="到期", ordering="due_at")
    def due(self, duty_clock: DutyClock) -> str:
        return duty_clock.due_words

    @admin.display(description="状态", ordering="state")
    def stands(self, duty_clock: DutyClock) -> str:
        state = duty_clock.get_state_display()
        return f"{state}，已到期" if duty_clock.has_run_out(at=clock.now()) else state


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin[Delivery]):
    """What left the portal, or could not, and why."""

    group = DeskGroup.SETTINGS
    list_display = ["next_try_at", "channel", "recipient", "status", "attempt", "ended_at", "why"]
    fields = ["next_try_at", "channel", "recipient", "status", "attempt", "ended_at", "why"]
    list_filter = ["channel", "status"]
    list_select_related = ["recipient", "job"]

    @admin.display(description="下次发送", ordering="job__next_try_at")
    def next_try_at(self, delivery: Delivery) -> datetime:
        return delivery.job.next_try_at

    @admin.display(description="发送次数", ordering="job__tries")
    def attempt(self, delivery: Delivery) -> int:
        return delivery.job.tries

    @admin.display(description="原因")
    def why(self, delivery: Delivery) -> str:
        return delivery.error or delivery.job.error


# 核对结果: how the chain of seals stands and what the last checks found, for the auditor.

CHECKS_SHOWN = 30


@require_safe
def chain_page(request: AuthenticatedRequest) -> HttpResponse:
    """All of it for the auditor and the security administrator; what is public for the office, which must act on it."""
    sees_trail = acts_as(request.user, Role.AUDITOR, Role.SECURITY)
    require(sees_trail or acts_as(request.user, *OFFICE_ROLES))
    kinds = SafetyCheck.Kind.values if sees_trail else [SafetyCheck.Kind.CONTENT]
    is_auditor = acts_as(request.user, Role.AUDITOR)
    return office_page(
        request,
        "admin/ninghai/auditentry/chain.html",
        title="核对结果",
        trail=[("审计记录", reverse("admin:ninghai_auditentry_changelist"))] if is_auditor else [],
        standing=_standing() if sees_trail else [],
        bad=[(check, check.words.splitlines()) for check in bad_results() if check.kind in kinds],
        checks=SafetyCheck.objects.filter(kind__in=kinds)[:CHECKS_SHOWN],
    )


def _standing() -> list[tuple[str, str]]:
    """How long the chain is, where it ends, how it is held outside, and what happens to old rows."""
    seal, anchors = last_seal(), read_anchors()
    length = f"{seal.position} 条，最近封存于 {timezone.localtime(seal.sealed_at):%Y-%m-%d %H:%M:%S}" if seal else "无"
    anchored = f"{len(anchors.by_position)} 个" + (
        f"，最近的是第 {anchors.last.position} 号（{anchors.last.at}）" if anchors.last else ""
    )
    return [
        ("已封存", length),
        ("链尾散列值", seal.digest.hex() if seal else "无"),
        ("库外锚点", f"{anchored}，每 {settings.AUDIT_ANCHOR_MINUTES} 分钟一个"),
        ("保存期限", "审计记录永久保存，系统不删除任何一条；需要移交时用“导出 CSV”。"),
    ]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin[AuditEntry]):
    group = DeskGroup.SETTINGS
    rank = 10
    change_list_template = "admin/ninghai/auditentry/change_list.html"
    list_display = ["at", "actor", "acting_unit", "action", "kind", "target_label", "moved", "reason", "address"]
    list_filter = ["action"]
    search_fields = ["target_label", "reason"]
    date_hierarchy = "at"
    list_select_related = ["actor", "acting_unit"]
    fields = [
        "at",
        ("actor", "acting_unit", "acting_role"),
        "action",
        ("kind", "target_label", "target_id"),
        "moved",
        "reason",
        "detail_as_kept",
        ("address", "request"),
    ]

    def get_urls(self) -> list[URLPattern]:
        return [office_path("chain/", chain_page, "ninghai_auditentry_chain"), *super().get_urls()]

    @admin.display(description="对象类型")
    def kind(self, entry: AuditEntry) -> str:
        return str(entry.target_model._meta.verbose_name)

    @admin.display(description="状态变化")
    def moved(self, entry: AuditEntry) -> str:
        before, after = entry.status_label(entry.from_status), entry.status_label(entry.to_status)
        return f"{before} → {after}" if before else after

    @admin.display(description="详情（系统原始记录）")
    def detail_as_kept(self, entry: AuditEntry) -> SafeString:
        return format_html("<code>{}</code>", json.dumps(entry.detail, ensure_ascii=False))

    @admin.display(description="请求编号")
    def request(self, entry: AuditEntry) -> SafeString:
        return format_html("<code>{}</code>", entry.request_id)
