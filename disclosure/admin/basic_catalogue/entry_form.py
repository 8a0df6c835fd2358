"""The form of a duty (公开事项): all columns of the national form, the limit as a rule, the units that owe it."""

from typing import Any

from django import forms

from disclosure.basic_catalogue.keeping import next_code
from disclosure.basic_catalogue.rows import fingerprint, row_of
from disclosure.basic_catalogue.time_limits import Rule
from disclosure.basic_catalogue.workbook.writing import LEVEL_NAMES
from disclosure.models import CatalogueEntry, Channel, EntryUnit, LimitEvent
from disclosure.states import DisclosureMethod
from ninghai.models import UnitGroup
from ninghai.office.dates import date_input

MOST_LEVELS = len(LEVEL_NAMES)


class ChannelsField(forms.MultipleChoiceField):
    """公开渠道和载体: tick boxes, kept in the form's order."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=Channel.choices, required=False, label="公开渠道和载体", **options)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(initial or []) != set(data or [])


class EntryForm(forms.ModelForm[CatalogueEntry]):
    channels = ChannelsField()
    unit_groups = forms.ModelMultipleChoiceField(
        UnitGroup.objects.filter(is_open=False),
        required=False,
        label="整组加入",
        widget=forms.CheckboxSelectMultiple,
        help_text="勾选后，组内各单位都加入下面的责任单位。",
    )
    seen = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    class Meta:
        model = CatalogueEntry
        fields: list[str] = []  # the admin names them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].help_text = "留空时自动编排；保存后不能修改。"
        if "method" in self.fields:
            offered = (DisclosureMethod.PROACTIVE, DisclosureMethod.ON_REQUEST)
            self.fields["method"].choices = [(each.value, each.label) for each in offered]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["seen"].initial = self._state()

    def _state(self) -> str:
        return fingerprint(row_of(CatalogueEntry.objects.get(pk=self.instance.pk)))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        self._check_unchanged(told.get("seen") or "")
        self._check_heading(told)
        self._check_rule(told)
        if not told.get("code") and not self.instance.pk and told.get("catalogue"):
            told["code"] = next_code(told["catalogue"], told.get("parent"))
        if told.get("audience") != "groups":
            told["audience_words"] = ""
        return told

    def _check_unchanged(self, seen: str) -> None:
        if self.instance.pk and seen and seen != self._state():
            self.add_error(None, "这个事项刚刚被别人修改过，没有保存。请在另一个窗口打开它，对照后重新填写。")

    def _check_heading(self, told: dict[str, Any]) -> None:
        """Of the same catalogue, standing, and not below the duty itself."""
        parent = told.get("parent")
        if parent is None:
            return
        if parent.catalogue_id != (told["catalogue"].pk if told.get("catalogue") else self.instance.catalogue_id):
            self.add_error("parent", "上级事项属于另一个目录，请选择同一目录的事项。")
        if parent.retired_on:
            self.add_error("parent", f"“{parent}”已经停用，请选择在用的事项。")
        above: CatalogueEntry | None = parent
        depth = 1
        while above is not None:
            depth += 1
            if above.pk == self.instance.pk:
                self.add_error("parent", "上级事项不能是它自己或者它的下级。")
                return
            above = above.parent
        if depth > MOST_LEVELS:
            self.add_error("parent", f"目录最多{MOST_LEVELS}级，请选择更高一级的事项。")

    def _check_rule(self, told: dict[str, Any]) -> None:
        """A rule that is whole; its words are proposed when there are none."""
        if told.get("limit_amount") is not None and not told.get("limit_event"):
            told["limit_event"] = LimitEvent.FORMED.value
        if told.get("limit_amount") is None:
            told["limit_event"] = ""
        rule = rule_in(told)
        if rule.problem:
            self.add_error("limit_amount" if rule.amount is not None or rule.unit else "limit_month", rule.problem)
        elif not told.get("time_limit"):
            told["time_limit"] = str(rule)


def rule_in(told: dict[str, Any]) -> Rule:
    return Rule(
        amount=told.get("limit_amount"),
        unit=told.get("limit_unit") or "",
        event=told.get("limit_event") or "",
        month=told.get("limit_month"),
        day=told.get("limit_day"),
    )


class EntryUnitForm(forms.ModelForm[EntryUnit]):
    """A unit that owes the duty, from one day to another."""

    class Meta:
        model = EntryUnit
        fields = ["unit", "since", "until"]
        widgets = {"since": date_input(), "until": date_input()}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("since") and told.get("until") and told["until"] < told["since"]:
            self.add_error("until", "终止日期不能早于起始日期。")
        return told
