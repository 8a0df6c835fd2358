"""The two ways to change the calendar: a year's notice as a whole, or one day."""

from datetime import date
from typing import Any

from django import forms

from ninghai.models import Workday
from ninghai.work_calendar.changes import CalendarEdit
from ninghai.work_calendar.notice import SpecialDay, UnreadableNotice, read_notice

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
