"""How the matrix is narrowed; every choice is closed, and what is none of them shows nothing and says so."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms

from disclosure.coverage.matrix import STATES, Wanted, headings_of_the_first_level
from disclosure.models import BasicCatalogue
from ninghai.models import Unit

ALL = ("", "全部")


class MatrixForm(forms.Form):
    """公开覆盖图的筛选."""

    catalogue = forms.ChoiceField(label="目录", required=False)
    heading = forms.ChoiceField(label="一级事项", required=False)
    kind = forms.ChoiceField(label="单位类型", required=False, choices=[ALL, *Unit.Kind.choices])
    state = forms.ChoiceField(
        label="状态", required=False, choices=[ALL, *((str(state), state.label) for state in STATES)]
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self._offer("catalogue", list(BasicCatalogue.objects.values_list("code", "name")))
        self._offer("heading", headings_of_the_first_level())

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [ALL, *choices]

    @property
    def wanted(self) -> Wanted:
        return Wanted(**self.cleaned_data)
