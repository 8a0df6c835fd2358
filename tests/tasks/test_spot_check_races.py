"""Two at once around a finding, on real connections: one wins, the other is told."""

import time
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from ninghai.calendar.duty_clocks import calendar_to_change
from ninghai.models import AuditEntry, Role, User
from ninghai.models.state_machine import StaleError, TransitionError
from tasks.models import Drawn, Finding, Objection, Rectification, ReportingPeriod, WorkPointNotice
from tasks.periods.services import close_period, edit_period
from tasks.spot_checks.drawing import assign_inspector, draw_inspectors
from tasks.spot_checks.findings import FindingFields, record_finding
from tasks.spot_checks.remedies import decide_objection, pass_objection, raise_objection, recheck_rectification
from tests.cast import person
from tests.tasks import factories
from tests.tasks.factories import NOW, recorded

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """What each of them returned, or how it was refused."""
    start = Barrier(len(acts))

    def run(act):
        start.wait(timeout=200)
        try:
            return act()
        except (StaleError, TransitionError, PermissionDenied) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refused(results) -> int:
    return sum(isinstance(result, Exception) for result in results)


def acting(person: User) -> User:
    """The person in their one role, read afresh."""
    return User.objects.get(pk=person.pk)


def test_an_objection_and_a_correction_at_once_leave_one(cast, notice):
    drawn = factories.drawn_of_finance(cast, notice)
    written = factories.written_objection(cast, recorded(cast, drawn))
    head, inspector = acting(cast.head), acting(cast.inspector)

    results = at_once(
        lambda: pass_objection(objection=Objection.objects.get(), version=written.version, by=head, at=NOW),
        lambda: record_finding(
            drawn=drawn, outcome="true", note="", rectify_by_date=None, version=1, by=inspector, at=NOW
        ),
    )

    assert refused(results) == 1
    assert (Objection.objects.get().status == "raised") == (Finding.objects.get().version == 1)


def test_two_clerks_who_object_at_once_make_one_objection(cast, notice):
    recorded(cast, factories.drawn_of_finance(cast, notice))
    second = person("finance-clerk-2", "财政局经办人乙", cast.finance, Role.EDITOR)
    people = [acting(cast.clerk), acting(second)]

    results = at_once(
        *(
            lambda by=by: raise_objection(finding=Finding.objects.get(), text=f"{by}有异议。", version=1, by=by, at=NOW)
            for by in people
        )
    )

    assert refused(results) == 1
    assert Objection.objects.count() == 1


def test_two_of_the_office_who_decide_at_once_decide_once(cast, notice):
    factories.objected(cast, recorded(cast, factories.drawn_of_finance(cast, notice)))
    first, second = acting(cast.office), acting(cast.second_office)
    found = FindingFields(outcome="true", note="属实")

    results = at_once(
        *(
            lambda by=by, said=said: decide_objection(
                objection=Objection.objects.get(), found=said, decision="处理", version=2, by=by, at=NOW
            )
            for by, said in ((first, found), (second, None))
        )
    )

    objection = Objection.objects.get()
    assert refused(results) == 1
    assert (objection.status == "upheld") == (Finding.objects.get().outcome == "true")


def test_inspector_and_office_who_look_again_at_once_settle_it_once(cast, notice):
    finding = recorded(cast, factories.drawn_of_finance(cast, notice), rectify_by_date=date(2018, 12, 20))
    version = factories.handed_in(cast, finding).version
    people = [(acting(cast.inspector), True), (acting(cast.office), False)]

    results = at_once(
        *(
            lambda by=by, passes=passes: recheck_rectification(
                rectification=Rectification.objects.get(), passes=passes, note="意见", version=version, by=by, at=NOW
            )
            for by, passes in people
        )
    )

    assert refused(results) == 1
    assert Rectification.objects.get().version == version + 1


def test_inspectors_are_drawn_once_by_two_at_once(cast, notice):
    check = factories.drawn_check(cast, notice)
    check.drawn.update(inspector=None)
    check.inspector_pool = []
    check.save(update_fields=["inspector_pool"])
    people = [acting(cast.office), acting(cast.second_office)]

    results = at_once(
        *(lambda by=by: draw_inspectors(spot_check=check, pool=[cast.inspector], by=by, at=NOW) for by in people)
    )

    assert refused(results) == 1


def test_a_name_given_by_hand_is_never_overwritten_by_the_lot(cast, notice):
    """Whichever comes first: the other waits for the spot check, and sees what was done."""
    check = factories.drawn_check(cast, notice)
    check.drawn.update(inspector=None)
    check.inspector_pool = []
    check.save(update_fields=["inspector_pool"])
    drawn, office, second = check.drawn.first(), acting(cast.office), acting(cast.second_office)

    lot, by_hand = at_once(
        lambda: draw_inspectors(spot_check=check, pool=[cast.inspector], by=office, at=NOW),
        lambda: assign_inspector(drawn=drawn, inspector=cast.inspector, reason="指定", by=second, at=NOW),
    )

    drawn.refresh_from_db()
    assert not isinstance(by_hand, Exception)
    assert drawn.inspector == cast.inspector
    if isinstance(lot, Exception):
        assert "已有人工指定的抽查人员" in str(lot)
    else:
        detail = AuditEntry.objects.get(action="assign_inspector").detail
        assert detail["before"] == drawn.inspector.username  # named after the lot had dealt


def test_the_lot_waits_while_somebody_is_named_by_hand(cast, notice):
    check = factories.drawn_check(cast, notice)
    check.drawn.update(inspector=None)
    check.inspector_pool = []
    check.save(update_fields=["inspector_pool"])
    drawn = check.drawn.first()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        assign_inspector(drawn=drawn, inspector=cast.inspector, reason="指定", by=acting(cast.office), at=NOW)
        lot = pool.submit(
            at_once, lambda: draw_inspectors(spot_check=check, pool=[cast.inspector], by=acting(cast.office), at=NOW)
        )
        wait([lot], timeout=1)
        assert not lot.done()
    assert "已有人工指定的抽查人员" in str(lot.result(timeout=200)[0])


# --- One order of locks: the calendar, then the record --------------------------------------------------------


def waits_for_the_calendar(act, *, holding_nothing_of) -> None:
    """While the calendar is being changed the act waits, and has locked none of these rows before."""
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            calendar_to_change()
            begun = other.submit(at_once, act)
            until = time.monotonic() + 200
            while not somebody_waits_for_a_lock():
                assert time.monotonic() < until, "it does not ask for the calendar"
                time.sleep(0.05)
            for rows in holding_nothing_of:
                assert list(rows.select_for_update(of=("self",), nowait=True))
        assert refused(begun.result(timeout=200)) == 0


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


def test_correcting_a_finding_waits_for_the_calendar_first(cast, notice):
    drawn = factories.drawn_of_finance(cast, notice)
    finding, inspector = recorded(cast, drawn), acting(cast.inspector)
    said = {"outcome": "true", "note": "", "rectify_by_date": None, "version": finding.version}

    waits_for_the_calendar(
        lambda: record_finding(drawn=drawn, **said, by=inspector, at=NOW),
        holding_nothing_of=[Drawn.objects.all(), Finding.objects.all()],
    )


def test_editing_and_closing_a_period_wait_for_the_calendar_first(cast, notice):
    office, running, passed = acting(cast.office), factories.period("第四季度"), factories.period("第三季度")
    notice.refresh_from_db()
    said = {"name": "第四季度", "start": running.start, "end": running.end, "due_date": date(2019, 1, 10)}
    rows = [ReportingPeriod.objects.all(), WorkPointNotice.objects.all()]

    waits_for_the_calendar(
        lambda: edit_period(period=running, version=notice.version, **said, by=office, at=NOW), holding_nothing_of=rows
    )
    waits_for_the_calendar(lambda: close_period(period=passed, by=office, at=NOW), holding_nothing_of=rows)
