"""What a unit asks for: more time (延期), or that the task does not apply (不适用)."""

import uuid
from typing import Any

from django import forms

from tasks.models import Petition


class PetitionForm(forms.Form):
    """An extension names its day; the form's own id makes a second sending the same petition."""

    kind = forms.ChoiceField(label="申请事项", choices=Petition.Kind.choices, widget=forms.RadioSelect)
    wanted_until = forms.DateField(
        label="延至哪一天",
        required=False,
        help_text="申请延期时填写，应晚于现在的完成时限；申请不适用的不用填。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label="申请理由",
        max_length=500,
        help_text="说明为什么不能按期完成，或者为什么这项任务与本单位无关。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    form_id = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "petition-%s"  # other forms on the page have a reason too
