"""The office's forms around a spot check."""

import uuid
from datetime import date
from typing import Any

from django import forms

from ninghai.models import User
from ninghai.office.dates import date_input
from tasks.models import Drawn, Rubric, SpotCheck, WorkPointNotice
from tasks.services.spot_checks import inspectors
from tasks.states import NoticeStatus


class DrawForm(forms.Form):
    """抽取: everything that decides the sample stands in it. It cannot be undone: whose year it is, the person says."""

    notice = forms.ModelChoiceField(WorkPointNotice.objects.none(), label="通知", empty_label="请选择")
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
    rubric = forms.ModelChoiceField(
        Rubric.objects.filter(is_active=True),
        label="评分细则",
        required=False,
        empty_label="不评分，只记录结论",
        help_text="抽取后不能更换；细则一经选用也不能再改，需要改的请复制为新细则。",
    )
    as_of = forms.DateField(label="统计日期", widget=date_input(), help_text="不早于通知下达日期，不晚于今天。")
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, data: Any = None, *, today: date) -> None:
        suggested = {"title": f"{today:%Y年%-m月}抽查", "seed": f"{today:%Y%m%d}", "as_of": today, "size": 10}
        super().__init__(data, initial=suggested)
        notice: forms.ModelChoiceField[WorkPointNotice] = self.fields["notice"]  # type: ignore[assignment]
        notice.queryset = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED).order_by("-year")


class PoolForm(forms.Form):
    """The inspectors among whom everything drawn is dealt by lot."""

    pool = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="抽查人员名册",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一名抽查人员。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pool: forms.ModelMultipleChoiceField[User] = self.fields["pool"]  # type: ignore[assignment]
        pool.queryset = inspectors()


class HandForm(forms.Form):
    """Who inspects one drawn row, and why it is not left to the lot."""

    drawn = forms.ModelChoiceField(Drawn.objects.none(), label="抽中的任务分工", empty_label="请选择")
    inspector = forms.ModelChoiceField(User.objects.none(), label="抽查人员", empty_label="请选择")
    reason = forms.CharField(label="理由", max_length=200, help_text="如“随机分派的人员出差”，会印在抽查记录上。")

    def __init__(self, *args: Any, spot_check: SpotCheck, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawn: forms.ModelChoiceField[Drawn] = self.fields["drawn"]  # type: ignore[assignment]
        open_rows = spot_check.drawn.filter(finding=None).select_related("spot_check", "assignment", "inspector")
        drawn.queryset = open_rows.order_by("pk")
        drawn.label_from_instance = _with_inspector  # type: ignore[method-assign]
        inspector: forms.ModelChoiceField[User] = self.fields["inspector"]  # type: ignore[assignment]
        inspector.queryset = inspectors()


def _with_inspector(obj: Drawn) -> str:
    return f"{obj.assignment.key}（{obj.inspector or '尚未指定'}）"
