"""热线统计: the office's page of a month, quarter or year with its ranking; each month as it is published (月度公布), what is too small
taken out, and kept like that for page, CSV and JSON; and a unit's own figures.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST, require_safe

from disclosure.hotline.figures.counting import Counts, HotlineFigures, HotlinePeriod, count_hotline
from disclosure.hotline.figures.ranking import rank_units, year_so_far
from disclosure.hotline.figures.tables import cells_of, numbers_of, public_tables, shown_tables, tables_of
from disclosure.hotline.kind import HOTLINE
from disclosure.hotline.rules import takes_calls
from disclosure.interaction.doors import Door, DoorGroup, register_doors
from disclosure.items.text import one_line
from disclosure.models import HotlineMonth, HotlineRanking
from disclosure.requests.office.standing import share_words
from ninghai.calendar import clock
from ninghai.calendar.reckoning import local_day, months_later
from ninghai.cases.events import require_nobody_named
from ninghai.files.response import content_response
from ninghai.files.workbooks.writing import CSV, as_csv
from ninghai.models import AuditEntry, Case, Role, Unit, User, acts_as
from ninghai.models.state_machine import require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest, trail_from_home

NAME = "12345热线办理情况"
YEARS = 10  # as far back as one may choose
Periods = dict[str, tuple[str, HotlinePeriod]]

register_doors(
    Door(
        code="hotline-results",
        label=NAME,
        words="每个月受理、转办了多少诉求，各单位是否按期办理，来电人是否满意。",
        url_name="disclosure:hotline-figures",
        group=DoorGroup.RESULTS,
        rank=20,
        is_open=lambda at: HotlineMonth.objects.exists(),
    )
)


def periods(*, today: date) -> Periods:
    """2018, 2018Q4, 2018-12: by its code each that has begun since the first matter, with its name, as known at its end, or today."""
    first = Case.objects.filter(kind=HOTLINE).order_by("entered_at").values_list("entered_at", flat=True).first()
    begun = max(local_day(first) if first else today, months_later(today, -12 * YEARS))
    found: Periods = {}
    for year in range(today.year, begun.year - 1, -1):
        spans = [(f"{year}", f"{year}年", 1, 12)]
        spans += [(f"{year}Q{n}", f"{year}年第{'一二三四'[n - 1]}季度", 3 * n - 2, 3) for n in (4, 3, 2, 1)]
        spans += [(f"{year}-{month:02}", f"{year}年{month}月", month, 1) for month in range(12, 0, -1)]
        for code, name, month, length in spans:
            since = date(year, month, 1)
            until = months_later(since, length) - timedelta(days=1)
            if begun <= until and since <= today:
                found[code] = name, HotlinePeriod(since, until, min(until, today))
    return found


class HotlinePeriodForm(forms.Form):
    """Which period, the running quarter if none is named; and what is known of it on which day, without one at its end."""

    period = forms.ChoiceField(label="时段", error_messages={"invalid_choice": "请从列出的时段中选择。"})
    on = forms.DateField(
        label="截至",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请按“年-月-日”填写截至日期。"},
    )

    def __init__(self, sent: dict[str, str] | None = None, **kwargs: Any) -> None:
        self.periods = periods(today=clock.today())
        running = {"period": next(code for code in self.periods if "Q" in code)}
        super().__init__(
            sent if sent is None else running | {name: each for name, each in sent.items() if each}, **kwargs
        )
        self.fields["period"].choices = [(code, name) for code, (name, _) in self.periods.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        today, code, on = clock.today(), self.cleaned_data.get("period"), self.cleaned_data.get("on")
        if code:
            period = self.periods[code][1]
            if on and not period.on <= on <= today:
                self.add_error("on", f"截至日期应在{period.on}到{today}之间。")
            on = on or period.on
            at = clock.now() if on == today else None  # what is due today is not late yet
            self.cleaned_data["asked"] = HotlinePeriod(period.since, period.until, on, at)
        return self.cleaned_data


class HotlineMonthForm(HotlinePeriodForm):
    """公布 a month, as known on a day."""

    period = forms.ChoiceField(widget=forms.HiddenInput)
    correction = forms.CharField(
        label="更正说明",
        max_length=200,
        required=False,
        help_text="第一次公布不用填。已经公布过的写明更正了什么，会显示在公开页面上。",
        error_messages={"max_length": "更正说明不能超过200字。"},
    )

    def clean_period(self) -> str:
        code: str = self.cleaned_data["period"]
        if "-" not in code:
            raise forms.ValidationError("只能公布一个月的数据，请选择月份。")
        return code


# The office's.


@transaction.atomic
def publish_month(*, period: HotlinePeriod, correction: str, by: User, at: datetime) -> HotlineMonth:
    """公布, once the month is over; again only with a word on what was mended (更正), which the public reads, too."""
    require(takes_calls(by))
    correction = one_line(correction)
    if not period.until <= period.on < local_day(at):
        raise ValidationError({"on": f"月底以后才能公布，截至日期应在{period.until}到昨天之间。"})
    require_nobody_named({"correction": correction})
    said: dict[str, Any] = {"as_of": period.on, "tables": public_tables(count_hotline(period))}
    said |= {"published_at": at, "published_by": by}
    again = said | {"correction": correction}
    month, is_new = HotlineMonth.objects.update_or_create(month=period.since, defaults=again, create_defaults=said)
    if not (is_new or correction):  # and who published at the same moment sees it, too
        raise ValidationError({"correction": "这个月已经公布过。要重新公布，请写明更正了什么。"})
    action = AuditEntry.Action.CREATE if is_new else AuditEntry.Action.EDIT
    AuditEntry.objects.record(action=action, target=month, by=by, at=at, reason=correction)
    return month


@require_safe
def figures_page(request: AuthenticatedRequest) -> HttpResponse:
    return _figures_page(request, request.GET.dict())


def _figures_page(
    request: AuthenticatedRequest, sent: dict[str, str], publishing: HotlineMonthForm | None = None
) -> HttpResponse:
    form = HotlinePeriodForm(sent)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        period, code = form.cleaned_data["asked"], form.cleaned_data["period"]
        figures = count_hotline(period)
        context |= {"period": period, "county": dict(figures.county), **shown_tables(tables_of(figures))}
        context["handed"] = share_words(figures.county["first"], figures.county["taken"])
        if "Q" in code:
            context |= _ranking(figures)
        if "-" in code and period.until < clock.today():
            context["published"] = HotlineMonth.objects.filter(month=period.since).first()
            context["as_published"] = shown_tables(public_tables(figures))
            if acts_as(request.user, Role.OFFICE) and publishing is None:
                publishing = HotlineMonthForm(initial={"period": code, "on": period.on})
    context["trail"] = [("热线月度公布", reverse("admin:disclosure_hotlinemonth_changelist"))]
    template = "admin/disclosure/hotline_figures.html"
    return office_page(request, template, title="热线统计", publishing=publishing, **context)


def _ranking(figures: HotlineFigures) -> dict[str, Any]:
    rule = HotlineRanking.on(figures.period.since)
    return {"rule": rule, "ranking": rank_units(figures, year=year_so_far(figures), rule=rule)}


@require_POST
def publish(request: AuthenticatedRequest) -> HttpResponse:
    form = HotlineMonthForm(request.POST.dict())

    def act() -> None:
        said = form.cleaned_data
        month = publish_month(period=said["asked"], correction=said["correction"], by=request.user, at=clock.now())
        messages.success(request, f"{month}已公布。")

    if was_done(form, act):
        return redirect("disclosure:hotline-month", f"{form.cleaned_data['asked'].since:%Y-%m}")
    return _figures_page(request, {"period": request.POST.get("period", "")}, form)


@admin.register(HotlineMonth)
class HotlineMonthAdmin(ReadOnlyAdmin[HotlineMonth]):
    """The months that are public; 热线统计, where they are counted and published, stands above the list."""

    group = DeskGroup.ITEMS
    rank = 5
    list_display = ("__str__", "as_of", "published_at", "published_by", "correction")
    list_select_related = ("published_by",)
    ordering = ("-month",)

    def get_urls(self) -> list[URLPattern]:
        name = "disclosure_hotlinemonth_figures"
        own = [office_path("figures/", figures_page, name), office_path("figures/publish/", publish, f"{name}_publish")]
        return [*own, *super().get_urls()]

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """The figures of that month as they are now, with the way to what was published."""
        return _figures_page(request, {"period": get_object_or_404(HotlineMonth, pk=pk).slug})


@admin.register(HotlineRanking)
class HotlineRankingAdmin(OfficeModelAdmin[HotlineRanking]):
    """A new day is a new row, so that the quarters before it stay as they were ranked."""

    group = DeskGroup.ITEMS
    list_display = ("valid_from", "bar", "basis")


# A unit's own.


@require_safe
def unit_figures(request: AuthenticatedRequest) -> HttpResponse:
    """Its numbers beside the county's, and its place where it is ranked; nothing that is about it is in either."""
    acting = request.user.acting
    if acting is None or not acts_as(request.user, Role.EDITOR, Role.REVIEWER):
        raise PermissionDenied
    form = HotlinePeriodForm(request.GET.dict())
    context: dict[str, Any] = {"form": form, "unit": acting.unit}
    if form.is_valid():
        figures = count_hotline(form.cleaned_data["asked"])
        units = Unit.objects.inherited_by(acting.unit).values_list("pk", flat=True)
        own = sum((figures.by["units"].get(pk, Counts()) for pk in units), Counts())
        told = ((acting.unit.short_name, own), ("全县", figures.county))
        rows = [(name, cells_of(numbers_of(counts, "units"), "units")) for name, counts in told]
        table = {"heads": [head for head, _ in rows[0][1]], "rows": rows}
        context |= {"period": figures.period, "table": table, "overdue": own["overdue"]}
        if "Q" in form.cleaned_data["period"]:
            context |= _ranking(figures)
            context["own"] = next((row for row in context.pop("ranking") if row.unit == acting.unit), None)
    return render(request, "disclosure/hotline_unit_figures.html", context)


# What the public reads.


@login_not_required
@require_safe
def hotline_figures(request: HttpRequest, month: str = "") -> HttpResponse:
    """`/hotline/figures/`: a month, the newest without one, and the way to the others."""
    shown = _published(month) if month else HotlineMonth.objects.first()
    context: dict[str, Any] = {"month": shown, "months": HotlineMonth.objects.defer("tables"), "name": NAME}
    if shown:
        taken, first = shown.tables["county"][0][1]["taken"], shown.tables["first"]
        context |= {**shown_tables(shown.tables), "taken": taken and taken[0]}
        context["handed"] = share_words(first, taken[0]) if taken and first is not None else ""
    context["trail"] = trail_from_home(("12345热线", reverse("disclosure:hotline")), (NAME, ""))
    return render(request, "disclosure/hotline_month.html", context)


def _published(month: str) -> HotlineMonth:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        first = date.min
    return get_object_or_404(HotlineMonth, month=first)


@login_not_required
@require_safe
def hotline_month_file(request: HttpRequest, month: str, ending: str) -> HttpResponse:
    """For programs: `.csv` as the page shows it, `.json` in plain numbers."""
    shown = _published(month)
    if ending == "csv":
        return content_response("".join(as_csv(_sheet(shown))).encode(), name=f"{shown}.csv", media_type=CSV)
    if ending == "json":
        said = {"month": shown.slug, "as_of": f"{shown.as_of}", "published_at": shown.published_at, **shown.tables}
        return JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})
    raise Http404("只有CSV和JSON两种格式。")


def _sheet(shown: HotlineMonth) -> Iterator[list[str]]:
    """The county, then each unit and each topic; every number of a rate is in its cell."""
    tables = shown_tables(shown.tables)
    heads, units, topics = tables["topics"]["heads"], tables["units"]["rows"], tables["topics"]["rows"]
    yield ["月份", "截至", "分类", "名称", *heads]
    for label, rows in (("全县", topics[-1:]), ("单位", units[:-1]), ("事项", topics[:-1])):
        for name, cells in rows:
            told = dict(cells)
            yield [shown.slug, f"{shown.as_of}", label, name, *(told.get(head, "") for head in heads)]
