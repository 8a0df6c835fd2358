"""What an inspector found."""

from typing import Any

from django import forms

from tasks.models import Finding


class FindingForm(forms.ModelForm[Finding]):
    """What the inspector found of one drawn assignment."""

    class Meta:
        model = Finding
        fields = ["outcome", "note", "rectify_by_date"]
        help_texts = {
            "note": "核对了哪些材料，发现了什么。",
            "rectify_by_date": "结论为“需整改”时必填，其他结论不用填。",
        }
        widgets = {
            "outcome": forms.RadioSelect,
            "note": forms.Textarea(attrs={"rows": 5}),
            "rectify_by_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome = self.fields["outcome"]
        if isinstance(outcome, forms.TypedChoiceField):
            outcome.choices = Finding.Outcome.choices
