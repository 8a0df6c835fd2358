"""The words of a reply (答复函), frozen when it is signed; and the same as everybody may read it, in the catalogue's item."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from disclosure.items.body.blocks import BodyWords, Paragraph, ParagraphLevel
from disclosure.items.body.writing import as_body
from disclosure.items.drafting import draft_item
from disclosure.items.rules import can_draft
from disclosure.models import CatalogueEntry, Item, ProposalKind, ProposalOpenness, ProposalReply
from disclosure.models.states import ItemStatus
from disclosure.proposals.kind import REPLIED
from disclosure.proposals.standards import Categories
from disclosure.requests.desk.answering import handles
from disclosure.requests.letters.words import CaseLetter, chinese_day
from ninghai.calendar.reckoning import local_day
from ninghai.cases.events import record
from ninghai.models import Case, User
from ninghai.models.state_machine import Allowed, as_long_as, require
from ninghai.sealed.services import look

ENTRY = "建议提案办理结果"  # the duty of the basic catalogue that a reply fulfils
CALLED = {ProposalKind.NPC: "代表", ProposalKind.CPPCC: "委员"}


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def names_in(deputy: str) -> set[str]:
    """The names of who made it as a text may have them: 张 三、李四等12人 are 张三 and 李四."""
    each = [re.sub("(?<=..)(?:等.*|代表|委员)$", "", name) for name in re.split("[、，,；;]", deputy)]
    return {name for said in each for name in ("".join(said.split()), *said.split()) if len(name) > 1}


def require_unnamed(deputy: str, words: Mapping[str, str]) -> None:
    """Lists, messages and the public read these words. Raises ValidationError."""
    for field, text in words.items():
        if any(name in "".join(text.split()) for name in names_in(deputy)):
            raise ValidationError({field: "这里会显示在清单、通知和公开页面中，不要写提出人的姓名。"})


def helping_units(reply: ProposalReply) -> str:
    """Whose parts are in the reply; a unit that has taken the lead since is no co-unit."""
    lead = reply.proposal.case.unit_id
    parts = (part for part in reply.proposal.parts.all() if part.round == reply.round and part.unit_id != lead)
    return "、".join(part.unit.name for part in parts)


def units_words(reply: ProposalReply) -> str:
    """Who leads, and who helped."""
    helped = helping_units(reply)
    return f"主办单位：{reply.proposal.case.unit.name}{f'；协办单位：{helped}' if helped else ''}。"


def reply_letter(reply: ProposalReply, *, deputy: str, on: date) -> CaseLetter:
    """As it would read, were it signed on that day."""
    proposal, unit = reply.proposal, reply.proposal.case.unit.standing_in(on=on)
    again = "对您提出的不满意意见，我们重新作了研究办理，现再次答复如下：" if reply.round > 1 else "现答复如下："
    return CaseLetter(
        title=f"{unit.name}关于{proposal}的{'再次' if reply.round > 1 else ''}答复",
        addressee=f"{deputy}{CALLED[ProposalKind(proposal.kind)]}：",
        paragraphs=(
            f"您提出的“{proposal.case.subject}”（{proposal}，办理编号：{proposal.case.number}）收悉。{again}",
            *lines_of(reply.text),
            f"{units_words(reply)}办理结果类别：{Categories().label(reply.category, on=on)}。"
            f"公开方式：{reply.get_openness_display()}{f'（理由：{reply.reason}）' if reply.reason else ''}。",
            "感谢您的关心和支持。",
        ),
        signed_by=unit.name,
        dated=chinese_day(on),
    )


# The reply made public: an item of the catalogue, reviewed like any other; reply and item name each other.


def reply_to_publish(case: Case) -> ProposalReply | None:
    """The last one that was signed."""
    return case.proposal.signed_replies().last()


def can_publish(user: User, case: Case) -> Allowed:
    """The lead's drafter, once the reply is signed and may be read by everybody, in full or in part; while another one is made,
    that is waited for."""
    reply = reply_to_publish(case)
    if reply is None or not (handles(user, case) and can_draft(user)):
        return False
    is_last = as_long_as(case.status in REPLIED, "这一件正在重新办理，等再次答复签发以后公开。")
    is_open = reply.openness != ProposalOpenness.NO
    is_free = reply.item is None or reply.item.status == ItemStatus.DISCARDED
    return is_last and as_long_as(is_open, "这份答复不公开。") and as_long_as(is_free, "这份答复已经拟成公开信息。")


@transaction.atomic
def draft_publication(*, case: Case, version: int, by: User, at: datetime) -> Item:
    """Draft the item (拟公开), once for each reply; of what was given up another one."""
    require(can_publish(by, case))
    reply = reply_to_publish(case)
    if reply is None or reply.paper is None or by.acting is None:
        raise ValueError("Nothing was signed.")
    who = str(look(case.proposal, by=by, purpose="拟公开建议提案答复", at=at, only=("deputy",))["deputy"])
    body = as_body(_public_lines(reply, deputy=who))
    if not case.proposal.shows_name:
        require_unnamed(who, {NON_FIELD_ERRORS: body})
    item = draft_item(
        unit=by.acting.unit,
        form_id=uuid5(NAMESPACE_URL, f"reply {reply.pk} {reply.item_id or ''}"),
        title=reply_title(reply),
        body=body,
        kind=Item.Kind.OTHER,
        entry=CatalogueEntry.objects.filter(name=ENTRY).order_by("pk").first(),
        formed_date=reply.paper.dated,
        document_number=reply.paper.number,
        source=reply.paper.unit.name,
        by=by,
        at=at,
    )
    record(case=case, kind="publication_drafted", facts={"item": item.pk}, seen=version, by=by, at=at)
    reply.item = item
    reply.save(update_fields=["item"])
    return item


def reply_title(reply: ProposalReply) -> str:
    return f"对{reply.proposal}的{'再次' if reply.round > 1 else ''}答复"


def _public_lines(reply: ProposalReply, *, deputy: str) -> Iterator[Paragraph]:
    """What everybody may know of it, then the reply or its summary; not who made it, unless the name may be shown."""
    proposal = reply.proposal
    name = f"{deputy}，" if proposal.shows_name and deputy != proposal.role else ""
    answered = reply.paper.dated if reply.paper else local_day(reply.drafted_at)
    told = [
        f"事由：{proposal.case.subject}。",
        f"提出人：{name}{proposal.role}。",
        units_words(reply),
        f"办理结果类别：{Categories().label(reply.category, on=answered)}。",
        f"公开方式：{reply.get_openness_display()}。" + (f"理由：{reply.reason}" if reply.reason else ""),
    ]
    read = reply.text if reply.openness == ProposalOpenness.FULL else reply.summary
    yield from _said(f"{ProposalKind(proposal.kind).short}办理情况", told)
    yield from _said("答复全文" if reply.openness == ProposalOpenness.FULL else "答复摘要", lines_of(read))


def _said(heading: str, lines: list[str]) -> Iterator[Paragraph]:
    yield Paragraph(BodyWords(heading), ParagraphLevel.HEADING)
    for line in lines:
        yield Paragraph(BodyWords(line), ParagraphLevel.TEXT)
