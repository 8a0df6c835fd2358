"""The reckoning after a fault, from the database and the files: nothing lost, nothing twice, nothing stuck."""

import hashlib

from django.db import DatabaseError, connections

from ninghai.files.integrity import stray_files
from ninghai.models import AuditEntry, JobStatus, StoredFile
from reports.models import Report


def stands(report: Report) -> JobStatus:
    return JobStatus(Report.objects.values_list("job__status", flat=True).get(pk=report.pk))


def is_ready(report: Report) -> bool:
    return stands(report) == JobStatus.DONE


def all_ready() -> bool:
    """False while the database is away, too."""
    try:
        return not Report.objects.exclude(job__status=JobStatus.DONE).exists()
    except DatabaseError:
        connections.close_all()
        return False


def assert_each_is_there_once(*, strays: int = 0) -> int:
    """Every report has its one paper, whole on the disk, and was stored once; return how many there are.

    `strays` is how many files a kill between writing and committing may have left; a daily round clears them away.
    """
    reports = list(Report.objects.select_related("file").defer("snapshot"))
    assert [report for report in reports if not report.is_ready or report.file is None] == []
    for report in reports:
        with report.file.file.open() as paper:
            assert hashlib.sha256(paper.read()).hexdigest() == report.sha256
        assert AuditEntry.objects.about(report).filter(to_status=JobStatus.DONE).count() == 1
    assert StoredFile.objects.filter(media_type="application/pdf").count() == len(reports)
    assert len(list(stray_files(older_than=0))) <= strays
    return len(reports)
