"""What must not be seen: an item full of words that stand nowhere else, in every state that is not public."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from disclosure.basic_catalogue.services import publish_first_edition
from disclosure.items.drafting import edit_item, revise_item
from disclosure.items.lifecycle import withdraw_item
from disclosure.items.publication import publish_item, schedule_item
from disclosure.models import CatalogueEntry, Item
from ninghai.files import store_bytes
from ninghai.models import StoredFile
from tests.cast import Cast
from tests.disclosure import makers as disclosure_makers
from tests.disclosure.legacy_import import makers as older_items
from tests.disclosure.makers import AT, LATER, county_catalogue

DAY = "2018-12-31"  # on which the public asks
TITLE, BODY, SUMMARY = "暗河水库移民安置方案", "溶洞勘探发现地下水位异常升高", "拟另行安置三百余户"
NUMBER, LABEL, FILE_TEXT = "密政办发〔2018〕99号", "迁移测算明细表.txt", "测算总费用九千四百万元整"
SECRETS = (TITLE, BODY, SUMMARY, NUMBER, LABEL, FILE_TEXT)
NEXT_NUMBER = "330226002/2018-00002"  # that it bears, or would
NOBODY = uuid.UUID(int=0)
WORDS = {"title": TITLE, "body": BODY, "summary": SUMMARY, "document_number": NUMBER}
HARMLESS = {"title": "修订后的公开标题", "body": "修订后的正文", "summary": "", "document_number": "甬公〔2018〕1号"}


@dataclass(slots=True)
class World:
    """One public policy, and where the hidden thing would stand beside it."""

    cast: Cast
    entry: CatalogueEntry
    policy: Item


@dataclass(slots=True)
class Thing:
    """How somebody who knows or guesses its addresses would ask for it."""

    index_number: str = NEXT_NUMBER
    file_ids: list[uuid.UUID] = field(default_factory=lambda: [NOBODY])
    receipt: str = ""
    item: Item | None = None


def make_world(cast: Cast) -> World:
    entry = CatalogueEntry.objects.create(catalogue=county_catalogue(), code="secret", name="事项")
    publish_first_edition(catalogue=entry.catalogue, note="首次发布", at=AT)
    policy = disclosure_makers.published(cast, title="公开的一条", body="正文", kind="document", entry=entry)
    return World(cast=cast, entry=entry, policy=policy)


def fields(world: World) -> dict:
    return {**WORDS, "entry": world.entry, "kind": "interpretation", "explains": world.policy}


def a_file(world: World) -> StoredFile:
    return store_bytes(data=FILE_TEXT.encode(), name=LABEL, media_type="text/plain", by=world.cast.clerk, at=AT)


def thing_of(item: Item, *, files: list[StoredFile], receipt: str = "") -> Thing:
    number = item.index_number or NEXT_NUMBER
    return Thing(index_number=number, file_ids=[file.pk for file in files], receipt=receipt, item=item)


def reached(maker: Callable[..., Item]) -> Callable[[World], Thing]:
    """The thing in a state that a maker reaches."""

    def make(world: World) -> Thing:
        file = a_file(world)
        return thing_of(maker(world.cast, **fields(world), files=[file]), files=[file])

    return make


def made_public(world: World) -> Thing:
    """The control: the same thing, public, with an error report about its page."""
    thing = reached(disclosure_makers.published)(world)
    thing.receipt = disclosure_makers.corrected(thing.item).receipt_number
    return thing


def scheduled(cast: Cast, **more) -> Item:
    item = disclosure_makers.approved(cast, **more)
    return schedule_item(item=item, release_at=AT + timedelta(days=60), by=cast.office, at=AT)


def in_the_future(cast: Cast, **more) -> Item:
    return disclosure_makers.published(cast, at=AT.replace(year=2019), **more)


def withdrawn_for(reason: str) -> Callable[[World], Thing]:
    def make(world: World) -> Thing:
        thing = made_public(world)
        told = {"reason": Item.WithdrawalReason(reason), "explanation": TITLE, "by": world.cast.office, "at": LATER}
        withdraw_item(item=thing.item, replaced_by=world.policy if reason == "replaced" else None, **told)
        return thing

    return make


def hidden_version(world: World) -> Thing:
    """Its old text had to go; what is public now says nothing of it."""
    return _changed(world, hides_old_version=True, **HARMLESS)


def turned_into_a_notice(world: World) -> Thing:
    """It exists and is not disclosed any more; before, it was."""
    grounds = {"method": "not_disclosed", "method_reason": "process", "method_explanation": "过程性信息"}
    return _changed(world, **{**HARMLESS, "body": ""}, **grounds, next_review_date=AT.date() + timedelta(days=365))


def _changed(world: World, **changes) -> Thing:
    thing, clerk = made_public(world), world.cast.clerk
    draft = revise_item(item=thing.item, form_id=uuid.uuid4(), by=clerk, at=AT)
    taken_off = list(draft.attachments.all())
    draft = edit_item(item=draft, version=draft.version, by=clerk, at=AT, removed=taken_off, **changes)
    publish_item(item=disclosure_makers.reviewed(world.cast, draft), by=world.cast.office, at=LATER)
    return thing


def revision(state: Callable[[World, Item], object]) -> Callable[[World], Thing]:
    """A revision under way, whose words are the secret; the item itself is public and harmless."""

    def make(world: World) -> Thing:
        file = a_file(world)
        draft = disclosure_makers.revised(world.cast, world.policy, files=[file], **WORDS)
        state(world, draft)
        return Thing(file_ids=[file.pk], item=draft)

    return make


def not_taken_over(world: World) -> Thing:
    told = {
        "名称": TITLE,
        "正文": BODY,
        "内容概述": SUMMARY,
        "发文字号": NUMBER,
        "索引号": NEXT_NUMBER,
        "附件": "a.pdf",
    }
    rows = older_items.workbook(older_items.row(**told))
    older_items.checked(world.cast, rows, older_items.archive({"a.pdf": older_items.a_pdf()}))
    return Thing(file_ids=list(StoredFile.objects.values_list("pk", flat=True)))


NEVER_PUBLIC: dict[str, Callable[[World], Thing]] = {
    "draft": reached(disclosure_makers.drafted),
    "with head": reached(disclosure_makers.with_head),
    "in review": reached(disclosure_makers.in_review),
    "approved": reached(disclosure_makers.approved),
    "scheduled": reached(scheduled),
    "published in the future": reached(in_the_future),
    "older item not taken over": not_taken_over,
    "revision drafted": revision(lambda world, draft: draft),
    "revision approved": revision(lambda world, draft: disclosure_makers.reviewed(world.cast, draft)),
}
GONE: dict[str, Callable[[World], Thing]] = {
    f"withdrawn: {reason.label}": withdrawn_for(reason) for reason in Item.WithdrawalReason
}
CHANGED: dict[str, Callable[[World], Thing]] = {
    "hidden version": hidden_version,
    "turned into a notice": turned_into_a_notice,
}
HIDDEN = {**NEVER_PUBLIC, **GONE, **CHANGED}
TEXT_STAYS = {f"withdrawn: {reason.label}" for reason in Item.TEXT_STAYS}
