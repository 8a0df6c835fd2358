"""A form field of several lines, whose length is counted as people count it."""

from typing import Any

from django import forms


class LongText(forms.CharField):
    """The end of a line counts as one character, though a browser sends it as two."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)
