"""Frozen dataclasses as plain values of JSON and back (数据类与 JSON 互换): for what the sandbox has read of a file.

Types are read from the dataclass itself, so that nothing comes back that it does not name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Lists, dictionaries, strings, numbers and None."""
    if is_dataclass(value):
        return {each.name: to_plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return [[to_plain(key), to_plain(each)] for key, each in value.items()]
    if isinstance(value, list | tuple | set | frozenset):
        return [to_plain(each) for each in value]
    return value


def from_plain(kind: type[T], plain: Any) -> T:
    """The dataclass again; raises ValueError, TypeError or KeyError for what is none."""
    return cast(T, _read(kind, plain))


def _read(kind: Any, plain: Any) -> Any:
    if is_dataclass(kind):
        hints = _hints_of(cast(Any, kind))
        return kind(**{name: _read(hints[name], each) for name, each in plain.items()})  # type: ignore[operator]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return None if plain is None else _read(next(each for each in inner if each is not type(None)), plain)
    if origin in {tuple, frozenset}:
        return _collection(origin, inner, plain)
    if origin is not None and issubclass(origin, Mapping):
        return {_read(inner[0], key): _read(inner[1], each) for key, each in plain}
    if origin is not None and issubclass(origin, Sequence):
        return [_read(inner[0], each) for each in plain]
    return _scalar(kind, plain)


@cache
def _hints_of(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _collection(origin: Any, inner: tuple[Any, ...], plain: Any) -> Any:
    if (len(inner) == 2 and inner[1] is Ellipsis) or origin is frozenset:
        return origin(_read(inner[0], each) for each in plain)
    return tuple(_read(kind, each) for kind, each in zip(inner, plain, strict=True))


def _scalar(kind: Any, plain: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    if kind is date:
        return date.fromisoformat(plain)
    if isinstance(kind, type) and not isinstance(plain, kind):
        raise TypeError(f"{plain!r} is no {kind}")
    return plain
