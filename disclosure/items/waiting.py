"""What waits for a person in `disclosure` (今天要办): items from draft to publication, what is missing, what visitors report."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, DateField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, TruncDate
from django.urls import reverse
from django.utils.text import Truncator

from disclosure.coverage.views import unit_list
from disclosure.items.rules import CLOSED, NOT_REVIEWED
from disclosure.models import Answer, Correction, ImportRow, Item, ItemImport, PublicCheck, SitePage, SubmittedVersion
from disclosure.models.item import ItemQuerySet
from disclosure.models.states import ImportStatus, ItemStatus
from disclosure.review.admin import still_open
from disclosure.site_columns.guide import GUIDE_UPDATE
from disclosure.site_columns.services import UNKNOWN
from ninghai.accounts.audit.history import without_own_work
from ninghai.accounts.permission_table import CLERK, HEAD, OFFICE, READERS, SIGNER
from ninghai.calendar.clock import end_of
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import AuditEntry, DutyClock, Unit, User
from ninghai.models.unit import UnitQuerySet
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import (
    ReckonedKind,
    Waiting,
    WaitingKind,
    days_left,
    page_in_admin,
    waits,
    works_in_the_admin,
)

TITLE_CHARACTERS, WORDS_CHARACTERS = 40, 60
IMPORT_LIVES = timedelta(days=30)  # a checked import that nobody began by then was given up
UNREVIEWED = [AuditEntry.Action.LINK_INTERPRETATION, AuditEntry.Action.CHANGE_VALIDITY]


def of_own_unit(user: User) -> UnitQuerySet:
    """The person's unit and those whose duties it has taken over."""
    acting: Any = user.acting
    return Unit.objects.inherited_by(acting.unit)


def written_by_others(items: ItemQuerySet, *, than: User) -> ItemQuerySet:
    """`rules.others_wrote` as a condition."""
    touched = AuditEntry.objects.filter(
        actor=than, target_type=Item._meta.label_lower, action__in=UNREVIEWED, target_id=OuterRef("revises_as_text")
    )
    others = without_own_work(items, by=than)
    return others.alias(revises_as_text=Cast("revises", CharField())).filter(~Exists(touched))


class OfItem(WaitingKind[Item]):
    """An item, on its page below /work/ or in the admin."""

    place, group = "disclosure:work-item-list", DeskGroup.ITEMS

    def for_list(self, records: QuerySet[Item]) -> QuerySet[Item]:
        return records.select_related("unit").only("title", "unit", "return_reason", "emergency_reason")

    def title(self, record: Item) -> str:
        return Truncator(record.title).chars(TITLE_CHARACTERS, truncate="……")

    def unit(self, record: Item) -> str:
        return record.unit.short_name

    def address(self, record: Item, user: User) -> str:
        return (
            page_in_admin(record)
            if works_in_the_admin(user)
            else reverse("disclosure:work-item-detail", args=[record.pk])
        )


# Where it is written, and where it is checked first.


@waits
class ItemsReturned(OfItem):
    """What came back to its drafter with a reason."""

    label, verb, roles = "信息被退回", "修改后重报", CLERK | OFFICE

    def records(self, user: User, on: date) -> QuerySet[Item]:
        own = Item.objects.filter(unit__in=of_own_unit(user), status=ItemStatus.DRAFT)
        return own.exclude(return_reason="")

    def words(self, record: Item) -> str:
        return f"被退回：{Truncator(record.return_reason).chars(WORDS_CHARACTERS, truncate='……')}"

    def is_sent_back(self, record: Item) -> bool:
        return True


@waits
class ItemsToCheck(OfItem):
    """What was handed in within the unit, for somebody else than who wrote it."""

    label, verb, roles = "信息待审核", "审核", HEAD | READERS
    since, is_queued = "handed_in_on", True

    def records(self, user: User, on: date) -> QuerySet[Item]:
        waiting = Item.objects.filter(unit__in=of_own_unit(user), status=ItemStatus.WITH_HEAD)
        versions = SubmittedVersion.objects.filter(item=OuterRef("pk")).order_by("-number")
        handed_in = waiting.annotate(handed_in_on=Subquery(versions.values(day=TruncDate("submitted_at"))[:1]))
        return written_by_others(handed_in, than=user)


@waits
class ItemsToAssess(OfItem):
    """What was not disclosed until a day (到期评估), and may be by now."""

    label, verb, roles = "到期评估能否公开", "评估", CLERK | OFFICE
    due, what_is_due = "next_review_date", "评估"

    def records(self, user: User, on: date) -> QuerySet[Item]:
        own = Item.objects.filter(unit__in=of_own_unit(user), status=ItemStatus.PUBLISHED, next_review_date__lte=on)
        return own.exclude(Exists(Item.objects.filter(revises=OuterRef("pk")).exclude(status__in=CLOSED)))


# The three signed answers, and publication.


class AnswerToSign(OfItem):
    """One of the three answers; nobody signs for what they wrote, and two people at least sign."""

    verb, roles = "签署意见", READERS
    kind: Answer.Kind
    since, is_queued = TruncDate("drafted_at"), True

    def asked(self, user: User) -> ItemQuerySet:
        """The items of which this answer is asked, given or not."""
        return Item.objects.visible_to(user).filter(Q(status=ItemStatus.IN_REVIEW) | AWAIT_REVIEW)

    def records(self, user: User, on: date) -> QuerySet[Item]:
        standing = Answer.objects.filter(dropped_at=None)
        given = standing.filter(item=OuterRef("pk"), kind=self.kind)
        by_user = standing.filter(signed_by=user).order_by().values("item").annotate(kinds=Count("kind", distinct=True))
        asked = self.asked(user).filter(~Exists(given)).exclude(pk__in=by_user.filter(kinds__gte=2).values("item"))
        return written_by_others(asked, than=user)

    def words(self, record: Item) -> str:
        return f"紧急公开，补充{self.kind.label}" if record.is_emergency else str(self.kind.label)

    def for_list(self, records: QuerySet[Item]) -> QuerySet[Item]:
        return records.select_related("unit").only("title", "unit", "is_emergency", "drafted_at")


AWAIT_REVIEW = Q(status=ItemStatus.PUBLISHED, is_emergency=True, reviewed_after_at=None)


@waits
class SecrecyToAnswer(AnswerToSign):
    """After an emergency release; otherwise it is signed with the pass to the office (`ItemsToCheck`)."""

    label, kind, roles = "紧急公开待补充保密审查", Answer.Kind.SECRECY, HEAD | READERS

    def asked(self, user: User) -> ItemQuerySet:
        return Item.objects.filter(AWAIT_REVIEW, unit__in=of_own_unit(user))


@waits
class PersonalDataToAnswer(AnswerToSign):
    label, kind = "待个人信息审查", Answer.Kind.PERSONAL_DATA


@waits
class LegalityToAnswer(AnswerToSign):
    label, kind = "待合法性与文字审查", Answer.Kind.LEGALITY


@waits
class ItemsToPublish(OfItem):
    """What is fully answered and waits for the button, not for its day."""

    label, verb, roles = "信息待公开", "公开", READERS
    verb_for_many, is_queued = "逐条公开", True

    def records(self, user: User, on: date) -> QuerySet[Item]:
        approved = Item.objects.visible_to(user).filter(status=ItemStatus.APPROVED, release_at=None)
        return written_by_others(approved, than=user)


@waits
class ReleasesAskedFor(OfItem):
    """申请紧急公开: today's, whenever it was asked."""

    label, verb, roles = "申请紧急公开", "决定", SIGNER
    due, what_is_due = "today", "决定"

    def records(self, user: User, on: date) -> QuerySet[Item]:
        asked = Item.objects.visible_to(user).filter(status__in=NOT_REVIEWED, revises=None).exclude(emergency_reason="")
        return written_by_others(asked, than=user).annotate(today=Value(on, DateField()))

    def words(self, record: Item) -> str:
        return f"申请紧急公开：{Truncator(record.emergency_reason).chars(WORDS_CHARACTERS, truncate='……')}"


# What was found in what is public, what is missing, what visitors report.


@waits
class PersonalDataInPublic(WaitingKind[PublicCheck]):
    """Hits that the nightly look found and nobody has ruled on."""

    label, verb, roles, group = "已公开信息中有个人信息", "核对", READERS, DeskGroup.ITEMS
    since, due, what_is_due = TruncDate("checked_at"), TruncDate("checked_at"), "核对"
    is_asked_anew = True  # what the public can read at this moment

    def records(self, user: User, on: date) -> QuerySet[PublicCheck]:
        return still_open()

    def for_list(self, records: QuerySet[PublicCheck]) -> QuerySet[PublicCheck]:
        return records.select_related("item__unit").defer("item__body")

    def title(self, record: PublicCheck) -> str:
        return Truncator(record.item.title).chars(TITLE_CHARACTERS, truncate="……")

    def unit(self, record: PublicCheck) -> str:
        return record.item.unit.short_name

    def words(self, record: PublicCheck) -> str:
        return record.words

    def address(self, record: PublicCheck, user: User) -> str:
        return page_in_admin(record.item)


@waits
class DutiesToDisclose(ReckonedKind[Item]):
    """What the unit's catalogue asks for and is missing, late or due soon, interpretations among it."""

    label, verb, verb_for_many, roles = "应公开事项", "起草", "逐项公开", CLERK
    place, what_is_due = "disclosure:work-coverage", "公开"

    def pieces(self, user: User, on: date) -> list[Waiting]:
        acting: Any = user.acting
        return [
            Waiting(
                title=Truncator(duty.title).chars(TITLE_CHARACTERS, truncate="……"),
                verb=self.verb,
                url=duty.draft,
                unit=str(acting.unit),
                words=f"{duty.state}：{duty.words}",
                due=duty.due_on,
                left=days_left(duty.due_on, on=on),
                what=self.what_is_due,
            )
            for duty in unit_list(acting.unit, on=on).to_do
        ]

    def behind(self, user: User) -> str:
        return reverse("disclosure:work-coverage")


class OfCorrection(WaitingKind[Correction]):
    """A visitor's error report, due so many working days after it came in."""

    label, verb, dates_itself = "纠错留言待答复", "答复", True
    place, group = "disclosure:correction-list", DeskGroup.ITEMS
    since, what_is_due = TruncDate("received_at"), "答复"

    def pieces(self, user: User, on: date) -> list[Waiting]:
        rows, calendar = super().pieces(user, on), WorkCalendar.load()
        days = [calendar.nth_workday_after(row.since or on, settings.CORRECTION_WORKDAYS) for row in rows]
        return [replace(row, due=due, left=days_left(due, on=on)) for row, due in zip(rows, days, strict=True)]

    def for_list(self, records: QuerySet[Correction]) -> QuerySet[Correction]:
        return records.select_related("unit", "item").only("receipt_number", "words", "page", "unit", "item__title")

    def title(self, record: Correction) -> str:
        return f"纠错 {record.receipt_number}"

    def unit(self, record: Correction) -> str:
        return record.unit.short_name

    def words(self, record: Correction) -> str:
        return Truncator(record.words).chars(WORDS_CHARACTERS, truncate="……")

    def address(self, record: Correction, user: User) -> str:
        return page_in_admin(record) if works_in_the_admin(user) else reverse("disclosure:correction", args=[record.pk])


@waits
class CorrectionsToAnswer(OfCorrection):
    """Whose page it is answers, the county office for its own."""

    roles = CLERK | HEAD | OFFICE

    def records(self, user: User, on: date) -> QuerySet[Correction]:
        return Correction.objects.visible_to(user).waiting().filter(unit__in=of_own_unit(user))


def last_day_overdue(on: date) -> date:
    """What came in on that day or before should have been answered before this one."""
    calendar, day = WorkCalendar.load(), on
    while calendar.nth_workday_after(day, settings.CORRECTION_WORKDAYS) >= on:
        day -= timedelta(days=1)
    return day


@waits
class CorrectionsUnanswered(OfCorrection):
    """What a unit has left lying after its last day: the office answers for it, or sees to it that the unit does."""

    label, roles = "纠错留言逾期没有答复", OFFICE
    is_asked_anew = True  # of the calendar of working days

    def records(self, user: User, on: date) -> QuerySet[Correction]:
        others = Correction.objects.visible_to(user).waiting().exclude(unit__in=of_own_unit(user))
        return others.filter(received_at__lt=end_of(last_day_overdue(on)))


# What the office keeps.


@waits
class ImportsToBegin(WaitingKind[ItemImport]):
    """Checked, with rows that can be taken over, and waiting for the word."""

    label, verb, roles, group = "历史信息导入待确认", "确认导入", READERS, DeskGroup.ITEMS
    since = TruncDate("requested_at")

    def records(self, user: User, on: date) -> QuerySet[ItemImport]:
        ready = ImportRow.objects.filter(item_import=OuterRef("pk"), status=ImportRow.Status.READY)
        checked = ItemImport.objects.filter(status=ImportStatus.CHECKED, requested_at__gte=end_of(on - IMPORT_LIVES))
        return checked.filter(Exists(ready))

    def for_list(self, records: QuerySet[ItemImport]) -> QuerySet[ItemImport]:
        return records.select_related("workbook")

    def title(self, record: ItemImport) -> str:
        return str(record.workbook)

    def address(self, record: ItemImport, user: User) -> str:
        return record.get_absolute_url()


@waits
class PagesToFill(WaitingKind[SitePage]):
    """Lines of the standing columns that say 待填写, which the public cannot read."""

    label, verb, roles, group = "专栏页面待填写", "填写", OFFICE, DeskGroup.ITEMS

    def records(self, user: User, on: date) -> QuerySet[SitePage]:
        return SitePage.objects.filter(body__contains=UNKNOWN)

    def address(self, record: SitePage, user: User) -> str:
        return page_in_admin(record)


@waits
class GuidesToComplete(WaitingKind[DutyClock]):
    """What a unit's guide (公开指南) rests on has changed, and it does not say all that it must."""

    label, verb, roles, group = "公开指南缺必须写明的内容", "补充", CLERK, DeskGroup.ITEMS
    place, due, what_is_due = "disclosure:request-list", TruncDate("due_at"), "更新"

    def records(self, user: User, on: date) -> QuerySet[DutyClock]:
        units = (
            of_own_unit(user).valid(on=on).values(as_text=Cast("pk", CharField()))
        )  # a unit that is no more has no guide
        running = DutyClock.objects.open().filter(duty=GUIDE_UPDATE.code, target_type=Unit._meta.label_lower)
        return running.filter(target_id__in=units)

    def title(self, record: DutyClock) -> str:
        return SitePage.Column.GUIDE.label

    def unit(self, record: DutyClock) -> str:
        return record.target_label

    def address(self, record: DutyClock, user: User) -> str:
        return reverse("disclosure:guide-office")
