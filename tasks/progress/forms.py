"""A period's report, and why it goes back. Errors keep everything typed."""

from typing import Any

from django import forms

from ninghai.files import Purpose
from ninghai.staff_site.forms import LongText
from tasks.models import ProgressReport
from tasks.progress.services import Written, missing_words

MOST_SUPPLEMENTS = 32767  # what the database's small integer holds


class ReportForm(forms.ModelForm[ProgressReport]):
    """A period's report with the evidence to add, or one piece to take away; a draft may be incomplete.

    Files that were accepted stay with the draft.
    """

    percent = forms.IntegerField(
        label="完成比例（%）", min_value=0, max_value=100, required=False, help_text="0到100的整数，办结填100。"
    )
    upload = forms.FileField(
        label="上传佐证文件",
        required=False,
        max_length=255,
        help_text="pdf、doc、docx、xls、xlsx、csv、ppt、pptx、wps、et、ofd、jpg、png、zip，每个不超过50MB。一次添加一个。",
        widget=forms.FileInput(attrs={"accept": Purpose.EVIDENCE.accept}),
    )
    index_number = forms.CharField(
        label="或填写已公开信息的索引号", max_length=100, required=False, help_text="从公开目录的信息详情页复制。"
    )
    remove = forms.IntegerField(required=False, widget=forms.HiddenInput)
    supplement = forms.IntegerField(required=False, min_value=0, max_value=MOST_SUPPLEMENTS, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ProgressReport
        fields = ["nothing_to_report", "text", "percent", "next_step", "claims_completion", "public_summary"]
        help_texts = {
            "nothing_to_report": "本期确实没有进展时勾选。",
            "text": "提交审核前须填写，本期无进展的除外。写本期做了什么、做到什么程度，不向社会公开。",
            "claims_completion": "任务已全部完成时勾选，须附佐证材料。",
        }
        field_classes = dict.fromkeys(("text", "next_step", "public_summary"), LongText)
        widgets = {
            "text": forms.Textarea(attrs={"rows": 6}),
            "next_step": forms.Textarea(attrs={"rows": 3}),
            "public_summary": forms.Textarea(attrs={"rows": 3}),
        }

    def clean_percent(self) -> int:
        return self.cleaned_data["percent"] or 0

    def clean_supplement(self) -> int:
        return self.cleaned_data["supplement"] or 0

    def say_what_is_missing(self) -> None:
        """Beside the errors it already has, say all that keeps it from being handed in, so that nobody is told twice."""
        for name, sentence in missing_words(self.instance).items():
            if not self.has_error(name):
                self.add_error(name, sentence)

    @property
    def written(self) -> Written:
        return Written(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class ReturnForm(forms.Form):
    """Why a report goes back to the clerk."""

    reason = forms.CharField(
        label="退回理由",
        max_length=500,
        help_text="说明需要补充或修改什么。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReportReturnForm(ReturnForm):
    """The same for a progress report, of which most go back for one of a few reasons."""

    REASONS = (
        "进展情况写得笼统，请写明做了什么、完成了多少。",
        "没有佐证材料，请补充文件，或填写公开信息的索引号。",
        "佐证材料与填报内容对不上，请核对后重新添加。",
        "完成比例与进展情况不一致，请核对后修改。",
        "公开表述中有不宜公开的内容，请修改。",
    )
    usual = forms.ChoiceField(
        label="常见问题", required=False, choices=[("", "不选，在下面写明"), *zip(REASONS, REASONS, strict=True)]
    )
    field_order = ["usual", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].help_text = "选了常见问题的，可以不写，也可以再作补充。"

    def clean(self) -> dict[str, Any]:
        """One reason: the usual one and what was written besides."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["reason"] = f"{cleaned.pop('usual', '')}{cleaned.get('reason', '')}"
        return cleaned
