"""What a person had typed when a page refused it, beside the names of the fields: nothing typed is lost."""

from collections import defaultdict
from collections.abc import Mapping

from django.apps import apps
from django.http import HttpRequest

UNNAMED = "填写内容"
IN_FORMS_ALONE = {"reason": "理由", "explanation": "说明"}  # no model has these fields
_NOT_TYPED = {"csrfmiddlewaretoken", "version", "form_id", "seen_hash"}


def typed_text(request: HttpRequest, *, labels: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """(label, text) of what was typed, to be copied; no password is shown.

    `labels` are those of the form, where the page knows it; else the fields of the app's models give their names.
    """
    named = _labels(request) if labels is None else labels
    return [
        (named.get(name, UNNAMED), str(value))
        for name, value in request.POST.items()
        if name not in _NOT_TYPED and "password" not in name and len(value) > 1
    ]


def _labels(request: HttpRequest) -> dict[str, str]:
    """The names of the fields in the app whose view was asked; a field that is called differently there is left out."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    app = request.resolver_match.func.__module__.partition(".")[0] if request.resolver_match else ""
    for model in apps.get_app_config(app).get_models() if app in apps.app_configs else ():
        for field in model._meta.fields:
            found[field.name].add(str(field.verbose_name))
    agreed = {name: words.pop() for name, words in found.items() if len(words) == 1}
    return {**agreed, **IN_FORMS_ALONE}
