"""What is asked of whoever types a matter in: the operator at the telephone, or the caller on the portal's own form."""

import uuid
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from disclosure.models import HotlineChannel, HotlineMatter, HotlineTopic, HotlineUrgency
from disclosure.requests.applying.forms import BROKEN, MACHINE
from disclosure.requests.desk.fields import choice_field, line_field, record_field, text_field
from ninghai.calendar import clock
from ninghai.models import Unit

NOBODY = "显示在清单和通知里，不要写人名、电话、住址。"
TOWNS = (Unit.Kind.TOWN, Unit.Kind.STREET, Unit.Kind.TOWNSHIP)
LONGEST_SUBJECT = 60


class CallForm(forms.Form):
    """Offers the units of today and the topics in use, wherever one of them is to be chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = _offered(name, cast(Any, field.queryset).model)


def _offered(name: str, model: Any) -> Any:
    if model is HotlineTopic:
        return HotlineTopic.objects.filter(is_active=True)
    units = Unit.objects.valid(on=clock.today())
    return units.filter(kind__in=TOWNS) if name == "town" else units


def made_of(**fields: forms.Field) -> type[CallForm]:
    """The form of one act."""
    return type("CallActForm", (CallForm,), fields)


def unit_field(label: str, *, help_text: str = "", **of: Any) -> Any:
    return record_field(label, Unit.objects.none(), help_text=help_text, **of)


class MatterForm(CallForm):
    """What it is, how it presses, where, about whom."""

    subject = line_field("事由", LONGEST_SUBJECT, help_text=f"一句话写什么事。{NOBODY}")
    matter = choice_field("类别", [("", "请选择"), *HotlineMatter.choices])
    urgency = choice_field("紧急程度", HotlineUrgency.choices, initial=HotlineUrgency.NORMAL)
    topic = record_field("事项", HotlineTopic.objects.none(), required=False, help_text="按它找承办单位。")
    town = unit_field("乡镇（街道）", required=False, empty_label="不清楚")
    village = line_field("村、社区或者路段", 40, required=False)
    is_confidential = forms.BooleanField(
        label="来电人要求保密", required=False, label_suffix="", help_text="承办单位只看到事情；举报一律保密。"
    )
    about = unit_field(
        "被反映的单位",
        required=False,
        many=True,
        help_text="举报、投诉一个单位的勾选。这个单位看不到、也数不到这一件，更不能交给它办理。",
    )


class PhoneForm(MatterForm):
    """电话受理: in the order in which people say it; one key leads from each field to the next."""

    form_id = forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid.uuid4, error_messages={"required": BROKEN, "invalid": BROKEN}
    )
    phone = line_field("来电号码", 40, required=False, inputmode="tel", autofocus=True)
    name = line_field("称呼", 50, required=False)
    address = line_field("来电人住址", 100, required=False, help_text="加密保存。")
    content = text_field("诉求", 2000, rows=5, help_text="加密保存。要求保密的，不要写来电人的姓名、电话和住址。")
    channel = choice_field(
        "来源",
        [each for each in HotlineChannel.choices if each[0] != HotlineChannel.WEB],
        initial=HotlineChannel.PHONE,
    )
    wants_reply = forms.BooleanField(label="需要回复", required=False, initial=True, label_suffix="")
    answer = text_field("当场答复", 2000, required=False, help_text="已经答复来电人的，写答复的内容，登记后即办结。")
    lead = unit_field("转给哪个单位", required=False, help_text="当场答复不了的选择主办单位；不选的，登记后再转办。")
    field_order = (
        *("form_id", "phone", "name", "content", "subject", "matter", "topic", "town", "village", "urgency"),
        *("wants_reply", "is_confidential", "answer", "lead", "address", "channel", "about"),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("answer") and given.get("lead"):
            raise ValidationError("当场答复和转办只能选一种，请清空其中一项。")
        return given


class CallerForm(CallForm):
    """What the caller fills in on the portal; only the words and a way to reach the caller are needed."""

    form_id = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": BROKEN, "invalid": BROKEN})
    matter = choice_field("类别", HotlineMatter.choices, widget=forms.RadioSelect)
    topic = record_field("事项", HotlineTopic.objects.none(), required=False, empty_label="不清楚")
    town = unit_field("事情在哪里", required=False, empty_label="不清楚")
    village = line_field("村、社区或者路段", 40, required=False)
    content = text_field("您要反映的事情", 2000, rows=6, help_text="写清时间、地点和希望怎样解决。加密保存，不会公开。")
    about = unit_field(
        "反映的是哪个单位",
        required=False,
        empty_label="不是反映单位",
        help_text="举报、投诉一个单位的选择，这个单位看不到您的诉求。",
    )
    name = line_field("称呼", 50, required=False)
    phone = line_field("联系电话", 40, required=False, help_text="用来回访，加密保存。", inputmode="tel")
    is_confidential = forms.BooleanField(
        label="请对我的姓名和电话保密", required=False, label_suffix="", help_text="承办单位只看到事情；举报一律保密。"
    )
    wants_reply = forms.BooleanField(label="需要回复", required=False, initial=True, label_suffix="")
    website = line_field("网址", 500, required=False, help_text="此栏请留空。", tabindex="-1")

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(MACHINE)
        return ""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("wants_reply") and not given.get("phone") and "phone" in given:
            self.add_error("phone", "需要回复的，请填写联系电话；不需要回复的，请取消下面的勾选。")
        return given

    def told(self) -> dict[str, Any]:
        """As `services.take_in` wants it: the line that lists show is written without the caller's words."""
        given = self.cleaned_data
        about = [given["about"]] if given["about"] else []
        line = f"网上{HotlineMatter(given['matter']).label}：{given['topic'] or '待分类'}"
        return {**given, "about": about, "subject": line, "urgency": HotlineUrgency.NORMAL}
