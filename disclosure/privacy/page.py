"""How the hits are shown: in place in the text, and in groups of one kind in one file, each with its standing."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from disclosure.items.body.blocks import Block
from disclosure.items.difference import DifferenceLine
from disclosure.models import Item, Ruling
from disclosure.privacy.gate import before_submission, why_not_clean
from disclosure.privacy.marked_text import MarkedSegment, marked_blocks, segments
from disclosure.privacy.masked_copies import can_be_masked, mask_attachment, mask_text
from disclosure.privacy.rulings import rule_on_hits, take_back_rulings
from disclosure.privacy.scans import ItemHit, ItemScan, open_hits, scan_item
from disclosure.review.forms import RulingForm
from ninghai.calendar import clock
from ninghai.jobs.progress import JobProgress
from ninghai.models.state_machine import StaleError, TransitionError
from ninghai.personal_data.hit import DataKind, Hit
from ninghai.personal_data.masking import masked
from ninghai.staff_site.record_pages import RecordPage
from ninghai.web.http import AuthenticatedRequest

SHOWN = 50  # hits of one group that are listed one by one; the whole group is ruled on together
IN_FULL = frozenset(
    {
        DataKind.NAME,
        DataKind.ADDRESS,
        DataKind.HIDDEN_DATA,
        DataKind.PICTURE,
        DataKind.SENSITIVE_COLUMN,
        DataKind.LANDLINE,
    }
)


@dataclass(frozen=True, slots=True)
class ShownHit:
    """One place of a group; `excerpt` shows as much as is needed to judge it."""

    fingerprint: str
    place: str
    excerpt: str
    is_open: bool
    ruling: str


@dataclass(slots=True)
class HitGroup:
    """The hits of one kind in one file, or in the text."""

    file: str
    kind: DataKind
    hits: list[ItemHit]
    shown: list[ShownHit] = field(default_factory=list)
    open_count: int = 0
    reasons: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """By which a form names the group as it was seen: another hit, and it is another group."""
        return hashlib.sha256("".join(sorted(hit.fingerprint for hit in self.hits)).encode()).hexdigest()[:32]

    @property
    def where(self) -> str:
        return f"附件“{self.file}”" if self.file else "正文和各字段"

    @property
    def unlisted(self) -> int:
        """How many are not listed one by one; ruling on the group and masking are about them, too."""
        return max(len(self.hits) - SHOWN, 0)


@dataclass(frozen=True, slots=True)
class MaskableFile:
    """A file of which a masked copy can be made, and where to ask for it."""

    label: str
    mask_url: str


@dataclass(slots=True)
class PrivacyView:
    """Everything that the section on personal data shows."""

    groups: list[HitGroup]
    blocks: list[Block]
    fields: list[tuple[str, list[MarkedSegment]]]
    obstacle: str
    waiting: list[str]
    file_count: int
    unreadable: list[tuple[str, str]]
    maskable: list[MaskableFile]
    has_open_text: bool
    before_submission: str  # what keeps a draft from being submitted

    @property
    def progress(self) -> JobProgress:
        """How many of the files were looked into."""
        done = self.file_count - len(self.waiting)
        words = f"正在检查附件：共{self.file_count}个，已检查{done}个。检查完成前不能签署和公开，可以先办别的事，也可以离开本页。"
        return JobProgress(
            words=words, is_under_way=bool(self.waiting), done=done, total=self.file_count, ask_again="5s"
        )

    @property
    def count(self) -> int:
        return sum(len(group.hits) for group in self.groups)


def privacy_view(item: Item, *, mask_url: str, text: Sequence[DifferenceLine] = ()) -> PrivacyView:
    """`mask_url` names the address at which a masked copy of a file is asked for, with item and attachment; `text` says what
    of the text is new, to be marked in it."""
    scan = scan_item(item)
    left = open_hits(scan.hits, item)
    still = {hit.fingerprint for hit in left}
    return PrivacyView(
        groups=grouped(scan.hits, still, rulings_of(item)),
        blocks=marked_blocks(item.body, _in(scan, "body"), still, text),
        fields=[
            (hits[0].place, segments(getattr(item, name), hits, still))
            for name in dict.fromkeys(hit.field for hit in scan.hits if hit.field and hit.field != "body")
            if (hits := _in(scan, name))
        ],
        obstacle=why_not_clean(scan, left),
        waiting=scan.waiting,
        file_count=item.attachments.count(),
        unreadable=scan.unreadable,
        maskable=_maskable(item, left, mask_url),
        has_open_text=any(not hit.attachment_id for hit in left),
        before_submission=before_submission(left),
    )


def rulings_of(item: Item) -> dict[str, Ruling]:
    """The item's own rulings by what they are about."""
    return {each.fingerprint: each for each in item.rulings.select_related("ruled_by")}


def grouped(hits: Sequence[ItemHit], still: set[str], rulings: dict[str, Ruling]) -> list[HitGroup]:
    """The groups in the order in which they first appear, what is open before what is done."""
    groups: dict[tuple[str, DataKind], HitGroup] = {}
    for hit in hits:
        groups.setdefault((hit.file, hit.kind), HitGroup(hit.file, hit.kind, [])).hits.append(hit)
    for group in groups.values():
        group.hits.sort(key=lambda hit: hit.fingerprint not in still)
        group.open_count = sum(hit.fingerprint in still for hit in group.hits)
        group.shown = [_shown(hit, still, rulings) for hit in group.hits[:SHOWN]]
        made = (rulings.get(hit.fingerprint) for hit in group.hits)
        group.reasons = sorted({_in_words(each) for each in made if each})
    return sorted(groups.values(), key=lambda group: not group.open_count)


def _in(scan: ItemScan, field: str) -> list[ItemHit]:
    return [hit for hit in scan.hits if hit.field == field]


def _shown(hit: ItemHit, still: set[str], rulings: dict[str, Ruling]) -> ShownHit:
    printed = hit.text if hit.kind in IN_FULL else masked(Hit(0, len(hit.text), hit.kind, hit.text, hit.certain))
    ruling = rulings.get(hit.fingerprint)
    return ShownHit(
        fingerprint=hit.fingerprint,
        place=hit.place,
        excerpt=printed if hit.certain else f"{printed}（请人工判断）",
        is_open=hit.fingerprint in still,
        ruling=_in_words(ruling) if ruling else "",
    )


def _in_words(ruling: Ruling) -> str:
    note = f"：{ruling.note}" if ruling.note else ""
    return f"{ruling.get_reason_display()}{note}（{ruling.ruled_by}）"


def _maskable(item: Item, left: Sequence[ItemHit], mask_url: str) -> list[MaskableFile]:
    """The files with open hits of which the portal can write a masked copy."""
    open_in: set[Any] = {hit.attachment_id for hit in left if hit.kind != DataKind.PICTURE}
    attachments = item.attachments.select_related("file").filter(pk__in=open_in - {None})
    return [
        MaskableFile(label=attachment.label, mask_url=reverse(mask_url, args=[item.pk, attachment.pk]))
        for attachment in attachments
        if can_be_masked(attachment)
    ]


# What a person does about the hits on the page: rule, take a ruling back, mask a file, mask the text.

SECTION, TEXT = "#personal-data", "#text"
MOST_NAMED = 12  # places that a message names


def rule_on_ticked(page: RecordPage[Item], request: AuthenticatedRequest, item: Item, form: RulingForm) -> HttpResponse:
    """Rule on what is ticked, or take rulings back; what was typed comes back with what is wrong."""
    meant = ticked(item, groups=request.POST.getlist("group"), hits=request.POST.getlist("hit"))
    if request.POST.get("act") == "undo" and meant:
        count = take_back_rulings(item=item, fingerprints=meant, by=request.user, at=clock.now())
        messages.success(request, f"已撤销{count}处核对结果。")
        return redirect(f"{page.url(item)}{SECTION}")
    if form.is_valid() and meant:
        try:
            return _ruled(page, request, item, meant, form)
        except TransitionError as refused:
            form.add_error("reason", str(refused))
    if not meant:
        form.add_error(None, "请先勾选要登记的内容。")
    chosen = {"groups": request.POST.getlist("group"), "hits": request.POST.getlist("hit")}
    return page.show(request, item, status=422, refused={"rule": form}, chosen=chosen)


def mask_file(
    page: RecordPage[Item], request: AuthenticatedRequest, item: Item, form: BaseForm, attachment: int
) -> HttpResponse:
    file = get_object_or_404(item.attachments.select_related("file"), pk=attachment)
    try:
        mask_attachment(item=item, attachment=file, version=item.version, by=request.user, at=clock.now())
    except TransitionError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"“{file.label}”已换成脱敏副本，原文件留存备查，不会公开。请打开副本核对一遍。")
    return redirect(f"{page.url(item)}{SECTION}")


def mask_words(page: RecordPage[Item], request: AuthenticatedRequest, item: Item, form: BaseForm) -> HttpResponse:
    """Mask what is open in the text; the page then shows the text, and the message what it says now in each place."""
    left = [hit for hit in open_hits(scan_item(item).hits, item) if not hit.attachment_id]
    mask_text(item=item, version=item.version, by=request.user, at=clock.now())
    messages.success(request, f"正文和各字段的{len(left)}处个人信息已去标识化：{_quoted_hits(left)}。请核对一遍。")
    return redirect(f"{page.url(item)}{TEXT}")


def _quoted_hits(hits: Sequence[ItemHit]) -> str:
    """身份证号“3302**********123X”、手机号码“138****1234”等."""
    named = dict.fromkeys(f"{hit.kind.label}“{hit.printed}”" for hit in hits if hit.printed)
    return "、".join(list(named)[:MOST_NAMED]) + ("等" if len(named) > MOST_NAMED else "")


def ticked(item: Item, *, groups: Collection[str], hits: Collection[str]) -> set[str]:
    """The fingerprints that are meant; StaleError when a group is another one than was seen."""
    if not groups:
        return set(hits)
    known = {group.key: group for group in grouped(scan_item(item).hits, set(), {})}
    if not set(groups) <= known.keys():
        raise StaleError(item)
    return {hit.fingerprint for key in groups for hit in known[key].hits} | set(hits)


def _ruled(
    page: RecordPage[Item], request: AuthenticatedRequest, item: Item, meant: set[str], form: RulingForm
) -> HttpResponse:
    reason, note = Ruling.Reason(form.cleaned_data["reason"]), form.cleaned_data["note"]
    count = rule_on_hits(item=item, fingerprints=meant, reason=reason, note=note, by=request.user, at=clock.now())
    messages.success(request, f"已登记{count}处：{reason.label}。")
    return redirect(f"{page.url(item)}{SECTION}")
