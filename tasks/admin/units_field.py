"""Units to be ticked (对应单位), under their kinds."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from django import forms

from ninghai.models import Unit


class UnitsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def __init__(self, **options: Any) -> None:
        super().__init__(Unit.objects.none(), widget=forms.CheckboxSelectMultiple, **options)

    def offer(self, *, on: date) -> None:
        """The units that exist on that day."""
        self.queryset = Unit.objects.valid(on=on)
        self.choices = list(_by_kind(self.queryset))


def _by_kind(units: Iterable[Unit]) -> Iterable[tuple[str, list[tuple[int, str]]]]:
    in_order = sorted(units, key=lambda unit: (Unit.Kind.values.index(unit.kind), unit.position, unit.code))
    for kind, members in groupby(in_order, key=lambda unit: unit.get_kind_display()):
        yield kind, [(unit.pk, str(unit)) for unit in members]
