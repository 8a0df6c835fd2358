"""A period's report, and why it goes back. Errors keep everything typed."""

from django import forms

from ninghai.files import Purpose
from ninghai.staff_site.forms import LongText, SeveralFilesField
from tasks.models import ProgressReport
from tasks.progress.services import Written, missing_words

MOST_SUPPLEMENTS = 32767  # what the database's small integer holds


class ReportForm(forms.ModelForm[ProgressReport]):
    """A period's report with the evidence to add, or one piece to take away; a draft may be incomplete.

    Files that were accepted stay with the draft.
    """

    needed = {"text": "提交时必填", "upload": "申请办结时必填"}
    percent = forms.IntegerField(
        label="完成比例（%）",
        min_value=0,
        max_value=100,
        required=False,
        help_text="0到100的整数，办结填100。",
        widget=forms.NumberInput(attrs={"list": "percent-steps"}),
    )
    upload = SeveralFilesField(label="上传佐证文件", purpose=Purpose.EVIDENCE)
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
            "nothing_to_report": "本期确实没有进展时勾选，不用再写进展情况。",
            "text": "写本期做了什么、做到什么程度，不向社会公开。",
            "claims_completion": "任务已全部完成时勾选，须附佐证材料。",
        }
        field_classes = dict.fromkeys(("text", "next_step", "public_summary"), LongText)
        widgets = {
            "text": forms.Textarea(
                attrs={"rows": 6, "placeholder": " "}
            ),  # by which the page knows that nothing is written
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
