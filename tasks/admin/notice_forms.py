"""The office's forms around a notice: one small form for each act."""

import uuid
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from ninghai.models import Unit
from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tasks.notice import FORMATS


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ImportForm(forms.Form):
    """导入通知: the file, and the form's own id so that sending it twice makes one notice."""

    file = forms.FileField(
        label="通知文件",
        help_text=f"通知正文或任务分解表，可以是{'、'.join(FORMATS)}文件，不超过 10 MB。扫描件不能识别。",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(FORMATS)}),
        allow_empty_file=True,
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    again = forms.BooleanField(label="仍要导入，另建一份待下达的通知", required=False, widget=forms.HiddenInput)

    def ask_again(self) -> None:
        """Offer to import what may be there already."""
        self.fields["again"].widget = forms.CheckboxInput()
        self.add_error("again", "这份通知可能已经导入过，请先核对；仍要导入的，请重新选择文件并勾选“仍要导入”。")

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        size = upload.size or 0
        if size > settings.NOTICE_LIMIT:
            raise forms.ValidationError(f"文件有 {filesizeformat(size)}，超过 10 MB。请只上传通知正文，不要带附件。")
        return upload


class VersionedForm(forms.Form):
    """A form that names the version which this person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class DiscardForm(VersionedForm):
    reason = forms.CharField(
        label="作废理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="例如“重复导入”。理由记入审计记录。",
    )


class FactsForm(VersionedForm):
    title = forms.CharField(label="标题", max_length=200, widget=forms.TextInput(attrs={"size": 80}))
    document_number = forms.CharField(label="发文字号", max_length=50, required=False)
    issuing_office = forms.CharField(label="发文机关", max_length=100, required=False)
    issued_on = forms.DateField(label="成文日期", widget=date_input(), help_text="按这一天存续的单位识别责任单位。")
    year = forms.IntegerField(label="年度", min_value=2008, max_value=2100)
    openness = forms.CharField(label="公开属性", max_length=20, required=False)

    @classmethod
    def showing(cls, notice: WorkPointNotice, data: Any = None) -> "FactsForm":
        names = [name for name in cls.base_fields if name != "version"]
        return cls(data, initial={"version": notice.version, **{name: getattr(notice, name) for name in names}})


class PointForm(VersionedForm):
    number = forms.CharField(
        label="序号", max_length=10, required=False, help_text="原文中的序号，如“3”。没有序号的留空。"
    )
    text = forms.CharField(label="内容", widget=forms.Textarea(attrs={"rows": 10, "cols": 80}))
    due_date = forms.DateField(label="完成时限", widget=date_input())

    @classmethod
    def showing(cls, point: WorkPoint, data: Any = None) -> "PointForm":
        names = ["version", "number", "text", "due_date"]
        return cls(data, initial={name: getattr(point, name) for name in names})


class NewPointForm(forms.Form):
    after = forms.ModelChoiceField(
        WorkPoint.objects.none(),
        label="排在哪一条之后",
        required=False,
        empty_label="最前面",
        help_text="新的要点归入同一部分、同一节。",
    )
    number = forms.CharField(label="序号", max_length=10, required=False)
    text = forms.CharField(label="内容", widget=forms.Textarea(attrs={"rows": 10, "cols": 80}))
    due_date = forms.DateField(label="完成时限", widget=date_input())

    def __init__(self, data: Any = None, *, notice: WorkPointNotice) -> None:
        super().__init__(data, initial={"due_date": WorkPoint.default_due_date(notice.year)})
        after: forms.ModelChoiceField = self.fields["after"]  # type: ignore[type-arg,assignment]
        after.queryset = notice.points.select_related("notice")


class ResponsibilityForm(VersionedForm):
    """A name as the notice writes it, and its role; `version` is the point's."""

    name = forms.CharField(label="原文名称", max_length=60)
    role = forms.ChoiceField(label="角色", choices=Responsibility.Role.choices)
    is_group = forms.BooleanField(
        label="这是一组单位的统称", required=False, help_text="如“有关部门”。被点名的单位不勾选。"
    )

    @classmethod
    def showing(cls, responsibility: Responsibility, data: Any = None) -> "ResponsibilityForm":
        names = ["name", "role", "is_group"]
        initial = {name: getattr(responsibility, name) for name in names}
        return cls(data, initial={**initial, "version": responsibility.point.version})


class ResolveForm(VersionedForm):
    """确定单位: which units a name means here, and whether that holds wherever the notice still leaves it open."""

    units = forms.ModelMultipleChoiceField(Unit.objects.none(), label="对应单位", widget=forms.CheckboxSelectMultiple)
    all_alike = forms.BooleanField(label="用于本通知中同名的全部未确定项", required=False)
    learn_name = forms.BooleanField(
        label="记为该单位的其他叫法",
        required=False,
        help_text="只对应一个单位时可用；以后的通知出现这个名称会自动识别。",
    )

    def __init__(self, data: Any = None, *, responsibility: Responsibility, on: date) -> None:
        chosen = list(responsibility.units.all()) or _proposal(responsibility)
        initial = {"units": chosen, "version": responsibility.point.version}
        super().__init__(data, initial=initial)
        units: forms.ModelMultipleChoiceField[Unit] = self.fields["units"]  # type: ignore[assignment]
        units.queryset = Unit.objects.valid(on=on)
        units.choices = list(_by_kind(units.queryset))
        if responsibility.group_id:
            del self.fields["learn_name"]


class RemoveForm(VersionedForm):
    """Nothing but the version: the button asks once more."""


def _proposal(responsibility: Responsibility) -> list[Unit]:
    """The group's members, which the office may take as they are or change for this point."""
    return list(responsibility.group.members.all()) if responsibility.group else []


def _by_kind(units: Iterable[Unit]) -> Iterable[tuple[str, list[tuple[int, str]]]]:
    """Choices under the kinds of unit."""
    in_order = sorted(units, key=lambda unit: (Unit.Kind.values.index(unit.kind), unit.position, unit.code))
    for kind, members in groupby(in_order, key=lambda unit: unit.get_kind_display()):
        yield kind, [(unit.pk, str(unit)) for unit in members]
