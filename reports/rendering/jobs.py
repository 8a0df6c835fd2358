"""The background jobs. A hint in Redis wakes a work-horse, which then renders whatever is due, as the rows say.

Each report is rendered within its bounds of time (REPORT_SECONDS) and memory (REPORT_MEMORY).
"""

import gc
import logging
import os
import time
from datetime import datetime

from django.conf import settings
from redis import RedisError

from ninghai.calendar import clock
from ninghai.database.away import DATABASE_ERRORS
from reports.pdf import render_pdf
from reports.rendering import booklets
from reports.rendering.bounds import reason_for_screen, tries_for, within_bounds
from reports.rendering.claims import Claim, claim, claim_next, due, lease_kept
from reports.rendering.queue import HORSE_LIVES, hand_out

logger = logging.getLogger(__name__)


def render_report(*, report_id: int, **kwargs: object) -> None:
    """Render this report, then what else is due, one after another, for as long as a work-horse may live.

    May run twice without harm. A work-horse whose worker was killed ends with the report that it has in hand; so does
    one that could not make it, for it may have left its process short of memory, and the next shall not suffer for it.
    """
    began, worker = time.monotonic(), os.getppid()
    claimed = claim(report_id) or claim_next()
    while claimed:
        with lease_kept(claimed.renew, of=f"report {claimed.report_id}, attempt {claimed.attempt}"):
            went_well = render(claimed)
        gc.collect()
        goes_on = went_well and time.monotonic() - began < HORSE_LIVES and os.getppid() == worker
        if not goes_on:
            hand_on()
        claimed = claim_next() if goes_on else None


def hand_on() -> None:
    """Wake another work-horse for what is left; without Redis the scheduler does."""
    try:
        hand_out(due().values_list("pk", flat=True)[:1])
    except RedisError as error:
        logger.warning("queue is away: %s", error)


def render_report_as_of(*, report_id: int, at: datetime) -> None:
    """The same for one report as if it had been that moment, in the caller's transaction; nobody else can take its row."""
    if claimed := claim(report_id):
        render(claimed, at=at)


def render(claimed: Claim, *, at: datetime | None = None) -> bool:
    """Keep the PDF or the reason why there is none, stamped with `at`, else with the moment at which it was done.

    True when the PDF was made.
    """
    try:
        pdf = typeset(claimed)
        kept = claimed.store(pdf=pdf, at=at or clock.now())
    except DATABASE_ERRORS:
        raise  # nothing can be written down now; the lease runs out and the scheduler takes the report back
    except Exception as error:
        logger.exception("report %s, attempt %s: failed", claimed.report_id, claimed.attempt)
        claimed.fail(reason=reason_for_screen(error), at=at or clock.now(), most_tries=tries_for(error))
        return False
    logger.info("report %s, attempt %s: %s", claimed.report_id, claimed.attempt, "ready" if kept else "lost to another")
    return True


def typeset(claimed: Claim) -> bytes:
    """The PDF, made within the bounds; they strike between two queries, for the next one may have to tell of it."""
    with within_bounds(seconds=settings.REPORT_SECONDS) as hold_back:

        def tell(done: int, total: int) -> None:
            with hold_back():
                claimed.tell_progress(done, total)

        return render_pdf(snapshot=claimed.snapshot, on_progress=tell)


def make_booklet(*, edition_id: int, **kwargs: object) -> None:
    """Typeset the booklet of an edition that has none yet; may run twice without harm."""
    if booklets.make_booklet(edition_id=edition_id, seconds=settings.REPORT_SECONDS, at=clock.now()):
        logger.info("edition %s: booklet ready", edition_id)
