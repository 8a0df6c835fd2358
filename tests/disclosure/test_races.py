"""Several people at once, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from disclosure.items.drafting import link_interpretation
from disclosure.items.lifecycle import withdraw_item
from disclosure.items.publication import publish_item
from disclosure.legacy_import.services import begin_import, stop_import
from disclosure.legacy_import.worker import give_up
from disclosure.models import Answer, IndexNumberCounter, Item
from disclosure.models.states import ItemStatus
from disclosure.review.services import answer_item
from fixtures.reference_data import load_workdays
from ninghai.jobs.claims import run_due
from ninghai.models import AuditEntry, Case, Job
from ninghai.models.state_machine import StaleError, TransitionError
from tests.disclosure.legacy_import import makers as older_items
from tests.disclosure.makers import AT, approved, as_today, in_review, published
from tests.disclosure.requests import makers as request_makers
from tests.jobs.background import held_up

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 20


def at_once(acts):
    """Run the acts in threads that start together; return what each returned or raised."""
    start = Barrier(min(THREADS, len(acts)))

    def run(numbered):
        number, act = numbered
        if number < THREADS:
            start.wait(timeout=300)
        try:
            return act()
        except (StaleError, TransitionError, PermissionDenied, ValidationError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, enumerate(acts)))


@pytest.mark.exhaustive
def test_fifty_publications_at_once_draw_fifty_numbers_without_a_gap(cast):
    items = [approved(cast, title=f"第{number}号文件") for number in range(50)]

    results = at_once([lambda item=item: publish_item(item=item, by=as_today(cast.office), at=AT) for item in items])

    numbers = sorted(item.index_number for item in results)
    assert numbers == [f"330226002/2018-{serial:05d}" for serial in range(1, 51)]
    assert IndexNumberCounter.objects.get().last == 50


def test_an_application_sent_several_times_at_once_is_one_case_for_all_of_them(cast):
    load_workdays()
    form_id = uuid4()

    results = at_once([partial(request_makers.applied, cast, form_id=form_id) for _ in range(6)])

    assert {str(result) for result in results} == {"县财政局公开申〔2018〕1号"}
    assert Case.objects.count() == 1


@pytest.mark.parametrize("kinds", [["legality"] * 2, ["personal_data"] * 2, ["personal_data", "legality"]])
def test_two_reviewers_at_once_sign_each_question_once(cast, kinds):
    item = in_review(cast)
    seen = item.content_hash()
    people = [cast.office, cast.second_office]

    at_once(
        [
            lambda kind=kind, by=by: answer_item(
                item=Item.objects.get(pk=item.pk), kind=Answer.Kind(kind), seen_hash=seen, by=as_today(by), at=AT
            )
            for kind, by in zip(kinds, people, strict=True)
        ]
    )

    assert sorted(item.answers.exclude(kind="secrecy").values_list("kind", flat=True)) == sorted(set(kinds))
    approvals = AuditEntry.objects.about(item).filter(to_status="approved").count()
    assert approvals == (1 if len(set(kinds)) == 2 else 0)


def test_of_twenty_publishers_of_one_item_one_wins(cast):
    for _ in range(3):
        item = approved(cast)
        before = Item.objects.filter(status=ItemStatus.PUBLISHED).count()
        same = [Item.objects.get(pk=item.pk) for _ in range(THREADS)]

        results = at_once([lambda one=one: publish_item(item=one, by=as_today(cast.office), at=AT) for one in same])

        assert len([result for result in results if isinstance(result, Item)]) == 1
        assert IndexNumberCounter.objects.get().last == before + 1
        assert AuditEntry.objects.about(item).filter(to_status="published").count() == 1


def test_two_schedulers_at_one_import_make_no_item_twice(cast):
    rows = [older_items.row(名称=f"第{number}号文件") for number in range(12)]
    item_import = older_items.checked(cast, older_items.workbook(*rows))
    begin_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)

    at_once([lambda: run_due("import", at=AT)] * 2)
    run_due("import", at=AT)

    assert sorted(Item.objects.values_list("title", flat=True)) == sorted(each["名称"] for each in rows)
    assert IndexNumberCounter.objects.get().last == 12


def test_who_stops_an_import_and_who_gives_its_job_up_do_not_wait_for_each_other(cast):
    item_import = older_items.uploaded(cast, older_items.workbook(older_items.row()))
    stop = partial(stop_import, item_import=item_import, version=item_import.version, by=cast.office, at=AT)
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            job = Job.objects.select_for_update().get(pk=item_import.job_id)
            answer = held_up(other, stop)
            give_up(job, error="中途停止", at=AT, is_lost=True)
        with pytest.raises(StaleError):
            answer.result()

    item_import.refresh_from_db()
    assert item_import.stop_reason == "中途停止"


def test_of_two_items_that_are_said_to_explain_each_other_one_does(cast):
    one, other = published(cast, title="甲"), published(cast, title="乙")

    def link(item, document):
        office = as_today(cast.office)
        return link_interpretation(item=item, document=document, version=item.version, by=office, at=AT)

    results = at_once([lambda: link(one, other), lambda: link(other, one)])

    assert sorted(type(result).__name__ for result in results) == ["Item", "TransitionError"]
    assert Item.objects.exclude(explains=None).count() == 1


def test_of_two_items_that_are_said_to_replace_each_other_one_does(cast):
    one, other = published(cast, title="甲"), published(cast, title="乙")
    reason = Item.WithdrawalReason.REPLACED

    def replace(item, successor):
        office = as_today(cast.office)
        return withdraw_item(
            item=item, reason=reason, explanation="已有新的文件", replaced_by=successor, by=office, at=AT
        )

    results = at_once([lambda: replace(one, other), lambda: replace(other, one)])

    assert sorted(type(result).__name__ for result in results) == ["Item", "ValidationError"]
    assert Item.objects.filter(status=ItemStatus.WITHDRAWN).count() == 1
