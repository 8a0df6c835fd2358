"""Two at once around a finding, on real connections: one wins, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from ninghai.models import DutyClock, User
from ninghai.moves import StaleError, TransitionError
from tasks.models import Finding, Objection, Rectification
from tasks.services.spot_checks import (
    Found,
    decide_objection,
    draw_inspectors,
    raise_objection,
    recheck_rectification,
    record_finding,
)
from tests.tasks import factories
from tests.tasks.factories import NOW, recorded

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """What each of them returned, or how it was refused."""
    start = Barrier(len(acts))

    def run(act):
        start.wait(timeout=20)
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
    finding = recorded(cast, drawn)
    clerk, inspector = acting(cast.clerk), acting(cast.inspector)

    results = at_once(
        lambda: raise_objection(finding=finding, text="有异议。", version=1, by=clerk, at=NOW),
        lambda: record_finding(
            drawn=drawn, outcome="true", note="", rectify_by_date=None, version=1, by=inspector, at=NOW
        ),
    )

    assert refused(results) == 1
    assert Objection.objects.exists() == (Finding.objects.get().version == 1)


def test_clerk_and_head_who_object_at_once_make_one_objection(cast, notice):
    finding = recorded(cast, factories.drawn_of_finance(cast, notice))
    people = [acting(cast.clerk), acting(cast.head)]

    results = at_once(
        *(
            lambda by=by: raise_objection(finding=Finding.objects.get(), text=f"{by}有异议。", version=1, by=by, at=NOW)
            for by in people
        )
    )

    assert refused(results) == 1
    assert Objection.objects.count() == 1
    assert DutyClock.objects.about(finding).open().count() == 0


def test_two_of_the_office_who_decide_at_once_decide_once(cast, notice):
    factories.objected(cast, recorded(cast, factories.drawn_of_finance(cast, notice)))
    first, second = acting(cast.office), acting(cast.second_office)
    found = Found(outcome="true", note="属实")

    results = at_once(
        *(
            lambda by=by, said=said: decide_objection(
                objection=Objection.objects.get(), found=said, decision="处理", version=1, by=by, at=NOW
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
