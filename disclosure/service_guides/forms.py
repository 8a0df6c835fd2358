"""The forms of a guide: its fields, and what its head says at approval and publication."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField

from disclosure.models import GuideVersion, Service
from disclosure.models.service import MOST_WORDS
from disclosure.requests.desk.fields import day_field
from disclosure.service_guides.content import (
    FIELDS,
    GROUPS,
    NO_EFFECTIVE_DAY,
    Content,
    GuideField,
    NotLines,
    as_typed,
    read_field,
)
from ninghai.calendar import clock


def _field(field: GuideField) -> forms.Field:
    how: dict[str, Any] = {"label": field.name, "help_text": field.help, "required": False}
    if field.choices:
        return forms.ChoiceField(
            **how,
            choices=[("", "没有填写"), *((each, each) for each in field.choices)],
            error_messages={"invalid_choice": f"“{field.name}”请从列出的选项中选择。"},
        )
    widget = (
        forms.Textarea(attrs={"rows": field.rows}) if field.rows else forms.TextInput(attrs={"autocomplete": "off"})
    )
    too_long = {"max_length": f"“{field.name}”不超过{field.longest}字。"}
    return forms.CharField(**how, max_length=field.longest, widget=widget, error_messages=too_long)


class GuideForm(forms.Form):
    """Every field of a guide; a draft may leave out any."""

    def __init__(self, data: Any = None, *, content: Mapping[str, Any]) -> None:
        super().__init__(data, initial={field.key: as_typed(content, field) for field in FIELDS})
        self.use_required_attribute = False
        self.needed = {field.key: "提交时必填" for field in FIELDS if field.is_required}
        self.fields |= {field.key: _field(field) for field in FIELDS}

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        return [(group, [self[field.key] for field in fields]) for group, fields in GROUPS.items()]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        content: Content = {}
        for field in FIELDS:
            try:
                content[field.name] = read_field(given.get(field.key, ""), field)
            except NotLines as wrong:
                self.add_error(field.key, str(wrong))
        visits = given.get("visits", "")
        if visits and not (visits.isascii() and visits.isdecimal()):
            self.add_error("visits", "到现场次数请写数字，如 0、1。")
        given["content"] = content
        return given


class BeginGuideForm(forms.Form):
    """Of which service a version is begun."""

    use_required_attribute = False
    service = forms.ModelChoiceField(
        Service.objects.none(),
        label="服务事项",
        help_text="县政府办公室列入清单的本单位事项。已经有一版在起草的，打开那一版。",
        error_messages={"required": "请选择服务事项。", "invalid_choice": "清单中没有这个事项，请重新选择。"},
    )

    def __init__(self, data: Any, *, services: Any, chosen: str = "") -> None:
        super().__init__(data, initial={"service": chosen})
        self.fields["service"].queryset = services  # type: ignore[attr-defined]


class ApproveGuideForm(forms.Form):
    use_required_attribute = False
    approved_on = day_field("批准日期", help_text="批准文件的日期；从这一天起1个工作日内公布。")
    approval_paper = forms.CharField(
        label="批准文件",
        max_length=100,
        required=False,
        help_text="文号，或者由谁、在什么会上批准。",
        error_messages={"max_length": "批准文件不超过100字。"},
    )
    approved_on.initial = clock.today


class PublishGuideForm(forms.Form):
    use_required_attribute = False
    effective_on = day_field("施行日期", help_text="从这一天起公众看到的是这一版；以后的日期，到那天零时自动更换。")
    what_changed = forms.CharField(
        label="变更内容",
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="用一两句话写明和上一版有什么不同；第一版不用写。",
        error_messages={"max_length": f"变更内容不超过{MOST_WORDS}字。"},
    )
    effective_on.error_messages["required"] = NO_EFFECTIVE_DAY


def guide_form(data: Any, request: Any, guide: GuideVersion) -> GuideForm:
    return GuideForm(data, content=guide.content)
