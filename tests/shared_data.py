"""Test data that stands at the head of a module: whoever takes it may not write in it, or the next test finds it changed.

A paper poisoned by one file was printed by another, once in a hundred runs: only when the same worker took both.
"""

import sys
from types import ModuleType
from typing import Any

Frozen = Any  # nested tuples, with the leaves themselves


def frozen(value: Any) -> Frozen:
    """What stands in nested dicts, lists and sets, as tuples: equal as long as nobody has written in them."""
    if isinstance(value, dict):
        return tuple((key, frozen(each)) for key, each in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(frozen, value))
    if isinstance(value, set):
        return tuple(sorted(map(repr, value)))
    return value if isinstance(value, str | int | float | bytes | type(None)) else id(value)


def data_of(module: ModuleType) -> dict[str, Frozen]:
    """The module's constants that could be written in."""
    return {
        name: frozen(value)
        for name, value in vars(module).items()
        if name.lstrip("_").isupper() and isinstance(value, dict | list | set)
    }


def shared_data() -> dict[str, dict[str, Frozen]]:
    """The constants of all modules of the tests that are loaded."""
    return {name: data_of(module) for name, module in list(sys.modules.items()) if name.startswith("tests.")}


def changed_since(before: dict[str, dict[str, Frozen]]) -> list[str]:
    """The constants that somebody has written in, by their full names."""
    now = shared_data()
    return [
        f"{module}.{name}"
        for module, constants in before.items()
        for name, value in constants.items()
        if now.get(module, {}).get(name) != value
    ]
