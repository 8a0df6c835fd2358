"""The office's pages of the calendar: a year at a glance, a year's notice, one day; each change is looked at first."""

import calendar as weeks
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST, require_safe

from ninghai.calendar import clock
from ninghai.calendar.duty_clocks import Restatement, calendar_to_change, moved_by, restate_clocks
from ninghai.calendar.holiday_notice import SpecialDay, UnreadableNotice, read_notice
from ninghai.calendar.reckoning import local_day
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import AuditEntry, Role, User, Workday, acts_as
from ninghai.models.state_machine import TransitionError, require
from ninghai.staff_site.pages import office_page, office_path
from ninghai.staff_site.preview import SealedPreview
from ninghai.web.http import AuthenticatedRequest

# Changing the calendar (修改日历): what would change, shown first; then days, open clocks and audit trail together.


@dataclass(frozen=True, slots=True)
class CalendarEdit:
    """What the days shall be; None makes a day what its weekday says (按星期). `source` is the notice it follows."""

    days: Mapping[date, SpecialDay | None]
    source: str

    @classmethod
    def of_year(cls, *, year: int, days: Mapping[date, SpecialDay], source: str, is_complete: bool) -> "CalendarEdit":
        """A year's notice; complete, it also clears the year's days that it does not name."""
        others = Workday.objects.filter(date__year=year).values_list("date", flat=True) if is_complete else []
        return cls(days={**dict.fromkeys(others), **days}, source=source)


@dataclass(frozen=True, slots=True)
class DayChange:
    day: date
    before: SpecialDay | None
    after: SpecialDay | None


@dataclass(frozen=True, slots=True)
class Preview:
    """The days that would change, the open clocks that would move, and the calendar that this was computed from."""

    days: list[DayChange]
    clocks: list[Restatement]
    version: str


def preview_edit(edit: CalendarEdit, *, on: date = date.min) -> Preview:
    """What the edit would do if it were made that day; nothing is stored."""
    now = WorkCalendar.load()
    days = _changes(edit)
    changed = {change.day: change.after.kind for change in days if change.after}
    left = {day: kind for day, kind in now.special.items() if day not in {change.day for change in days}}
    return Preview(days=days, clocks=moved_by(WorkCalendar({**left, **changed}), on=on), version=now.version)


@transaction.atomic
def change_calendar(*, edit: CalendarEdit, version: str, by: User, at: datetime) -> list[Restatement]:
    """Change the days, restate the open clocks, note both; returns the clocks whose due date moved.

    Raises TransitionError when the calendar is no longer the one (`version`) that the person saw.
    """
    require(acts_as(by, Role.OFFICE))
    if calendar_to_change().version != version:
        raise TransitionError("工作日历刚刚被别人修改过，本次修改没有保存。请重新预览后再确认。")
    for change in _changes(edit):
        _change_day(change, source=edit.source, by=by, at=at)
    return restate_clocks(by=by, at=at, reason=f"工作日历修改：{edit.source}")


def _changes(edit: CalendarEdit) -> list[DayChange]:
    rows = {row.date: row for row in Workday.objects.filter(date__in=edit.days)}
    before = {day: SpecialDay(Workday.Kind(row.kind), row.name) for day, row in rows.items()}
    wanted = sorted(edit.days.items())
    return [DayChange(day, before.get(day), after) for day, after in wanted if not _is_same(before.get(day), after)]


def _is_same(before: SpecialDay | None, after: SpecialDay | None) -> bool:
    """A day that was entered without its festival keeps the name it had."""
    if before is None or after is None:
        return before is after
    return before.kind == after.kind and after.name in {"", before.name}


def _change_day(change: DayChange, *, source: str, by: User, at: datetime) -> None:
    row = Workday.objects.filter(date=change.day).first() or Workday(date=change.day, kind=Workday.Kind.HOLIDAY)
    detail = {"before": _as_noted(change.before, row.source), "after": _as_noted(change.after, source)}
    if change.after is None:
        key = row.pk
        row.delete()
        row.pk = key  # the audit trail names the row that was
    else:
        if change.before is None or change.before.kind != change.after.kind:
            row.known_since = local_day(at)  # another name for the same day off changes no day
        row.kind, row.name, row.source = change.after.kind, change.after.name or row.name, source
        row.save()
    AuditEntry.objects.record(
        action=AuditEntry.Action.EDIT_CALENDAR, target=row, by=by, at=at, reason=source, detail=detail
    )


def _as_noted(day: SpecialDay | None, source: str) -> dict[str, str]:
    if day is None:
        return {"kind": "按星期"}
    return {"kind": day.kind.label, "name": day.name, "source": source}


# The two ways to change the calendar: a year's notice as a whole, or one day.

FIRST_YEAR, LAST_YEAR = 2000, 2100
BY_WEEKDAY = "by_weekday"


class YearNoticeForm(forms.Form):
    """The notice of a year, pasted."""

    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    source = forms.CharField(
        label="依据", max_length=100, help_text="通知的名称或文号，如“国办发明电〔2025〕7号”。", strip=True
    )
    text = forms.CharField(
        label="放假和调休安排",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 12, "cols": 70}),
        help_text="粘贴通知正文即可，每个节日一行，如“元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。”",
    )
    is_complete = forms.BooleanField(
        label="以此为准，清除本年度其他日期",
        required=False,
        help_text="更正整年安排时勾选。上一年年底或下一年年初由别的通知规定的日期也在该年度内，请注意一并写上。",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "year" in cleaned and "text" in cleaned:
            try:
                cleaned["days"] = read_notice(cleaned["text"], year=cleaned["year"])
            except UnreadableNotice as refused:
                self.add_error("text", str(refused))
        return cleaned

    def edit(self) -> CalendarEdit:
        """The edit that a valid form asks for."""
        given = self.cleaned_data
        return CalendarEdit.of_year(
            year=given["year"], days=given["days"], source=given["source"], is_complete=given["is_complete"]
        )


class DayForm(forms.Form):
    """One day: a correction between two notices."""

    day = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    kind = forms.ChoiceField(
        label="这一天", choices=[*Workday.Kind.choices, (BY_WEEKDAY, "按星期计算（删除特别安排）")]
    )
    name = forms.CharField(label="说明", max_length=50, required=False, help_text="节日名称，如“国庆节”。")
    source = forms.CharField(label="依据", max_length=100, help_text="通知的名称或文号。")

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(f"日期应在{FIRST_YEAR}年到{LAST_YEAR}年之间。")
        return day

    def edit(self) -> CalendarEdit:
        """The edit that a valid form asks for."""
        given = self.cleaned_data
        is_special = given["kind"] != BY_WEEKDAY
        special = SpecialDay(Workday.Kind(given["kind"]), given["name"]) if is_special else None
        return CalendarEdit(days={given["day"]: special}, source=given["source"])


# A year of the calendar at a glance (一年总览): twelve months in weeks, every day said in a word beside its colour.

WORDS = {Workday.Kind.HOLIDAY: "休", Workday.Kind.WORKING: "班"}


@dataclass(frozen=True, slots=True)
class Day:
    """One cell: `tone` is holiday, working, weekend or plain; `word` is 休 or 班; `name` the festival."""

    date: date
    tone: str
    word: str
    name: str
    is_guess: bool


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    weeks: list[list[Day | None]]
    workdays: int


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    months: list[Month]
    is_known: bool

    @property
    def workdays(self) -> int:
        return sum(month.workdays for month in self.months)


def year_at_a_glance(*, year: int) -> Year:
    """The year as the calendar has it now; a year that is not entered is shown as it is guessed."""
    calendar = WorkCalendar.load()
    names = dict(Workday.objects.filter(date__year=year).values_list("date", "name"))
    months = [_month(year, number, calendar, names) for number in range(1, 13)]
    return Year(number=year, months=months, is_known=year in calendar.known_years)


def _month(year: int, number: int, calendar: WorkCalendar, names: dict[date, str]) -> Month:
    days = [
        [_day(day, calendar, names) if day.month == number else None for day in week]
        for week in weeks.Calendar().monthdatescalendar(year, number)
    ]
    workdays = sum(calendar.is_workday(day.date) for week in days for day in week if day)
    return Month(number=number, weeks=days, workdays=workdays)


def _day(day: date, calendar: WorkCalendar, names: dict[date, str]) -> Day:
    kind = calendar.kind(day)
    tone = kind.value if kind else "plain" if calendar.is_workday(day) else "weekend"
    is_guess = kind is not None and day not in calendar.special
    return Day(date=day, tone=tone, word=WORDS[kind] if kind else "", name=names.get(day, ""), is_guess=is_guess)


PREVIEW = SealedPreview(
    salt="ninghai.work_calendar",
    field="edit",
    page="admin:ninghai_workday_notice",
    in_vain="",
    expired="预览已过期，请重新填写。",
)
SHOWN = 20  # clocks listed in a preview; the count names all


@require_safe
def year(request: AuthenticatedRequest, number: int | None = None) -> HttpResponse:
    """The year's twelve months; this year unless another is asked for."""
    number = number or clock.today().year
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise Http404
    return _page(
        request,
        "year",
        title=f"{number}年工作日历",
        year=year_at_a_glance(year=number),
        earlier=number - 1 if number > FIRST_YEAR else None,
        later=number + 1 if number < LAST_YEAR else None,
        may_change=acts_as(request.user, Role.OFFICE),
    )


def notice(request: AuthenticatedRequest) -> HttpResponse:
    """Enter a year's notice."""
    form = YearNoticeForm(request.POST or None, initial={"year": clock.today().year + 1})
    return _ask(request, form, title="录入放假通知")


def add_day(request: AuthenticatedRequest) -> HttpResponse:
    """Enter one day."""
    return _ask(request, DayForm(request.POST or None), title="修改一天")


def change_day(request: AuthenticatedRequest, *, day: Workday) -> HttpResponse:
    """Correct one day that is entered."""
    was = {"day": day.date, "kind": day.kind, "name": day.name, "source": day.source}
    return _ask(request, DayForm(request.POST or None, initial=was), title=f"修改{day.date:%Y-%m-%d}")


@require_POST
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    """Change what was shown, unless the calendar changed meanwhile."""
    return PREVIEW.confirm(request, partial(_change, request))


def _change(request: AuthenticatedRequest, shown: dict[str, Any]) -> HttpResponse:
    edit, version = _unpack(shown)
    moved = change_calendar(edit=edit, version=version, by=request.user, at=clock.now())
    messages.success(request, f"工作日历已修改，{len(moved)} 个办理时限的到期日随之改变。")
    return redirect("admin:ninghai_workday_year", number=max(edit.days).year)


def _ask(request: AuthenticatedRequest, form: YearNoticeForm | DayForm, *, title: str) -> HttpResponse:
    """The form, and once it is filled in, what it would change."""
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        edit = form.edit()
        preview = preview_edit(edit, on=clock.today())
        context |= {"preview": preview, "shown": preview.clocks[:SHOWN], "edit": _pack(edit, preview)}
    return _page(request, "change", title=title, **context)


def _pack(edit: CalendarEdit, preview: Preview) -> str:
    """What was shown, signed, so that it is what will be done; empty when there is nothing to do."""
    if not preview.days:
        return ""
    days = [
        [str(day), special.kind if special else "", special.name if special else ""]
        for day, special in edit.days.items()
    ]
    return PREVIEW.seal({"days": days, "source": edit.source, "version": preview.version})


def _unpack(packed: dict[str, Any]) -> tuple[CalendarEdit, str]:
    days = {
        date.fromisoformat(day): SpecialDay(Workday.Kind(kind), name) if kind else None
        for day, kind, name in packed["days"]
    }
    return CalendarEdit(days=days, source=packed["source"]), packed["version"]


def _page(request: AuthenticatedRequest, template: str, *, title: str, **context: Any) -> TemplateResponse:
    trail = [("工作日历", reverse("admin:ninghai_workday_changelist"))]
    return office_page(request, f"admin/ninghai/workday/{template}.html", title=title, trail=trail, **context)


URLS: list[URLPattern] = [
    office_path("year/", year, "ninghai_workday_this_year"),
    office_path("year/<int:number>/", year, "ninghai_workday_year"),
    office_path("notice/", notice, "ninghai_workday_notice"),
    office_path("confirm/", confirm, "ninghai_workday_confirm"),
]
