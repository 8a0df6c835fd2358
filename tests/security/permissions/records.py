"""Where the cells of the matrix are tried: the records by subject and state, the visitors, and the addresses."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps

from ninghai.accounts.permission_table import PermissionCell, Visitor, addresses
from ninghai.models import Role, User
from tests.cast import Cast, person

SECRET = "只有财政局能看到的话"  # in the words of the records; in no answer that turns somebody away
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass
class Record:
    """A record of the finance bureau in one state: what its addresses name, and what is sent to them."""

    args: dict[str, Any]
    sent: dict[str, Any] = field(default_factory=dict)
    sent_by: dict[Visitor, dict[str, Any]] = field(default_factory=dict)  # in other words by single visitors
    of: dict[str, dict[str, Any]] = field(default_factory=dict)  # other arguments of single addresses


@dataclass
class Ground:
    """The records by subject and state, the visitors of their unit and those of another one."""

    records: dict[tuple[str, str], Record]
    own: dict[Role, User]
    others: dict[Role, User]
    personal: Callable[[User], Record] | None = None  # what belongs to one person alone
    firsts: dict[str, str] = field(default_factory=dict)  # by route: what `first` has looked up

    def record(self, cell: PermissionCell) -> Record:
        if cell.row.subject == "personal" and self.personal:
            return self.personal(self.own[cell.visitor if cell.visitor and cell.is_own else Role.OFFICE])
        return self.records.get((cell.row.subject, cell.state)) or Record({})

    def first(self, route: str) -> str:
        """Asked of the database once: no cell makes or removes one that stays."""
        if route not in self.firsts:
            self.firsts[route] = first_of(route)
        return self.firsts[route]


def visitors(cast: Cast) -> tuple[dict[Role, User], dict[Role, User]]:
    """One person in each role for the finance bureau, and one for the town; the inspector is the one for whom is drawn."""
    own = {role: person(f"own-{role}", "来访者", cast.finance, role) for role in Role}
    others = {role: person(f"other-{role}", "外来者", cast.town, role) for role in Role}
    return own | {Role.INSPECTOR: cast.inspector}, others


# --- Addresses --------------------------------------------------------------------------------------------------------


@cache
def routes() -> dict[str, str]:
    return {each.key: each.route for each in addresses()}


def first_of(route: str) -> str:
    """The number of the first record of the admin's model that the route is about."""
    app, model = [*route.split("/"), "", ""][1:3]
    if (app, model) not in _models():
        return "1"
    found = apps.get_model(app, model)._base_manager.order_by("pk").values_list("pk", flat=True).first()
    return str(found or 1)


@cache
def _models() -> set[tuple[str, str]]:
    return {(model._meta.app_label, str(model._meta.model_name)) for model in apps.get_models()}


def address_of(address: str, record: Record, *, first: Callable[[str], str] = first_of) -> str:
    """The route with the record's numbers, else with those of a record of the admin's model that is there."""
    route = routes()[address].replace("^", "").replace("$", "")
    route = re.sub(r"\(\?P<app_label>[^)]*\)", "ninghai", route)
    route = re.sub(r"\(\?P<rest>.*", "none/", route)
    known = {**record.args, **record.of.get(address, {})}
    places = PLACE.sub(lambda place: str(known[place[1]] if place[1] in known else first(route)), route)
    return f"/{places}{known.get('?', '')}"
