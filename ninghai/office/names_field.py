"""其他叫法 in a form: one name a line, as people write lists."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field, Model
from django.http import HttpRequest


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
