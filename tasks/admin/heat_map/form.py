"""How the heat map is narrowed; every choice is closed, and what is none of them shows nothing and says so."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from ninghai.models import Unit
from ninghai.office.dates import date_input
from tasks.heat_map import Wanted
from tasks.models import WorkPoint
from tasks.states import Light

ALL = ("", "全部")


class HeatMapForm(forms.Form):
    """进度图的筛选: as of which day, which part, kind of units and light, and whether to look at reports."""

    as_of = forms.DateField(label="截至", required=False, widget=date_input())
    part = forms.ChoiceField(label="所属部分", required=False)
    kind = forms.ChoiceField(label="单位类型", required=False, choices=[ALL, *Unit.Kind.choices])
    light = forms.ChoiceField(label="进度灯", required=False, choices=[ALL, *Light.choices])
    report = forms.ChoiceField(
        label="本期报送", required=False, choices=[("", "不标出"), ("mark", "标出未报送"), ("only", "只看未报送")]
    )

    def __init__(self, data: Mapping[str, Any], *, points: Iterable[WorkPoint], today: date) -> None:
        super().__init__({"as_of": today.isoformat(), **data})
        self.today = today
        part: forms.ChoiceField = self.fields["part"]  # type: ignore[assignment]
        parts = dict.fromkeys((point.part_number, point.part) for point in points if point.part_number)
        part.choices = [ALL, *parts]
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()

    def clean_as_of(self) -> date:
        """Today, unless an earlier day is asked for."""
        day: date = self.cleaned_data["as_of"] or self.today
        if day > self.today:
            raise forms.ValidationError(f"截至日期不能晚于今天（{self.today:%Y-%m-%d}）。")
        return day

    @property
    def wanted(self) -> Wanted:
        chosen = self.cleaned_data
        return Wanted(
            part=chosen["part"], kind=chosen["kind"], light=chosen["light"], only_owed=chosen["report"] == "only"
        )

    @property
    def looks_at_reports(self) -> bool:
        return bool(self.cleaned_data["report"])
