"""The permission matrix (权限矩阵): who may do what, at which address.

A row names everybody who may. Whom no row names for an address and method, `PermissionMiddleware` refuses; the admin's
lists open by the same rows. Of whose record, and in which state, the predicates of `rules` decide, and every cell is
asked through HTTP by the tests. Each app keeps its rows in `permissions.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import module_has_submodule

from ninghai.models import ADMINISTRATORS, OFFICE_ROLES, Role, User

Visitor = Role | None  # None: nobody has signed in

GET, POST = "GET", "POST"
OFFICE, SIGNER = frozenset({Role.OFFICE}), frozenset({Role.SIGNER})
INSPECTOR, CLERK, HEAD = frozenset({Role.INSPECTOR}), frozenset({Role.EDITOR}), frozenset({Role.REVIEWER})
SYSTEM, SECURITY, AUDITOR = frozenset({Role.SYSTEM}), frozenset({Role.SECURITY}), frozenset({Role.AUDITOR})
READERS = OFFICE_ROLES  # who reads everything in the office
UNIT = CLERK | HEAD
IN_THE_ADMIN = OFFICE_ROLES | ADMINISTRATORS
SIGNED_IN: frozenset[Visitor] = frozenset(Role)
EVERYBODY: frozenset[Visitor] = frozenset({*Role, None})
NOBODY: frozenset[Visitor] = frozenset()
VISITORS: tuple[Visitor, ...] = (*Role, None)


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of record with the states on which an act may depend; `has_unit` where it also matters whose it is."""

    key: str
    label: str
    states: dict[str, str]
    has_unit: bool = False
    own: str = "本单位"  # what the page calls a record that is the visitor's own


@dataclass(frozen=True, slots=True)
class May:
    """These people may: `own` with the records of their own unit alone, in these states (none named: in any)."""

    people: frozenset[Visitor]
    own: bool = False
    states: frozenset[str] = frozenset()

    def holds(self, visitor: Visitor, *, is_own: bool, state: str) -> bool:
        in_state = not self.states or state in self.states
        return visitor in self.people and in_state and (is_own or not self.own)


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """An act with its addresses: names of URL patterns, or "/" and the route of one that has no name."""

    act: str
    method: str
    addresses: tuple[str, ...]
    may: tuple[May, ...] = ()
    subject: str = ""
    note: str = ""  # what keeps one of these people from it besides
    seen: tuple[str, ...] = ()  # the fields in which its form says what version of the record the person saw

    def allows(self, address: str, visitor: Visitor, *, is_own: bool = True, state: str = "") -> bool:
        """Whether this visitor may do it at this address."""
        holds = any(may.holds(visitor, is_own=is_own, state=state) for may in self.may)
        return holds and visitor in self.people_at(address)

    def people_at(self, address: str) -> frozenset[Visitor]:
        """Who may do it there with some record, in some state; the admin opens only to those who work there."""
        named = NOBODY.union(*(may.people for may in self.may))
        return named & IN_THE_ADMIN if is_in_admin(address) else named


def is_in_admin(address: str) -> bool:
    return address.startswith(("admin:", "/admin/"))


MOMENT = (
    "页面上10秒内，限本人以同一身份刚刚办的，且没有后续（服务器另留10秒给网络往返）"  # of an act that undoes (撤销)
)


def may(people: Iterable[Visitor], *states: str, own: bool = False) -> May:
    return May(frozenset(people), own=own, states=frozenset(states))


def acts_at(mounts: str, acts: str) -> str:
    """The addresses of these acts at each mount of their page, as `mounts` say how they begin there."""
    return " ".join(f"{mount}{act}" for act in acts.split() for mount in mounts.split())


def read(act: str, addresses: str, *who: May, subject: str = "", note: str = "") -> PermissionRow:
    """A page; its addresses are told in one string, with blanks between."""
    return PermissionRow(act, GET, tuple(addresses.split()), who, subject, note)


def do(
    act: str, addresses: str, *who: May, subject: str = "", note: str = "", seen: str | None = None
) -> PermissionRow:
    """An act that changes something.

    What changes a record (`subject`) must say which version of it the person saw, or nothing is written and it is refused
    as stale (409), unless the view finds no such record (404) or that it is not their act (403). `seen` names the fields
    where they are others than "version", and is "" for what changes none.
    """
    fields = ("version" if subject else "") if seen is None else seen
    return PermissionRow(act, POST, tuple(addresses.split()), who, subject, note, tuple(fields.split()))


def both(
    act: str, addresses: str, *who: May, subject: str = "", note: str = "", seen: str | None = None
) -> tuple[PermissionRow, PermissionRow]:
    """A form: whoever may send it may open it, and nobody else."""
    return (
        read(f"{act}（打开）", addresses, *who, subject=subject, note=note),
        do(act, addresses, *who, subject=subject, note=note, seen=seen),
    )


def admin_rows(
    model: str,
    label: str,
    readers: frozenset[Role],
    *,
    adds: Iterable[Visitor] = NOBODY,
    changes: Iterable[Visitor] = NOBODY,
    has_own_page: bool = False,
) -> tuple[PermissionRow, ...]:
    """What every list of the admin has; nothing is ever deleted. `has_own_page`: the record's page has rows of its own."""
    page = f"admin:{model}"
    change = () if has_own_page else (
        read(f"{label}：查看", f"{page}_change", may(readers)),
        do(f"{label}：修改", f"{page}_change", may(changes), seen="version" if changes else ""),
    )  # fmt: skip
    return (
        *_list_rows(model, label, readers),
        *change,
        *both(f"{label}：新增", f"{page}_add", may(adds)),
        *both(f"{label}：删除", f"{page}_delete"),
    )


def _list_rows(model: str, label: str, readers: frozenset[Role]) -> tuple[PermissionRow, ...]:
    """The list itself, its exports, and the filters that each reader keeps."""
    page = f"admin:{model}"
    kept, renamed, removed = (f"{page}_filter_{act}" for act in ("keep", "rename", "remove"))
    legacy = f"/admin/{model.replace('_', '/')}/<path:object_id>/"
    mine = "只限本人的"
    return (
        read(f"{label}：列表、导出", f"{page}_changelist {page}_csv {page}_xlsx {page}_history", may(readers)),
        do(f"{label}：列表中的批量操作", f"{page}_changelist", may(readers), note="每项操作另有规则"),
        read(f"{label}：旧地址（只转到记录页）", legacy, may(IN_THE_ADMIN)),
        read(f"{label}：常用筛选（打开）", f"{kept} {renamed}", may(readers), note=mine),
        do(f"{label}：常用筛选", f"{kept} {renamed} {removed}", may(readers), note=mine),
    )


# The whole matrix: the rows of every app, whom they name, its cells, and the addresses of the URL map that they must cover.

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


@cache
def people_by_act() -> dict[tuple[str, str], frozenset[Visitor]]:
    """By address and method: whom the rows name there."""
    people: dict[tuple[str, str], frozenset[Visitor]] = {}
    for row in rows():
        for address in row.addresses:
            act = address, row.method
            people[act] = people.get(act, NOBODY) | row.people_at(address)
    return people


@cache
def acts_without_record() -> frozenset[tuple[str, str]]:
    """The addresses and methods of which rows name somebody, and a record nowhere: there is nothing that one may not see."""
    of_records = {(address, row.method) for row in rows() if row.subject for address in row.addresses}
    return frozenset(act for act, people in people_by_act().items() if people and act not in of_records)


def is_named(user: User | AnonymousUser, address: str, method: str) -> bool:
    """Whether a row names the person, in the role in which they act; who acts in none may do what all may who sign in."""
    named = people_by_act().get((address, method), NOBODY)
    if named >= EVERYBODY or isinstance(user, AnonymousUser):
        return None in named
    return user.acting.role in named if user.acting else named >= SIGNED_IN


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
