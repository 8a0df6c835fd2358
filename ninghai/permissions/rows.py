"""What a row of the permission matrix says: an act of the office, where it is done, and who may do it.

A row names everybody who may; whoever it does not name is refused. Each app keeps its rows in `permissions.py`, beside
the predicates of its `rules.py` that they speak of.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ninghai.models import Role
from ninghai.staff_site.site import ADMINISTRATORS, OFFICE_ROLES

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
        """Whether this visitor may do it at this address; the admin opens only to those who work there."""
        if is_in_admin(address) and visitor not in IN_THE_ADMIN:
            return False
        return any(may.holds(visitor, is_own=is_own, state=state) for may in self.may)

    def names(self, address: str, visitor: Visitor) -> bool:
        """Whether this visitor may do it there with some record, in some state."""
        if is_in_admin(address) and visitor not in IN_THE_ADMIN:
            return False
        return any(visitor in may.people for may in self.may)


def is_in_admin(address: str) -> bool:
    return address.startswith(("admin:", "/admin/"))


def may(people: Iterable[Visitor], *states: str, own: bool = False) -> May:
    return May(frozenset(people), own=own, states=frozenset(states))


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
    change_is_told: bool = False,
) -> tuple[PermissionRow, ...]:
    """What every list of the admin has; nothing is ever deleted. `change_is_told`: the record's page has rows of its own."""
    page = f"admin:{model}"
    change = () if change_is_told else (
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
