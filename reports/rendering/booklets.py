"""Making booklets (目录手册): each edition's once, by a worker, with as many tries as a report has.

A try counts when it begins, so a booklet that costs its worker each time is given up as well. One that is made twice
is kept once. Tries are counted anew when somebody asks for it again; `attempt`, which tells workers apart, is not.
"""

import logging
from datetime import date, datetime, timedelta
from functools import partial

import rq
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from disclosure.basic_catalogue.columns import (
    COMPARED,
    audience_text,
    channels_text,
    levels_text,
    method_text,
    rhythm_text,
    units_text,
)
from disclosure.basic_catalogue.reading import PublicDuty, duties_of, rows_in
from disclosure.basic_catalogue.services import KINDS, EntryChange
from disclosure.models import CatalogueEdition
from ninghai.calendar import clock
from ninghai.calendar.clock import end_of
from ninghai.database.away import DATABASE_ERRORS
from ninghai.files import store_bytes
from ninghai.models import AuditEntry
from reports.letters.wording import quoted
from reports.models import BookletMaking, Queue, RenderStatus
from reports.pdf.booklet import Booklet, BookletRow, render_booklet
from reports.rendering.bounds import reason_for_screen, within_bounds
from reports.rendering.claims import BACK_OFF, LEASE, MOST_TRIES, lease_kept
from reports.rendering.queue import HINT_LIVES, MOST_HINTS, report_queue

# The booklet (目录手册) of an edition of a basic catalogue, as it is typeset: the edition is the frozen data.


def booklet_of(edition: CatalogueEdition, *, is_draft: bool = False) -> Booklet:
    """The edition as it is typeset."""
    duties = duties_of(rows_in(edition), {})
    return Booklet(
        title=_title(edition),
        edition=edition.number,
        issuer=settings.OFFICE_NAME,
        published_on=timezone.localtime(edition.published_at).date().isoformat(),
        explanation=[line.strip() for line in edition.explanation.splitlines() if line.strip()],
        note=edition.note,
        changes=[_sentence(change) for change in edition.changes],
        rows=[_row(duty) for duty in duties],
        data=_data(duties),
        demo=settings.DEMO,
        draft=is_draft,
    )


def _title(edition: CatalogueEdition) -> str:
    """Whose catalogue it is stands on the cover, whether or not its name begins with the county."""
    name = edition.catalogue.name
    return name if settings.COUNTY_NAME in name else f"{settings.COUNTY_NAME}{name}"


def _row(duty: PublicDuty) -> BookletRow:
    row = duty.row
    units = units_text(row)
    return BookletRow(
        depth=duty.depth,
        is_heading=duty.is_heading,
        name=row["name"],
        content=row["content_elements"],
        basis=row["legal_basis"],
        limit=row["time_limit"],
        rhythm="" if duty.is_heading else rhythm_text(row),
        publisher=row["publisher"] or units,
        channels=channels_text(row).splitlines(),
        audience=audience_text(row),
        method=method_text(row),
        levels=levels_text(row),
    )


def _data(duties: list[PublicDuty]) -> list[list[str]]:
    """What travels inside the PDF: every column in full."""
    head = ["编码", "上级编码", *COMPARED]
    return [head, *([d.row["code"], d.row["parent"], *(text(d.row) for text in COMPARED.values())] for d in duties)]


def _sentence(change: EntryChange) -> str:
    told = "；".join(f"{each['label']}由{quoted(each['old'])}改为{quoted(each['new'])}" for each in change["columns"])
    return f"{KINDS[change['kind']]}{quoted(change['name'])}{f'：{told}' if told else ''}。"


def edition_in_force(*, code: str, on: date) -> CatalogueEdition | None:
    """The last edition that was public at the end of that day."""
    editions = CatalogueEdition.objects.filter(catalogue__code=code, published_at__lt=end_of(on))
    return editions.select_related("catalogue").order_by("-number").first()


RENDER = "reports.rendering.jobs.make_booklet"
LOST = f"制作程序连续{MOST_TRIES}次中途停止。请稍后重新制作，仍不成功请联系系统管理员。"

logger = logging.getLogger(__name__)


def hand_out_booklets() -> None:
    """Wake a worker for each booklet that is due. Raises redis.RedisError when the queue is away."""
    new = CatalogueEdition.objects.filter(booklet=None, making=None).values_list("pk", flat=True)
    BookletMaking.objects.bulk_create([BookletMaking(edition_id=pk) for pk in new], ignore_conflicts=True)
    _give_up_lost(at=clock.now())
    due = list(BookletMaking.objects.due().filter(tries__lt=MOST_TRIES).values_list("edition_id", flat=True))
    if due:
        _hint(report_queue(Queue.BATCH), due)


def _hint(queue: rq.Queue, edition_ids: list[int]) -> None:
    """Behind whatever single report somebody waits for, and never more hints than workers can take."""
    for edition_id in edition_ids[: max(0, MOST_HINTS - len(queue))]:
        queue.enqueue(RENDER, kwargs={"edition_id": edition_id}, result_ttl=0, ttl=int(HINT_LIVES.total_seconds()))


def make_booklet(*, edition_id: int, seconds: float, at: datetime) -> bool:
    """Typeset the edition's booklet and keep it, or the reason why there is none; False unless it is due."""
    making = _begin(edition_id)
    if making is None:
        return False
    edition = CatalogueEdition.objects.select_related("catalogue").get(pk=edition_id)
    try:
        with lease_kept(partial(_renew, making), of=f"booklet of edition {edition_id}, attempt {making.attempt}"):
            booklet = booklet_of(edition)  # outside the bounds: a query broken off leaves no connection to say so
            with within_bounds(seconds=seconds):
                pdf = render_booklet(booklet)
            return _keep(making, edition, pdf, at=at)
    except DATABASE_ERRORS:
        raise  # nothing can be written down now; it is due again when its lease has run out
    except Exception as error:
        logger.exception("booklet of edition %s, attempt %s: failed", edition_id, making.attempt)
        _fail(making, reason=reason_for_screen(error), at=at)
        return False


def _begin(edition_id: int) -> BookletMaking | None:
    BookletMaking.objects.bulk_create([BookletMaking(edition_id=edition_id)], ignore_conflicts=True)
    making = BookletMaking.objects.due().filter(edition_id=edition_id, tries__lt=MOST_TRIES).first()
    if making is None:
        return None
    as_seen = BookletMaking.objects.due().filter(pk=making.pk, attempt=making.attempt)
    taken = as_seen.update(tries=F("tries") + 1, attempt=F("attempt") + 1, next_try_at=Now() + LEASE)
    making.tries, making.attempt = making.tries + 1, making.attempt + 1
    return making if taken else None


def _renew(making: BookletMaking) -> bool:
    """Hold it for another lease; False when it is made, given up or somebody else's by now."""
    mine = BookletMaking.objects.filter(
        pk=making.pk, attempt=making.attempt, has_failed=False, edition__booklet=None, next_try_at__gt=Now()
    )
    return bool(mine.update(next_try_at=Now() + LEASE))


@transaction.atomic
def _keep(making: BookletMaking, edition: CatalogueEdition, pdf: bytes, *, at: datetime) -> bool:
    """Whoever has one first: a worker that was given up may still finish what nobody else has."""
    mine = CatalogueEdition.objects.select_for_update().filter(pk=edition.pk, booklet=None)
    if not mine.exists():
        return False
    name = f"{edition.catalogue.name}（第{edition.number}版）.pdf"
    file = store_bytes(data=pdf, name=name, media_type="application/pdf", by=None, at=at)
    mine.update(booklet=file)
    BookletMaking.objects.filter(edition=edition).update(has_failed=False, error="")
    AuditEntry.objects.record(
        action="render", target=making, by=None, at=at, to_status=RenderStatus.READY, detail={"sha256": file.sha256}
    )
    return True


@transaction.atomic
def _fail(making: BookletMaking, *, reason: str, at: datetime) -> None:
    """Unless somebody else has begun another try meanwhile."""
    is_last = making.tries >= MOST_TRIES
    pause = timedelta() if is_last else BACK_OFF[making.tries - 1]
    mine = BookletMaking.objects.filter(pk=making.pk, attempt=making.attempt, edition__booklet=None)
    if mine.update(has_failed=is_last, error=reason, next_try_at=Now() + pause) and is_last:
        AuditEntry.objects.record(
            action="render", target=making, by=None, at=at, to_status=RenderStatus.FAILED, reason=reason
        )


@transaction.atomic
def _give_up_lost(*, at: datetime) -> None:
    """What began its last try and never ended it."""
    lost = BookletMaking.objects.due().filter(tries__gte=MOST_TRIES)
    for making in lost.select_for_update(of=["self"], skip_locked=True):
        BookletMaking.objects.filter(pk=making.pk).update(has_failed=True, error=LOST)
        AuditEntry.objects.record(
            action="render", target=making, by=None, at=at, to_status=RenderStatus.FAILED, reason=LOST
        )
        logger.warning("booklet of edition %s: lost its worker each time, given up", making.edition_id)
