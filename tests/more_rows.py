"""More records like one that is there: for tests that ask whether a list costs the same with thirty rows as with three.

A copy differs where it must: in a text, a number, a day of each rule that wants it once; where a rule names nothing but
other records, these are copied as well.
"""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models


def add_copies(record: models.Model, how_many: int) -> None:
    for _ in range(how_many):
        copy_of(record)


def copy_of(record: models.Model, **said: Any) -> models.Model:
    """One more, with the related records that it may not share with the first; what is `said` is so."""
    model = record._meta.concrete_model or type(record)  # a proxy does not tell what its table wants once
    copied = model._base_manager.get(pk=record.pk)
    values = {
        field.attname: getattr(copied, field.attname) for field in model._meta.concrete_fields if not field.primary_key
    }
    if (key := model._meta.pk).is_relation:  # a record that bears the number of another one
        values[key.attname] = _another(key, copied.pk, 0)
    number = model._base_manager.count()  # another with each copy, and the same whatever ran before
    for field in {_field_to_vary(model, names) for names in _once(model)}:
        values[field.attname] = _another(field, getattr(copied, field.attname), number)
    return model._base_manager.create(**{**values, **said})


def _once(model: type[models.Model]) -> list[list[str]]:
    """The sets of fields that stand once."""
    constraints = [each for each in model._meta.constraints if isinstance(each, models.UniqueConstraint)]
    alone = [[field.name] for field in model._meta.concrete_fields if field.unique and not field.primary_key]
    return [*alone, *(list(each.fields) for each in constraints if each.fields)]


def _field_to_vary(model: type[models.Model], names: list[str]) -> models.Field:
    fields = [model._meta.get_field(name) for name in names]
    free = [field for field in fields if not field.choices]
    return min(free, key=lambda field: (field.name == "kind", isinstance(field, models.DateField), field.is_relation))


def _another(field: models.Field, value: Any, number: int) -> Any:
    if field.is_relation:
        return copy_of(field.related_model._base_manager.get(pk=value)).pk if value else value
    if value is None:
        return None
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, datetime | date):
        return value + timedelta(days=number)
    if isinstance(value, int):
        return value + number
    return f"{value[: (field.max_length or 100) - 5]}{number:05}"
