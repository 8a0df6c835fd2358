"""Every cell of the permission matrix asked through HTTP: who may is let through, who may not is refused and changes nothing."""

import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import Client

from ninghai.accounts.gate import PROVEN
from ninghai.models import AuditEntry, Role, SavedFilter, User
from ninghai.permissions.matrix import Cell, addresses, cells, rows
from ninghai.permissions.rows import GET, Row, Visitor
from tests.cast import Cast, person

SECRET = "只有财政局能看到的话"  # in the words of the records; in no answer that turns somebody away
TURNED_AWAY = {403, 404}
LET_IN = {200, 204, 302, 409, 422}  # the last two: the form that this table sends is not complete
NO_SUCH_ACT = {405, *TURNED_AWAY}
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

    def record(self, cell: Cell) -> Record:
        if cell.row.subject == "personal" and self.personal:
            return self.personal(self.own[cell.visitor if cell.visitor and cell.is_own else Role.OFFICE])
        return self.records.get((cell.row.subject, cell.state)) or Record({})


def visitors(cast: Cast) -> tuple[dict[Role, User], dict[Role, User]]:
    """One person in each role for the finance bureau, and one for the town; the inspector is the one for whom is drawn."""
    own = {role: person(f"own-{role}", "来访者", cast.finance, role) for role in Role}
    others = {role: person(f"other-{role}", "外来者", cast.town, role) for role in Role}
    return own | {Role.INSPECTOR: cast.inspector}, others


def failures(ground: Ground, told: Sequence[Row], role: Visitor) -> tuple[int, list[str]]:
    """How many cells this visitor has in these rows, and what is wrong with those that do not hold."""
    asked = [cell for cell in cells(told) if cell.visitor == role]
    wrong: list[str] = []
    for is_own, people in ((True, ground.own), (False, ground.others)):
        client = Client()
        if role:
            sign_in(client, people[role])
        of_these = [cell for cell in asked if cell.is_own == is_own]
        wrong += _refusals(client, ground, [cell for cell in of_these if not cell.is_allowed])
        wrong += _admissions(client, ground, [cell for cell in of_these if cell.is_allowed])
    return len(asked), wrong


def sign_in(client: Client, user: User) -> None:
    """With the second factor shown, as those must who need one."""
    client.force_login(user)
    session = client.session
    session[PROVEN] = True
    session.save()


def _refusals(client: Client, ground: Ground, asked: Iterable[Cell]) -> list[str]:
    """Nothing is changed by any of them: what is done leaves a row in the audit trail."""
    wrong, before = [], _acts_done()
    for cell in asked:
        answer = ask(client, ground, cell)
        if not is_refused(answer, cell) or (answer.status_code in TURNED_AWAY and SECRET in answer.content.decode()):
            wrong.append(_words(cell, answer))
        if (done := _acts_done()) != before:
            wrong.append(f"{_words(cell, answer)}, and was done")
            before = done
    return wrong


def _admissions(client: Client, ground: Ground, asked: Iterable[Cell]) -> list[str]:
    wrong = []
    signed_in = copy(client.cookies)
    for cell in asked:
        client.cookies = copy(signed_in)  # also after the act of leaving
        with transaction.atomic():
            answer = ask(client, ground, cell)
            if answer.status_code not in LET_IN or _is_login(answer):
                wrong.append(_words(cell, answer))
            let_go(answer)
            transaction.set_rollback(True)
    return wrong


def ask(client: Client, ground: Ground, cell: Cell) -> Any:
    record = ground.record(cell)
    address = address_of(cell.address, record)
    if "_filter_re" in cell.address:
        address = _with_filter(address, cell, ground)
    if cell.row.method == GET:
        return client.get(address)
    return client.post(address, sent(record, cell.address) | record.sent_by.get(cell.visitor, {}))


def sent(record: Record, address: str) -> dict[str, Any]:
    """The words of the record's form; those for this address alone stand under its name."""
    common = {name: value for name, value in record.sent.items() if not isinstance(value, dict)}
    return common | next(
        (value for name, value in record.sent.items() if isinstance(value, dict) and address.endswith(name)), {}
    )


def is_refused(answer: Any, cell: Cell) -> bool:
    """No, or not there, or: log in. Where the visitor may do it in another state, a sentence on the page says why not now."""
    status = answer.status_code
    if cell.visitor is None:
        return status in TURNED_AWAY or _is_login(answer)
    if status in NO_SUCH_ACT:
        return True
    return status < 500 and (_may_in_another_state(cell) or (cell.row.method != GET and _only_shows(cell, answer)))


def _may_in_another_state(cell: Cell) -> bool:
    return any(may.holds(cell.visitor, is_own=cell.is_own, state=state) for may in cell.row.may for state in may.states)


def _only_shows(cell: Cell, answer: Any) -> bool:
    """The page that the visitor may read anyway answers a form as if it had been opened."""
    reading = [row for row in rows() if row.method == GET and cell.address in row.addresses]
    may_read = any(row.allows(cell.address, cell.visitor, is_own=cell.is_own, state=cell.state) for row in reading)
    return answer.status_code in {200, 302, 405} and may_read


def _is_login(answer: Any) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(("/login/?next=", "/admin/login/?next="))


def let_go(answer: Any) -> None:
    """Close its file, but not the connection in whose transaction the test stands."""
    request_finished.disconnect(close_old_connections)
    try:
        answer.close()
    finally:
        request_finished.connect(close_old_connections)


def _acts_done() -> int:
    return AuditEntry.objects.exclude(action=AuditEntry.Action.REFUSED).count()


def _words(cell: Cell, answer: Any) -> str:
    whose = "own" if cell.is_own else "foreign"
    who = cell.visitor or "signed out"
    expected = "allowed" if cell.is_allowed else "refused"
    return f"{cell.row.method} {cell.address} {cell.state} {whose} by {who}: {answer.status_code}, should be {expected}"


def _with_filter(address: str, cell: Cell, ground: Ground) -> str:
    """The address with the number of a filter that the visitor has kept; of none for those who may not."""
    pk = 1
    if cell.is_allowed and cell.visitor:
        page = cell.address.removeprefix("admin:").split("_filter_")[0]
        pk = SavedFilter.objects.create(user=ground.own[cell.visitor], page=page, title="常用", query="").pk
    return re.sub(r"/filters/[^/]+/", f"/filters/{pk}/", address)


# --- Addresses --------------------------------------------------------------------------------------------------------


@cache
def routes() -> dict[str, str]:
    return {each.key: each.route for each in addresses()}


def address_of(address: str, record: Record) -> str:
    """The route with the record's numbers, else with those of a record of the admin's model that is there."""
    route = routes()[address].replace("^", "").replace("$", "")
    route = re.sub(r"\(\?P<app_label>[^)]*\)", "ninghai", route)
    route = re.sub(r"\(\?P<rest>.*", "none/", route)
    known = {**record.args, **record.of.get(address, {})}
    return (
        "/"
        + PLACE.sub(lambda place: str(known[place[1]] if place[1] in known else first_of(route)), route)
        + known.get("?", "")
    )


def first_of(route: str) -> str:
    app, model = [*route.split("/"), "", ""][1:3]
    if (app, model) not in _models():
        return "1"
    found = apps.get_model(app, model)._base_manager.order_by("pk").values_list("pk", flat=True).first()
    return str(found or 1)


@cache
def _models() -> set[tuple[str, str]]:
    return {(model._meta.app_label, str(model._meta.model_name)) for model in apps.get_models()}
