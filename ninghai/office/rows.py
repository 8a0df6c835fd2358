"""Rows below a record in the admin, as they were sent: the page may be old, and its hidden fields are anybody's."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet

from ninghai.moves import StaleError

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
