"""The form fields of a drafter's files: several at once, and what is taken off again."""

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

from ninghai.files import Purpose

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


class StillThereField(forms.ModelMultipleChoiceField[Any]):
    """Takes of the ticked ones those that are still there: the same form may have come before."""

    def clean(self, value: Any) -> Any:
        there = {str(pk) for pk in self.queryset.values_list("pk", flat=True)} if self.queryset is not None else set()
        return super().clean([each for each in value or [] if str(each) in there])
