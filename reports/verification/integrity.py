"""防篡改 by night and by `manage.py verify_content`: public texts, all files, issued papers, against what was noted of them.

What differs is told to the auditor, the security administrator and the office, and stays on the desk. Nothing is repaired:
what the right content was is for people to find out, from the trail and a backup.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from django.urls import reverse

from disclosure.items.integrity import changed_texts, changed_versions, taken_away
from ninghai.files.integrity import changed_copies, changed_files
from ninghai.models import AuditEntry, Role, SafetyCheck
from ninghai.operations.database.away import DATABASE_ERRORS
from ninghai.operations.safety_checks import is_due_by_night, keep_result
from reports.models import Report

NAMED = 50  # differences that the kept words name

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Findings:
    looked_at: int = 0
    differences: list[str] = field(default_factory=list)


def check_content(*, at: datetime) -> Findings:
    """Compare everything, keep the result, raise the alarm."""
    found = Findings()
    first = not SafetyCheck.objects.filter(kind=SafetyCheck.Kind.CONTENT).exists()
    texts = changed_texts(at=at, is_first_look=first)
    looks = {
        "公开信息": texts,
        "撤下的信息": taken_away(at=at),
        "历史版本": changed_versions(),
        "文件": changed_files(),
        "公开副本": changed_copies(),
        "印发的报告": changed_papers(),
    }
    for difference in chain.from_iterable(_to_its_end(what, look) for what, look in looks.items()):
        found.looked_at += 1
        if difference:
            found.differences.append(difference)
            logger.error("content differs from what was noted: %s", difference)
    keep_result(
        kind=SafetyCheck.Kind.CONTENT,
        at=at,
        is_good=not found.differences,
        looked_at=found.looked_at,
        words=words_of(found),
        url=reverse("start"),
        also_notified=[Role.OFFICE],
    )
    return found


def _to_its_end(what: str, look: Iterator[str | None]) -> Iterator[str | None]:
    """What a look finds; one that breaks off is a finding itself, and the others go on."""
    try:
        yield from look
    except DATABASE_ERRORS:
        raise  # nothing can be kept now, either
    except Exception as error:
        logger.exception("the look at %s broke off", what)
        yield f"{what}没有核对完：{type(error).__name__}。请查看日志，排除故障后执行 verify_content 再核对一次。"


def words_of(found: Findings) -> str:
    if not found.differences:
        return f"公开内容和文件完好：核对 {found.looked_at} 项。"
    more = [f"另有 {len(found.differences) - NAMED} 处。"] if len(found.differences) > NAMED else []
    head = f"公开内容和文件有 {len(found.differences)} 处与登记的不一致（核对 {found.looked_at} 项）："
    return "\n".join([head, *found.differences[:NAMED], *more])


def changed_papers() -> Iterator[str | None]:
    """For each issued report: is its file the one that the trail says was rendered?"""
    for report in Report.objects.issued().select_related("file").defer("snapshot").iterator(chunk_size=500):
        noted = AuditEntry.objects.about(report).filter(action="render", detail__has_key="sha256").last()
        if noted and report.file and noted.detail["sha256"] != report.file.sha256:
            yield f"《{report.title}》的 PDF 不是当时生成的那一份。"
        else:
            yield None


def check_content_by_night(*, at: datetime) -> None:
    """Once a night."""
    if is_due_by_night(SafetyCheck.Kind.CONTENT, at=at):
        check_content(at=at)
