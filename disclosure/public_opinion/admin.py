"""政务舆情 in the web admin: the office's list, the map of events by units (舆情分布图), and the office's own words (舆情用语)."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet, Subquery, TextChoices
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_safe

from disclosure.models import OpinionEvent, OpinionTerm
from disclosure.public_opinion.kind import OPINION_KIND, STATES
from disclosure.public_opinion.limits import LABELS, OpinionRow, minute, opinions, running_clocks
from disclosure.public_opinion.pages import office_pages, visible_opinions
from disclosure.public_opinion.rules import lead_of
from ninghai.calendar import clock
from ninghai.models import User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.staff_site.pages import office_path
from ninghai.staff_site.record_pages import WithRecordPage
from ninghai.staff_site.unit_matrix import ALL, MatrixCell, MatrixLegend, MatrixRow, UnitMatrix, day_words, matrix_page
from ninghai.web.http import AuthenticatedRequest

LIST = "admin:disclosure_opinionevent_changelist"


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = "状态", "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(state.code, state.label) for state in STATES if state.code != "collected"]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OpinionEvent]) -> QuerySet[OpinionEvent]:
        return queryset.filter(case__status=self.value()) if self.value() else queryset


@admin.register(OpinionEvent)
class OpinionEventAdmin(WithRecordPage[OpinionEvent], ReadOnlyAdmin[OpinionEvent]):
    """Every event, without a word of what was posted."""

    page = office_pages
    group = DeskGroup.ITEMS
    rank = 5
    list_display = ("number", "subject", "grade", "topic", "lead", "state", "limit", "found_at")
    list_filter = (
        StateFilter,
        "grade",
        ("topic", admin.RelatedOnlyFieldListFilter),
        ("level", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("case__number", "case__subject")
    date_hierarchy = "found_at"
    ordering = ("-found_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OpinionEvent]:
        user = request.user
        if not isinstance(user, User):
            return OpinionEvent.objects.none()
        first = {name: Subquery(running_clocks().values(name)[:1]) for name in ("duty", "due_at")}
        found: QuerySet[OpinionEvent] = visible_opinions(user).annotate(
            next_duty=first["duty"], next_due=first["due_at"]
        )
        return found

    def get_urls(self) -> list[URLPattern]:
        return [office_path("map/", opinion_map, "disclosure_opinionevent_map"), *super().get_urls()]

    @admin.display(description="登记号", ordering="case__number")
    def number(self, event: OpinionEvent) -> str:
        return event.case.number

    @admin.display(description="事由", ordering="case__subject")
    def subject(self, event: OpinionEvent) -> str:
        return event.case.subject

    @admin.display(description="牵头单位")
    def lead(self, event: OpinionEvent) -> str:
        lead = lead_of(event)
        return lead.unit.short_name if lead else ""

    @admin.display(description="状态", ordering="case__status")
    def state(self, event: OpinionEvent) -> str:
        return OPINION_KIND.state(event.case.status).label

    @admin.display(description="最近的时限", ordering="next_due")
    def limit(self, event: Any) -> str:
        if event.next_due is None:
            return ""
        late = "，已逾期" if event.next_due < clock.now() else ""
        return f"{LABELS[event.next_duty]}：{minute(event.next_due)}{late}"


@admin.register(OpinionTerm)
class OpinionTermAdmin(OfficeModelAdmin[OpinionTerm]):
    """The county's own topics, levels, ways and criteria: no law says them, the office does."""

    group = DeskGroup.ITEMS
    list_display = ("words", "matter", "ends", "points", "unit", "position", "is_active")
    list_filter = ("matter", "is_active")
    search_fields = ("words",)
    list_select_related = ("unit",)


# The map (舆情分布图): events of a year by the units that lead, the topics below each other.


class OpinionStand(TextChoices):
    """How an event stands on the map; the codes are the signs of `coverage.css`."""

    STALE = "stale", "有时限逾期"
    PENDING = "pending", "处置中"
    CURRENT = "current", "已办结，没有逾期"


LEGEND = MatrixLegend(
    states=list(OpinionStand),
    late=[OpinionStand.STALE],
    done=[OpinionStand.CURRENT],
    ended=(),
    heads=("舆情", "逾期", "按时"),
    foot=[("逾期", "late"), ("牵头", "asked")],
    summary="牵头{0.asked}件，其中有时限逾期{0.late}件",
    row_param="event",
    state_param="state",
    cell_page="admin:disclosure_opinionevent_change",
    tones={OpinionStand.STALE: "late", OpinionStand.PENDING: "info", OpinionStand.CURRENT: "good"},
)


class OpinionMapForm(forms.Form):
    year = forms.ChoiceField(label="年度", required=False)
    state = forms.ChoiceField(label="情况", required=False, choices=[ALL, *OpinionStand.choices])

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        years = OpinionEvent.objects.datetimes("found_at", "year", order="DESC")
        self.fields["year"].choices = [("", "今年"), *((str(each.year), f"{each.year}年") for each in years)]  # type: ignore[attr-defined]


def _stand(row: OpinionRow) -> OpinionStand:
    if row.late:
        return OpinionStand.STALE
    return OpinionStand.PENDING if row.is_open else OpinionStand.CURRENT


def read_opinion_map(year: int, *, state: str) -> UnitMatrix:
    """One row for each event, by topic; its cell stands below the unit that leads."""
    now, today = clock.now(), clock.today()
    last = min(date(year, 12, 31), today)
    led = [row for row in opinions(since=date(year, 1, 1), on=last, at=now) if row.unit]
    led.sort(key=lambda row: (row.event.topic.position, row.event.topic_id, row.event.found_at))
    rows = [
        MatrixRow(
            pk=row.event.pk,
            key=str(row.event.pk),
            section=str(row.event.topic),
            head=row.number,
            beside="",
            option=row.number,
            label=row.number,
            title=row.number,
            text=row.event.case.subject,
        )
        for row in led
    ]
    cells = [(row.event.pk, row.unit.pk, MatrixCell(row.event.pk, _stand(row))) for row in led if row.unit]
    return UnitMatrix.of(LEGEND, rows, cells, f"{day_words(last)}", state=state)


@require_safe
def opinion_map(request: AuthenticatedRequest) -> HttpResponse:
    """舆情分布图 as it is narrowed; `?unit=` and `?event=` choose one column or one row of it."""
    form = OpinionMapForm(request.GET.dict())
    shown = None
    if form.is_valid():
        year = int(form.cleaned_data["year"] or clock.today().year)
        shown = read_opinion_map(year, state=form.cleaned_data["state"])
    trail = [("政务舆情", reverse(LIST))]
    return matrix_page(
        request, "admin/disclosure/opinion_map.html", name="舆情分布图", trail=trail, form=form, shown=shown
    )
