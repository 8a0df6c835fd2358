"""The office's desk for items: review, answers, publication, withdrawal, and what of it waits or was done today."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from disclosure.items import rules
from disclosure.items.actions import ALL
from disclosure.items.page import TONES, ItemRecordPage
from disclosure.models import Item
from disclosure.models.states import ItemStatus
from disclosure.review.several import sign_several
from ninghai.accounts.permission_table import POST, is_named
from ninghai.calendar import clock
from ninghai.models import User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import WaitingFilter, works_in_the_admin
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.record_pages import ADMIN, WithRecordPage
from ninghai.staff_site.site import DeskDate, DeskFigure, desk_dates, desk_figure, whole_day
from ninghai.web.http import AuthenticatedRequest


class ItemsWaitingFilter(WaitingFilter):
    """待办: what waits for this person, then what waits for anybody besides the ordinary review."""

    title = "待办"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        own = super().lookups(request, model_admin)
        of_anybody = [
            ("asked", "申请紧急公开"),
            ("review_after", "紧急公开待补充审查"),
            ("assess", "到期评估能否公开"),
            ("scheduled", "已设定公开时间"),
        ]
        labels = {label for _, label in own}
        return [*own, *(each for each in of_anybody if each[1] not in labels)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Item]) -> QuerySet[Item]:
        published = queryset.filter(status=ItemStatus.PUBLISHED)
        match self.value():
            case "asked":
                return queryset.filter(status__in=rules.NOT_REVIEWED).exclude(emergency_reason="")
            case "review_after":
                return published.filter(is_emergency=True, reviewed_after_at=None)
            case "assess":
                return published.filter(next_review_date__lte=clock.today())
            case "scheduled":
                return queryset.filter(status=ItemStatus.APPROVED, release_at__isnull=False)
        return super().queryset(request, queryset)


@admin.register(Item)
class ItemAdmin(WithRecordPage[Item], ReadOnlyAdmin[Item]):
    """Items move through their services; an item's admin page is its own page."""

    page = ItemRecordPage(ADMIN, ALL)

    group = DeskGroup.ITEMS
    rank = 1
    tones = {"status": TONES}
    list_display = ["title", "unit", "kind", "status", "drafted_at", "published_at", "index_number"]
    waiting_filter = ItemsWaitingFilter
    list_filter = ["status", "kind", "validity", "method", "unit"]
    search_fields = ["title", "document_number", "index_number"]
    list_select_related = ["unit"]
    ordering = ["-pk"]
    actions = ["sign_selected"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Filters that people have kept know 待办 by its former name."""
        params = request.GET.copy()
        if former := params.pop("waits", []):
            params["waiting"] = str(former[0])
            request.GET = params  # type: ignore[assignment]  # every link of the page carries it
        return super().changelist_view(request, extra_context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        user = request.user
        items = Item.objects.visible_to(user).in_lists() if isinstance(user, User) else Item.objects.none()
        return items.defer("body").without_search()

    def has_sign_permission(self, request: HttpRequest) -> bool:
        return is_named(request.user, "admin:disclosure_item_answer", POST)

    @admin.action(description="对所选的签署意见：同意公开", permissions=["sign"])
    def sign_selected(self, request: AuthenticatedRequest, queryset: QuerySet[Item]) -> HttpResponse | None:
        return sign_several(request, queryset)


# Items on the office's desk: what was published today, what waits for the office.


@desk_figure(order=30)
def published_today(user: User, on: date) -> DeskFigure:
    published = Item.objects.visible_to(user).filter(status=ItemStatus.PUBLISHED, published_at__range=whole_day(on))
    url = f"{reverse('admin:disclosure_item_changelist')}?published_at__date={on}&status__exact={ItemStatus.PUBLISHED}"
    return DeskFigure("条信息公开", published.count(), url)


@desk_dates
def items_due(user: User, on: date, until: date) -> Iterator[DeskDate]:
    """What goes public by itself on these days."""
    first, last = whole_day(on)[0], whole_day(until)[1]
    items = Item.objects.visible_to(user).filter(status=ItemStatus.APPROVED, release_at__range=[first, last])
    by_day = items.annotate(day=TruncDate("release_at")).order_by("day").values_list("day").annotate(Count("pk"))
    for day, count in by_day:
        lists = {
            True: f"{reverse('admin:disclosure_item_changelist')}?waiting=scheduled",
            False: reverse("disclosure:work-item-list"),
        }
        yield DeskDate(day, f"{count}条信息定时公开", lists[works_in_the_admin(user)])
