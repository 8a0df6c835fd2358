"""The office's acts on an import: upload workbook and archive, begin, stop. The rows themselves wait for a worker."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count

from disclosure.items import rules
from disclosure.legacy_import.archive import OlderArchive
from disclosure.legacy_import.reading import LegacySheetRow, OlderSheet, read_in_sandbox
from disclosure.models import ImportRow, ItemImport
from disclosure.models.states import ImportStatus
from ninghai.files import Purpose, UnacceptableFile, store_looked_into
from ninghai.files.kinds import clean_label, extension_of
from ninghai.files.sandbox.running import source_of
from ninghai.files.storing import inspect
from ninghai.files.workbooks.writing import XLSX
from ninghai.jobs.progress import JobProgress
from ninghai.jobs.queue import queue_job, wake_after_commit
from ninghai.models import AuditEntry, Job, JobQueue, User
from ninghai.models.state_machine import TransitionError, require

ZIP = "application/zip"
LARGEST_WORKBOOK = 20 * 1024 * 1024  # bytes
ASK_AGAIN = "3s"  # until the page asks how far it is
NOT_YOURS = "只有县政府办公室可以导入历史信息。"


def keep_import(
    *, workbook: UploadedFile[Any], archive: UploadedFile[Any] | None, form_id: UUID, by: User, at: datetime
) -> ItemImport:
    """Keep workbook and archive, and queue every row for its check; the same form sent twice finds the first one's import.

    Both are looked into before the transaction begins. Raises NotAnItemWorkbook or UnacceptableFile, each with a sentence.
    """
    require(rules.can_import_items(by), NOT_YOURS)
    if known := ItemImport.objects.filter(form_id=form_id, requested_by=by).first():
        return known
    sheet = _sheet_of(workbook)
    if archive:
        _check_archive(archive)
    return _kept(sheet, workbook=workbook, archive=archive, form_id=form_id, by=by, at=at)


@transaction.atomic
def _kept(
    sheet: OlderSheet,
    *,
    workbook: UploadedFile[Any],
    archive: UploadedFile[Any] | None,
    form_id: UUID,
    by: User,
    at: datetime,
) -> ItemImport:
    kept = {
        "workbook": store_looked_into(upload=workbook, media_type=XLSX, by=by, at=at),
        "archive": store_looked_into(upload=archive, media_type=ZIP, by=by, at=at) if archive else None,
        "remarks": list(sheet.remarks),
    }
    asked = {"requested_by": by, "requested_at": at, "acting": by.acting, "job": queue_job("import", form_id)}
    item_import, is_new = ItemImport.objects.get_or_create(form_id=form_id, defaults={**kept, **asked})
    require(item_import.requested_by_id == by.pk)
    if is_new:
        _queue(item_import, sheet, by=by, at=at)
    return item_import


@transaction.atomic
def begin_import(*, item_import: ItemImport, version: int, by: User, at: datetime) -> ItemImport:
    """Take over every row without an error (确认导入), as this person; also once more after it was stopped."""
    require(rules.can_import_items(by), NOT_YOURS)
    if item_import.rows.filter(status=ImportRow.Status.UNCHECKED).exists():
        raise TransitionError("还有没检查的行，不能导入。检查被停止的，请重新上传。")
    if not item_import.rows.filter(status=ImportRow.Status.READY).exists():
        raise TransitionError("没有可以导入的行。请改正错误后重新上传。")
    item_import.job = _locked_job(item_import)
    item_import.begin(by=by, at=at, version=version)
    item_import.job.retry(queue=JobQueue.BULK, by=by, at=at)
    wake_after_commit(item_import.job)
    return item_import


@transaction.atomic
def stop_import(*, item_import: ItemImport, version: int, by: User, at: datetime) -> ItemImport:
    """Leave the rest of the rows alone (停止); what has been taken over stays in the catalogue."""
    require(rules.can_import_items(by), NOT_YOURS)
    item_import.job = _locked_job(item_import)
    item_import.stop(by=by, at=at, version=version, reason="由办公室停止。")
    if item_import.job.is_alive:
        item_import.job.cancel(by=by, at=at)
    return item_import


def _locked_job(item_import: ItemImport) -> Job:
    """Before the import itself, as whoever gives a job up holds it when the import is stopped."""
    return Job.objects.select_for_update().get(pk=item_import.job_id)


def _sheet_of(workbook: UploadedFile[Any]) -> OlderSheet:
    """Look into the workbook as into any upload, then read it."""
    label, size = clean_label(workbook.name or ""), workbook.size or 0
    if extension_of(label) != "xlsx":
        raise UnacceptableFile("表格须是 .xlsx 文件。其他格式请用 Excel 或 WPS 另存为 .xlsx 后再上传。")
    if size > LARGEST_WORKBOOK:
        raise UnacceptableFile(f"表格超过{LARGEST_WORKBOOK // 1024**2}MB，请分成几个文件导入。")
    stream = cast(IO[bytes], workbook)
    inspect(stream, label=label, purpose=Purpose.EVIDENCE)
    sheet = read_in_sandbox(source_of(stream))
    stream.seek(0)
    return sheet


def _check_archive(archive: UploadedFile[Any]) -> None:
    if extension_of(archive.name or "") != "zip":
        raise UnacceptableFile("附件压缩包须是 zip 文件，请重新压缩。")
    OlderArchive.open(source_of(cast(IO[bytes], archive)))
    archive.seek(0)


def _queue(item_import: ItemImport, sheet: OlderSheet, *, by: User, at: datetime) -> None:
    ImportRow.objects.bulk_create(_rows(item_import, sheet.rows), batch_size=500)
    detail = {"rows": len(sheet.rows), "sha256": item_import.workbook.sha256}
    AuditEntry.objects.record(action="import_items", target=item_import, by=by, at=at, detail=detail)
    wake_after_commit(item_import.job)


def _rows(item_import: ItemImport, rows: Sequence[LegacySheetRow]) -> list[ImportRow]:
    return [
        ImportRow(
            item_import=item_import,
            number=row.number,
            fields={**row.texts, "cells": [problem.as_json() for problem in row.problems]},
            status=ImportRow.Status.UNCHECKED,
        )
        for row in rows
    ]


# How an import stands (进度): rows by what has become of them, and files of the archive that no row names.

Status = ImportRow.Status
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """The numbers of rows of an import."""

    status: str
    unchecked: int
    ready: int
    refused: int
    done: int

    def count(self, status: Status) -> int:
        return int(getattr(self, status.value))

    @property
    def total(self) -> int:
        return self.unchecked + self.ready + self.refused + self.done

    @property
    def settled(self) -> int:
        """Of `to_settle`: rows that are checked, or taken over."""
        return self.total - self.unchecked if self.status == ImportStatus.CHECKING else self.done

    @property
    def to_settle(self) -> int:
        return self.total if self.status == ImportStatus.CHECKING else self.done + self.ready

    @property
    def words(self) -> str:
        if self.status == ImportStatus.CHECKING:
            return f"正在检查：第 {self.settled} 行，共 {self.to_settle} 行。可以先离开此页。"
        return f"正在导入：第 {self.settled} 条，共 {self.to_settle} 条。可以先离开此页。"


def progress_of_import(item_import: ItemImport) -> JobProgress:
    """For the page that waits."""
    standing, goes_on = standing_of(item_import), item_import.is_under_way
    return JobProgress(
        words=standing.words if goes_on else "已停止",
        is_under_way=goes_on,
        done=standing.settled,
        total=standing.to_settle,
        error=item_import.stop_reason,
        ask_again=ASK_AGAIN,
    )


def standing_of(item_import: ItemImport) -> ImportProgress:
    found = dict(item_import.rows.order_by().values_list("status").annotate(Count("pk")))
    return ImportProgress(status=item_import.status, **{each.value: found.get(each.value, 0) for each in Status})


def unused_files(item_import: ItemImport) -> list[str]:
    """What the archive holds for no row: a name that was typed wrongly, or a file too many."""
    if item_import.archive is None:
        return []
    named = {path for paths in item_import.rows.values_list("fields__paths", flat=True) for path in paths or ()}
    try:
        names = OlderArchive.open(Path(item_import.archive.file.path)).names
    except UnacceptableFile as reason:  # lost, or the server is busy: the page says the rest
        logger.warning("the files of import %s cannot be listed: %s", item_import.pk, reason)
        return []
    return [name for name in names if name not in named]
