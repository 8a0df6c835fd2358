"""A form that was refused puts the cursor where the first error is, on every page of the portal and the admin, without script.

No field has a `maxlength`: a browser cuts off what is pasted beyond it without a word. The form says how long it is.

settings.FORM_RENDERER names this; Django says itself which help and error belong to a field (aria-describedby).
"""

from typing import Any

from django.forms import BaseForm, BoundField
from django.forms.renderers import DjangoTemplates


class FieldToCorrect(BoundField):
    """In a form with errors the first wrong field has the cursor, whichever has it otherwise; what is pasted stays whole."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        attrs = {**super().build_widget_attrs(attrs, widget), "maxlength": False}  # False is not written
        wrong = first_wrong_field(self.form)
        return {**attrs, "autofocus": wrong == self.name} if wrong else attrs


def first_wrong_field(form: BaseForm) -> str:
    """The name of the first field with an error, as the form orders them; empty where no field is wrong."""
    return next((name for name in form.fields if name in form.errors and not form[name].is_hidden), "")


class Renderer(DjangoTemplates):
    bound_field_class = FieldToCorrect
