"""The scheduler (调度): what must happen without anybody asking, in rounds, by one process at a time.

It trusts neither Redis nor its own connection: a round that fails is logged, and the next one starts afresh.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from math import inf
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import CASCADE, CharField, Exists, F, ManyToOneRel, Model, OuterRef, QuerySet
from django.db.models.functions import Cast
from redis import RedisError

from disclosure.catalogue.item_page import flush_view_counts
from disclosure.catalogue.subscriptions import send_subscription_letters
from disclosure.corrections.services import forget_senders
from disclosure.coverage.services import compute_coverage_when_due
from disclosure.exchange.messages import tell_partners
from disclosure.items.lifecycle import expire_items, replace_item
from disclosure.items.public_copies import queue_copies
from disclosure.items.publication import release_due
from disclosure.knowledge.search import forget_missed
from disclosure.models import Item
from disclosure.privacy.nightly import check_public_items_by_night
from disclosure.privacy.scans import queue_scans
from disclosure.public_opinion.reminders import watch_opinions
from disclosure.site_columns.guide import renew_guides
from ninghai.accounts.audit.anchors import drop_anchor_when_due, seal_and_note_head
from ninghai.accounts.audit.checking import check_trail_by_night
from ninghai.accounts.audit.refusals import record_sums
from ninghai.accounts.audit.sealing import seal_latecomers
from ninghai.accounts.login_throttle import forget_old_tries
from ninghai.accounts.sessions import forget_old_sessions
from ninghai.calendar import clock
from ninghai.cases.register import forget_people
from ninghai.files import discard
from ninghai.files.integrity import set_strays_aside
from ninghai.jobs.claims import take_back_lost
from ninghai.jobs.queue import hand_out
from ninghai.models import AuditEntry, Job, StoredFile
from ninghai.models.state_machine import StaleError
from ninghai.operations.database.connections import DATABASE_ERRORS, take_lead
from ninghai.operations.redis import note_round
from ninghai.web.public_pages.revision import forget_old_changes
from reports.jobs import make_periodic_reports, queue_booklets
from reports.models import Report
from reports.verification.integrity import check_content_by_night
from tasks.assignments.reminders import send_reminders_when_due
from tasks.periods.services import look_after_periods
from tasks.spot_checks.findings import close_lapsed_clocks

# 更正: once a correction (更正件) is public, the catalogue says of the report it puts right that it was replaced.

logger = logging.getLogger(__name__)


def untold_corrections(*, at: datetime) -> QuerySet[Report]:
    """Public corrections of public reports whose catalogue item does not say so yet, in the order of their publication."""
    public = Item.objects.published(at).values("pk")
    has_been_changed_since = AuditEntry.objects.filter(
        action=AuditEntry.Action.CHANGE_VALIDITY,
        target_type=Item._meta.label_lower,
        target_id=Cast(OuterRef("corrects__item"), CharField()),
        at__gte=OuterRef("item__published_at"),
    )
    found = Report.objects.issued().filter(~Exists(has_been_changed_since), item__in=public, corrects__item__in=public)
    replaced = found.filter(corrects__item__replaced_by=F("item"))
    return found.exclude(pk__in=replaced).select_related("item", "corrects__item").order_by("item__published_at", "pk")


def mark_corrected_items(*, at: datetime) -> int:
    """Let each corrected item name the last of its public corrections; return how many now do."""
    last = {report.corrects_id: report for report in untold_corrections(at=at).defer("snapshot", "corrects__snapshot")}
    return sum(_mark(report, at=at) for report in last.values())


def _mark(correction: Report, *, at: datetime) -> bool:
    older = correction.corrects.item if correction.corrects else None
    if older is None or correction.item is None:
        return False
    try:
        replace_item(item=older, successor=correction.item, reason=f"已由{correction.document_number}更正", at=at)
    except (PermissionDenied, ValidationError, StaleError) as refused:
        logger.warning("item %s is not marked as replaced: %s", older.pk, refused)
        return False
    return True


# Files that nothing needs any more (无用文件): drafts that a signed report has replaced, uploads of forms given up.

GRACE = timedelta(days=1)  # a refused form may still be sent again with the files that it carries along


def references() -> list[tuple[type[Model], str]]:
    """Each model and field by which a record needs a file; what goes with its file (CASCADE) needs none."""
    relations = StoredFile._meta.get_fields(include_hidden=True)
    return [
        (each.related_model, each.field.name)
        for each in relations
        if isinstance(each, ManyToOneRel) and each.on_delete is not CASCADE
    ]


def unneeded_files(*, at: datetime) -> QuerySet[StoredFile]:
    """The files older than a day to which no record refers, oldest first."""
    needed = [Exists(model._base_manager.filter(**{name: OuterRef("pk")})) for model, name in references()]
    return StoredFile.objects.filter(*(~need for need in needed), stored_at__lt=at - GRACE)


def discard_unneeded_files() -> int:
    """Delete them, each in a transaction of its own; return how many are gone."""
    now = clock.now()
    return sum(_discard(pk, at=now) for pk in unneeded_files(at=now).values_list("pk", flat=True))


@transaction.atomic
def _discard(pk: UUID, *, at: datetime) -> bool:
    """Delete the file unless a record takes it at this very moment: the lock keeps out whoever comes later."""
    stored = unneeded_files(at=at).select_for_update(skip_locked=True).filter(pk=pk).first()
    return stored is not None and discard(stored)


ROUND = 3.0  # seconds between two rounds
TEN_SECONDS, HALF_MINUTE, TEN_MINUTES, HOUR, DAY = 10.0, 30.0, 600.0, 3600.0, 86400.0


def at_now(duty: Callable[..., object]) -> Callable[[], object]:
    """A duty that is told at what moment it is done."""

    @wraps(duty)
    def done() -> object:
        return duty(at=clock.now())

    return done


def forget_what_is_over() -> None:
    """Sessions that ended, and tries that no longer count; no demo shifts their time."""
    forget_old_sessions(at=clock.true_now())
    forget_old_tries(at=clock.true_now())


def hand_out_due() -> None:
    """Wake workers for every job that is due."""
    hand_out(Job.objects.to_hand_out())


class Every:
    """A duty that need not come with every round: in the first one, then `every` so many seconds."""

    def __init__(self, duty: Callable[[], object], *, every: float) -> None:
        self.duty, self.every, self.done_at, self.__name__ = duty, every, -inf, duty.__name__

    def __call__(self) -> None:
        if time.monotonic() - self.done_at >= self.every:
            self.done_at = time.monotonic()
            self.duty()


class InThread:
    """A duty that takes long: in a thread of its own, never twice at once."""

    def __init__(self, duty: Callable[[], object]) -> None:
        self.duty, self.__name__ = duty, duty.__name__
        self.thread = threading.Thread()

    def __call__(self) -> None:
        if not self.thread.is_alive():
            self.thread = threading.Thread(target=self._do, name=self.__name__, daemon=True)
            self.thread.start()

    def _do(self) -> None:
        try:
            self.duty()
        except Exception:
            logger.exception("%s: failed", self.__name__)
        finally:
            connection.close()  # this thread's own


DUTIES: Sequence[Callable[[], object]] = (
    at_now(take_back_lost),
    hand_out_due,
    at_now(release_due),
    at_now(expire_items),
    Every(at_now(mark_corrected_items), every=HALF_MINUTE),
    flush_view_counts,
    at_now(send_reminders_when_due),
    at_now(seal_and_note_head),
    Every(at_now(record_sums), every=TEN_MINUTES),
    Every(at_now(seal_latecomers), every=TEN_MINUTES),
    Every(at_now(drop_anchor_when_due), every=HALF_MINUTE),
    Every(InThread(at_now(check_trail_by_night)), every=TEN_MINUTES),
    Every(at_now(close_lapsed_clocks), every=HOUR),
    Every(at_now(look_after_periods), every=HOUR),
    Every(at_now(forget_people), every=HOUR),
    Every(at_now(renew_guides), every=HOUR),
    Every(at_now(watch_opinions), every=TEN_MINUTES),
    Every(compute_coverage_when_due, every=HOUR),
    Every(queue_booklets, every=TEN_SECONDS),
    InThread(queue_copies),
    queue_scans,
    Every(InThread(at_now(check_public_items_by_night)), every=HOUR),
    Every(InThread(at_now(check_content_by_night)), every=TEN_MINUTES),
    Every(make_periodic_reports, every=HOUR),
    Every(discard_unneeded_files, every=HOUR),
    Every(set_strays_aside, every=DAY),
    Every(at_now(forget_old_changes), every=HOUR),
    Every(forget_what_is_over, every=HOUR),
    Every(InThread(at_now(send_subscription_letters)), every=HALF_MINUTE),
    Every(at_now(tell_partners), every=TEN_SECONDS),
    Every(InThread(at_now(forget_senders)), every=HOUR),
    Every(at_now(forget_missed), every=HOUR),
)


def run(*, stop: threading.Event) -> None:
    """Lead, or wait until the leader is gone; returns soon after `stop` is set."""
    lead: Any = None
    while not stop.is_set():
        try:
            lead = lead if _holds(lead) else _take_lead()
            if lead:
                do_round(stop=stop)
        except DATABASE_ERRORS as error:
            logger.warning("database is away, trying again in %s s: %s", ROUND, error)
            connection.close()  # and with it the lock
        stop.wait(ROUND)


def _holds(lead: Any) -> bool:
    """Whether the connection that holds the lock still lives: a duty that lost it may have opened another by now."""
    return lead is not None and lead is connection.connection and not lead.closed


def _take_lead() -> Any:
    """The database connection that holds the lock from now on; None where another process leads."""
    connection.ensure_connection()
    if not take_lead(connection.connection):
        return None
    logger.info("this scheduler leads")
    return connection.connection


def do_round(*, stop: threading.Event, duties: Sequence[Callable[[], object]] = DUTIES) -> None:
    """Do every duty once; one that fails does not keep the others from their work, unless the database is away."""
    began, failed = time.monotonic(), []
    for duty in duties:
        if stop.is_set():
            return
        try:
            duty()
        except RedisError as error:
            logger.warning("%s: queue is away: %s", duty.__name__, error)
            failed.append(duty.__name__)
        except Exception as error:
            if isinstance(error, DATABASE_ERRORS) and not connection.is_usable():
                raise
            logger.exception("%s: failed", duty.__name__)
            failed.append(duty.__name__)
    note_round(took=time.monotonic() - began, failed=failed)
