"""The reviewers' small forms."""

from typing import Any, cast

from django import forms

from disclosure.models import Answer, Ruling
from disclosure.review.services import lines


class SigningForm(forms.Form):
    """An answer of the review; `checks` are the lines of its checklist, every one to be ticked."""

    checks = forms.MultipleChoiceField(
        label="核对清单",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请逐项核对并勾选；不能确认的，请退回修改。"},
    )

    def __init__(self, *args: Any, kind: Answer.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = kind
        if checks := lines(kind):
            cast(forms.MultipleChoiceField, self.fields["checks"]).choices = [(line, line) for line in checks]
        else:
            del self.fields["checks"]

    def clean_checks(self) -> list[str]:
        checks = cast(forms.MultipleChoiceField, self.fields["checks"]).choices
        if missing := [line for line, _ in checks if line not in self.cleaned_data["checks"]]:  # type: ignore[misc,union-attr]
            raise forms.ValidationError(f"还有{len(missing)}项没有勾选。不能确认的，请退回修改。")
        return list(self.cleaned_data["checks"])

    @property
    def ticked(self) -> list[str]:
        return list(self.cleaned_data.get("checks", []))


class PassForm(SigningForm):
    """The unit head's secrecy answer (保密审查), given for the content on the screen."""

    seen_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    confirmed = forms.BooleanField(
        label="已审查全文和附件，不涉及国家秘密、工作秘密和其他不宜公开的内容，同意公开。",
        error_messages={"required": "请确认保密审查意见；不能确认的，请退回修改。"},
    )
    comment = forms.CharField(
        label="审查意见", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class AnswerForm(SigningForm):
    """One of the office's answers, given for the content on the screen."""

    seen_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    kind = forms.ChoiceField(choices=Answer.Kind.choices, widget=forms.HiddenInput)
    comment = forms.CharField(
        label="审查意见", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class RulingForm(forms.Form):
    """Why what was found may be public; what it is about is ticked in the list above."""

    reason = forms.ChoiceField(
        label="可以公开的理由",
        choices=[("", "请选择"), *Ruling.Reason.choices],
        error_messages={"required": "请选择可以公开的理由；没有理由的，请去标识化。"},
    )
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="如公示依据的文件名称和条款。")
