"""Anything at all in any form, by whoever may send it, and by everybody else: never an error of ours, nothing typed lost."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.permissions import ROWS as DISCLOSURE
from ninghai.accounts.permission_table import GET, POST, PermissionRow, cells, rows
from ninghai.models import Role
from ninghai.permissions import ROWS as OWN
from reports.permissions import ROWS as REPORTS
from tasks.permissions import ROWS as TASKS
from tests.cast import person
from tests.security.hostile.forms import forms_of, impossible
from tests.security.hostile.trial import Trial
from tests.security.hostile.values import BODIES, SAME_EACH_TIME, values
from tests.security.permissions.records import Ground, Record, address_of

LEAVING = ("logout", "sessions-end")  # the visitor would be gone
OF_A_LIST = {"action"}  # Django's own bar above a list, which only chooses what to do with the ticked rows
COMPARING = "/verify/"  # takes any fingerprint, and says that it is another
OFFICE, UNIT = [Role.OFFICE, Role.SIGNER], [Role.EDITOR, Role.REVIEWER]


def pages(trial: Trial, ground: Ground, told: Sequence[PermissionRow], role: Role | None) -> Iterator[tuple[str, str]]:
    """The pages that this visitor may open."""
    for cell in cells([row for row in told if row.method == GET]):
        if cell.visitor == role and cell.is_own and cell.is_allowed and not cell.address.endswith(("_csv", "_xlsx")):
            address = address_of(cell.address, ground.record(cell), first=ground.first)
            page = trial.client.get(address)
            if page.status_code == 200 and page.headers["Content-Type"].startswith("text/html"):
                yield page.wsgi_request.path, page.content.decode()


def send_every_form(trial: Trial, ground: Ground, told: Sequence[PermissionRow], role: Role | None) -> None:
    """Spoilt anyhow it is borne; filled in as it cannot be meant it is refused, with everything typed."""
    trial.sign_in(ground.own[role] if role else None)
    found = forms_of(pages(trial, ground, told, role))
    forms = [form for form in found if not any(word in form.address for word in LEAVING)]
    assert forms
    for form in forms:
        trial.form(form, many=1)
    refused = [
        trial.refusal(form.address, fields, keeps=words)
        for form in forms
        if form.nonsense.keys() != OF_A_LIST and not form.address.startswith(COMPARING)
        for fields, words in impossible(form)
    ]
    assert [wrong for wrong in refused if wrong] == []


@pytest.mark.parametrize("role", [*OFFICE, *UNIT, Role.INSPECTOR])
def test_every_form_about_tasks_bears_anything(tasks_ground, trial: Trial, role):
    send_every_form(trial, tasks_ground, TASKS, role)


@pytest.mark.parametrize("role", [*OFFICE, *UNIT, None])
def test_every_form_about_items_bears_anything(disclosure_ground, trial: Trial, role):
    send_every_form(trial, disclosure_ground, DISCLOSURE, role)


@pytest.mark.parametrize("role", [*OFFICE, Role.EDITOR])
def test_every_form_about_reports_bears_anything(reports_ground, trial: Trial, role):
    send_every_form(trial, reports_ground, REPORTS, role)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.SECURITY, Role.EDITOR])
def test_every_form_about_people_and_accounts_bears_anything(own_ground, trial: Trial, role):
    send_every_form(trial, own_ground, OWN, role)


NAMES = ["version", "reason", "title", "kind", "text", "form_id", "units", "action", "_selected_action", "index", "hit"]


@pytest.mark.parametrize("role", [*Role, None])
def test_every_act_bears_any_field_by_every_role(cast, trial: Trial, role):
    """Whoever it is, whatever the address: fields of other forms, with anything in them."""
    trial.sign_in(person("visitor", "来访者", cast.county_office, role) if role else None)
    acts = sorted({address for row in rows() if row.method == POST for address in row.addresses})

    @settings(max_examples=40, **SAME_EACH_TIME)
    @given(act=st.sampled_from(acts), form=st.dictionaries(st.sampled_from(NAMES), values, max_size=6))
    def send(act: str, form: dict[str, str]) -> None:
        trial.bear(lambda: trial.client.post(address_of(act, Record({})), form), (act, form))

    send()


@pytest.mark.parametrize(
    "address", ["/login/", "/corrections/new/", "/work/items/new/", "/work/items/autosave/", "/api/v1/items/"]
)
def test_a_broken_body_is_refused(cast, trial: Trial, address):
    trial.sign_in(cast.clerk)
    for kind, body in BODIES:
        trial.bear(
            lambda kind=kind, body=body: trial.client.generic("POST", address, body, content_type=kind),
            (address, kind, body[:40]),
        )
