"""What waits for a person about the knowledge base (今天要办), and what its owner is told: a source that has changed, a day that comes."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Least, TruncDate
from django.urls import reverse

from disclosure.items.waiting import of_own_unit
from disclosure.knowledge.shown import GONE, SINCE
from disclosure.models import Knowledge, KnowledgeAnswer
from ninghai.accounts.audit.history import without_own_work
from ninghai.accounts.permission_table import CLERK, HEAD, OFFICE, READERS, SIGNER
from ninghai.cases.assignments import roles_in
from ninghai.models import Message, Role, Unit, User
from ninghai.notifications.notify import Announcement, notify_in_digest
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import WaitingKind, page_in_admin, waits, works_in_the_admin

SOON = timedelta(days=30)  # before its day of review, or its last day


class OfKnowledge(WaitingKind[Knowledge]):
    place, group = "disclosure:service-guide-list", DeskGroup.ITEMS  # beside which the unit finds its answers
    since = TruncDate("drafted_at")
    status: str

    def records(self, user: User, on: date) -> QuerySet[Knowledge]:
        return Knowledge.objects.filter(unit__in=of_own_unit(user), status=self.status)

    def for_list(self, records: QuerySet[Knowledge]) -> QuerySet[Knowledge]:
        return records.select_related("unit").defer("answer", "title_vector", "text_vector", "search_text")

    def unit(self, record: Knowledge) -> str:
        return record.unit.short_name

    def address(self, record: Knowledge, user: User) -> str:
        if works_in_the_admin(user):
            return page_in_admin(record)
        return reverse("disclosure:work-knowledge", args=[record.pk])


@waits
class KnowledgeToWrite(OfKnowledge):
    """Begun, or returned with a reason."""

    label, verb, roles, status = "知识库解答待填写", "填写", CLERK | OFFICE, "draft"

    def words(self, record: Knowledge) -> str:
        return f"被退回：{record.return_reason}" if record.return_reason else self.label

    def is_sent_back(self, record: Knowledge) -> bool:
        return bool(record.return_reason)


@waits
class KnowledgeToPass(OfKnowledge):
    label, verb, status = "知识库解答待审核", "审核", "with_head"
    roles = HEAD | OFFICE | SIGNER

    def records(self, user: User, on: date) -> QuerySet[Knowledge]:
        return without_own_work(super().records(user, on), by=user)


@waits
class KnowledgeToAnswer(OfKnowledge):
    """For the office: who has signed two of the three answers signs no more."""

    label, verb, roles = "知识库解答待审查", "签署意见", READERS

    def records(self, user: User, on: date) -> QuerySet[Knowledge]:
        signed = KnowledgeAnswer.objects.filter(dropped_at=None, signed_by=user).order_by()
        twice = signed.values("knowledge").annotate(kinds=Count("kind")).filter(kinds__gte=2)
        waiting = Knowledge.objects.filter(status="in_review").exclude(pk__in=twice.values("knowledge"))
        return without_own_work(waiting, by=user)


@waits
class KnowledgeToCheck(OfKnowledge):
    """Its source has another version or is gone, somebody doubts it, or its day comes; until an edition is drafted."""

    label, verb, roles = "知识库解答待核对", "核对", CLERK | HEAD | OFFICE | SIGNER
    due, what_is_due = Least("review_by", "valid_until"), "核对"
    since = TruncDate("checked_at")

    def records(self, user: User, on: date) -> QuerySet[Knowledge]:
        begun = Knowledge.objects.unfinished().filter(number=OuterRef("number"))
        own = Knowledge.objects.filter(unit__in=of_own_unit(user))
        return own.to_check(on=on, by=on + SOON).exclude(Exists(begun))

    def words(self, record: Knowledge) -> str:
        return why_to_check(record)


def why_to_check(knowledge: Knowledge) -> str:
    """Of one of `to_check`."""
    if knowledge.doubt:
        return f"送核对：{knowledge.doubt}"
    if knowledge.source_now is None:
        return "来源已经取消、撤回或者失效，不再向公众显示"
    if knowledge.source_now != knowledge.source_version:
        return f"来源已有第{knowledge.source_now}版，解答是对照第{knowledge.source_version}版写的"
    return "快到复核日期或者有效期"


# Reminders, each once: that the source has changed, and 30 days before a day that was set and after it.


def remind_of_knowledge(*, on: date, at: datetime, calendar: object) -> int:
    """The round of a working day; returns how many messages were written."""
    told: defaultdict[tuple[Role, ...], list[tuple[Unit, Announcement]]] = defaultdict(list)
    for knowledge in Knowledge.objects.to_check(on=on, by=on + SOON).for_list().order_by("pk"):
        for event, subject, text in _said(knowledge, on=on):
            url = reverse("disclosure:work-knowledge", args=[knowledge.pk])
            announcement = Announcement(kind=Message.Kind.DUE, event=event, subject=subject, text=text, url=url)
            told[roles_in(knowledge.unit)].append((knowledge.unit.standing_in(on=on), announcement))
    return sum(notify_in_digest(each, event=f"knowledge:{on}", roles=roles, at=at) for roles, each in told.items())


def _said(knowledge: Knowledge, *, on: date) -> Iterator[tuple[str, str, str]]:
    """What there is to tell of it: event, subject, text."""
    now, named = knowledge.source_now, f"知识库解答“{knowledge.question}”"
    if now != knowledge.source_version:
        event = f"knowledge-source:{knowledge.pk}:{now}"
        yield event, f"来源有变化，请核对：{named}", GONE if now is None else SINCE
    if knowledge.doubt:
        yield f"knowledge-doubt:{knowledge.pk}:{knowledge.version}", f"请核对：{named}", knowledge.doubt
    for name, day in (("复核日期", knowledge.review_by), ("有效期", knowledge.valid_until)):
        if day and day <= on + SOON:
            stage, words = ("over", "已过") if day < on else ("soon", "快到")
            event = f"knowledge-{stage}:{knowledge.pk}:{day}:{name}"
            yield event, f"{name}{day}{words}：{named}", "请核对，或者起草新的一版。"
