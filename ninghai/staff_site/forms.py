"""Fields and row sets of the office's forms."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Field, Model
from django.forms import BaseInlineFormSet
from django.http import HttpRequest

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


# A form field of several lines, whose length is counted as people count it.


class LongText(forms.CharField):
    """The end of a line counts as one character, though a browser sends it as two."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)
