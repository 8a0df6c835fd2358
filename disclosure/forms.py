"""The drafter's form and the reviewers' small ones."""

import uuid
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict

from disclosure.models import Answer, Attachment, Item, Ruling
from disclosure.review.checklist import lines
from disclosure.services import ItemFields
from ninghai.files import Purpose, UnacceptableFile, store_upload
from ninghai.files.upload import inspect
from ninghai.models import StoredFile, User

MOST_FILES = 20


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """A file field that takes several files and hands them on as a list."""

    widget = SeveralFilesInput(attrs={"accept": Purpose.PUBLICATION.accept})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"一次最多上传 {MOST_FILES} 个附件，请分几次上传。")
        return [cast(UploadedFile[Any], super(SeveralFilesField, self).clean(file, initial)) for file in files]


class ItemForm(forms.ModelForm[Item]):
    """起草: a form with an error keeps everything typed, the files already uploaded included."""

    form_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kept = forms.ModelMultipleChoiceField(
        StoredFile.objects.none(), widget=forms.MultipleHiddenInput, required=False, label="已上传的附件"
    )
    removed = forms.ModelMultipleChoiceField(
        Attachment.objects.none(), widget=forms.CheckboxSelectMultiple, required=False, label="去掉这些附件"
    )
    uploads = SeveralFilesField(
        label="添加附件",
        required=False,
        help_text="可以一次选择多个文件，每个不超过 50 MB。已公开的附件任何人都能下载。",
    )

    class Meta:
        model = Item
        fields = [
            "title",
            "document_number",
            "kind",
            "topic",
            "entry",
            "formed_date",
            "summary",
            "body",
            "source",
            "openness_mark",
        ]
        widgets = {
            "title": forms.TextInput(attrs={"size": 80}),
            "formed_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "summary": forms.Textarea(attrs={"rows": 3}),
            "body": forms.Textarea(attrs={"rows": 16}),
        }

    def __init__(self, *args: Any, by: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.at = by, at
        for name in ("topic", "entry"):
            cast("forms.ModelChoiceField[Any]", self.fields[name]).empty_label = "请选择"
        self._choices("kept", StoredFile.objects.filter(stored_by=by, attachments=None))
        if self.instance.pk:
            self.initial["version"] = self.instance.version
        else:
            self.initial["form_id"] = uuid.uuid4()
        if self.instance.pk and self.instance.attachments.exists():
            self._choices("removed", self.instance.attachments.all())
        else:
            del self.fields["removed"]

    def _choices(self, name: str, records: "QuerySet[Any]") -> None:
        cast("forms.ModelMultipleChoiceField[Any]", self.fields[name]).queryset = records

    def clean_kept(self) -> list[StoredFile]:
        """Look again: the form says which files came before, but a file may have come for another purpose."""
        kept = list(self.cleaned_data["kept"])
        for stored in kept:
            with stored.file.open("rb") as content:
                inspect(content, label=stored.original_name, size=stored.size, purpose=Purpose.PUBLICATION)
        return kept

    def clean_uploads(self) -> list[StoredFile]:
        """Keep what is acceptable at once, so that an error elsewhere costs no second upload."""
        stored = []
        for upload in self.cleaned_data["uploads"]:
            try:
                stored.append(store_upload(upload=upload, purpose=Purpose.PUBLICATION, by=self.by, at=self.at))
            except UnacceptableFile as refused:
                self.add_error("uploads", str(refused))
        return stored

    def keep_files(self) -> list[StoredFile]:
        """Carry the uploaded files along in the form that is shown again."""
        files = self.files_to_attach
        data = cast(QueryDict, self.data).copy()
        data.setlist("kept", [str(file.pk) for file in files])
        self.data = data
        return files

    @property
    def files_to_attach(self) -> list[StoredFile]:
        """What was kept from an earlier try, and what came now."""
        return [*self.cleaned_data.get("kept", []), *self.cleaned_data.get("uploads", [])]

    @property
    def written(self) -> ItemFields:
        """The item's fields as they were typed."""
        return cast(ItemFields, {name: self.cleaned_data[name] for name in self._meta.fields or []})


class SigningForm(forms.Form):
    """An answer of the review; `checks` are the lines of its checklist, every one to be ticked."""

    checks = forms.MultipleChoiceField(
        label="核对清单",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请逐项核对并勾选；不能确认的，请退回修改。"},
    )

    def __init__(self, *args: Any, kind: Answer.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = kind
        if checks := lines(kind):
            cast(forms.MultipleChoiceField, self.fields["checks"]).choices = [(line, line) for line in checks]
        else:
            del self.fields["checks"]

    def clean_checks(self) -> list[str]:
        checks = cast(forms.MultipleChoiceField, self.fields["checks"]).choices
        if missing := [line for line, _ in checks if line not in self.cleaned_data["checks"]]:  # type: ignore[misc,union-attr]
            raise forms.ValidationError(f"还有{len(missing)}项没有勾选。不能确认的，请退回修改。")
        return list(self.cleaned_data["checks"])

    @property
    def ticked(self) -> list[str]:
        return list(self.cleaned_data.get("checks", []))


class PassForm(SigningForm):
    """The unit head's secrecy answer (保密审查), given for the content on the screen."""

    seen_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    confirmed = forms.BooleanField(
        label="已审查全文和附件，不涉及国家秘密、工作秘密和其他不宜公开的内容，同意公开。",
        error_messages={"required": "请确认保密审查意见；不能确认的，请退回修改。"},
    )
    comment = forms.CharField(label="审查意见", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class AnswerForm(SigningForm):
    """One of the office's answers, given for the content on the screen."""

    seen_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    kind = forms.ChoiceField(choices=Answer.Kind.choices, widget=forms.HiddenInput)
    comment = forms.CharField(label="审查意见", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class RulingForm(forms.Form):
    """Why what was found may be public; what it is about is ticked in the list above."""

    reason = forms.ChoiceField(
        label="可以公开的理由",
        choices=[("", "请选择"), *Ruling.Reason.choices],
        error_messages={"required": "请选择可以公开的理由；没有理由的，请去标识化。"},
    )
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="如公示依据的文件名称和条款。")


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label="退回理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明退回理由，起草人据此修改。"},
    )


class WithdrawForm(forms.Form):
    kind = forms.ChoiceField(label="撤回原因", choices=Item.WithdrawalReason.choices, help_text="公众会看到这一项。")
    explanation = forms.CharField(
        label="撤回说明",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只记入内部记录，公众看不到。",
        error_messages={"required": "请写明撤回的经过和依据。"},
    )
