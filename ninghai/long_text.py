"""A form field of several lines, whose length is counted as the browser counts it."""

from typing import Any

from django import forms


class LongText(forms.CharField):
    """What a browser calls one character, the end of a line, it sends as two; as many fit as it has let people type."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)
