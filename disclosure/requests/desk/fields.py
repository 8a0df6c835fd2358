"""Fields and forms that several acts share (`acts`, `delivering`, `inquiries`)."""

from typing import Any

from django import forms

from disclosure.requests.rules.delivery import DeliveryWay
from ninghai.models import UsualReason
from ninghai.staff_site.forms import ReturnForm, return_form


def line_field(label: str, most: int, *, required: bool = True, help_text: str = "", **attrs: Any) -> forms.CharField:
    told = {"required": f"请填写{label}。", "max_length": f"{label}不能超过{most}字。"}
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text, widget=widget, error_messages=told
    )


def text_field(
    label: str, most: int, *, required: bool = True, help_text: str = "", rows: int = 3, **attrs: Any
) -> forms.CharField:
    field = line_field(label, most, required=required, help_text=help_text)
    field.widget = forms.Textarea(attrs={"rows": rows, "maxlength": most, **attrs})
    return field


def choice_field(label: str, choices: Any, *, help_text: str = "", **of: Any) -> forms.ChoiceField:
    told = {"required": f"请选择{label}。", "invalid_choice": f"请从列表里选择{label}。"}
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, error_messages=told, **of)


def record_field(label: str, queryset: Any, *, required: bool = True, help_text: str = "", **of: Any) -> Any:
    """One of the records, or with `many` any of them, to be ticked."""
    told = {
        "required": f"请选择{label}。",
        "invalid_choice": f"请从列表里选择{label}。",
        "invalid_list": f"请从列表里选择{label}。",
        "invalid_pk_value": f"请从列表里选择{label}。",
    }
    said: dict[str, Any] = {"label": label, "required": required, "help_text": help_text, "error_messages": told}
    if of.pop("many", False):
        return forms.ModelMultipleChoiceField(queryset, widget=forms.CheckboxSelectMultiple, **said, **of)
    return forms.ModelChoiceField(queryset, **{"empty_label": "请选择"} | of, **said)


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": f"请填写{label}。", "invalid": "日期请按“2018-11-20”的样子填写。"},
    )


def subject_field(*, required: bool = True) -> forms.CharField:
    """事由: what was asked for, as lists and messages may say it."""
    return forms.CharField(
        label="事由",
        max_length=60,
        required=required,
        help_text="用一句话写要的是什么信息，显示在登记簿和通知里。不要写姓名、电话等个人信息。",
        error_messages={"required": "请写一句事由。", "max_length": "事由不能超过60字。"},
    )


class RequestReasonForm(forms.Form):
    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不要写姓名、电话等个人信息。",
        error_messages={"required": "请填写理由。"},
    )


class CaseReturnForm(ReturnForm, RequestReasonForm):
    """退回修改: a usual reason, one's own words, or both; like every reason it names nobody who applied."""

    field_order = ("usual", "reason")


_NOBODY = "不要写姓名、电话等个人信息。"
return_request_form = return_form(UsualReason.Matter.REQUEST, form=CaseReturnForm, keeps_out=_NOBODY)
return_proposal_form = return_form(UsualReason.Matter.PROPOSAL, form=CaseReturnForm, keeps_out=_NOBODY)


class AnswerDeliveryForm(forms.Form):
    """送达: how, when it left, and, where somebody signed for it, when it arrived."""

    way = forms.ChoiceField(label="送达方式", choices=DeliveryWay, widget=forms.RadioSelect)
    handed_over_on = day_field("交寄、发出或者交付的日期", help_text="邮寄的以交寄之日为答复之日。")
    delivered_on = day_field("申请人签收的日期", required=False, help_text="邮寄的可以等收到回执后再登记。")
    carrier = forms.CharField(
        label="邮政企业",
        max_length=50,
        required=False,
        help_text="邮寄的必须填写，如中国邮政挂号信、EMS；不能用其他快递公司。",
    )


class ArrivalForm(forms.Form):
    delivered_on = day_field("申请人签收的日期", help_text="复议、诉讼期限从这一天起算。")
