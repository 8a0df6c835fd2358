"""The whole matrix: the rows of every app, its cells, and the addresses of the URL map that they must cover."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import module_has_submodule

from ninghai.permissions.rows import POST, VISITORS, PermissionRow, Subject, Visitor

WITHOUT_RECORD = Subject("", "", {"": ""})
CATCH_ALL = "(?P<url>.*)$"  # the admin's answer to addresses that are none


@dataclass(frozen=True, slots=True)
class PermissionCell:
    """One visitor at one address: with a record of the own unit or another's, in one state."""

    row: PermissionRow
    address: str
    visitor: Visitor
    is_own: bool
    state: str

    @property
    def is_allowed(self) -> bool:
        return self.row.allows(self.address, self.visitor, is_own=self.is_own, state=self.state)


@dataclass(frozen=True, slots=True)
class Address:
    """A URL pattern: its name with namespaces, or "/" and its route where it has none."""

    key: str
    route: str


def _modules() -> Iterator[Any]:
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "permissions"):
            yield import_module(f"{config.name}.permissions")


@cache
def rows_by_app() -> dict[str, tuple[PermissionRow, ...]]:
    return {module.__name__.split(".")[0]: module.ROWS for module in _modules()}


def rows() -> tuple[PermissionRow, ...]:
    return tuple(row for own in rows_by_app().values() for row in own)


@cache
def subjects() -> dict[str, Subject]:
    return {"": WITHOUT_RECORD} | {subject.key: subject for module in _modules() for subject in module.SUBJECTS}


@cache
def fields_seen() -> dict[str, tuple[str, ...]]:
    """By address: the fields in which a form sent there says what the person saw."""
    return {address: row.seen for row in rows() if row.method == POST and row.seen for address in row.addresses}


def may_ever_send(address: str, visitor: Visitor) -> bool:
    """Whether a row names this visitor among those who may send a form there, whatever the record."""
    return any(row.names(address, visitor) for row in rows() if row.method == POST and address in row.addresses)


def cells(chosen: Sequence[PermissionRow] | None = None) -> Iterator[PermissionCell]:
    for row in rows() if chosen is None else chosen:
        subject = subjects()[row.subject]
        for address in row.addresses:
            for visitor in VISITORS:
                for is_own in (True, False) if subject.has_unit else (True,):
                    for state in subject.states:
                        yield PermissionCell(row, address, visitor, is_own, state)


@cache
def addresses() -> tuple[Address, ...]:
    """Every URL pattern of the portal."""
    return tuple(_below(get_resolver().url_patterns, route="", namespace=""))


def _below(patterns: Sequence[Any], *, route: str, namespace: str) -> Iterator[Address]:
    for each in patterns:
        here = route + str(each.pattern)
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _below(each.url_patterns, route=here, namespace=inner)
        elif isinstance(each, URLPattern) and not here.endswith(CATCH_ALL):
            yield Address(f"{namespace}{each.name}" if each.name else f"/{here}", here)


def methods_told() -> dict[str, set[str]]:
    """The methods for which the rows name an address."""
    told: dict[str, set[str]] = {}
    for row in rows():
        for address in row.addresses:
            told.setdefault(address, set()).add(row.method)
    return told
