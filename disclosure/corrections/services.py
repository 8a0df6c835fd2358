"""Taking in an error report (纠错), and answering it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from disclosure.corrections import rules
from disclosure.corrections.pages import item_at
from disclosure.corrections.receipts import draw_receipt_number
from disclosure.corrections.senders import require_patience, sender_of
from disclosure.models import Correction, Item
from disclosure.plain_text import many_lines, one_line
from disclosure.privacy.short_words import personal_in
from disclosure.states import CorrectionStatus
from ninghai.messaging.telling import Announcement, people_in, tell, tell_unit
from ninghai.models import Message, Role, Unit, User
from ninghai.moves import StaleError, require

NOT_MENDED = (
    "这条信息在收到留言以后还没有公开过修订稿，不能答复“已更正”。"
    "请先起草修订稿，审核公开后再答复；页面不用更正的，请选“已答复，页面不作更正”。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a visitor wrote, about which page, from which network address."""

    page: str
    words: str
    contact: str
    address: str


@transaction.atomic
def report_error(*, reported: Reported, form_id: UUID, at: datetime) -> Correction:
    """Take the report in and tell the unit; the same form sent again finds the first one. Raises TooOften."""
    sender = sender_of(reported.address)
    if sent := Correction.objects.filter(form_id=form_id, sender=sender).first():
        return sent
    require_patience(sender=sender, at=at)
    item = item_at(reported.page, at=at)
    correction, is_new = Correction.objects.get_or_create(
        form_id=form_id,
        defaults={
            "receipt_number": draw_receipt_number(on=timezone.localdate(at)),
            "page": reported.page,
            "item": item,
            "unit": unit_of(item, at=at),
            "words": many_lines(reported.words),
            "contact": one_line(reported.contact),
            "sender": sender,
            "received_at": at,
        },
    )
    if is_new:
        _tell(correction, at=at)
    return correction


def unit_of(item: Item | None, *, at: datetime) -> Unit:
    """Whose page it is: the item's unit, or the one that has taken over from it; else the county office."""
    day = timezone.localdate(at)
    if item is not None:
        return item.unit.standing_in(on=day)
    office = Unit.objects.valid(on=day).filter(kind=Unit.Kind.OFFICE).first()
    require(office is not None, "本平台还没有登记县政府办公室，暂时不能受理纠错。")
    return office  # type: ignore[return-value]  # required above


@transaction.atomic
def answer_correction(
    *, correction: Correction, to: CorrectionStatus, answer: str, version: int, by: User, at: datetime
) -> Correction:
    """Answer it, as mended (已更正) or as explained (已答复); the sender reads the answer with the receipt number.

    Raises StaleError if somebody answered since this person opened it, ValidationError if the answer tells about people,
    or says that an item was mended of which nothing has changed since.
    """
    if correction.version != version or not correction.is_waiting:
        raise StaleError(correction)
    require(rules.can_answer(by, correction))
    answer = many_lines(answer).strip()
    if not answer:
        raise ValidationError({"answer": "请填写答复，反映问题的人凭受理编号看到的就是它。"})
    if named := personal_in(answer):
        raise ValidationError({"answer": f"答复会公开显示，其中有{named}，请删去后再提交。"})
    if to == CorrectionStatus.MENDED and not was_mended(correction):
        raise ValidationError({"outcome": NOT_MENDED})
    correction.settle(to=to, answer=answer, by=by, at=at)
    return correction


def was_mended(correction: Correction) -> bool:
    """Whether the public reads another content of the item than when the report came in, or none any more.

    Of a page that is no item nobody can tell.
    """
    if correction.item_id is None:
        return True
    since = Q(updated_at__gte=correction.received_at) | Q(withdrawn_at__gte=correction.received_at)
    return Item.objects.filter(since, pk=correction.item_id).exists()


def _tell(correction: Correction, *, at: datetime) -> None:
    """The unit's people learn that there is something to answer; the visitor's words stay inside."""
    is_offices = correction.unit.kind == Unit.Kind.OFFICE
    name = "admin:disclosure_correction_change" if is_offices else "disclosure:correction"
    announcement = Announcement(
        kind=Message.Kind.CORRECTION,
        event=f"correction:{correction.pk}",
        subject=f"收到一条纠错留言，受理编号 {correction.receipt_number}",
        text=f"{correction.item or '网站页面'}：{correction.words}",
        url=reverse(name, args=[correction.pk]),
    )
    if is_offices:
        tell(memberships=people_in(roles=[Role.OFFICE]).filter(unit=correction.unit), announcement=announcement, at=at)
    else:
        tell_unit(unit=correction.unit, announcement=announcement, at=at)
