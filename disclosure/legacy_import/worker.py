"""The work on imports (逐行检查、逐行收录): a turn of some seconds at a time, killed and resumed at any row.

1. Rows that wait for their check are examined in small transactions; the last one makes the import 已预检.
2. Rows of an import that was begun are taken over one by one, each in a transaction of its own: the row is locked, and
   is done exactly when its item is there.

A row that nobody foresaw is refused with a sentence, and the others go on; an import whose files cannot be read any more
is stopped. Only while the database is away or the disk is full everything waits.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from disclosure.catalogue.search.renewal import search_columns
from disclosure.items import rules
from disclosure.items.index_numbers import accept_imported_number, allocate_index_number
from disclosure.legacy_import.archive import OlderArchive
from disclosure.legacy_import.columns import LegacyColumn, LegacyProblem
from disclosure.legacy_import.examining import Examined, Surroundings, Twins, examine
from disclosure.legacy_import.services import standing_of
from disclosure.legacy_import.values import Vocabulary
from disclosure.models import Attachment, ContentScan, ImportRow, Item, ItemImport, Ruling
from disclosure.models.states import ImportStatus
from disclosure.privacy.gate import require_clean
from disclosure.privacy.rulings import ruling_on
from disclosure.privacy.scans import key_of
from ninghai.calendar.clock import beginning_of
from ninghai.files.full_disk import is_full
from ninghai.files.public_copy import store_with_copy
from ninghai.files.storing import NotLookedInto
from ninghai.jobs.claims import Claim
from ninghai.models import AuditEntry, Job, User
from ninghai.models.state_machine import StaleError, TransitionError, require
from ninghai.operations.database.connections import DATABASE_AWAY

# The one way by which a row becomes a public item (收录历史信息).


@transaction.atomic
def take_over_item(*, row: ImportRow, examined: Examined, by: User, at: datetime) -> Item:
    """Put the row's item into the catalogue as public since its own day, under its own number or a new one."""
    require(rules.can_import_items(by))
    if examined.problems or examined.unit is None:
        raise ValidationError([problem.message for problem in examined.problems])
    number = accept_imported_number(examined.index_number) if examined.index_number else ""
    item = Item.objects.create(
        **examined.fields, unit=examined.unit, is_imported=True, drafted_by=by, drafted_at=at, form_id=form_id_of(row)
    )
    _attach(item, examined, by=by, at=at)
    _rule(item, examined, by=by, at=at)
    require_clean(item)
    number = number or allocate_index_number(item, at=at)
    since = beginning_of(item.original_published_on) if item.original_published_on else at
    found_by = search_columns(item, index_number=number, at=since)
    item.publish(by=by, at=at, index_number=number, public_since=since, **found_by)
    detail = {"import": row.item_import_id, "row": row.number, "original": f"{item.original_published_on}"}
    AuditEntry.objects.record(action="import_items", target=item, by=by, at=at, detail=detail)
    return item


def form_id_of(row: ImportRow) -> UUID:
    """The same for the row in every turn: a second item of one row would break a rule of the database."""
    return uuid5(row.item_import.form_id, f"{row.number}")


def _attach(item: Item, examined: Examined, *, by: User, at: datetime) -> None:
    for position, file in enumerate(examined.files, start=1):
        named = {"name": file.label, "media_type": file.media_type}
        copy = store_with_copy(data=file.data, copy=file.copy, by=by, at=at, **named)
        stored, original = copy.copy or copy.original, copy.original
        Attachment.objects.create(
            item=item,
            file=stored,
            original=original if original != stored else None,
            label=file.label,
            position=position,
        )
        known = {"file": stored, "hits": file.found, "text": file.text, "scanned_at": at}
        ContentScan.objects.update_or_create(content_hash=key_of(stored), defaults=known)


def _rule(item: Item, examined: Examined, *, by: User, at: datetime) -> None:
    """The row's reason holds for everything personal that was found in it."""
    reason, note = examined.exception, examined.exception_note
    if reason is None:
        return
    hits = {hit.fingerprint: hit for hit in examined.hits}
    Ruling.objects.bulk_create(
        ruling_on(hit, item=item, reason=reason, note=note, by=by, at=at) for hit in hits.values()
    )


AT_ONCE = 100  # rows that are looked at with the same knowledge of the catalogue
TURN = 8.0  # seconds; then others come first
PAUSE = timedelta(seconds=3)  # until the next turn, where no file could be looked into
Status = ImportRow.Status
logger = logging.getLogger(__name__)
ATTEMPTS, MOST_ATTEMPTS = "attempts", 5  # that one row may need
NEVER_FINISHED = "附件的检查多次没有做完。请用办公软件打开附件后另存一份，重新上传这一行，仍不行的请联系系统管理员。"
UNFORESEEN = "这一行处理时出错，没有收录。请核对各列内容后重新上传这一行，仍不行的请联系系统管理员。"
ALREADY_THERE = "与已有的信息重复（如索引号已被使用），没有收录。请核对后改正。"
UNREADABLE = "表格或附件压缩包无法读取，已停止。请重新上传，仍不行的请联系系统管理员。"
NO_LONGER = "导入人已不能代表县政府办公室导入，请由办公室其他人员继续。"


def work_on_import(claimed: Claim) -> timedelta | None:
    """Go on with the import for a turn; None when no row waits any more."""
    imports = ItemImport.objects.select_related("archive", "requested_by", "acting__unit")
    item_import, end = imports.get(job=claimed.job), monotonic() + TURN
    standing = standing_of(item_import)
    if not item_import.is_under_way:
        return None
    try:
        for settled, _ in enumerate(_go_on(item_import, at=claimed.now), start=standing.settled + 1):
            claimed.tell(settled, standing.to_settle)
            if monotonic() > end:
                return timedelta()
    except NotLookedInto as reason:
        logger.warning("import %s: waits for the next turn: %s", item_import.pk, reason)
        return PAUSE
    except (
        Exception
    ) as error:  # not a row, but the whole cannot be read: rather stopped than looked at in vain each turn
        _raise_if_it_passes(error)
        logger.exception("import %s: failed in this turn", item_import.pk)
        give_up(claimed.job, error=UNREADABLE, at=claimed.now, is_lost=False)
    item_import.refresh_from_db(fields=["status"])
    return PAUSE if item_import.is_under_way else None  # another worker was at its rows as well


def give_up(job: Job, *, error: str, at: datetime, is_lost: bool) -> None:
    """Nobody goes on with it: it is stopped, and says why."""
    item_import = ItemImport.objects.get(job=job)
    if item_import.is_under_way:
        with _nothing_if_stale():
            item_import.stop(by=None, at=at, reason=error)


def _raise_if_it_passes(error: Exception) -> None:
    """What says nothing of a row, and is over some time."""
    if isinstance(error, (*DATABASE_AWAY, NotLookedInto)) or is_full(error):
        raise error


def _go_on(item_import: ItemImport, *, at: datetime) -> Iterator[ImportRow]:
    work = _check if item_import.status == ImportStatus.CHECKING else _take_over
    yield from work(item_import, _archive_of(item_import), at=at)


def _archive_of(item_import: ItemImport) -> OlderArchive | None:
    """The import's archive, its list read once for all its rows of this turn; FileNotFoundError where it is lost."""
    if item_import.archive is None:
        return None
    with item_import.archive.file.open("rb"):
        return OlderArchive.open(Path(item_import.archive.file.path))


def _batches(
    item_import: ItemImport, archive: OlderArchive | None, *, status: Status, at: datetime
) -> Iterator[tuple[Sequence[ImportRow], Surroundings]]:
    """The rows that wait, some at a time, with what they are judged by."""
    vocabulary = Vocabulary.load()
    while rows := list(item_import.rows.filter(status=status).order_by("number")[:AT_ONCE]):
        twins = Twins.load(item_import, rows)
        yield rows, Surroundings(vocabulary=vocabulary, archive=archive, twins=twins, today=at.date())


# Checking.


def _check(item_import: ItemImport, archive: OlderArchive | None, *, at: datetime) -> Iterator[ImportRow]:
    for rows, around in _batches(item_import, archive, status=Status.UNCHECKED, at=at):
        for row in rows:
            _settle_check(row, around)
            yield row
    with _nothing_if_stale():
        item_import.finish_check(by=item_import.requested_by, at=at)


def _settle_check(row: ImportRow, around: Surroundings) -> None:
    try:
        _keep_check(row, _examine(row, around))
    except Exception as error:
        _raise_if_it_passes(error)
        logger.exception("import %s: row %s could not be checked", row.item_import_id, row.number)
        unforeseen = [LegacyProblem(LegacyColumn.TITLE, UNFORESEEN).as_json()]
        ImportRow.objects.filter(pk=row.pk, status=Status.UNCHECKED).update(status=Status.REFUSED, problems=unforeseen)


def _examine(row: ImportRow, around: Surroundings) -> Examined:
    """An attempt at a row with files is noted before it is made: one that ends every attempt is refused at last."""
    if not row.fields.get(LegacyColumn.FILES):
        return examine(row, around)
    attempts = row.fields.pop(ATTEMPTS, 0)
    if attempts >= MOST_ATTEMPTS:
        return Examined(problems=[LegacyProblem(LegacyColumn.FILES, NEVER_FINISHED)])
    ImportRow.objects.filter(pk=row.pk).update(fields={**row.fields, ATTEMPTS: attempts + 1})
    found = examine(row, around)
    ImportRow.objects.filter(pk=row.pk).update(fields=row.fields)
    return found


def _keep_check(row: ImportRow, found: Examined) -> None:
    row.status = Status.REFUSED if found.problems else Status.READY
    row.problems = [problem.as_json() for problem in found.problems]
    row.fields["paths"] = [file.path for file in found.files]
    ImportRow.objects.filter(pk=row.pk, status=Status.UNCHECKED).update(
        status=row.status, problems=row.problems, fields=row.fields
    )


# Taking over.


def _take_over(item_import: ItemImport, archive: OlderArchive | None, *, at: datetime) -> Iterator[ImportRow]:
    by = _person(item_import)
    if not rules.can_import_items(by):
        with _nothing_if_stale():
            item_import.stop(by=None, at=at, reason=NO_LONGER)
        return
    for rows, around in _batches(item_import, archive, status=Status.READY, at=at):
        for row in rows:
            if not _settle(row, item_import, around, by=by, at=at):
                return  # somebody stopped it, or another worker is at it
            yield row
    with _nothing_if_stale():
        item_import.finish(by=by, at=at)


def _person(item_import: ItemImport) -> User:
    """Who began it, as they are now, in the role in which they began it if they still have it."""
    by = User.objects.get(pk=item_import.requested_by_id)
    by.acting = next((each for each in by.own_memberships if each.pk == item_import.acting_id), None)
    return by


def _settle(row: ImportRow, item_import: ItemImport, around: Surroundings, *, by: User, at: datetime) -> bool:
    """Make the row an item, or refuse it with what has come in its way since the check.

    Its files are looked into before anything is locked.
    """
    found = _examined(row, around)
    with transaction.atomic():
        running = ItemImport.objects.select_for_update(of=["self"]).filter(pk=item_import.pk)
        locked = ImportRow.objects.select_for_update(of=["self"]).filter(pk=row.pk, status=Status.READY)
        if not running.filter(status=ImportStatus.RUNNING).exists() or not locked.exists():
            return False
        problems = found if isinstance(found, list) else _taken_over(row, found, by=by, at=at)
        row.status, row.problems = Status.REFUSED if problems else Status.DONE, [each.as_json() for each in problems]
        row.save(update_fields=["status", "problems", "item"])
    return True


def _examined(row: ImportRow, around: Surroundings) -> Examined | list[LegacyProblem]:
    """What the row would become, or what stands in its way."""
    try:
        found = _examine(row, around)
    except Exception as error:
        _raise_if_it_passes(error)
        logger.exception("import %s: row %s could not be looked at", row.item_import_id, row.number)
        return [LegacyProblem(LegacyColumn.TITLE, UNFORESEEN)]
    return list(found.problems) or found


def _taken_over(row: ImportRow, found: Examined, *, by: User, at: datetime) -> list[LegacyProblem]:
    """Nothing, with the row's item made, or what stands in its way, with nothing made."""
    try:
        with transaction.atomic():
            row.item = take_over_item(row=row, examined=found, by=by, at=at)
    except ValidationError as refused:
        return [LegacyProblem(LegacyColumn.TITLE, "".join(refused.messages))]
    except (TransitionError, PermissionDenied) as refused:
        return [LegacyProblem(LegacyColumn.TITLE, str(refused))]
    except IntegrityError:
        logger.warning("import %s: row %s is there already", row.item_import_id, row.number, exc_info=True)
        return [LegacyProblem(LegacyColumn.TITLE, ALREADY_THERE)]
    except Exception as error:
        _raise_if_it_passes(error)
        logger.exception("import %s: row %s could not be taken over", row.item_import_id, row.number)
        return [LegacyProblem(LegacyColumn.TITLE, UNFORESEEN)]
    return []


@contextmanager
def _nothing_if_stale() -> Iterator[None]:
    """Somebody else has moved the import meanwhile: the next turn sees how."""
    try:
        yield
    except (StaleError, TransitionError):
        return
