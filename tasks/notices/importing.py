"""Importing a notice (导入通知): the file is read into its tree and kept as a draft beside its text."""

import hashlib
import mimetypes
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from ninghai.files import store_bytes
from ninghai.models import AuditEntry, StoredFile, User
from ninghai.models.state_machine import require
from tasks import rules
from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.correcting import due_date_in
from tasks.notices.reading import NotANotice, ParsedNotice
from tasks.notices.reading.parsed import ParsedPoint
from tasks.notices.reading.reader import read_notice_in_sandbox
from tasks.notices.responsibilities import Directory
from tasks.notices.titles import title_of


def import_notice(
    *,
    data: bytes,
    filename: str,
    form_id: UUID,
    by: User | None,
    at: datetime,
    year: int | None = None,
    amends: WorkPointNotice | None = None,
    parsed: ParsedNotice | None = None,
) -> WorkPointNotice:
    """Read the file and keep it as a draft (待下达); the same form sent twice finds the first one's notice.

    Raises NotANotice with a sentence for the screen; then nothing is kept. `by` is None for what a command imports,
    `year` the one that somebody has told, `amends` the notice of which the file is a corrected edition (修订稿), and
    `parsed` what has been read of the file already.
    """
    require(by is None or rules.can_import_notice(by))
    if earlier := WorkPointNotice.objects.filter(form_id=form_id).first():
        return earlier
    year_if_unsaid = amends.year if amends else None
    parsed = parsed or read_notice_in_sandbox(data=data, filename=filename, year=year, year_if_unsaid=year_if_unsaid)
    _refuse_too_long(parsed)
    if amends and parsed.year != amends.year:
        raise NotANotice(f"这份文件是{parsed.year}年度的，所修订的通知是{amends.year}年度的，请核对后重新选择。")
    try:
        with transaction.atomic():
            media_type = mimetypes.guess_type(filename)[0] or "application/octet-stream"
            stored = store_bytes(data=data, name=filename, media_type=media_type, by=by, at=at)
            return _keep(parsed, source_file=stored, form_id=form_id, amends=amends, by=by, at=at)
    except IntegrityError:  # the same form, sent twice at the same moment
        return WorkPointNotice.objects.get(form_id=form_id)


def _refuse_too_long(parsed: ParsedNotice) -> None:
    """What the database would not hold, said before, and where to look: a point goes on for ever where no number was seen."""
    longest = _length(WorkPoint, "text")
    for point in parsed.points:
        if (count := len(point.text)) > longest:
            message = f"要点“{point.key}”有{count}个字，超过{longest}个字，请在原文件中按编号分段、去掉附件后再导入。"
            raise NotANotice(message)


def notices_like(parsed: ParsedNotice, *, data: bytes, form_id: UUID) -> models.QuerySet[WorkPointNotice]:
    """The notices that may be this very one: the same file, or the same 发文字号; discarded ones are none.

    What this very form has imported is no twin.
    """
    alike = models.Q(source_file__sha256=hashlib.sha256(data).hexdigest())
    if number := parsed.document_number:
        alike |= models.Q(document_number=number)
    others = WorkPointNotice.objects.exclude(form_id=form_id).exclude(status=NoticeStatus.DISCARDED)
    return others.filter(alike).defer("source_text", "other", "warnings")


def text_of(parsed: ParsedNotice) -> str:
    """The input's lines, as its warnings count them."""
    lines: defaultdict[int, str] = defaultdict(str)
    for placed in parsed.placed:
        lines[placed.passage.line] += placed.passage.text
    return "\n".join(lines[number] for number in range(1, max(lines, default=0) + 1))


def _keep(
    parsed: ParsedNotice,
    *,
    source_file: StoredFile,
    form_id: UUID,
    amends: WorkPointNotice | None,
    by: User | None,
    at: datetime,
) -> WorkPointNotice:
    shortened = Shortened()
    facts = {
        "title": parsed.title,
        "document_number": parsed.document_number or "",
        "issuing_office": parsed.issuing_office or "",
        "openness": parsed.openness or "",
    }
    notice = WorkPointNotice(
        **shortened.to_fit(WorkPointNotice, facts),
        issued_on=parsed.issued_on,
        year=parsed.year,
        source_file=source_file,
        source_text=text_of(parsed),
        other=[other.as_json() for other in parsed.other],
        form_id=form_id,
        amends=amends,
        imported_by=by,
        imported_at=at,
    )
    points = [_point(notice, position, each, shortened) for position, each in enumerate(parsed.points, start=1)]
    notice.warnings = [warning.as_json() for warning in parsed.warnings] + shortened.warnings
    notice.save(force_insert=True)
    WorkPoint.objects.bulk_create(points)
    _keep_responsibilities(zip(points, parsed.points, strict=True), on=_day_of_names(notice, at=at))
    AuditEntry.objects.record(action="import", target=notice, by=by, at=at, detail={"sha256": source_file.sha256})
    return notice


def _day_of_names(notice: WorkPointNotice, *, at: datetime) -> date:
    """The day whose names the document uses: its own date. An amendment (修订稿) holds from today, whatever date stands on it."""
    today = timezone.localdate(at)
    return today if notice.amends else notice.issued_on or today


def _point(notice: WorkPointNotice, position: int, parsed: ParsedPoint, shortened: "Shortened") -> WorkPoint:
    due_date, is_default = due_date_in(parsed.times, year=notice.year)
    written = {
        "key": parsed.key,
        "part_number": parsed.part.no if parsed.part else "",
        "part_title": parsed.part.title if parsed.part else "",
        "section_number": parsed.section.no if parsed.section else "",
        "section_title": parsed.section.title if parsed.section else "",
        "number": parsed.number or "",
    }
    return WorkPoint(
        notice=notice,
        position=position,
        **shortened.to_fit(WorkPoint, written),
        title=title_of(parsed.text),
        text=parsed.text,
        responsibility_texts=list(parsed.responsibility_texts),
        limits=parsed.times.as_json(),
        due_date=due_date,
        due_date_is_default=is_default,
    )


def _keep_responsibilities(points: Iterable[tuple[WorkPoint, ParsedPoint]], *, on: date) -> None:
    """Keep each name in its role, resolved where it can mean only one thing."""
    directory = Directory.load(on=on)
    kept, meant = [], []
    for point, parsed in points:
        names = dict.fromkeys((unit.name[:NAME_LENGTH], unit.role.value, unit.group) for unit in parsed.units)
        once = {(name, role): is_group for name, role, is_group in names}
        for position, ((name, role), is_group) in enumerate(once.items(), start=1):
            meaning = directory.look_up(name)
            kept.append(
                Responsibility(
                    point=point,
                    position=position,
                    name=name,
                    role=role,
                    is_group=is_group or meaning.group is not None,
                    group=meaning.group,
                    is_resolved=meaning.is_certain,
                )
            )
            meant.append(meaning.units)
    Responsibility.objects.bulk_create(kept)
    through = Responsibility.units.through
    through._default_manager.bulk_create(
        through(responsibility_id=responsibility.pk, unit_id=unit.pk)
        for responsibility, units in zip(kept, meant, strict=True)
        for unit in units
    )


def _length(model: type[models.Model], name: str) -> int:
    return model._meta.get_field(name).max_length  # type: ignore[union-attr,return-value]


NAME_LENGTH = _length(Responsibility, "name")


class Shortened:
    """Cuts what is longer than its field, and says so: nothing is lost in silence, the whole stands in the text."""

    def __init__(self) -> None:
        self.warnings: list[dict[str, Any]] = []

    def to_fit(self, model: type[models.Model], values: dict[str, str]) -> dict[str, str]:
        fitted = {name: value[: _length(model, name)] for name, value in values.items()}
        for name, value in values.items():
            if fitted[name] != value:
                label = model._meta.get_field(name).verbose_name  # type: ignore[union-attr]
                self.warnings.append({"line": 0, "message": f"{label}过长，已截短为“{fitted[name]}”，请核对原文。"})
        return fitted
