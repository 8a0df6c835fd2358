"""The office's desk for items: review, answers, publication, withdrawal, and what of it waits or was done today."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from disclosure.items import actions as items_actions
from disclosure.items import rules
from disclosure.items.actions import Pages, item_as_seen, item_of
from disclosure.items.publication import publish_item
from disclosure.items.views import TONES
from disclosure.models import Answer, Item
from disclosure.models.states import ItemStatus
from disclosure.privacy import actions as privacy_acts
from disclosure.review.page import answer_form
from disclosure.review.services import answer_item
from ninghai.calendar import clock
from ninghai.models import User
from ninghai.models.state_machine import TransitionError
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.pages import office_frame, office_path
from ninghai.staff_site.site import DeskFigure, DeskPanel, DeskRow, desk_figure, desk_panel, whole_day
from ninghai.web.http import AuthenticatedRequest

# The office's desk for items: review, answers, publication, withdrawal.


def _url(item: Item) -> str:
    return reverse("admin:disclosure_item_change", args=[item.pk])


def _context(request: AuthenticatedRequest, item: Item | None) -> dict[str, Any]:
    title = item.title if item else "起草公开信息"
    frame = office_frame(request, title=title, trail=[("公开信息", reverse("admin:disclosure_item_changelist"))])
    return {**frame, "opts": Item._meta, "tone": TONES.get(item.status, "late") if item else ""}


LIFE_ACTS = {**items_actions.OF_EITHER, **items_actions.OF_THE_OFFICE}

pages = Pages(
    form="admin/disclosure/item/draft.html",
    detail="admin/disclosure/item/review.html",
    acts="admin:disclosure_item_",
    offered=LIFE_ACTS,
    url=_url,
    mask_url="admin:disclosure_item_mask-file",
    context=_context,
)


class WaitsFilter(admin.SimpleListFilter):
    """待办: what is to be done besides the ordinary review."""

    title, parameter_name = "待办", "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("asked", "申请紧急公开"),
            ("review_after", "紧急公开待补充审查"),
            ("assess", "到期评估能否公开"),
            ("scheduled", "已设定公开时间"),
        ]

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
        return queryset


@admin.register(Item)
class ItemAdmin(ReadOnlyAdmin[Item]):
    """Items move through their services; an item's admin page is its review page."""

    group = DeskGroup.ITEMS
    list_display = ["title", "unit", "kind", "status", "drafted_at", "published_at", "index_number"]
    list_filter = ["status", WaitsFilter, "kind", "validity", "method", "unit"]
    search_fields = ["title", "document_number", "index_number"]
    list_select_related = ["unit"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        user = request.user
        items = Item.objects.visible_to(user).in_lists() if isinstance(user, User) else Item.objects.none()
        return items.defer("body").without_search()

    def get_urls(self) -> list[URLPattern]:
        acts: list[tuple[str, Callable[..., HttpResponse]]] = [
            ("edit", self.edit_page),
            ("explains", items_actions.in_the_office),
            ("autosave", require_POST(pages.autosave)),
            ("submit", require_POST(pages.submit)),
            ("pass", require_POST(pages.pass_on)),
            ("return", require_POST(pages.send_back)),
            ("rule", require_POST(partial(privacy_acts.rule, pages))),
            ("mask-text", require_POST(partial(privacy_acts.mask_words, pages))),
            ("answer", require_POST(self.answer)),
            ("publish", require_POST(self.publish)),
        ]
        acts += [(name, require_POST(partial(act, pages))) for name, act in LIFE_ACTS.items()]
        guarded = [office_path(f"<int:pk>/{name}/", act, f"disclosure_item_{name}") for name, act in acts]
        mask_file = require_POST(partial(privacy_acts.mask_file, pages))
        guarded.append(office_path("<int:pk>/mask/<int:attachment>/", mask_file, "disclosure_item_mask-file"))
        new = office_path("autosave/", require_POST(pages.autosave), "disclosure_item_autosave-new")
        return [new, *guarded, *super().get_urls()]

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return pages.write(cast(AuthenticatedRequest, request), None)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        staff = cast(AuthenticatedRequest, request)
        return pages.show(staff, item_of(staff.user, int(object_id) if object_id.isdecimal() else 0))

    def edit_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return pages.write(request, item_of(request.user, pk))

    def answer(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """Sign one of the office's answers."""
        item, asked = item_as_seen(request, pk), request.POST.get("kind", "")
        if asked not in Answer.Kind.values:
            messages.error(request, "审查意见没有保存：页面内容不完整，请重新打开后再签署。")
            return redirect(_url(item))
        form = answer_form(Answer.Kind(asked), request.POST)
        if not form.is_valid():
            return pages.show(request, item, status=422, answered=form)
        kind, seen = form.question, form.cleaned_data["seen_hash"]
        comment, checked = form.cleaned_data["comment"], form.ticked
        try:
            answer_item(
                item=item, kind=kind, seen_hash=seen, comment=comment, checked=checked, by=request.user, at=clock.now()
            )
        except TransitionError as refused:
            form.add_error(None, str(refused))
            return pages.show(request, item, status=422, answered=form)
        messages.success(request, f"《{item.title}》的{kind.label}意见已签署。")
        return redirect(_url(item))

    def publish(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """Publish it; what keeps it from the public is told beside the button."""
        item = item_as_seen(request, pk)
        try:
            public = publish_item(item=item, by=request.user, at=clock.now())
        except TransitionError as refused:
            return pages.show(request, item, status=422, why_not_public=str(refused))
        messages.success(request, f"《{public.title}》已公开，索引号 {public.index_number}。")
        return redirect(_url(public))


# Items on the office's desk: what was published today, what waits for the office.


@desk_figure(order=30)
def published_today(user: User, on: date) -> DeskFigure:
    published = Item.objects.visible_to(user).filter(status=ItemStatus.PUBLISHED, published_at__range=whole_day(on))
    url = f"{reverse('admin:disclosure_item_changelist')}?published_at__date={on}&status__exact={ItemStatus.PUBLISHED}"
    return DeskFigure("条信息公开", published.count(), url)


@desk_panel(order=30)
def items_waiting(user: User, on: date) -> DeskPanel:
    """What the office has to do with items: check its own, answer, publish."""
    visible = Item.objects.visible_to(user)
    return DeskPanel(
        title="信息公开",
        rows=[
            _row(
                "本办公室信息待审核",
                visible.filter(unit=user.acting.unit if user.acting else None),
                ItemStatus.WITH_HEAD,
            ),
            _row("待审查", visible, ItemStatus.IN_REVIEW),
            _row("待公开", visible, ItemStatus.APPROVED),
            *_life_rows(visible, on=on),
        ],
    )


def _row(label: str, items: QuerySet[Item], status: ItemStatus) -> DeskRow:
    url = f"{reverse('admin:disclosure_item_changelist')}?{urlencode({'status__exact': status})}"
    count = items.filter(status=status).count()
    return DeskRow(label=label, count=count, url=url, tone="due" if count else "")


def _life_rows(visible: QuerySet[Item], *, on: date) -> list[DeskRow]:
    """What waits after publication, or for it; lines without anything are left out, but for what was released at once."""
    asked = visible.filter(status__in=rules.NOT_REVIEWED).exclude(emergency_reason="")
    to_assess = visible.filter(status=ItemStatus.PUBLISHED, next_review_date__lte=on)
    after = visible.filter(status=ItemStatus.PUBLISHED, is_emergency=True, reviewed_after_at=None)
    rows = [
        _life_row("申请紧急公开", asked, "asked", tone="late"),
        _life_row("紧急公开待补充审查", after, "review_after", tone="late"),
        _life_row("到期评估能否公开", to_assess, "assess", tone="due"),
    ]
    return [row for row in rows if row.count]


def _life_row(label: str, items: QuerySet[Item], what: str, *, tone: str) -> DeskRow:
    url = f"{reverse('admin:disclosure_item_changelist')}?{urlencode({'waits': what})}"
    return DeskRow(label=label, count=items.count(), url=url, tone=tone)
