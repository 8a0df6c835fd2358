"""Every list of the office as a file (导出): the columns and the rows of the screen, all pages of them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

MOST_ROWS = 20_000
PIECE = 500  # rows read at once
NO_COLUMNS = frozenset({"action_checkbox"})
TRUTHS = {True: "是", False: "否"}


def list_rows(shown: ChangeList, *, admin: ModelAdmin[Any]) -> Iterator[list[str]]:
    """The heads, then every row that the filters show, in the order of the screen."""
    names = [str(name) for name in shown.list_display if name not in NO_COLUMNS]
    yield [str(label_for_field(name, shown.model, admin)) for name in names]
    for record in shown.queryset.iterator(chunk_size=PIECE):
        yield [cell(name, record, admin=admin) for name in names]


def cell(name: str, record: Model, *, admin: ModelAdmin[Any]) -> str:
    """What the column says of the record, as text."""
    try:
        field, _, value = lookup_field(name, record, admin)
    except ObjectDoesNotExist:
        return ""
    if field is None:
        return words(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value or ""))
    return words(getattr(record, field.name))


def words(value: object) -> str:
    """A value as the office reads it: days and moments of the county, 是 and 否, no markup."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return TRUTHS[value]
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, list):
        return "、".join(words(each) for each in value)
    if isinstance(value, SafeString):
        return " ".join(strip_tags(value).split())
    return str(value)
