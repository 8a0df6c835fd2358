"""Whether a reader may still rely on what a page shows: in force, replaced, withdrawn, not reviewed yet."""

from dataclasses import dataclass

from disclosure.item_at_address import Related
from disclosure.models import Item
from disclosure.states import DisclosureMethod, ItemStatus, Validity

Link = tuple[str, str]  # title and address


@dataclass(frozen=True, slots=True)
class Standing:
    """Sentences for the top of the page, each with its tone, and the documents before and after this one."""

    sentences: list[tuple[str, str]]  # (tone, sentence)
    replaced_by: Link | None
    replaces: list[Link]


def standing(item: Item, related: Related) -> Standing:
    """What its status and validity say, with the published document that replaces it, and those that it replaces."""
    return Standing(
        sentences=_sentences(item),
        replaced_by=_link(related.replaced_by) if related.replaced_by else None,
        replaces=[_link(each) for each in related.replaces],
    )


def _link(item: Item) -> Link:
    """Title and number: a corrected document often has the title of the one it replaces."""
    number = f"（{item.document_number}）" if item.document_number else ""
    return f"{item.title}{number}", item.get_absolute_url()


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
