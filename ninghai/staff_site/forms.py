"""Fields and row sets of the office's forms."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import DateField, Field, Model
from django.forms import BaseInlineFormSet
from django.http import HttpRequest

from ninghai.files.kinds import Purpose
from ninghai.models import UsualReason
from ninghai.models.state_machine import StaleError

# A day in the office's forms.


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


# 其他叫法 in a form: one name a line, as people write lists.


class NamesField(forms.CharField):
    """A list of names, each on a line of its own; blank lines and doubles are left out."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 40})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines: Iterable[str] = (line.strip() for line in (value or "").split("\n"))
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))


class WithAliases(admin.ModelAdmin[Model]):
    """An admin form whose model keeps 其他叫法 as a list."""

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name != "aliases":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        hint = f"{db_field.help_text}一行写一个。"
        return NamesField(label=str(db_field.verbose_name), required=False, help_text=hint)


# Rows below a record in the admin, as they were sent: the page may be old, and its hidden fields are anybody's.

TWICE = "同一行出现了两次，什么都没有保存。请刷新页面后再改。"


class RowsFormSet(BaseInlineFormSet[Any, Any, Any]):
    """Of rows that are not there any more, or never were, nothing is saved."""

    def _construct_form(self, i: int, **kwargs: object) -> Any:
        try:
            return super()._construct_form(i, **kwargs)  # type: ignore[misc]
        except IndexError:  # more rows than there are
            raise StaleError(self.instance) from None

    def clean(self) -> None:
        super().clean()
        rows = [str(form.instance.pk) for form in self.initial_forms if form.instance.pk]
        if len(set(rows)) < len(rows):
            raise ValidationError(TWICE)
        if not self.deleted_forms:  # else one may take the place of another
            self._refuse_what_is_there()

    def _refuse_what_is_there(self) -> None:
        """A new row that stands below the record already, as when INITIAL_FORMS counts too few: Django asks the rows of the
        page alone."""
        for form in self.extra_forms:
            if form.has_changed() and not form.errors:
                try:
                    form.instance.validate_constraints()
                except ValidationError as refused:
                    form.add_error(None, refused)


# Fields whose record is looked for while one types (autocomplete_fields): whatever a form names, it is only no record. Django
# asks the database for what was sent when it shows a refused form again, and fails over what is no number.

M = TypeVar("M", bound=Model)


class _AnythingSent(AutocompleteMixin):
    """Leaves out what cannot be the number of a record; the field itself says that there is none."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> list[Any]:
        known = [each for each in value if self._can_be_one(each)]
        return super().optgroups(name, known, attr)

    def _can_be_one(self, sent: str) -> bool:
        try:
            self.field.remote_field.model._meta.pk.get_prep_value(sent or None)
        except (TypeError, ValueError):
            return False
        return True


class SelectOne(_AnythingSent, AutocompleteSelect):
    """One record, or none: Django's choice of none has no words, which no page may have. It says nothing of being required:
    in HTML such a list needs a first choice of nothing; the field says so when the form is sent."""

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)
        attrs.pop("required", None)  # put there by the wrapper that adds links to a field of the admin
        return attrs

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, label or "不选", *args, **kwargs)
        return option


class SelectSeveral(_AnythingSent, AutocompleteSelectMultiple):
    """Several records."""


class ChoosesRecords(BaseModelAdmin[M]):
    """For every page of the office, and for rows below a record: `autocomplete_fields`, and days as everywhere."""

    formfield_overrides: ClassVar[dict[type[Any], dict[str, Any]]] = {DateField: {"widget": date_input()}}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SelectOne(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SelectSeveral(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


# Sending something back (退回), with a reason.


class ReturnForm(forms.Form):
    """Why it goes back: one of the usual reasons that the office keeps for its kind, words of one's own, or both."""

    needed = {"reason": "退回时必填，选了常见问题的可以不写"}
    usual = forms.ChoiceField(label="常见问题", required=False)
    reason = forms.CharField(
        label="退回理由",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, matter: UsualReason.Matter, keeps_out: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = f"说明需要补充或修改什么。{keeps_out}"
        reasons = UsualReason.objects.filter(matter=matter, is_active=True).values_list("words", flat=True)
        choices = [("", "不选，在下面写明"), *((words, words) for words in reasons)]
        cast(forms.ChoiceField, self.fields["usual"]).choices = choices

    def clean(self) -> dict[str, Any]:
        """One reason: the usual one and what was written besides."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["reason"] = f"{cleaned.pop('usual', '')}{cleaned.get('reason', '').strip()}"
        if not cleaned["reason"] and not self.errors:
            self.add_error("reason", "请写明退回理由，说明需要补充或修改什么。")
        return cleaned


def return_form(
    matter: UsualReason.Matter, *, form: type[ReturnForm] = ReturnForm, keeps_out: str = ""
) -> Callable[..., ReturnForm]:
    """What makes the form for an `Action`; `keeps_out` says what the reason must not name."""
    return lambda data, request, record: form(data, matter=matter, keeps_out=keeps_out)


# A field that takes several files at once, dropped on it or chosen (`components/_field.html`).

MOST_FILES = 20  # at once
MEGABYTE = 1024**2


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Hands the files on as a list, in their order. What is wrong with one of them whoever keeps it says by its name; the
    bounds are told before anybody chooses."""

    def __init__(self, *, purpose: Purpose, accept: str = "", words: str = "", **how: Any) -> None:
        bounds = {"data-largest": settings.UPLOAD_LIMIT, "data-most-bytes": settings.REQUEST_LIMIT}
        widget = SeveralFilesInput(attrs={"accept": accept or purpose.accept, **bounds})
        kinds = words or "、".join(purpose.kinds)
        help_text = (
            f"{kinds}。可以一次选择多个，每个不超过{settings.UPLOAD_LIMIT // MEGABYTE}MB，"
            f"一次最多{MOST_FILES}个、合计不超过{settings.REQUEST_LIMIT // MEGABYTE}MB。"
        )
        super().__init__(**{"required": False, "help_text": help_text, "widget": widget, **how}, allow_empty_file=True)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > MOST_FILES:
            raise ValidationError(f"一次最多上传{MOST_FILES}个文件，请分几次上传。")
        return [cast(UploadedFile[Any], super(SeveralFilesField, self).clean(file, initial)) for file in files]
