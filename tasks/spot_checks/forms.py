"""What inspectors, units and the office fill in around a finding. Errors keep everything typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from ninghai.files import Purpose
from ninghai.staff_site.forms import SeveralFilesField
from tasks.models import Criterion, Drawn, Finding
from tasks.progress.evidence import PublishedItemField, ask_for_file_again
from tasks.spot_checks.finding_score import levels
from tasks.spot_checks.findings import SheetWords
from tasks.spot_checks.questions import choices_of
from tasks.spot_checks.subjects import subject_of

VETO, BONUS = Criterion.Kind.VETO, Criterion.Kind.BONUS
TICKED = "0"  # the points of a veto
PARTS = ("answer", "words", "evidence")  # of what is said to a question
KINDS = list(Criterion.Kind.values)  # vetoes first
PICTURES_TOO = f"image/*,{Purpose.EVIDENCE.accept}"  # so that a phone offers its photographs


@dataclass(frozen=True, slots=True)
class CriterionFields:
    """One criterion of the rubric, as the sheet shows it."""

    criterion: Criterion
    points: BoundField
    basis: BoundField

    @property
    def limit(self) -> str:
        if self.criterion.kind == VETO:
            return "单项否决"
        verb = "加" if self.criterion.kind == BONUS else "扣"
        return f"最多{verb}{self.criterion.points.normalize():f}分"


@dataclass(frozen=True, slots=True)
class QuestionFields:
    """One thing that the sheet asks; `evidence` is nothing where a checker found it."""

    title: str
    guidance: str
    answer: BoundField
    words: BoundField
    evidence: BoundField | None


class FoundForm(forms.Form):
    """结论, its marks by the rubric, the answers to what is asked besides, and the day by which things are put right."""

    needed = {"outcome": "记录结论时必填", "rectify_by_date": "结论为需整改时必填"}
    outcome = forms.ChoiceField(label="结论", required=False, widget=forms.RadioSelect)
    note = forms.CharField(
        label="核查情况",
        max_length=2000,
        required=False,
        help_text="核对了哪些材料，发现了什么。单位会看到。",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    rectify_by_date = forms.DateField(
        label="整改期限",
        required=False,
        help_text="其他结论不用填。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, drawn: Drawn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rubric, self.asked = drawn.spot_check.rubric, drawn.asked
        outcomes = [(each.value, each.label) for each in subject_of(drawn.spot_check).outcomes]
        self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]
        criteria = rubric.criteria.all() if rubric else []
        self.ordered_criteria = sorted(criteria, key=lambda each: (KINDS.index(each.kind), each.position, each.pk))
        for criterion in self.ordered_criteria:
            self.fields[f"points_{criterion.pk}"] = _points_field(criterion, self.initial.get(f"points_{criterion.pk}"))
            self.fields[f"basis_{criterion.pk}"] = forms.CharField(
                label=f"“{criterion.title}”的依据", max_length=300, required=False, widget=forms.TextInput
            )
        for place, question in enumerate(self.asked):
            self.fields |= _question_fields(place, question)

    @property
    def criteria(self) -> list[CriterionFields]:
        return [
            CriterionFields(each, self[f"points_{each.pk}"], self[f"basis_{each.pk}"]) for each in self.ordered_criteria
        ]

    @property
    def questions(self) -> list[QuestionFields]:
        return [
            QuestionFields(
                question["title"],
                question.get("guidance", ""),
                self[f"answer_{place}"],
                self[f"words_{place}"],
                None if question.get("rule") else self[f"evidence_{place}"],
            )
            for place, question in enumerate(self.asked)
        ]

    @property
    def words(self) -> SheetWords:
        """What was written, as a sheet keeps it."""
        marks = {str(each.pk): self._mark(each) for each in self.ordered_criteria}
        return SheetWords(
            outcome=self.cleaned_data["outcome"],
            note=self.cleaned_data["note"],
            rectify_by_date=self.cleaned_data["rectify_by_date"],
            marks={number: mark for number, mark in marks.items() if any(mark.values())},
            answers={
                str(place): {part: self.cleaned_data.get(f"{part}_{place}", "") for part in PARTS}
                for place in range(len(self.asked))
            },
        )

    def _mark(self, criterion: Criterion) -> dict[str, str]:
        points = self.cleaned_data[f"points_{criterion.pk}"]
        ticked = TICKED if points else ""
        given = ticked if criterion.kind == VETO else points
        return {"points": given, "note": self.cleaned_data[f"basis_{criterion.pk}"]}


class SheetForm(FoundForm):
    """The inspector's sheet: what was found, and a photograph or a file to add, or one to take away.

    A control that opens the camera lets nobody choose a file: each has its own.
    """

    photo = forms.FileField(
        label="现场拍照",
        required=False,
        max_length=255,
        help_text="打开相机，拍一张添加一张。",
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    upload = SeveralFilesField(label="选择照片或文件", purpose=Purpose.EVIDENCE, accept=PICTURES_TOO)
    index_number = forms.CharField(
        label="或填写已公开信息的索引号", max_length=100, required=False, help_text="从公开目录的信息详情页复制。"
    )
    remove = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def brought(self) -> dict[str, Any]:
        """What it brings as evidence, the photograph first."""
        photo, files = self.cleaned_data["photo"], self.cleaned_data["upload"]
        return {**self.cleaned_data, "upload": [*([photo] if photo else []), *files]}


class ObjectionDecisionForm(FoundForm):
    """The office's decision on an objection, with the finding as it reads from now on."""

    verdict = forms.ChoiceField(
        label="处理结果",
        choices=[("upheld", "异议成立，按下面的内容更正结论"), ("dismissed", "异议不成立，结论不变")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择处理结果。"},
    )
    decision = forms.CharField(
        label="处理意见",
        max_length=1000,
        help_text="写明理由，单位和抽查人员会看到。",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明处理意见，单位会看到。"},
    )
    field_order = ("verdict", "decision")

    def visible_fields(self) -> list[BoundField]:
        """All but the rubric's and what is asked: the page shows these in their own way."""
        shown = {field.name for row in self.criteria for field in (row.points, row.basis)}
        shown |= {f"{part}_{place}" for part in PARTS for place in range(len(self.asked))}
        return [field for field in super().visible_fields() if field.name not in shown]


class ProofForm(forms.Form):
    """A piece of evidence to add, or one to take away."""

    upload = SeveralFilesField(label="上传佐证文件", purpose=Purpose.EVIDENCE, accept=PICTURES_TOO)
    index_number = PublishedItemField()
    remove = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def full_clean(self) -> None:
        super().full_clean()
        if self.errors:
            ask_for_file_again(self)


class ObjectionForm(ProofForm):
    """What the unit says against the finding; `objection_version` is that of what was returned, 0 where there is none yet."""

    objection_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    text = forms.CharField(
        label="异议内容",
        max_length=2000,
        help_text="写明对哪一点有异议、事实是什么、依据什么材料。一条结论只能提一次。",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "请写明对哪一点有异议、事实是什么。"},
    )
    field_order = ("text",)


class RectificationForm(ProofForm):
    """How the unit put it right; a draft may be empty."""

    needed = {"text": "提交时必填"}
    text = forms.CharField(
        label="整改情况",
        max_length=2000,
        required=False,
        help_text="写明怎样整改、现在是什么情况。",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    field_order = ("text",)


class RecheckForm(forms.Form):
    """复查."""

    needed = {"note": "退回再改时必填"}
    passes = forms.TypedChoiceField(
        label="复查结果",
        choices=[("yes", "已整改"), ("no", "退回再改")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择复查结果。"},
    )
    note = forms.CharField(
        label="复查意见",
        max_length=1000,
        required=False,
        help_text="写明还有什么问题。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _points_field(criterion: Criterion, kept: str | None) -> forms.Field:
    """A veto is ticked; points are tapped, in steps up to the most, with what was given before among them."""
    if criterion.kind == VETO:
        return forms.BooleanField(label=criterion.title, required=False)
    offered = {*levels(criterion.points), *([Decimal(kept)] if kept else [])}
    sign = "+" if criterion.kind == BONUS else "−"  # noqa: RUF001 - a minus sign
    choices = [("", "不加分" if criterion.kind == BONUS else "不扣分")]
    choices += [(f"{each:.1f}", f"{sign}{each.normalize():f}") for each in sorted(offered)]
    return forms.ChoiceField(label=criterion.title, choices=choices, required=False, widget=forms.RadioSelect)


def _question_fields(place: int, question: Mapping[str, str]) -> dict[str, forms.Field]:
    title = question["title"]
    asked: dict[str, Any] = {"max_length": 500, "required": False, "widget": forms.TextInput}
    answer = forms.ChoiceField(label=title, choices=choices_of(question), required=False, widget=forms.RadioSelect)
    found = {f"answer_{place}": answer, f"words_{place}": forms.CharField(label=f"“{title}”的说明", **asked)}
    return found if question.get("rule") else {**found, f"evidence_{place}": forms.CharField(label="证据", **asked)}


def initial_of(words: SheetWords) -> dict[str, Any]:
    """What a form shows of a sheet or finding."""
    initial: dict[str, Any] = {name: getattr(words, name) for name in ("outcome", "note", "rectify_by_date")}
    for number, mark in words.marks.items():
        initial |= {f"points_{number}": mark["points"], f"basis_{number}": mark["note"]}
    for place, said in words.answers.items():
        initial |= {f"{part}_{place}": said[part] for part in PARTS}
    return initial


def words_of_finding(finding: Finding) -> SheetWords:
    return SheetWords(
        outcome=finding.outcome,
        note=finding.note,
        rectify_by_date=finding.rectify_by_date,
        marks=marks_of(finding),
        answers=finding.answers,
    )


def marks_of(finding: Finding) -> dict[str, dict[str, str]]:
    """The marks of a finding, as a sheet keeps them."""
    return {
        str(mark.criterion_id): {"points": f"{mark.points:.1f}" if mark.points else TICKED, "note": mark.note}
        for mark in finding.marks.all()
    }
