"""Fields whose record is looked for while one types (autocomplete_fields): whatever a form names, it is only no record.

Django asks the database for what was sent when it shows a refused form again, and fails over what is no number.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import DateField, Model
from django.http import HttpRequest

from ninghai.staff_site.forms import date_input

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
    """One record, or none: Django's choice of none has no words, which no page may have."""

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
