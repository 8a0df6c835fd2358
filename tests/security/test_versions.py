"""What changes a record says which version of it the person saw; else it is refused as stale, with all that was typed."""

from itertools import cycle

import pytest
from django.urls import reverse

from ninghai.accounts.permission_table import POST, cells, rows
from ninghai.models import Role
from ninghai.web.versions import StaleError, seen_version
from tests.security.permissions.asking import address_in, sent, sign_in
from tests.tasks.factories import signed_in

TYPED = "这句话不能丢。"
BROKEN = {"missing": None, "empty": "", "no number": "abc", "negative": "-1", "too long": "1" * 40, "two": ["1", "1"]}

# What makes something new, or is about oneself: there is no version that the person could have seen.
SEES_NOTHING = {
    "login", "login-code", "logout", "admin:logout", "act-as", "account-password", "admin:password_change",
    "account-authenticator", "account-recovery", "account-authenticator-remove", "account-sessions-end",
    "account-session-end", "account-calendar", "message-read-all", "message-settings", "message-go",
    # preview first, whose own seal or upload carries what was seen
    "admin:ninghai_unit_workbook", "admin:ninghai_unit_workbook_confirm", "admin:ninghai_workday_notice",
    "admin:ninghai_workday_confirm", "admin:ninghai_workday_change", "admin:disclosure_basiccatalogue_publish",
    "admin:disclosure_basiccatalogue_table", "admin:disclosure_basiccatalogue_table_confirm",
    "admin:tasks_assignment_remind", "admin:tasks_assignment_remind-take-back", "admin:disclosure_requestunit_remind",
    "admin:tasks_progress_together-back", "admin:tasks_responsibility_take-back",
    "admin:disclosure_requestunit_remind-take-back",
    "admin:tasks_scoreentry_import", "admin:tasks_scoreentry_import_confirm", "admin:tasks_breakdown_upload",
    "admin:tasks_amendment_import", "admin:tasks_notice_assign", "admin:disclosure_annualreport_import",
    "admin:disclosure_annualreport_import_confirm", "disclosure:request-import", "disclosure:request-import-confirm",
    "admin:disclosure_requestunit_case_import", "admin:disclosure_requestunit_case_import-confirm",
    "disclosure:service-guide-import", "disclosure:service-guide-import-confirm",
    "disclosure:knowledge-import", "disclosure:knowledge-import-confirm", "disclosure:knowledge-new",
    # only counts, for the edition that it names
    "disclosure:knowledge-helped",
    "admin:disclosure_proposalunit_remind", "admin:disclosure_proposalunit_remind-take-back", "admin:disclosure_proposalunit_import",
    "admin:disclosure_proposalunit_import_confirm",
    "admin:disclosure_appealunit_remind", "admin:disclosure_appealunit_remind-take-back",
    "admin:disclosure_publicenterprise_import", "admin:disclosure_publicenterprise_import_confirm",
    "admin:disclosure_hotlinecase_import", "admin:disclosure_hotlinecase_import_confirm",
    # acts on an account that say what it shall be, whatever it was
    "admin:ninghai_user_reset_password", "admin:ninghai_user_reset_codes", "admin:ninghai_user_unblock",
    "admin:ninghai_user_sign_out", "admin:ninghai_user_deactivate", "admin:ninghai_user_reactivate",
    "admin:ninghai_user_unblock_address", "admin:ninghai_user_bulk", "admin:ninghai_user_bulk_confirm",
    "admin:ninghai_user_one_time_list",
    # new records, once by their form's number
    "tasks:petition-ask", "admin:tasks_point_add", "admin:tasks_rubric_copy", "admin:tasks_scorescheme_copy", "disclosure:correction-new",
    "disclosure:work-item-new", "disclosure:work-item-autosave-new", "admin:disclosure_item_autosave-new",
    "disclosure:request-new", "disclosure:request-enter", "disclosure:follow", "disclosure:proposal-new",
    "disclosure:appeal-new", "disclosure:complaint-new", "disclosure:appeal-enter",
    "admin:disclosure_requestunit_case_enter", "admin:disclosure_proposalunit_case_new", "admin:disclosure_appealunit_case_enter",
    "disclosure:hotline-new", "disclosure:hotline-ask", "admin:disclosure_service_special_check",
    # a new row beside the last one, which its form names (`seen`): tests/disclosure/test_guide.py tells of who is slower
    "disclosure:guide-office",
    # opens the record that is there, else the first
    "disclosure:annual-report-new", "disclosure:service-guide-new",
    # counted anew from what is known; again only with a word on what was mended
    "admin:disclosure_hotlinemonth_figures_publish",
    # an answer that is given once, by whoever knows the code
    "disclosure:inquiry",
    # by other platforms, once by their own number
    "disclosure:open311:requests", "disclosure:exchange-results",
    # only asks
    "reports:verify", "disclosure:lookup",
    # by the link of a letter, and the same however often
    "disclosure:follow-confirm", "disclosure:follow-leave",
}  # fmt: skip
ELSEWHERE = ("_changelist", "_add", "_filter_keep", "_filter_rename", "_filter_remove")


def test_every_act_on_a_record_says_what_was_seen():
    """A new act without a version fails here: name its fields in `permissions.py`, or say above why there is none."""
    silent = {
        address
        for row in rows()
        if row.method == POST and not row.seen and any(may.people for may in row.may)
        for address in row.addresses
        if not address.endswith(ELSEWHERE)
    }
    assert silent - SEES_NOTHING == set()


GROUNDS = {"tasks_ground": "tasks", "disclosure_ground": "disclosure", "reports_ground": "reports", "own_ground": ""}


@pytest.fixture(autouse=True)
def _the_day(settings) -> None:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


@pytest.mark.parametrize("sent_as", BROKEN.values(), ids=BROKEN)
def test_what_is_no_version_is_none(rf, sent_as):
    """By the one reading that all acts share."""
    with pytest.raises(StaleError):
        seen_version(rf.post("/", {} if sent_as is None else {"version": sent_as}))


@pytest.mark.usefixtures("doors_uncounted", "answers_without_contexts")
@pytest.mark.parametrize("ground", GROUNDS)
def test_without_it_nothing_is_done_and_nothing_typed_is_lost(request, ground):
    """Each act is sent without a version, and with one of what is none, each in its turn."""
    app, ground, wrong, asked = GROUNDS[ground], request.getfixturevalue(ground), [], set()
    no_versions = cycle([each for each in BROKEN.values() if each is not None])
    for cell in cells([row for row in rows() if row.seen and row.method == POST]):
        is_here = _app_of(cell.address) == app
        if not (is_here and cell.is_allowed and cell.is_own and cell.visitor) or cell.address in asked:
            continue
        asked.add(cell.address)
        client = signed_in(ground.own[cell.visitor])
        sign_in(client, ground.own[cell.visitor])
        record = ground.record(cell)
        form = sent(record, cell.address) | {"reason": TYPED} | dict.fromkeys(cell.row.seen, "1")
        field = cell.row.seen[-1]
        form = {name: value for name, value in form.items() if name != field}
        for broken in ({}, {field: next(no_versions)}):
            answer = client.post(address_in(ground, cell, record), form | broken)
            kept = answer.headers["Content-Type"].startswith("application/json") or TYPED in answer.text
            if (answer.status_code, kept) != (409, True):
                wrong.append(f"{cell.address} {broken}: {answer.status_code}")
    assert asked
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("doors_uncounted", "answers_without_contexts", "refusals_without_a_page")
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("visitor", [Role.EDITOR, Role.OFFICE])
def test_whom_the_record_does_not_concern_is_told_the_same_whatever_the_form_says(request, ground, visitor):
    """No such record (404) and not your act (403) come before a page that is out of date (409): of each act, once for each answer."""
    app, ground, wrong, asked = GROUNDS[ground], request.getfixturevalue(ground), [], set()
    people = {True: ground.own, False: ground.others}
    clients = {is_own: signed_in(people[is_own][visitor]) for is_own in people}
    for cell in cells([row for row in rows() if row.seen and row.method == POST]):
        if _app_of(cell.address) != app or cell.visitor != visitor or cell.is_allowed:
            continue
        record, client = ground.record(cell), clients[cell.is_own]
        address, form = address_in(ground, cell, record), sent(record, cell.address) | dict.fromkeys(cell.row.seen, "1")
        told = client.post(address, form).status_code
        if told not in {403, 404} or (cell.address, cell.is_own, told) in asked:
            continue  # it is theirs, in another state
        asked.add((cell.address, cell.is_own, told))
        for said in ("missing", "99999999"):
            changed = {} if said == "missing" else dict.fromkeys(cell.row.seen, said)
            rest = {name: value for name, value in form.items() if name not in cell.row.seen}
            answer = client.post(address, rest | changed).status_code
            wrong += [f"{cell.address} {cell.state} {said}: {answer}, not {told}"] if answer != told else []
    assert asked
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("form", [{}, {"version": "1"}, {"version": "abc"}])
@pytest.mark.parametrize("model", ["tasks_rubric", "ninghai_unit", "disclosure_catalogueentry"])
def test_a_record_that_never_was_is_not_there_whatever_the_form_says(client, cast, model, form):
    client.force_login(cast.office)

    assert client.post(reverse(f"admin:{model}_change", args=[99999999]), form).status_code == 404


def _app_of(address: str) -> str:
    name = address.removeprefix("admin:")
    return next((app for app in ("tasks", "disclosure", "reports") if name.startswith((f"{app}:", f"{app}_"))), "")
