"""The rows of an admin list as our table draws them: cells that know their column, states as chips, and no pictures of Django's."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, TypeVar

from django import template
from django.contrib import admin
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

CELL = re.compile(r'<(?P<tag>t[hd])(?: class="(?P<classes>[^"]*)")?>(?P<inner>.*)</t[hd]>', re.DOTALL)
HASH = r"(?:\.[0-9a-f]+)?"  # in the name of a file, where one is served
PICTURE = re.compile(rf'<img src="[^"]*/icon-(yes|no|unknown){HASH}\.svg" alt="\w*">')
TRUTHS = {"yes": ("是", "good"), "no": ("否", ""), "unknown": ("未定", "draft")}
NUMBER = re.compile(r"-?[\d,]+(\.\d+)?%?")
LONG = 24  # characters, beyond which a text is cut to two lines
NOTHING = frozenset({"", "-", "—"})
STATES = frozenset({"status", "state", "outcome"})  # columns that say how a record stands


M = TypeVar("M", bound=Model)


class ShowsStates(admin.ModelAdmin[M]):
    """A list whose states are chips; `tones` says for a column which state has which tone."""

    tones: ClassVar[Mapping[str, Mapping[Any, str]]] = {}

    def chips(self) -> dict[str, dict[str, SafeString]]:
        """For each column of states its words as chips."""
        return {
            field.name: {str(label): chip(str(label), tones.get(value, "")) for value, label in field.flatchoices}
            for field in self.opts.fields
            if field.choices and (field.name in STATES or field.name in self.tones)
            for tones in [self.tones.get(field.name, {})]
        }


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what Django wrote into it, and what of it our table needs to know."""

    tag: str
    classes: str
    label: str
    html: SafeString

    @property
    def text(self) -> str:
        return " ".join(strip_tags(self.html).split())

    @property
    def is_blank(self) -> bool:
        """Whether it says nothing, and nothing is to be opened or filled in there."""
        return self.text in NOTHING and "<" not in self.html

    @property
    def is_number(self) -> bool:
        return NUMBER.fullmatch(self.text) is not None

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONG and "<input" not in self.html and "<select" not in self.html


@cache
def chip(label: str, tone: str = "") -> SafeString:
    return render_to_string("components/_status.html", {"label": label, "tone": tone})


@register.filter
def in_words(html: str) -> SafeString:
    """Django's pictures for yes, no and neither as chips."""
    said = PICTURE.sub(lambda picture: chip(*TRUTHS[picture[1]]), conditional_escape(html))
    return mark_safe(said)  # noqa: S308 - what was safe, with chips in it


@register.simple_tag
def rows_of(cl: Any, results: Iterable[Iterable[str]], headers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The rows of `results` cell by cell, and for every column whether it holds nothing but numbers."""
    chips = cl.model_admin.chips()
    labels = [str(head["text"]) if "checkbox" not in str(head.get("class_attrib", "")) else "" for head in headers]
    rows = [[read(item, label, chips) for item, label in zip(result, labels, strict=False)] for result in results]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(labels)
    numeric = [any(map(_holds_number, column)) and all(c.is_number or c.is_blank for c in column) for column in columns]
    return {
        "heads": list(zip(headers, numeric, strict=True)),
        "rows": [list(zip(row, numeric, strict=True)) for row in rows],
    }


def _holds_number(cell: Cell) -> bool:
    return cell.is_number


def read(item: str, label: str, chips: Mapping[str, Mapping[str, SafeString]]) -> Cell:
    """A cell of Django's, taken apart."""
    found = CELL.fullmatch(str(item).strip())
    if found is None:
        raise ValueError(item)
    classes = found["classes"] or ""
    cell = Cell(found["tag"], classes, label, in_words(mark_safe(found["inner"])))  # noqa: S308 - Django made it
    column = classes.partition("field-")[2].partition(" ")[0]
    state = chips.get(column, {}).get(cell.text)
    return Cell(cell.tag, classes, label, format_html("{}", state)) if state and "<a" not in cell.html else cell
