"""Whether a reader may still rely on what a page shows: in force, replaced, withdrawn, not reviewed yet."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from disclosure.models import Item
from disclosure.states import DisclosureMethod, ItemStatus, Validity

Link = tuple[str, str]  # title and address


@dataclass(frozen=True, slots=True)
class Standing:
    """Sentences for the top of the page, each with its tone, and the documents before and after this one."""

    sentences: list[tuple[str, str]]  # (tone, sentence)
    replaced_by: Link | None
    replaces: list[Link]


def standing(item: Item, *, at: datetime) -> Standing:
    """One query: the published document that replaces it, and those that it replaces."""
    either = Q(pk=item.replaced_by_id) | Q(replaced_by=item) if item.replaced_by_id else Q(replaced_by=item)
    public = (Item.objects.published(at) | Item.objects.kept()).filter(either)
    related = list(public.order_by("-published_at").only("title", "index_number", "replaced_by"))
    after = [_link(each) for each in related if each.pk == item.replaced_by_id]
    return Standing(
        sentences=_sentences(item),
        replaced_by=after[0] if after else None,
        replaces=[_link(each) for each in related if each.replaced_by_id == item.pk],
    )


def _link(item: Item) -> Link:
    return item.title, item.get_absolute_url()


def _sentences(item: Item) -> list[tuple[str, str]]:
    said = []
    if item.status == ItemStatus.WITHDRAWN:
        notice = f"{item.withdrawal_notice}" if item.withdrawal_notice else "正文留此备查，不再作为办事依据。"
        said.append(("late", f"本信息已撤回（{item.get_withdrawal_reason_display()}）。{notice}"))
    if item.validity == Validity.EXPIRED:
        since = f"有效期至 {item.expires_on:%Y-%m-%d}，" if item.expires_on else ""
        said.append(("late", f"本文件{since}已失效，仅供查阅。"))
    if item.validity == Validity.REPEALED:
        since = f"自 {item.repealed_on:%Y-%m-%d} 起" if item.repealed_on else "已"
        said.append(("late", f"本文件{since}废止，仅供查阅。"))
    if item.is_emergency and item.reviewed_after_at is None:
        said.append(("due", "本信息为紧急公开，审查程序正在补办。"))
    if item.method != DisclosureMethod.PROACTIVE:
        said.append(("info", "本信息不主动公开，这里只公布名称和理由。需要了解内容的，可以依法提出申请。"))
    return said
