"""防篡改 by night and by `manage.py verify_content`: public texts, all files, issued papers, against what was noted of them.

What differs is told to the auditor, the security administrator and the office, and stays on the desk. Nothing is repaired:
what the right content was is for people to find out, from the trail and a backup.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.urls import reverse

from disclosure.models import AnnualReport, Attachment, ContentStamp, Item, PublicVersion
from disclosure.models.public_content import HASHED_FIELDS, as_content, hash_of
from disclosure.models.states import ItemStatus
from disclosure.privacy.nightly import readable
from ninghai.files.integrity import changed_copies, changed_files
from ninghai.models import AuditEntry, Role, SafetyCheck
from ninghai.operations.database.connections import DATABASE_ERRORS
from ninghai.operations.safety_checks import is_due_by_night, keep_result
from reports.models import Report

# Is what the public reads still what the portal's own acts made of it? Each readable item is compared with its newest
# fingerprint (made in `disclosure.models.public_content`), each earlier version with its own; what was readable once and is no
# more must have been withdrawn by somebody.

PIECE = 1_000


def changed_texts(*, at: datetime, is_first_look: bool) -> Iterator[str | None]:
    """For each readable item nothing, or a sentence that says what is wrong with it.

    The first look of all stamps what was public before there were stamps; afterwards an item without one is an alarm.
    """
    last = 0
    while rows := _piece(at=at, after=last):
        last = rows[-1]["pk"]
        yield from _compared(rows, at=at, is_first_look=is_first_look)


def changed_versions() -> Iterator[str | None]:
    """The same for earlier versions that may be consulted."""
    for version in PublicVersion.objects.filter(is_hidden=False).select_related("item").iterator(chunk_size=PIECE):
        if hash_of(version.content) == version.content_hash:
            yield None
        else:
            yield f"《{version.item.title}》（{version.item.index_number}）的历史版本第{version.number}版与登记的指纹不一致。"


def taken_away(*, at: datetime) -> Iterator[str | None]:
    """For each item that has a fingerprint and cannot be read any more nothing, where the trail tells of its withdrawal,
    else a sentence."""
    stamped = ContentStamp.objects.filter(stamped_at__lte=at).values("item")
    gone = Item.objects.filter(pk__in=stamped).exclude(pk__in=readable(at).values("pk"))
    acts = AuditEntry.objects.filter(target_type=Item._meta.label_lower, target_id=Cast(OuterRef("pk"), CharField()))
    was_withdrawn = Exists(acts.filter(to_status=ItemStatus.WITHDRAWN))
    rows = gone.annotate(was_withdrawn=was_withdrawn).values_list("title", "index_number", "status", "was_withdrawn")
    for title, number, status, says_why in rows.iterator(chunk_size=PIECE):
        is_well = says_why and status == ItemStatus.WITHDRAWN
        yield None if is_well else f"《{title}》（{number}）不再公开，审计记录里却没有撤回。"


def _piece(*, at: datetime, after: int) -> list[dict[str, Any]]:
    items = readable(at).filter(pk__gt=after).order_by("pk")
    return list(items.values("pk", "index_number", *HASHED_FIELDS)[:PIECE])


def _compared(rows: Sequence[dict[str, Any]], *, at: datetime, is_first_look: bool) -> Iterator[str | None]:
    found = _hashes(rows)
    stamped = _newest_stamps(list(found))
    if is_first_look:
        new = [pk for pk in found if pk not in stamped]
        ContentStamp.objects.bulk_create(ContentStamp(item_id=pk, content_hash=found[pk], stamped_at=at) for pk in new)
        stamped |= {pk: found[pk] for pk in new}
    for row in rows:
        named = f"《{row['title']}》（{row['index_number']}）"
        if row["pk"] not in stamped:
            yield f"{named}已公开，却没有登记指纹。"
        elif stamped[row["pk"]] != found[row["pk"]]:
            yield f"{named}的内容与登记的指纹不一致。"
        else:
            yield None


def _hashes(rows: Sequence[dict[str, Any]]) -> dict[int, str]:
    files: defaultdict[int, list[list[str]]] = defaultdict(list)
    attached = Attachment.objects.filter(item__in=[row["pk"] for row in rows]).order_by("item_id", "position", "pk")
    for item, label, sha256 in attached.values_list("item_id", "label", "file__sha256"):
        files[item].append([label, sha256])
    return {row["pk"]: hash_of(as_content(row, files[row["pk"]])) for row in rows}


def _newest_stamps(items: list[int]) -> dict[int, str]:
    newest = ContentStamp.objects.filter(item__in=items).order_by("item_id", "-pk").distinct("item_id")
    return dict(newest.values_list("item_id", "content_hash"))


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
    issued = Report.objects.issued().select_related("file").defer("snapshot")
    yearly = (
        AnnualReport.objects.reported()
        .filter(file__isnull=False)
        .select_related("file", "unit")
        .defer("figures", "texts")
    )
    for report in chain[Report | AnnualReport](issued.iterator(chunk_size=500), yearly.iterator(chunk_size=500)):
        noted = AuditEntry.objects.about(report).filter(action="render", detail__has_key="sha256").last()
        if noted and report.file and noted.detail["sha256"] != report.file.sha256:
            yield f"《{report.title}》的 PDF 不是当时生成的那一份。"
        else:
            yield None


def check_content_by_night(*, at: datetime) -> None:
    """Once a night."""
    if is_due_by_night(SafetyCheck.Kind.CONTENT, at=at):
        check_content(at=at)
