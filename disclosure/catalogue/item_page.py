"""The public page of an item: what its own address shows, read in one query; its facts, its standing, its views."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlencode

import redis
import segno
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from disclosure.items.body.blocks import Block, Paragraph, ParagraphLevel, blocks
from disclosure.items.undisclosed import ground_words
from disclosure.models import AnnualReport, Attachment, CatalogueEntry, Item, ProposalReply, Topic, VersionFile
from disclosure.models.states import DisclosureMethod, ItemStatus, Validity
from ninghai.models import Unit
from ninghai.operations.database.queries import CompiledOnce
from ninghai.operations.redis import short_line
from ninghai.web.http import Trail, trail_from_home
from ninghai.web.template_filters import breakable
from tasks.models import WorkPointNotice
from tasks.models.states import NoticeStatus

# What a county's article page shows beside the text: where it stands, its facts, its files, the government page tags.

COLUMN_TYPES = {
    Item.Kind.DOCUMENT: "政策文件",
    Item.Kind.INTERPRETATION: "政策解读",
    Item.Kind.ANNOUNCEMENT: "通知公告",
}


def published_moment(item: Item) -> datetime:
    """When it first became public: the portal's own stamp, or the day of then of what was taken over."""
    if item.published_at is None:
        raise ValueError("only published items have a page")
    return timezone.localtime(item.published_at)


def breadcrumb(item: Item) -> Trail:
    catalogue = reverse("disclosure:item-list")
    kind = f"{catalogue}?{urlencode({'kind': item.kind})}"
    return trail_from_home(("公开目录", catalogue), (item.get_kind_display(), kind), ("正文", ""))


def progress_of(item: Item) -> str:
    """Where the public sees how the work of this notice goes on; empty for what is no issued notice of work points."""
    if "工作要点" not in item.title or not item.document_number:
        return ""
    issued = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED, document_number=item.document_number)
    year = issued.values_list("year", flat=True).first()
    return reverse("tasks:progress-year", args=[year]) if year else ""


def annual_data_of(item: Item) -> str:
    """Where the tables of a yearly report are read as data; empty for anything else."""
    is_public = item.status == ItemStatus.PUBLISHED
    if not is_public or "年度报告" not in item.title or not AnnualReport.objects.reported().filter(item=item).exists():
        return ""
    return reverse("disclosure:annual-report-data", args=[item.index_number])


def proposals_of(item: Item) -> str:
    """Where a reply to a proposal (建议提案答复) stands among the others of its year; empty for anything else."""
    if item.status != ItemStatus.PUBLISHED or "建提复" not in item.document_number:
        return ""
    reply = ProposalReply.objects.filter(item=item).select_related("proposal__case").first()
    return f"{reverse('disclosure:proposal-results')}?year={reply.proposal.case.year}" if reply else ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the index table (索引表): a state has the tone of its chip; what is copied has a button for that."""

    term: str
    value: str
    tone: str = ""
    is_copied: bool = False


TONES = {Validity.IN_FORCE: "good", Validity.EXPIRED: "late", Validity.REPEALED: "late"}


def index_facts(item: Item) -> list[Fact]:
    """The index table above the title, as 《政府信息公开目录》 prints it, and what else says whether one may rely on the text."""
    facts = [
        Fact("索引号", item.index_number or "", is_copied=True),
        Fact("主题分类", item.topic.path if item.topic else ""),
        Fact("发布机构", item.unit.name),
        Fact("成文日期", _day(item.formed_date)),
        Fact("发布日期", _published_on(item)),
        Fact("发文字号", item.document_number),
        Fact("时效", _validity(item), tone=TONES[Validity(item.validity)]),
        Fact("施行日期", _day(item.effective_on)),
        Fact("有效期至", _day(item.expires_on)),
        Fact("废止日期", _day(item.repealed_on)),
        Fact("不主动公开的理由", ground_words(item, today=published_moment(item).date())),
        Fact("理由说明", item.method_explanation),
        Fact("下次评估日期", _day(item.next_review_date)),
    ]
    return [fact for fact in facts if fact.value]


def other_facts(item: Item) -> list[Fact]:
    """What is known besides, below the text: how it was filed, and whom it is for."""
    facts = [
        Fact("公开事项", item.entry.shown_name if item.entry else ""),
        Fact("组配分类", item.get_category_display()),
        Fact("统一编号", item.unified_number),
        Fact("公开方式", item.get_method_display()),
        Fact("公开范围", item.audience if item.method == DisclosureMethod.PROACTIVE else ""),
        Fact("收录时间", f"{timezone.localtime(item.drafted_at):%Y-%m-%d %H:%M}" if item.is_imported else ""),
    ]
    return [fact for fact in facts if fact.value]


def _validity(item: Item) -> str:
    """Of what was withdrawn and kept nobody says that it holds; that it has expired or was repealed stays true."""
    says_nothing = item.keeps_text and item.validity == Validity.IN_FORCE
    return "" if says_nothing or item.method != DisclosureMethod.PROACTIVE else item.get_validity_display()


def _published_on(item: Item) -> str:
    """To the minute by the portal's own stamp; of what was taken over only the day of then is known."""
    return f"{published_moment(item):%Y-%m-%d}" if item.is_imported else f"{published_moment(item):%Y-%m-%d %H:%M}"


def _day(day: date | None) -> str:
    return f"{day}" if day else ""


FEW_HEADINGS = 4
HEADINGS = (ParagraphLevel.HEADING, ParagraphLevel.SUBHEADING)


def contents_of(text: Sequence[Block]) -> list[tuple[int, Paragraph]]:
    """The headings of a long text (本文目录), each with the number of its block; none where there are few."""
    paragraphs = ((number, each) for number, each in enumerate(text, start=1) if isinstance(each, Paragraph))
    headings = [(number, each) for number, each in paragraphs if each.level in HEADINGS]
    return headings if len(headings) > FEW_HEADINGS else []


@lru_cache(maxsize=256)
def drawn_address(address: str) -> bytes:
    """The address as a QR code (二维码) in SVG."""
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=4, border=4, light="white")
    return drawn.getvalue()


def article_context(item: Item, files: Sequence[Attachment], related: "Related") -> dict[str, Any]:
    """What the page shows of the item itself, wherever it stands."""
    text = blocks(item.body)
    return {
        "item": item,
        "trail": breadcrumb(item),
        "heading": breakable(item.title),
        "facts": index_facts(item),
        "other_facts": other_facts(item),
        "blocks": text,
        "contents": contents_of(text),
        "files": article_files(files),
        "standing": standing(item, related),
        "pair": related.pair,
        "progress": progress_of(item),
        "annual_data": annual_data_of(item),
        "proposals": proposals_of(item),
    }


def article_meta(item: Item, *, url: str) -> list[tuple[str, str]]:
    """The page's government tags, one <meta> each."""
    column = item.get_kind_display()
    tags = [
        ("ColumnName", column),
        ("ColumnType", COLUMN_TYPES.get(Item.Kind(item.kind), "信息公开")),
        ("ArticleTitle", item.title),
        ("PubDate", f"{published_moment(item):%Y-%m-%d %H:%M}"),
        ("ContentSource", source_of(item)),
        ("Keywords", ",".join(filter(None, [item.topic.name if item.topic else "", column, item.unit.short_name]))),
        ("Author", item.unit.name),
        ("Url", url),
    ]
    return [(name, value) for name, value in tags if value]


def source_of(item: Item) -> str:
    return item.source or item.unit.name


def article_files(attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """The attachments as the list of files shows them."""
    return [
        {
            "label": attachment.label,
            "url": attachment.get_absolute_url(),
            "size": attachment.file.size,
            "type": type_of(attachment.file.original_name),
            "note": f"类型：{type_of(attachment.file.original_name)}",
            "sha256": attachment.file.sha256,
        }
        for attachment in attachments
    ]


def version_files(files: Iterable[VersionFile]) -> list[dict[str, Any]]:
    """The files of an earlier version, at the same address as any attachment."""
    return [
        {
            "label": each.label,
            "url": reverse("disclosure:attachment", args=[each.file_id]),
            "size": each.file.size,
            "sha256": each.file.sha256,
        }
        for each in files
    ]


def type_of(file_name: str) -> str:
    """What the reader calls the kind of file: its extension in capitals."""
    _, dot, extension = file_name.rpartition(".")
    return extension.upper() if dot else "文件"


# What an item's own address shows, read in one query: the page is opened more often than any other.

NAMES: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "unit": (Unit, ("id", "name", "short_name")),
    "topic": (Topic, ("id", "name", "path")),
    "entry": (CatalogueEntry, ("id", "name", "public_name")),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands beside an item: the policy that it explains, and the interpretations of it; only what is public."""

    explained: Item | None
    interpretations: list[Item]


@dataclass(frozen=True, slots=True)
class Related:
    """The documents before and after an item, and what explains it."""

    replaced_by: Item | None
    replaces: list[Item]
    pair: Pair


def _address(at: datetime, index_number: str) -> QuerySet[Item]:
    """It is published, or it left the catalogue and its text was kept (`kept`)."""
    pointing = Item.objects.filter(Q(replaced_by=OuterRef("pk")) | Q(explains=OuterRef("pk")))
    names = {f"{field}_{name}": F(f"{field}__{name}") for field, (_, read) in NAMES.items() for name in read[1:]}
    return (
        (Item.objects.published(at) | Item.objects.kept())
        .filter(index_number=index_number)
        .without_search()
        .annotate(
            has_files=Exists(Attachment.objects.filter(item=OuterRef("pk"))), is_pointed_at=Exists(pointing), **names
        )
    )


_at_address = CompiledOnce(_address, at=datetime(1, 1, 1, tzinfo=UTC), index_number="the number that is asked for")


def item_at_address(index_number: str, *, at: datetime) -> Item | None:
    """The item with the names of its unit, topic and duty."""
    for item in _at_address(at=at, index_number=index_number):
        for field, (model, names) in NAMES.items():
            _name(item, field, model, names)
        return item
    return None


def _name(item: Any, field: str, model: type[Model], names: tuple[str, ...]) -> None:
    pk = getattr(item, f"{field}_id")
    known = (pk, *(getattr(item, f"{field}_{name}") for name in names[1:]))
    setattr(item, field, None if pk is None else model.from_db(None, names, known))


def files_of(item: Any) -> list[Attachment]:
    return list(item.attachments.select_related("file")) if item.has_files else []


def related_to(item: Any, *, at: datetime) -> Related:
    """One query, for the few that have any: a document that was withdrawn and kept counts before and after this one."""
    named = {item.replaced_by_id, item.explains_id} - {None}
    if not named and not getattr(item, "is_pointed_at", True):
        return Related(None, [], Pair(None, []))
    either = Q(pk__in=named) | Q(replaced_by=item.pk) | Q(explains=item.pk)
    shown = (Item.objects.published(at) | Item.objects.kept()).filter(either)
    rows = list(shown.newest_first().for_list())
    public = [each for each in rows if each.status == ItemStatus.PUBLISHED]
    return Related(
        replaced_by=next((each for each in rows if each.pk == item.replaced_by_id), None),
        replaces=[each for each in rows if each.replaced_by_id == item.pk],
        pair=Pair(
            explained=next((each for each in public if each.pk == item.explains_id), None),
            interpretations=[each for each in public if each.explains_id == item.pk],
        ),
    )


# Whether a reader may still rely on what a page shows: in force, replaced, withdrawn, not reviewed yet.

Link = tuple[str, str]  # title and address


@dataclass(frozen=True, slots=True)
class ValidityNotice:
    """Sentences for the top of the page, each with its tone, and the documents before and after this one."""

    sentences: list[tuple[str, str]]  # (tone, sentence)
    replaced_by: Link | None
    replaces: list[Link]


def standing(item: Item, related: Related) -> ValidityNotice:
    """What its status and validity say, with the published document that replaces it, and those that it replaces."""
    return ValidityNotice(
        sentences=_sentences(item),
        replaced_by=_link(related.replaced_by) if related.replaced_by else None,
        replaces=[_link(each) for each in related.replaces],
    )


def _link(item: Item) -> Link:
    """Title and number: a corrected document often has the title of the one it replaces."""
    number = f"（{item.document_number}）" if item.document_number else ""
    return f"{item.title}{number}", item.get_absolute_url()


def _sentences(item: Item) -> list[tuple[str, str]]:
    notes = []
    if item.status == ItemStatus.WITHDRAWN:
        notice = f"{item.withdrawal_notice}" if item.withdrawal_notice else "正文留此备查，不再作为办事依据。"
        notes.append(("late", f"本信息已撤回（{item.get_withdrawal_reason_display()}）。{notice}"))
    if item.validity == Validity.EXPIRED:
        since = f"有效期至 {item.expires_on:%Y-%m-%d}，" if item.expires_on else ""
        notes.append(("late", f"本文件{since}已失效，仅供查阅。"))
    if item.validity == Validity.REPEALED:
        since = f"自 {item.repealed_on:%Y-%m-%d} 起" if item.repealed_on else "已"
        notes.append(("late", f"本文件{since}废止，仅供查阅。"))
    if item.is_emergency and item.reviewed_after_at is None:
        notes.append(("due", "本信息为紧急公开，审查程序正在补办。"))
    if item.method != DisclosureMethod.PROACTIVE:
        notes.append(("info", "本信息不主动公开，这里只公布名称和理由。需要了解内容的，可以依法提出申请。"))
    return notes


# 浏览次数: each view is one increment in Redis; the scheduler carries the sums to the database. A page never waits for it.

PENDING, MOVING = "disclosure:views", "disclosure:views:moving"
PATIENCE = 0.2  # seconds


@cache
def counters() -> "redis.Redis":
    return short_line(settings.REDIS_URL, seconds=PATIENCE)


def count_view(item: Item) -> int:
    """Count one view and tell the sum so far; without Redis, the sum that the database knows."""
    try:
        return item.view_count + counters().hincrby(PENDING, str(item.pk), 1)
    except redis.RedisError:
        return item.view_count


def flush_view_counts() -> int:
    """Add the pending views to the items; return how many views were carried over.

    The pending hash is set aside first, so that views of the meantime are counted in a new one; what was set aside and
    not carried over comes with the next round. It is let go before the sums are committed: when Redis goes away in
    between, nothing is carried, and nothing twice.
    """
    store = counters()
    if store.exists(PENDING) and not store.exists(MOVING):
        store.rename(PENDING, MOVING)
    pending = cast(dict[bytes, bytes], store.hgetall(MOVING))
    with transaction.atomic():
        for pk, views in pending.items():
            Item.objects.filter(pk=int(pk)).update(view_count=F("view_count") + int(views))
        store.delete(MOVING)
    return sum(map(int, pending.values()))
