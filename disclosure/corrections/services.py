"""Taking in an error report (纠错) under a receipt number, by when it is answered, who answers it, and the answer."""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID
from zlib import crc32

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from disclosure.items.text import many_lines, one_line
from disclosure.models import Correction, Item, Knowledge, Service
from disclosure.models.states import CorrectionStatus
from disclosure.privacy.gate import personal_in
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import DataKey, Message, Role, Unit, User, acts_as
from ninghai.models.state_machine import Allowed, StaleError, in_state, require
from ninghai.notifications.notify import notify, people_in
from ninghai.sealed.services import destroy
from ninghai.web.http import network_of

# Receipt numbers (受理编号): the day, and nine digits that nobody can guess; easy to read out on the telephone.

SHAPE = re.compile(r"(\d{8})(\d{3})(\d{3})(\d{3})")


def draw_receipt_number(*, on: date) -> str:
    """20181120-482-913-557."""
    digits = f"{secrets.randbelow(10**9):09}"
    return f"{on:%Y%m%d}-{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def read_receipt_number(text: str) -> str:
    """The number as it is kept, however it was typed (full-width digits, blanks, no hyphens); empty if it is none."""
    digits = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))
    match = SHAPE.fullmatch(digits)
    return "-".join(match.groups()) if match else ""


# Who sends error reports, without keeping who it is: a hash of the network address, with the portal's secret key.

LIMITS = ((timedelta(hours=1), 5), (timedelta(days=1), 20))
SENTENCE = "您所在的网络提交得太频繁，请过一小时再提交，填写的内容可以先复制保存。"


class TooOften(Exception):
    """This sender wrote too often; the text is fit for the screen."""

    def __init__(self) -> None:
        super().__init__(SENTENCE)


def sender_of(address: str) -> str:
    """The hash of an address; an IPv6 network counts as one, as it gives each household a range of its own."""
    return salted_hmac("disclosure.corrections", network_of(address), algorithm="sha256").hexdigest()


def require_patience(*, sender: str, at: datetime) -> None:
    """Raise TooOften over the limit. Inside a transaction: reports of one sender wait for each other here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [crc32(b"corrections") >> 1, crc32(sender.encode()) >> 1]
        )
    sent = Correction.objects.filter(sender=sender)
    if any(sent.filter(received_at__gt=at - span).count() >= most for span, most in LIMITS):
        raise TooOften


# Which page an error report is about: its address within the portal, and the item, or the service's guide, that it shows.
# That a guide is not what happens at the window (指南与实际不一致) is told here, too: nobody need say who they are, no law sets a
# limit, the answer is public under a number, and one door for “this page is wrong” is easier to find than two.

LONGEST_ADDRESS = 300
ITEM_PAGES = frozenset({"disclosure:item-detail"})
GUIDE_PAGES = frozenset({"disclosure:service", "disclosure:service-version"})


def page_address(text: str) -> str:
    """The address as it is kept: a path within the portal; anything else counts as the home page."""
    address = unquote(text.strip())  # after this a harmless address may hold what no database keeps
    if not (_is_within(text.strip()) and _is_within(address)):
        return "/"
    return address.partition("#")[0][:LONGEST_ADDRESS]


def _is_within(text: str) -> bool:
    return text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()


def shown_at(address: str, *, at: datetime) -> Item | Service | Knowledge | None:
    """The published item that the page shows, the service whose guide it is, or the answer of the knowledge base."""
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return None
    if match.view_name in GUIDE_PAGES:
        public = Service.objects.filter(guides__status="published").select_related("unit")
        return public.filter(code=match.kwargs["code"]).first()
    if match.view_name == "disclosure:knowledge":
        number = min(match.kwargs["number"], 2**31 - 1)
        return Knowledge.objects.filter(status="published", number=number).for_list().first()
    if match.view_name not in ITEM_PAGES:
        return None
    items = Item.objects.published(at).select_related("unit")
    return items.for_list().filter(index_number=match.kwargs["index_number"]).first()


# Who may answer an error report: the unit that it reached, and the county office.

ANSWERING = (Role.OFFICE, Role.EDITOR, Role.REVIEWER)


def answers(user: User) -> bool:
    """Whose affair answering is; the office's head reads."""
    return acts_as(user, *ANSWERING)


def can_answer(user: User, correction: Correction) -> Allowed:
    """While it waits; every one that the person sees."""
    visible = answers(user) and Correction.objects.visible_to(user).filter(pk=correction.pk).exists()
    return visible and in_state(correction.is_waiting, correction)


def needs_stated_purpose(user: User, correction: Correction) -> bool:
    """The unit that answers has its purpose by that; whoever else sees the report says what they look at its sender for."""
    acting = user.acting
    return acting is None or not Unit.objects.inherited_by(acting.unit).filter(pk=correction.unit_id).exists()


# Taking in an error report (纠错), and answering it.

NOT_MENDED = (
    "这条信息在收到留言以后还没有公开过修订稿，不能答复“已更正”。"
    "请先起草修订稿，审核公开后再答复；页面不用更正的，请选“已答复，页面不作更正”。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedError:
    """What a visitor wrote, about which page, from which network address."""

    page: str
    words: str
    contact: str
    address: str


@transaction.atomic
def report_error(*, reported: ReportedError, form_id: UUID, at: datetime) -> Correction:
    """Take the report in and tell the unit; the same form sent again finds the first one. Raises TooOften."""
    sender = sender_of(reported.address)
    if sent := Correction.objects.filter(form_id=form_id, sender=sender).first():
        return sent
    require_patience(sender=sender, at=at)
    shown = shown_at(reported.page, at=at)
    new: dict[str, Any] = {
        "receipt_number": draw_receipt_number(on=timezone.localdate(at)),
        "page": reported.page,
        "item": shown if isinstance(shown, Item) else None,
        "unit": unit_of(shown, at=at),
        "words": many_lines(reported.words),
        "contact": one_line(reported.contact) or None,
        "data_key": lambda: DataKey.objects.make(at=at),
        "sender": sender,
        "received_at": at,
    }
    correction, is_new = Correction.objects.get_or_create(form_id=form_id, defaults=new)
    if is_new:
        _notify_unit(correction, at=at)
    return correction


def unit_of(shown: Item | Service | Knowledge | None, *, at: datetime) -> Unit:
    """Whose page it is: the unit of what it shows, or the one that has taken over from it; else the county office."""
    day = timezone.localdate(at)
    if shown is not None:
        return shown.unit.standing_in(on=day)
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
    correction.require_version(version)
    if not correction.is_waiting:
        raise StaleError(correction)
    require(can_answer(by, correction))
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


def _notify_unit(correction: Correction, *, at: datetime) -> None:
    """The unit's people learn that there is something to answer; the visitor's words stay inside."""
    is_offices = correction.unit.kind == Unit.Kind.OFFICE
    name = "admin:disclosure_correction_change" if is_offices else "disclosure:correction"
    notify(
        people_in(Role.OFFICE).filter(unit=correction.unit) if is_offices else correction.unit,
        kind=Message.Kind.CORRECTION,
        event=f"correction:{correction.pk}",
        subject=f"收到一条纠错留言，受理编号 {correction.receipt_number}",
        text=f"{correction.item or '网站页面'}：{correction.words}",
        url=reverse(name, args=[correction.pk]),
        at=at,
    )


# By when an error report (纠错留言) is answered: so many working days after it came in (CORRECTION_WORKDAYS, five by default).


@dataclass(frozen=True, slots=True)
class AnswerClock:
    """The last day for the answer, and how the report stands against it."""

    due: date
    answered_on: date | None

    def days_late(self, *, on: date) -> int:
        """By how many days the answer came late, or is late on that day."""
        return max(0, ((self.answered_on or on) - self.due).days)

    def words(self, *, on: date) -> str:
        """2018-11-27前答复, 还有3天; 逾期2天; 按时答复."""
        late, until = self.days_late(on=on), f"应于{self.due:%Y-%m-%d}前答复"
        if self.answered_on:
            return f"{until}，{f'逾期{late}天答复' if late else '已按时答复'}"
        left = (self.due - on).days
        return f"{until}，{f'已逾期{late}天' if late else f'还有{left}天' if left else '今天到期'}"


def answer_term() -> str:
    """Within which time an error report is answered, and who says so: no law sets one."""
    return f"收到后{settings.CORRECTION_WORKDAYS}个工作日内（县政府办公室设定）"


def answer_clock(correction: Correction, *, calendar: WorkCalendar) -> AnswerClock:
    received = timezone.localdate(correction.received_at)
    answered_on = timezone.localdate(correction.answered_at) if correction.answered_at else None
    return AnswerClock(calendar.nth_workday_after(received, settings.CORRECTION_WORKDAYS), answered_on)


def overdue(corrections: Iterable[Correction], *, on: date, calendar: WorkCalendar) -> list[Correction]:
    """Of those that wait, the ones whose last day has passed."""
    return [each for each in corrections if answer_clock(each, calendar=calendar).due < on]


# The end of what is known of the sender: some time after the answer (CORRECTION_CONTACT_DAYS).

END = "保存期满"


def forget_senders(*, at: datetime) -> int:
    """Destroy the keys of reports answered long ago, and the hashes of their addresses; the reports and all figures stay."""
    answered = Correction.objects.filter(answered_at__lt=at - timedelta(days=settings.CORRECTION_CONTACT_DAYS))
    known = answered.filter(data_key__destroyed_at=None)
    return sum(_forget_sender(pk, at=at) for pk in list(known.values_list("pk", flat=True)))


@transaction.atomic
def _forget_sender(pk: int, *, at: datetime) -> bool:
    correction = Correction.objects.select_for_update(of=["self"]).select_related("data_key").get(pk=pk)
    Correction.objects.filter(pk=pk).update(sender="")
    return destroy(correction.data_key, by=None, reason=f"纠错留言 {correction}：{END}", at=at)
