"""The breakdown out to Excel and in again (导出、导入分解表): tried first, kept without an error, applied once.

1. `try_breakdown` tells every error, or what the workbook would change; nothing is saved.
2. `keep_breakdown` keeps the file, so that nobody has to choose it again.
3. `apply_breakdown` does what was shown: to a draft at once, to an issued notice by way of an amendment.
"""

import mimetypes
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from ninghai.files import store_bytes
from ninghai.files.workbooks.reading import CellProblem
from ninghai.models import AuditEntry, User
from ninghai.models.state_machine import require
from tasks import rules
from tasks.models import BreakdownUpload, WorkPoint, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.amending import amendment_of_breakdown
from tasks.notices.breakdown.proposal import BreakdownProposal, Occasion, propose
from tasks.notices.breakdown.reading import BreakdownSheet, read_breakdown
from tasks.notices.breakdown.workbook import write_breakdown
from tasks.notices.correcting import lock_draft, make_point, put_in_order, release_keys, write_point
from tasks.notices.editions import NoticeDifference, Point, compare_points, points_of
from tasks.notices.responsibilities import Directory


@dataclass(frozen=True, slots=True)
class Trial:
    """What a workbook would change in a notice, as the notice is now; with problems it cannot be applied."""

    difference: NoticeDifference
    problems: tuple[CellProblem, ...]
    remarks: tuple[str, ...]
    points: tuple[Point, ...]


def export_breakdown(*, notice: WorkPointNotice, by: User, at: datetime) -> bytes:
    """The notice's points, names and units as a workbook that can be imported again; noted in the audit trail."""
    require(rules.can_export_breakdown(by))
    AuditEntry.objects.record(action="export", target=notice, by=by, at=at)
    return write_breakdown(points_of(notice), directory=Directory.load(on=timezone.localdate(at)))


def try_breakdown(sheet: BreakdownSheet, *, notice: WorkPointNotice, at: datetime) -> Trial:
    """Compare what a workbook says with the notice."""
    on = timezone.localdate(at)
    occasion = Occasion(year=notice.year, issued_on=notice.issued_on, on=on)
    proposal = propose(sheet, points=points_of(notice), directory=Directory.load(on=on), occasion=occasion)
    return _trial(proposal, sheet.remarks)


def keep_breakdown(
    *, notice: WorkPointNotice, data: bytes, filename: str, form_id: UUID, by: User, at: datetime
) -> BreakdownUpload:
    """Keep a workbook that was tried; the same form sent twice finds the first one's."""
    require(rules.can_import_notice(by))
    media_type = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    try:
        with transaction.atomic():
            return BreakdownUpload.objects.create(
                notice=notice,
                file=store_bytes(data=data, name=filename, media_type=media_type, by=by, at=at),
                form_id=form_id,
                uploaded_by=by,
                uploaded_at=at,
            )
    except IntegrityError:  # the same form, sent twice
        return BreakdownUpload.objects.get(form_id=form_id)


def try_again(upload: BreakdownUpload, *, at: datetime) -> Trial:
    """What the kept workbook would change by now."""
    with upload.file.file.open("rb") as stream:
        sheet = read_breakdown(data=stream.read(), filename=upload.file.original_name)
    return try_breakdown(sheet, notice=upload.notice, at=at)


@transaction.atomic
def apply_breakdown(*, upload: BreakdownUpload, version: int, by: User, at: datetime) -> WorkPointNotice:
    """Do what was shown of the notice at `version`, all or nothing, once for an upload.

    Returns the changed draft, or the new amendment of an issued notice. Raises StaleError when the notice changed
    meanwhile, ValidationError with every problem.
    """
    require(rules.can_import_notice(by))
    upload = BreakdownUpload.objects.select_for_update(of=["self"]).select_related("notice", "file").get(pk=upload.pk)
    if upload.result:
        return upload.result
    held = WorkPointNotice.objects.lock(upload.notice_id, seen=version)
    trial = try_again(upload, at=at)
    if trial.problems:
        raise ValidationError([str(problem) for problem in trial.problems])
    if held.status == NoticeStatus.ISSUED:
        upload.result = amendment_of_breakdown(upload, points=trial.points, by=by, at=at)
    else:
        upload.result = _change_draft(held, trial, by=by, at=at)
    upload.save(update_fields=["result"])
    detail = trial.difference.as_detail(file=upload.file.sha256)
    AuditEntry.objects.record(action="import_breakdown", target=upload.result, by=by, at=at, detail=detail)
    return upload.result


def _trial(proposal: BreakdownProposal, remarks: tuple[str, ...]) -> Trial:
    return Trial(
        difference=compare_points(proposal.pairs), problems=proposal.problems, remarks=remarks, points=proposal.points
    )


def _change_draft(notice: WorkPointNotice, trial: Trial, *, by: User, at: datetime) -> WorkPointNotice:
    """Take out, rewrite and add, then put all points in their order."""
    lock_draft(notice, by=by)
    records = {record.pk: record for record in notice.points.all()}
    found = trial.difference
    WorkPoint.objects.filter(pk__in=[point.pk for point in found.removed]).delete()
    release_keys(records[change.before.pk] for change in found.changed if change.before.pk)
    written: dict[str, WorkPoint] = {}
    for change in (*found.changed, *found.kept):
        record = written[change.after.key] = records[change.before.pk or 0]
        if change:
            write_point(record, change.after)
    for point in found.added:
        written[point.key] = make_point(notice, point, position=0)
    put_in_order([written[point.key] for point in trial.points])
    WorkPointNotice.objects.filter(pk=notice.pk).update(version=F("version") + 1)
    return notice
