"""The small forms of an item's life: when it is released, whether it holds, why it leaves the catalogue."""

from datetime import datetime
from typing import Any, cast

from django import forms

from disclosure.item_by_number import ItemByNumberField
from disclosure.models import Answer, Item
from disclosure.services import ValidityFields, WithdrawalFields
from disclosure.states import Validity

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _why(label: str, *, required: str, help_text: str = "", rows: int = 3) -> forms.CharField:
    """A field in which somebody says why."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, max_length=500, widget=widget, help_text=help_text, error_messages={"required": required}
    )


class ScheduleForm(forms.Form):
    release_at = forms.DateTimeField(
        label="公开时间",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": "请选择公开时间。", "invalid": "请按“年-月-日 时:分”填写公开时间。"},
    )


class ValidityForm(forms.Form):
    """时效, as the office says it after publication."""

    validity = forms.ChoiceField(label="时效", choices=Validity.choices)
    effective_on = forms.DateField(label="施行日期", required=False, widget=DATE)
    expires_on = forms.DateField(
        label="有效期至", required=False, widget=DATE, help_text="这一天的次日，系统自动标为失效。"
    )
    repealed_on = forms.DateField(label="废止日期", required=False, widget=DATE)
    replaced_by = ItemByNumberField(label="替代文件")
    reason = _why("依据", required="请填写变更时效的依据，如清理结果公告的文号。", rows=2)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ItemByNumberField, self.fields["replaced_by"]).at = at

    @classmethod
    def of(cls, item: Item, *, at: datetime) -> "ValidityForm":
        named = ("validity", "effective_on", "expires_on", "repealed_on")
        initial = {name: getattr(item, name) for name in named}
        successor = item.replaced_by.index_number if item.replaced_by else ""
        return cls(initial={**initial, "replaced_by": successor}, at=at)

    @property
    def said(self) -> ValidityFields:
        said = {name: self.cleaned_data[name] for name in self.fields if name != "reason"}
        return cast(ValidityFields, {**said, "validity": Validity(said["validity"])})


class WithdrawForm(forms.Form):
    """Why it leaves the catalogue; the page shows what the public will see before anything happens."""

    kind = forms.ChoiceField(
        label="撤回原因",
        choices=Item.WithdrawalReason.choices,
        help_text="公众会看到这一项。内容已过时、已由新的信息替代的，原网址仍可查阅正文；其他原因的，正文、附件和历史版本一律不再提供。",
    )
    notice = forms.CharField(
        label="对公众的说明",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="公众会看到，不要写被撤回的内容。",
    )
    replaced_by = ItemByNumberField(label="替代文件", help_text="选“已由新的信息替代”时填写它的索引号。")
    explanation = _why("撤回说明", required="请写明撤回的经过和依据。", help_text="只记入内部记录，公众看不到。")
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @property
    def said(self) -> WithdrawalFields:
        typed = self.cleaned_data
        return {
            "reason": Item.WithdrawalReason(typed["kind"]),
            "explanation": typed["explanation"],
            "notice": typed["notice"],
            "replaced_by": typed["replaced_by"],
        }

    def ask_again(self) -> None:
        """Shown with what is wrong, it leads to the preview once more: what was confirmed was something else."""
        self.data = {name: value for name, value in self.data.items() if name != "confirmed"}

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ItemByNumberField, self.fields["replaced_by"]).at = at

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("kind") == Item.WithdrawalReason.REPLACED and typed.get("replaced_by") is None:
            self.add_error("replaced_by", "请填写替代文件的索引号。")
        return typed


class DiscardForm(forms.Form):
    confirmed = forms.BooleanField(
        label="确认放弃这份草稿，不能恢复", error_messages={"required": "请先勾选确认，再点“放弃草稿”。"}
    )


class AskForm(forms.Form):
    reason = _why("紧急公开的理由", required="请写明为什么不能等到审查完成。", rows=2)


class ReleaseForm(AskForm):
    seen_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)


class RefuseForm(forms.Form):
    kind = forms.ChoiceField(label="不同意的是", choices=Answer.Kind.choices)
    reason = _why("不同意公开的理由", required="请写明不同意公开的理由。")

    def __init__(self, *args: Any, kinds: list[Answer.Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["kind"]).choices = [(kind.value, kind.label) for kind in kinds]
