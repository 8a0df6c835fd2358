"""The office's forms around a spot check."""

import uuid
from datetime import date
from typing import Any

from django import forms

from ninghai.models import User
from ninghai.office.dates import date_input
from tasks.models import SpotCheck, WorkPointNotice
from tasks.services.spot_checks import inspectors
from tasks.states import NoticeStatus


class DrawForm(forms.Form):
    """抽取: everything that decides the sample stands in it."""

    notice = forms.ModelChoiceField(WorkPointNotice.objects.none(), label="通知", empty_label=None)
    title = forms.CharField(label="名称", max_length=100, widget=forms.TextInput(attrs={"size": 50}))
    stratified_by = forms.MultipleChoiceField(
        label="分层依据",
        choices=SpotCheck.Stratum.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="分层后，各层按所占比例抽取；不选则不分层。",
    )
    size = forms.IntegerField(label="抽取数量", min_value=1, max_value=10000)
    seed = forms.RegexField(
        r"^[\w-]+\Z",
        label="随机种子",
        max_length=100,
        error_messages={"invalid": "随机种子只用文字、数字和连字符，方便别人照抄重算。"},
        help_text="建议用抽查当天的日期，或由在场人员当众给出。种子决定结果，事后不能更改。",
    )
    as_of = forms.DateField(label="统计日期", widget=date_input(), help_text="不早于通知下达日期，不晚于今天。")
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, data: Any = None, *, today: date) -> None:
        suggested = {"title": f"{today:%Y年%-m月}抽查", "seed": f"{today:%Y%m%d}", "as_of": today, "size": 10}
        super().__init__(data, initial=suggested)
        notice: forms.ModelChoiceField[WorkPointNotice] = self.fields["notice"]  # type: ignore[assignment]
        notice.queryset = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED).order_by("-year")


class InspectorForm(forms.Form):
    """Who inspects one drawn row."""

    inspector = forms.ModelChoiceField(User.objects.none(), label="抽查人员", empty_label="请选择")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inspector: forms.ModelChoiceField[User] = self.fields["inspector"]  # type: ignore[assignment]
        inspector.queryset = inspectors()


class EvenlyForm(forms.Form):
    """Among whom the rows without inspector are dealt."""

    among = forms.ModelMultipleChoiceField(User.objects.none(), label="抽查人员", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among: forms.ModelMultipleChoiceField[User] = self.fields["among"]  # type: ignore[assignment]
        among.queryset = inspectors()
