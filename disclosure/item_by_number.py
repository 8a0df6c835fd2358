"""A field that names a published item by its index number (索引号), as people read it on its page."""

from datetime import datetime
from typing import Any

from django import forms

from disclosure.models import Item

HELP = "填写已公开信息的索引号，在它的公开页面上可以复制。"


class ItemByNumberField(forms.CharField):
    """Cleans to the published item, or None when nothing is typed; the form sets `at`, the moment of asking."""

    at: datetime

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 100, "help_text": HELP, **kwargs})

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if not number:
            return None
        item = Item.objects.published(self.at).without_search().filter(index_number=number).first()
        if item is None:
            raise forms.ValidationError(f"没有索引号为“{number}”的已公开信息，请核对。")
        return item
