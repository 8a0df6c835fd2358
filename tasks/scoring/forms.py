"""The office's forms around scores: a scheme, one of its rules, a record, an import, a computation."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from ninghai.files import Purpose
from ninghai.files.workbooks.reading import SheetField
from ninghai.models import Unit
from ninghai.staff_site.forms import date_input
from tasks.models import Assignment, ScoreRule, ScoreScheme, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.editions import proposed_day
from tasks.scoring.parameters import Number, Parameter, ParameterChoice, Source, parameters_of, read_parameters
from tasks.scoring.workbook import RESULTS

PREFIX = "parameter_"  # of the fields that a source has of its own


def _marks(label: str, *, least: str = "0", help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(least),
        max_value=Decimal(1000),
        max_digits=6,
        decimal_places=2,
        help_text=help_text,
    )


class SchemeForm(forms.Form):
    """方案 itself; its rules have forms of their own."""

    name = forms.CharField(label="名称", max_length=100, widget=forms.TextInput(attrs={"size": 50}))
    cap = _marks("总分上限", least="1", help_text="各项得分与加分合计，不超过这个分数。")
    veto_score = _marks("否决后最高分", help_text="有单项否决的单位，总分不超过这个分数。")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        cap, veto_score = values.get("cap"), values.get("veto_score")
        if cap is not None and veto_score is not None and veto_score > cap:
            self.add_error("veto_score", "否决后最高分不能超过总分上限。")
        return values


class NewSchemeForm(SchemeForm):
    """A scheme from nothing, or from the platform's proposal."""

    notice = forms.ModelChoiceField(WorkPointNotice.objects.none(), label="通知", empty_label="请选择")
    is_proposed = forms.BooleanField(
        label="从平台的建议方案开始",
        required=False,
        initial=True,
        help_text="九个项目、合计100分，之后逐项修改；不勾选则从空白开始。建议方案不是规定。",
    )
    field_order = ["notice", "name", "cap", "veto_score", "is_proposed"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        notice: forms.ModelChoiceField[WorkPointNotice] = self.fields["notice"]  # type: ignore[assignment]
        notice.queryset = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED).order_by("-year")


class ChangeSchemeForm(SchemeForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class CopyForm(forms.Form):
    name = forms.CharField(label="新方案的名称", max_length=100, widget=forms.TextInput(attrs={"size": 50}))


class RuleForm(forms.Form):
    """考核项目 of one source: each of its parameters is a field."""

    title = forms.CharField(label="名称", max_length=100, widget=forms.TextInput(attrs={"size": 40}))
    full_marks = _marks("分值", least="0.01")
    position = forms.IntegerField(label="顺序", min_value=0, max_value=999, help_text="小的排在前面。")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any = None, *, source: str, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.source = source
        if source == Source.VETO:
            del self.fields["full_marks"]
        elif source in {Source.DEDUCTION, Source.BONUS}:
            verb = "扣" if source == Source.DEDUCTION else "加"
            self.fields["full_marks"].label = f"最多{verb}分"
        for parameter in parameters_of(source):
            self.fields[f"{PREFIX}{parameter.name}"] = _field_of(parameter)

    @classmethod
    def showing(cls, rule: ScoreRule, data: Any = None) -> "RuleForm":
        stored = read_parameters(rule.source, rule.parameters)
        shown = {f"{PREFIX}{name}": value for name, value in stored.items()}
        own = {name: getattr(rule, name) for name in ("title", "full_marks", "position")}
        return cls(data, source=rule.source, initial={**own, **shown, "version": rule.scheme.version})

    def asked(self) -> dict[str, Any]:
        """What the services take."""
        cleaned = self.cleaned_data
        return {
            "title": cleaned["title"],
            "full_marks": cleaned.get("full_marks", Decimal(0)),
            "position": cleaned["position"],
            "version": cleaned["version"],
            "parameters": {name.removeprefix(PREFIX): cleaned[name] for name in cleaned if name.startswith(PREFIX)},
        }


def _field_of(parameter: Parameter) -> forms.Field:
    if isinstance(parameter, Number):
        label = f"{parameter.label}（{parameter.unit.removesuffix('计分')}）" if parameter.unit else parameter.label
        return forms.IntegerField(
            label=label,
            min_value=parameter.least,
            max_value=parameter.most,
            initial=parameter.default,
            help_text=parameter.help,
        )
    return _choice_field(parameter)


def _choice_field(parameter: ParameterChoice) -> forms.TypedChoiceField:
    """Its values go over the line as their places, so that yes and no stay yes and no."""
    values = {str(value): value for value, _ in parameter.choices}
    return forms.TypedChoiceField(
        label=parameter.label,
        choices=[(str(value), label) for value, label in parameter.choices],
        coerce=lambda text: values[text],
        initial=str(parameter.default),
        help_text=parameter.help,
    )


class RemoveRuleForm(forms.Form):
    """Nothing but the scheme's version: the button asks once more."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


# Records.


class RuleChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A rule with the scheme that it belongs to."""

    def label_from_instance(self, rule: ScoreRule) -> str:
        return f"{rule.scheme}：{rule.title}"


def recorded_rules(*sources: str) -> Any:
    rules = ScoreRule.objects.filter(source__in=sources or Source.recorded).select_related("scheme__notice")
    return rules.order_by("-scheme__notice__year", "-scheme", "position")


class ScoreEntryForm(forms.Form):
    """考核记录 of one unit."""

    rule = RuleChoice(ScoreRule.objects.none(), label="考核项目", empty_label="请选择")
    unit = forms.ModelChoiceField(Unit.objects.none(), label="单位", empty_label="请选择")
    value = _marks("分值", help_text="第三方评估填百分制得分；扣分、加分填分数，不带正负号；单项否决填0。")
    happened_on = forms.DateField(
        label="发生日期", widget=date_input(), help_text="按这一天计入考核，不早于通知所属年度。"
    )
    reason = forms.CharField(
        label="依据",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="会写在单位的得分明细里。",
    )
    upload = forms.FileField(
        label="佐证文件",
        required=False,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": Purpose.EVIDENCE.accept}),
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].queryset = recorded_rules()  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.filter(  # type: ignore[attr-defined]
            pk__in=Assignment.objects.values("unit")
        ).order_by("position", "code")


class CancelForm(forms.Form):
    reason = forms.CharField(label="作废理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3, "cols": 60}))


class ResultsImportForm(forms.Form):
    """第三方评估结果: whose and of which day; then the workbook."""

    rule = RuleChoice(ScoreRule.objects.none(), label="考核项目", empty_label=None)
    happened_on = forms.DateField(label="评估日期", widget=date_input(), help_text="按这一天计入考核。")
    file = SheetField(
        RESULTS,
        label="评估结果（.xlsx）",
        help_text="第一行是列名“单位”“得分”“说明”，得分为0到100，最多两位小数；不超过 2 MB。没有填得分的行不导入。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].queryset = recorded_rules(Source.THIRD_PARTY)  # type: ignore[attr-defined]


# Computing.


class ComputeForm(forms.Form):
    """试算: by which scheme, as of which day."""

    scheme = forms.ModelChoiceField(ScoreScheme.objects.none(), label="考核方案", empty_label="请选择")
    as_of = forms.DateField(
        label="统计日期",
        widget=date_input(),
        help_text="只看这一天结束时的情况，默认昨天。选今天的，只算到计算时，考核通报写明几时几分。",
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        schemes = ScoreScheme.objects.order_by("-notice__year", "-pk")
        assessed = WorkPointNotice.objects.filter(pk__in=schemes.values("notice"), issued_at__isnull=False)
        super().__init__(data, initial={"as_of": proposed_day(assessed, today=today)})
        scheme: forms.ModelChoiceField[ScoreScheme] = self.fields["scheme"]  # type: ignore[assignment]
        scheme.queryset = schemes
