"""Every cell of the permission matrix asked through HTTP: who may is let through, who may not is refused and changes nothing."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from itertools import groupby
from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.db.models import Max
from django.test import Client
from django.urls import resolve

from ninghai.accounts.permission_table import GET, PermissionCell, PermissionRow, cells, fields_seen, rows
from ninghai.accounts.required_actions import PROVEN
from ninghai.models import AuditEntry, SavedFilter, User
from tests.security.permissions.records import SECRET, Ground, Record, address_of
from tests.security.walls import lacking

TURNED_AWAY = {403, 404}
LET_IN = {200, 204, 302, 409, 422}  # the last two: the form that this table sends is not complete
NO_SUCH_ACT = {405, *TURNED_AWAY}


def sample(told: Sequence[PermissionRow]) -> Iterator[PermissionCell]:
    """Of each row one cell that is allowed and one that is refused, so that each role comes to each state in turn."""
    met: Counter[tuple[object, ...]] = Counter()

    def pairs(cell: PermissionCell) -> list[tuple[object, ...]]:
        of = cell.row.subject
        return [(of, cell.visitor, cell.state), (of, cell.visitor, cell.is_own), (of, cell.state, cell.is_own)]

    for row in told:
        for is_allowed in (True, False):
            possible = [cell for cell in cells([row]) if cell.is_allowed == is_allowed]
            if possible:
                yield (chosen := min(possible, key=lambda cell: sum(met[pair] for pair in pairs(cell))))
                met.update(pairs(chosen))


def failures(ground: Ground, asked: Iterable[PermissionCell]) -> list[str]:
    """What is wrong with those of these cells that do not hold."""
    wrong: list[str] = []
    for (role, is_own), group in groupby(sorted(asked, key=_person), key=lambda cell: (cell.visitor, cell.is_own)):
        client, of_these = Client(), list(group)
        if role:
            sign_in(client, (ground.own if is_own else ground.others)[role])
        wrong += _refusals(client, ground, [cell for cell in of_these if not cell.is_allowed])
        wrong += _admissions(client, ground, [cell for cell in of_these if cell.is_allowed])
    return wrong


def _person(cell: PermissionCell) -> tuple[str, bool]:
    return str(cell.visitor), not cell.is_own


def sign_in(client: Client, user: User) -> None:
    """With the second factor shown, as those must who need one."""
    client.force_login(user)
    session = client.session
    session[PROVEN] = True
    session.save()


def _refusals(client: Client, ground: Ground, asked: Sequence[PermissionCell]) -> list[str]:
    """Nothing is changed by any of them: what is done leaves a row in the audit trail, with the number of its request."""
    wrong: list[str] = []
    told = dict[str, str]()  # in words, by the number of the request
    since = _last_entry()
    for cell in asked:
        answer = ask(client, ground, cell)
        told[answer.wsgi_request.META["REQUEST_ID"]] = words = _words(cell, answer)
        if not is_refused(answer, cell) or (answer.status_code in TURNED_AWAY and SECRET in answer.content.decode()):
            wrong.append(words)
        wrong += _unwalled(cell, answer)
    if asked and asked[0].visitor and client.get("/account/").status_code != 200:
        wrong.append(f"{asked[0].visitor} was signed out on the way")
    return wrong + [f"{told.get(number, number)}, and was done" for number in _requests_that_acted(since=since)]


def _admissions(client: Client, ground: Ground, asked: Iterable[PermissionCell]) -> list[str]:
    wrong = []
    signed_in = copy(client.cookies)
    for cell in asked:
        client.cookies = copy(signed_in)  # also after the act of leaving
        with transaction.atomic():
            answer = ask(client, ground, cell)
            if answer.status_code not in LET_IN or _is_login(answer):
                wrong.append(_words(cell, answer))
            wrong += _unwalled(cell, answer)
            wrong += [f"{_words(cell, answer)}: {form}" for form in _forms_that_say_nothing(answer, cell)]
            let_go(answer)
            transaction.set_rollback(True)
    return wrong


def ask(client: Client, ground: Ground, cell: PermissionCell) -> Any:
    record = ground.record(cell)
    address = address_in(ground, cell, record)
    if cell.row.method == GET:
        return client.get(address)
    seen = dict.fromkeys(cell.row.seen, "1")
    return client.post(address, seen | sent(record, cell.address) | record.sent_by.get(cell.visitor, {}))


def address_in(ground: Ground, cell: PermissionCell, record: Record) -> str:
    """The address of the cell for this record; for a filter that the visitor has kept, where it is about one."""
    address = address_of(cell.address, record, first=ground.first)
    return _with_filter(address, cell, ground) if "_filter_re" in cell.address else address


def sent(record: Record, address: str) -> dict[str, Any]:
    """The words of the record's form; those for this address alone stand under its name."""
    common = {name: value for name, value in record.sent.items() if not isinstance(value, dict)}
    return common | next(
        (value for name, value in record.sent.items() if isinstance(value, dict) and address.endswith(name)), {}
    )


def is_refused(answer: Any, cell: PermissionCell) -> bool:
    """No, or not there, or: log in. Where the visitor may do it in another state, a sentence on the page says why not now."""
    status = answer.status_code
    if cell.visitor is None:
        return status in TURNED_AWAY or _is_login(answer)
    if status in NO_SUCH_ACT:
        return True
    return status < 500 and (_may_in_another_state(cell) or (cell.row.method != GET and _only_shows(cell, answer)))


def _may_in_another_state(cell: PermissionCell) -> bool:
    return any(may.holds(cell.visitor, is_own=cell.is_own, state=state) for may in cell.row.may for state in may.states)


def _only_shows(cell: PermissionCell, answer: Any) -> bool:
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


FORM = re.compile(r'<form\b([^>]*\bmethod="post"[^>]*)>(.*?)</form>', re.DOTALL)
ACTION = re.compile(r'\baction="([^"]*)"')


def _forms_that_say_nothing(answer: Any, cell: PermissionCell) -> list[str]:
    """The forms that this visitor may send and that would be refused as stale: they do not say what version was seen."""
    if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
        return []
    found = []
    for attributes, fields in FORM.findall(answer.content.decode()):
        action = ACTION.search(attributes)
        address = (action[1] if action and action[1] else answer.wsgi_request.path).partition("?")[0].partition("#")[0]
        name = resolve(address).view_name if address.startswith("/") else ""
        may_be_sent = any(row.method != GET and name in row.addresses and _allows(row, name, cell) for row in rows())
        wanted = fields_seen().get(name, ()) if may_be_sent else ()
        missing = [field for field in wanted if f'name="{field}"' not in fields]
        found += [f"the form for {name} lacks {missing}"] if missing else []
    return found


def _allows(row: PermissionRow, name: str, cell: PermissionCell) -> bool:
    return row.allows(name, cell.visitor, is_own=cell.is_own, state=cell.state)


def _last_entry() -> int:
    return AuditEntry.objects.aggregate(last=Max("pk"))["last"] or 0


def _requests_that_acted(*, since: int) -> list[str]:
    """The numbers of the requests that have left more than a refusal in the trail."""
    done = AuditEntry.objects.filter(pk__gt=since).exclude(action=AuditEntry.Action.REFUSED)
    return list(done.values_list("request_id", flat=True).distinct().order_by("request_id"))


def _unwalled(cell: PermissionCell, answer: Any) -> list[str]:
    """The headers that this answer lacks; what is not for everybody is kept nowhere."""
    is_inside = cell.visitor is not None and not cell.row.allows(cell.address, None)
    found = lacking(answer, is_https=False, is_signed_in=is_inside)
    return [f"{_words(cell, answer)}, and {'; '.join(found)}"] if found else []


def _words(cell: PermissionCell, answer: Any) -> str:
    whose = "own" if cell.is_own else "foreign"
    who = cell.visitor or "signed out"
    expected = "allowed" if cell.is_allowed else "refused"
    return f"{cell.row.method} {cell.address} {cell.state} {whose} by {who}: {answer.status_code}, should be {expected}"


def _with_filter(address: str, cell: PermissionCell, ground: Ground) -> str:
    """The address with the number of a filter that the visitor has kept; of none for those who may not."""
    pk = 1
    if cell.is_allowed and cell.visitor:
        page = cell.address.removeprefix("admin:").split("_filter_")[0]
        pk = SavedFilter.objects.create(user=ground.own[cell.visitor], page=page, title="常用", query="").pk
    return re.sub(r"/filters/[^/]+/", f"/filters/{pk}/", address)
