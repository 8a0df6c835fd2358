"""What a person typed: shown again when a page refused it, the first wrong field in focus; and which parameters go on."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Field, QuerySet
from django.forms import BaseForm, BaseFormSet, BoundField, CheckboxSelectMultiple, Select, Textarea
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

# A page with a form answers 422 where what was sent comes back with what is wrong.


def form_page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    return render(request, template, context, status=status_of(request, context.values()))


def status_of(request: HttpRequest, shown: Iterable[object]) -> int:
    """Of a page that shows these things: 422 where one of them is a form, or a set of forms, that was refused."""
    return 422 if request.method == "POST" and any(map(_is_refused, shown)) else 200


def _is_refused(shown: object) -> bool:
    if isinstance(shown, BaseFormSet):
        return shown.is_bound and shown.total_error_count() > 0
    return isinstance(shown, BaseForm) and bool(shown.errors)


# What a person had typed when a page refused it, beside the names of the fields: nothing typed is lost.

UNNAMED = "填写内容"
CODE = r"[a-z][a-z0-9_-]+"  # what stands for a choice in a form, and no person types
IN_FORMS_ALONE = {"reason": "理由", "explanation": "说明"}  # no model has these fields
_NOT_TYPED = {"csrfmiddlewaretoken", "version", "form_id", "seen_hash"}


def typed_text(request: HttpRequest, *, labels: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """(label, text) of what was typed, to be copied; no password is shown.

    `labels` are those of the form, where the page knows it; else the fields of the app's models give their names. What
    was chosen is shown in the words of the choice.
    """
    fields = _fields(request)
    named, chosen = _labels(fields) if labels is None else labels, _choices(fields)
    sent = [(name, chosen.get(str(value), str(value))) for name, value in request.POST.items()]
    return [
        (named.get(name, UNNAMED), text)
        for name, text in sent
        if name not in _NOT_TYPED and "password" not in name and len(text) > 1
    ]


def _fields(request: HttpRequest) -> list[Field[Any, Any]]:
    """The fields of the app whose view was asked."""
    app = request.resolver_match.func.__module__.partition(".")[0] if request.resolver_match else ""
    models = apps.get_app_config(app).get_models() if app in apps.app_configs else ()
    return [field for model in models for field in model._meta.fields]


def _labels(fields: Iterable[Field[Any, Any]]) -> dict[str, str]:
    """Their names; a field that is called differently from model to model is left out."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for field in fields:
        found[field.name].add(str(field.verbose_name))
    agreed = {name: words.pop() for name, words in found.items() if len(words) == 1}
    return {**agreed, **IN_FORMS_ALONE}


def _choices(fields: Iterable[Field[Any, Any]]) -> dict[str, str]:
    """What people read for each code that a button or a list sends; empty where one code has several meanings."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for field in fields:
        for code, label in field.flatchoices or ():
            if re.fullmatch(CODE, str(code)):
                found[str(code)].add(str(label))
    return {code: labels.pop() if len(labels) == 1 else "" for code, labels in found.items()}


# The parameters of an address: only what a page knows goes on into its links.


def only(data: QueryDict, names: Iterable[str]) -> QueryDict:
    """The parameters of these names, as they were sent; whatever else somebody has added stays behind."""
    known, kept = frozenset(names), QueryDict(mutable=True)
    for name, values in data.lists():
        if name in known:
            kept.setlist(name, values)
    return kept


# A form that was refused puts the cursor where the first error is, on every page of the portal and the admin, without script.


UNIT_LISTS = (CheckboxSelectMultiple, Select)


def _is_of_units(records: QuerySet[Any]) -> bool:
    """Also through a proxy of theirs."""
    concrete = records.model._meta.concrete_model
    return concrete is not None and concrete._meta.label == "ninghai.Unit"


class FieldToCorrect(BoundField):
    """In a form with errors the first wrong field has the cursor, whichever has it otherwise; what is pasted stays whole, and is
    counted as people count it."""

    @property
    def data(self) -> Any:
        """The end of a line is one character, though a browser sends it as two."""
        sent = super().data
        return sent.replace("\r\n", "\n") if isinstance(sent, str) else sent

    @property
    def longest(self) -> int | None:
        """How many characters a text of several lines may have, to be counted while somebody types (fields.js)."""
        return getattr(self.field, "max_length", None) if isinstance(self.field.widget, Textarea) else None

    @property
    def needed(self) -> str:
        """When it has to be filled in though a draft may leave it out (提交时必填), as its form says in `needed`."""
        return str(getattr(self.form, "needed", {}).get(self.name, ""))

    @property
    def names_units(self) -> bool:
        """Whether units are to be ticked or chosen: there are many, and typing narrows them (components/_unit_finder.html)."""
        records, is_list = getattr(self.field, "queryset", None), isinstance(self.field.widget, UNIT_LISTS)
        return is_list and records is not None and _is_of_units(records)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        attrs = {**super().build_widget_attrs(attrs, widget), "maxlength": False}  # False is not written
        attrs |= {"data-longest": self.longest} if self.longest else {}
        wrong = first_wrong_field(self.form)
        return {**attrs, "autofocus": wrong == self.name} if wrong else attrs


def first_wrong_field(form: BaseForm) -> str:
    """The name of the first field with an error, as the form orders them; empty where no field is wrong."""
    return next((name for name in form.fields if name in form.errors and not form[name].is_hidden), "")


class Renderer(DjangoTemplates):
    bound_field_class = FieldToCorrect
