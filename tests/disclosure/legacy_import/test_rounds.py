"""Rows are taken over in rounds: what a killed round has kept, the next one finds."""

import errno
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models.functions import Now

from disclosure.legacy_import import worker
from disclosure.legacy_import.examining import examine
from disclosure.legacy_import.services import begin_import, stop_import
from disclosure.legacy_import.worker import take_over_item
from disclosure.models import ImportRow, IndexNumberCounter, Item
from disclosure.models.states import ImportStatus
from ninghai.files import UnacceptableFile, storing
from ninghai.jobs.claims import claim_next, run, run_due, take_back_lost
from ninghai.models import AuditEntry, Job, Membership
from ninghai.models.state_machine import StaleError, TransitionError
from tests.disclosure.legacy_import.makers import a_pdf, archive, checked, row, taken_over, uploaded, workbook
from tests.disclosure.makers import AT, published
from tests.jobs.makers import let_pause_pass


def begun(cast, *rows):
    item_import = checked(cast, workbook(*rows))
    return begin_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)


def many(count):
    return [row(名称=f"第{number}号文件") for number in range(count)]


def one_turn(monkeypatch) -> int:
    """A turn that is over with its first row; how many items there are then."""
    monkeypatch.setattr(worker, "TURN", -1)
    claimed = claim_next(kinds=["import"])
    claimed.at = AT
    assert run(claimed)
    return Item.objects.count()


def worker_is_taken_for_lost() -> None:
    Job.objects.filter(status="running").update(lease_until=Now())
    take_back_lost(at=AT)


def test_each_turn_goes_on_where_the_last_one_ended(cast, monkeypatch):
    item_import = begun(cast, *many(4))

    assert [one_turn(monkeypatch) for _ in range(4)] == [1, 2, 3, 4]

    assert Job.objects.get().tries == 0, "every turn has all tries"
    assert [each.index_number for each in Item.objects.order_by("pk")] == [
        f"330226002/2018-{n:05d}" for n in range(1, 5)
    ]
    run_due("import", at=AT)
    item_import.refresh_from_db()
    assert item_import.status == ImportStatus.DONE


def test_a_row_that_nobody_foresaw_is_refused_in_words_and_the_others_go_on(cast, monkeypatch):
    def stumbles(row, around):
        if row.fields["名称"] == "绊脚石":
            raise RuntimeError("not foreseen")
        return examine(row, around)

    monkeypatch.setattr(worker, "examine", stumbles)

    item_import = checked(cast, workbook(row(), row(名称="绊脚石"), row(名称="第三条")))

    assert item_import.status == ImportStatus.CHECKED
    assert list(item_import.rows.values_list("status", flat=True)) == ["ready", "refused", "ready"]
    assert item_import.rows.get(status="refused").problems == [{"column": "名称", "message": worker.UNFORESEEN}]


@pytest.mark.parametrize(
    ("failure", "words"), [(IntegrityError, worker.ALREADY_THERE), (RuntimeError, worker.UNFORESEEN)]
)
def test_a_row_that_fails_while_it_is_taken_over_leaves_nothing_and_says_so(cast, monkeypatch, failure, words):
    def fails(*, row, **given):
        item = take_over_item(row=row, **given)
        if item.title == "绊脚石":
            raise failure
        return item

    monkeypatch.setattr(worker, "take_over_item", fails)

    item_import = taken_over(cast, workbook(row(), row(名称="绊脚石"), row(名称="第三条")))

    assert item_import.status == ImportStatus.DONE
    assert [each["message"] for each in item_import.rows.get(status="refused").problems] == [words]
    assert not Item.objects.filter(title="绊脚石").exists()
    assert Item.objects.count() == 2


@pytest.mark.parametrize("row_number", range(4))
def test_killed_at_any_row_it_makes_no_item_twice_and_none_by_half(cast, monkeypatch, row_number):
    item_import, real, seen = begun(cast, *many(4)), worker.take_over_item, []

    def killed(**told):
        seen.append(1)
        item = real(**told)
        if len(seen) == row_number + 1:
            raise KeyboardInterrupt
        return item

    monkeypatch.setattr(worker, "take_over_item", killed)
    with pytest.raises(KeyboardInterrupt):
        run_due("import", at=AT)
    assert Item.objects.count() == item_import.rows.filter(status=ImportRow.Status.DONE).count() == row_number
    monkeypatch.undo()
    worker_is_taken_for_lost()
    run_due("import", at=AT)

    assert sorted(Item.objects.values_list("title", flat=True)) == [f"第{number}号文件" for number in range(4)]
    assert IndexNumberCounter.objects.get().last == 4


def test_what_came_in_the_way_since_the_check_refuses_its_row_alone(cast):
    item_import = begun(cast, row(索引号="旧-1"), row(名称="第二条"))
    Item.objects.filter(pk=published(cast).pk).update(index_number="旧-1")

    run_due("import", at=AT)

    assert list(item_import.rows.values_list("status", flat=True)) == ["refused", "done"]


def test_an_import_whose_archive_is_lost_is_stopped_in_words_and_holds_up_no_other(cast):
    lost = uploaded(cast, workbook(row(附件="甲.pdf")), archive({"甲.pdf": a_pdf()}))
    lost.archive.file.storage.delete(lost.archive.file.name)
    sound = uploaded(cast, workbook(row()))

    run_due("import", at=AT)

    sound.refresh_from_db()
    lost.refresh_from_db()
    assert (lost.status, sound.status) == (ImportStatus.CANCELLED, ImportStatus.CHECKED)
    assert lost.stop_reason == worker.UNREADABLE


def test_it_stops_when_its_person_has_left_the_office_and_another_goes_on(cast):
    item_import = begun(cast, *many(2))
    Membership.objects.filter(user=cast.office).update(role="editor")

    run_due("import", at=AT)

    item_import.refresh_from_db()
    assert item_import.status == ImportStatus.CANCELLED
    assert "其他人员" in item_import.stop_reason
    assert not Item.objects.exists()
    begin_import(item_import=item_import, version=item_import.version, by=cast.second_office, at=AT)
    run_due("import", at=AT)
    assert set(Item.objects.values_list("published_by", flat=True)) == {cast.second_office.pk}


def test_it_can_be_stopped_between_two_rows(cast, monkeypatch):
    item_import = begun(cast, *many(3))
    one_turn(monkeypatch)

    stop_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)
    run_due("import", at=AT)

    assert Item.objects.count() == 1


def test_begun_again_while_a_stopped_worker_is_still_in_a_row_it_comes_to_its_end(cast, monkeypatch):
    item_import = begun(cast, *many(3))
    stopped = claim_next(kinds=["import"])
    item_import.refresh_from_db()
    stop_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)
    begin_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)

    def overtaken(row, around):
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(worker, "examine", examine)
            meanwhile.setattr(worker, "TURN", -1)
            run(stopped)
        return examine(row, around)

    monkeypatch.setattr(worker, "examine", overtaken)
    assert run(claim_next(kinds=["import"]))
    monkeypatch.undo()
    assert list(item_import.rows.values_list("status", flat=True)) == ["done", "ready", "ready"]
    let_pause_pass(item_import.job)
    run_due("import", at=AT)

    item_import.refresh_from_db()
    assert item_import.status == ImportStatus.DONE
    assert Item.objects.count() == 3


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_on_a_full_disk_it_waits_and_no_row_is_to_blame(cast, monkeypatch, number):
    item_import = checked(cast, workbook(row(附件="a.pdf")), archive({"a.pdf": a_pdf()}))
    begin_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)

    def settle(stored):
        raise OSError(number, "no room")

    with monkeypatch.context() as full:
        full.setattr(storing, "_settle", settle)
        for _ in range(3):
            run_due("import", at=AT)
            let_pause_pass(item_import.job)
    assert item_import.rows.get().status == ImportRow.Status.READY
    assert not Item.objects.exists()
    run_due("import", at=AT)

    item_import.refresh_from_db()
    assert item_import.status == ImportStatus.DONE
    assert Item.objects.get().attachments.count() == 1


def test_it_is_begun_once_and_only_by_the_office(cast):
    item_import = checked(cast, workbook(row()))
    with pytest.raises(PermissionDenied):
        begin_import(item_import=item_import, version=item_import.version, by=cast.clerk, at=AT)
    begin_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)
    with pytest.raises(StaleError):
        begin_import(item_import=item_import, version=item_import.version - 1, by=cast.office, at=AT)


def test_nothing_is_begun_before_every_row_is_checked_or_without_a_row_to_take(cast):
    waiting = uploaded(cast, workbook(row()))
    with pytest.raises(TransitionError, match="没检查的行"):
        begin_import(item_import=waiting, version=waiting.version, by=cast.office, at=AT)
    refused = checked(cast, workbook(row(名称="")))
    with pytest.raises(TransitionError, match="没有可以导入的行"):
        begin_import(item_import=refused, version=refused.version, by=cast.office, at=AT)


def test_a_unit_cannot_upload_an_import(cast):
    with pytest.raises(PermissionDenied):
        uploaded(cast, workbook(row()), by=cast.clerk)


def test_an_archive_that_is_none_leaves_nothing_behind(cast):
    with pytest.raises(UnacceptableFile):
        uploaded(cast, workbook(row()), b"no zip")

    assert not ImportRow.objects.exists()


def test_each_item_and_the_import_stand_in_the_audit_trail(cast):
    item_import = taken_over(cast, workbook(row()))

    told = AuditEntry.objects.about(Item.objects.get()).get(action="import_items")
    assert (told.actor, told.acting_unit, told.detail["row"]) == (cast.office, cast.county_office, 2)
    assert AuditEntry.objects.about(item_import).filter(action="import_items").count() == 1


def test_a_unit_that_has_ended_is_the_one_of_its_day(cast):
    ended = cast.town
    ended.valid_until = AT.date() - timedelta(days=30)
    ended.save(update_fields=["valid_until"])

    taken_over(cast, workbook(row(发布机构=ended.name)))

    assert Item.objects.get().unit == ended
