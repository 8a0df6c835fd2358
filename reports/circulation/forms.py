"""The forms of reports: asking for one, signing it off, verifying one."""

import re
import unicodedata
import uuid
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from ninghai.files.paper_codes import read_code
from ninghai.models import Unit
from reports.circulation.sign_off import NUMBER, OPENNESS_MARK
from reports.kinds import KINDS, MISSING
from reports.models import Report
from tasks.models import Scoring, SpotCheck, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.editions import proposed_day

LONGEST_NUMBER = 50  # characters of the column
SHA256 = re.compile(r"[0-9a-f]{64}")
_BRACKETS = str.maketrans("[]【】()（）", "〔〕〔〕〔〕〔〕")


class DateInput(forms.DateInput):
    """The browser's own calendar, which wants ISO days."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RequestForm(forms.Form):
    """制作通报 of one kind: only what that kind asks. Which notice and which year's, the person says.

    A spot check or a scoring says by itself of which notice it is, a scoring also as of which day.
    """

    notice = forms.ModelChoiceField(label="工作要点通知", queryset=WorkPointNotice.objects.none(), empty_label="请选择")
    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.none(), empty_label="请选择")
    spot_check = forms.ModelChoiceField(label="抽查", queryset=SpotCheck.objects.none(), empty_label="请选择")
    scoring = forms.ModelChoiceField(
        label="考核得分",
        queryset=Scoring.objects.none(),
        empty_label="请选择",
        help_text="通报截至这次考核的统计日期。",
    )
    as_of = forms.DateField(
        label="统计日期",
        widget=DateInput(),
        help_text="统计到这一天结束为止，默认昨天，同一天的报告每次都一样。选今天的，只统计到制作时，报告写明几时几分。",
    )
    since = forms.DateField(
        label="时段起始日",
        widget=DateInput(),
        required=False,
        help_text="填写时另外写明从这一天到统计日期到期、办结了多少项次；督办单只列这一时段到期的任务；依申请公开情况、政务舆情回应情况从这一天起统计，不填的从当年1月1日起；12345热线办理情况不填的从当季第一天起。",
    )
    kind = forms.ChoiceField(choices=Report.Kind, widget=forms.HiddenInput)
    corrects = forms.ModelChoiceField(
        label="更正的报告", queryset=Report.objects.none(), required=False, widget=forms.HiddenInput
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() - asked_by(kind):
            del self.fields[name]
        notices = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED)
        self._offer("notice", notices)
        self._offer("unit", Unit.objects.all())
        self._offer("spot_check", SpotCheck.objects.filter(subject=KINDS[kind].subject).select_related("notice"))
        self._offer("scoring", Scoring.objects.select_related("scheme__notice"))
        self._offer("corrects", Report.objects.issued())
        if KINDS[kind].is_of_county_too:
            self._let_all_units_be_asked()
        for name in self.fields.keys() & {"as_of", "since"}:
            self.fields[name].widget.attrs["max"] = today.isoformat()
        self.initial["kind"] = kind
        self.initial.setdefault("as_of", proposed_day(notices, today=today))
        self.initial.setdefault("form_id", uuid.uuid4())

    def _offer(self, name: str, records: QuerySet[Any]) -> None:
        if field := self.fields.get(name):
            field.queryset = records  # type: ignore[attr-defined]
            field.error_messages["required"] = MISSING.get(name, field.error_messages["required"])

    def _let_all_units_be_asked(self) -> None:
        unit = self.fields["unit"]
        unit.required, unit.empty_label = False, "（全县）"  # type: ignore[attr-defined]
        unit.help_text = "不选时包括全部单位。"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if scoring := cleaned.get("scoring"):
            cleaned |= {"notice": scoring.scheme.notice, "as_of": scoring.as_of}
        if check := cleaned.get("spot_check"):
            cleaned["notice"] = check.notice
        return cleaned


def asked_by(kind: str) -> set[str]:
    """The fields that a kind of report has a use for."""
    asked = KINDS[kind]
    own = {"scoring": {"scoring"}, "spot_check": {"spot_check", "as_of"}}
    about = next((fields for need, fields in own.items() if need in asked.needs), {"notice", "as_of"} | asked.needs)
    return about | ({"since"} if asked.takes_period else set()) | {"kind", "corrects", "form_id"}


class BatchForm(forms.Form):
    """批量制作: of every unit that has tasks."""

    notice = forms.ModelChoiceField(label="工作要点通知", queryset=WorkPointNotice.objects.none(), empty_label="请选择")
    as_of = forms.DateField(
        label="统计日期",
        widget=DateInput(),
        help_text="统计到这一天结束为止，默认昨天。选今天的，只统计到制作时，写明几时几分。各单位的数据取自同一时刻。",
    )
    since = forms.DateField(
        label="时段起始日",
        widget=DateInput(),
        required=False,
        help_text="可以留空。填写时另外写明各单位从这一天到统计日期到期、办结了多少项次。",
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        notices = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED)
        self.fields["notice"].queryset = notices  # type: ignore[attr-defined]
        self.fields["as_of"].widget.attrs["max"] = self.fields["since"].widget.attrs["max"] = today.isoformat()
        self.initial.setdefault("as_of", proposed_day(notices, today=today))
        self.initial.setdefault("form_id", uuid.uuid4())


class SignForm(forms.Form):
    """签发: number and day, and for whom the paper is meant."""

    document_number = forms.CharField(
        label="发文字号", max_length=LONGEST_NUMBER, help_text="机关代字、年份和序号，如“宁政办发〔2018〕60号”。"
    )
    signed_on = forms.DateField(label="签发日期", widget=DateInput(), help_text="印在文末的成文日期。")
    remark = forms.CharField(
        label="附注", max_length=30, required=False, initial=OPENNESS_MARK, help_text="印在文末的括号内，可以留空。"
    )
    addressee = forms.CharField(
        label="主送机关",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="印在标题下，以冒号结束。留空时与草稿相同。",
    )
    copied_to = forms.CharField(
        label="抄送机关",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="印在版记，如“县委办公室，县人大常委会办公室”，不用写“抄送”和句号。没有的留空。",
    )

    def __init__(self, *args: Any, is_number_proposed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_number_proposed:
            self.fields["document_number"].help_text = "已接本年同类的上一份填写，请核对，可以修改。"

    def clean_document_number(self) -> str:
        """As the standard writes it: 六角括号, no blanks, no leading zero."""
        typed = "".join(unicodedata.normalize("NFKC", self.cleaned_data["document_number"]).split()).translate(
            _BRACKETS
        )
        if not NUMBER.fullmatch(typed):
            raise forms.ValidationError("请按“宁政办发〔2018〕60号”的样式填写，序号前不加“第”，也不补零。")
        if len(typed) > LONGEST_NUMBER:  # normalizing can make one character many
            raise forms.ValidationError(f"发文字号最多{LONGEST_NUMBER}个字，请核对。")
        return typed

    def clean_addressee(self) -> str:
        """In one line, and with its colon."""
        typed = _in_one_line(self.cleaned_data["addressee"]).rstrip("：:")
        return f"{typed}：" if typed else ""

    def clean_copied_to(self) -> str:
        return _in_one_line(self.cleaned_data["copied_to"]).removeprefix("抄送：").rstrip("。.")

    def clean_remark(self) -> str:
        return str(self.cleaned_data["remark"]).strip().strip("（）()")


def _in_one_line(typed: str) -> str:
    return "".join(line.strip() for line in typed.splitlines())


class ReturnPaperForm(forms.Form):
    """退回."""

    reason = forms.CharField(
        label="退回理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="制作人会看到。"
    )


class CirculateForm(forms.Form):
    """印发: to which units; those that have it already are not offered again. A correction goes where the older one went."""

    units = forms.ModelMultipleChoiceField(
        label="印发单位", queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Unit.objects.exclude(receipts__report=report)
        self.fields["units"].queryset = offered  # type: ignore[attr-defined]
        self.initial["units"] = list(_chosen_at_first(report, offered).values_list("pk", flat=True))


def _chosen_at_first(report: Report, offered: QuerySet[Unit]) -> QuerySet[Unit]:
    if report.unit_id:
        return offered.filter(pk=report.unit_id)
    had_the_older = offered.filter(receipts__report=report.corrects) if report.corrects else offered.none()
    return had_the_older if had_the_older.exists() else offered


class VerificationCodeForm(forms.Form):
    """The code from the paper."""

    code = forms.CharField(
        label="核验码",
        max_length=40,
        widget=forms.TextInput(
            {"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false", "data-code": ""}
        ),
        help_text="印在二维码旁，8 位，如“7K3M-9QXD”。不分大小写，可以不写连字符。",
    )

    def clean_code(self) -> str:
        if code := read_code(self.cleaned_data["code"]):
            return code
        raise forms.ValidationError("核验码是 8 位字母和数字，请对照二维码旁的文字检查。")


class FileForm(forms.Form):
    """A file, or its hash, to be compared with the one issued."""

    needed = dict.fromkeys(("file", "sha256"), "两项填一项")
    file = forms.FileField(
        label="选择 PDF 文件",
        required=False,
        allow_empty_file=True,
        help_text="可以把 PDF 拖到下面的框里。文件只用来比对，不会保存；浏览器支持时在您的电脑上计算，文件不会上传。",
    )
    sha256 = forms.CharField(label="或粘贴文件的 SHA-256 值", max_length=200, required=False)

    def clean_sha256(self) -> str:
        typed = "".join(self.cleaned_data["sha256"].split()).lower()
        if typed and not SHA256.fullmatch(typed):
            raise forms.ValidationError("SHA-256 值是 64 位十六进制数字（0到9，a到f），请检查是否粘贴完整。")
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("sha256") and not cleaned.get("file"):
            raise forms.ValidationError("请选择文件，或粘贴 SHA-256 值。")
        return cleaned
