"""Items in every state, reached through the services as in life."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from disclosure.basic_catalogue.reference_data import COUNTY
from disclosure.catalogue.search.renewal import search_columns
from disclosure.corrections.services import ReportedError, report_error
from disclosure.items.drafting import draft_item, edit_item, revise_item
from disclosure.items.lifecycle import release_at_once, withdraw_item
from disclosure.items.public_copies import make_all
from disclosure.items.publication import publish_item
from disclosure.models import Answer, BasicCatalogue, Correction, Item
from disclosure.privacy.gate import before_submission
from disclosure.privacy.scans import open_hits, scan_item
from disclosure.review.services import answer_item, keep_submitted, lines, pass_item, submit_item
from ninghai.calendar.clock import beginning_of
from ninghai.models import StoredFile, User
from tests.cast import Cast
from tests.jobs.background import scan_waiting

AT = datetime(2018, 11, 20, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
LATER = AT.replace(day=21)


def county_catalogue() -> BasicCatalogue:
    """The county's own basic catalogue."""
    return BasicCatalogue.objects.get_or_create(code=COUNTY, defaults={"name": "主动公开基本目录"})[0]


def as_today(user: User) -> User:
    """The person read anew, as at the next request."""
    return User.objects.get(pk=user.pk)


def drafted(cast: Cast, *, by: User | None = None, files: Sequence[StoredFile] = (), **fields) -> Item:
    by = by or cast.clerk
    fields = {"title": "关于公开2018年部门预算的通知", "body": "一、总体要求\n按规定公开部门预算。"} | fields
    item = draft_item(unit=by.acting.unit, form_id=uuid.uuid4(), by=by, at=AT, attachments=files, **fields)
    make_all(item, at=AT)
    return item


def with_head(cast: Cast, **fields) -> Item:
    """Submitted; with what the finder did not know at that time, if something personal is in it."""
    item = drafted(cast, **fields)
    if not before_submission(open_hits(scan_item(item).hits, item)):
        return submit_item(item=item, by=cast.clerk, at=AT)
    item.submit(by=cast.clerk, at=AT)
    keep_submitted(item, at=AT)
    return item


def in_review(cast: Cast, **fields) -> Item:
    item = with_head(cast, **fields)
    return pass_item(item=item, seen_hash=item.content_hash(), checked=lines(Answer.Kind.SECRECY), by=cast.head, at=AT)


def looked_into(item: Item) -> Item:
    """Its files, however busy the machine is."""
    if item.attachments.exists():
        scan_item(item)
        scan_waiting()
    return item


def approved(cast: Cast, **fields) -> Item:
    item = looked_into(in_review(cast, **fields))
    seen = item.content_hash()
    for kind in (Answer.Kind.PERSONAL_DATA, Answer.Kind.LEGALITY):
        answer_item(item=item, kind=kind, seen_hash=seen, checked=lines(kind), by=cast.office, at=AT)
    item.refresh_from_db()
    return item


def published(cast: Cast, *, at: datetime = AT, **fields) -> Item:
    return publish_item(item=approved(cast, **fields), by=cast.office, at=at)


def as_imported(item: Item, *, on: date) -> Item:
    """As if it had been taken over from elsewhere, where it was public since that day."""
    since = beginning_of(on)
    found_by = search_columns(item, index_number=str(item.index_number), at=since)
    Item.objects.filter(pk=item.pk).update(is_imported=True, original_published_on=on, published_at=since, **found_by)
    item.refresh_from_db()
    return item


def withdrawn(cast: Cast, **fields) -> Item:
    return withdraw_item(
        item=published(cast, **fields),
        reason=Item.WithdrawalReason.WRONG,
        explanation="数据有误",
        by=cast.office,
        at=AT,
    )


def corrected(item: Item | None = None, *, page: str = "/", at: datetime = AT, **written) -> Correction:
    """A visitor's error report about the item's page, else about the page at that address."""
    written = {"words": "第二段的年份有误，应为2018年。", "contact": "13812345678", "address": "198.51.100.7"} | written
    page = item.get_absolute_url() if item else page
    return report_error(reported=ReportedError(page=page, **written), form_id=uuid.uuid4(), at=at)


HIDDEN_STATES = {
    "draft": drafted,
    "with_head": with_head,
    "in_review": in_review,
    "approved": approved,
    "withdrawn": withdrawn,
}


def revised(
    cast: Cast, item: Item, *, files: Sequence[StoredFile] = (), removed=(), at: datetime = AT, **fields
) -> Item:
    """The unit's draft of another content for what it has published."""
    revision = revise_item(item=Item.objects.get(pk=item.pk), form_id=uuid.uuid4(), by=cast.clerk, at=at)
    edited = edit_item(
        item=revision, version=revision.version, by=cast.clerk, at=at, attachments=files, removed=removed, **fields
    )
    make_all(edited, at=at)
    return edited


def reviewed(cast: Cast, draft: Item, *, at: datetime = AT) -> Item:
    """The draft after the ordinary review: waiting for publication."""
    item = submit_item(item=draft, by=cast.clerk, at=at)
    item = looked_into(pass_item(item=item, seen_hash=item.content_hash(), by=cast.head, at=at))
    seen = item.content_hash()
    for kind in (Answer.Kind.PERSONAL_DATA, Answer.Kind.LEGALITY):
        answer_item(item=item, kind=kind, seen_hash=seen, by=cast.office, at=at)
    item.refresh_from_db()
    return item


def updated(cast: Cast, item: Item, *, at: datetime = LATER, **fields) -> Item:
    """The published item after a revision has become its content."""
    return publish_item(item=reviewed(cast, revised(cast, item, **fields)), by=cast.office, at=at)


def released_at_once(cast: Cast, item: Item, *, at: datetime = AT) -> Item:
    return release_at_once(
        item=item, seen_hash=item.content_hash(), reason="防汛应急，须立即告知公众", by=cast.signer, at=at
    )
