"""Drafting, reviewing, publishing, checking and withdrawing an answer: who may, and what happens."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from disclosure.catalogue.search.lexemes import Searchable
from disclosure.items.rules import FEWEST_SIGNERS, REVIEWING
from disclosure.items.text import many_lines
from disclosure.knowledge.shown import copied_from_source
from disclosure.models import Answer, Knowledge
from disclosure.models.states import KnowledgeStatus
from disclosure.privacy.gate import require_impersonal
from disclosure.review.services import sign
from disclosure.service_guides.services import is_own
from ninghai.accounts.audit.history import not_own_work
from ninghai.calendar.reckoning import local_day
from ninghai.models import AuditEntry, Role, Unit, User, acts_as
from ninghai.models.state_machine import Allowed, StaleError, Version, either, in_state, require

# Who may do what: the unit writes, its head checks; the office reviews, as it does with every item.

WRITERS, HEADS = (Role.EDITOR, Role.OFFICE), (Role.REVIEWER, *REVIEWING)
OF_REVIEW = (Answer.Kind.PERSONAL_DATA, Answer.Kind.LEGALITY)  # secrecy is answered by the head
WRITTEN = ("topic", "question", "other_words", "answer", "service", "item", "source_words", "fields", "valid_until", "review_by")  # fmt: skip


def can_begin(user: User, unit: Unit) -> bool:
    """A clerk for the own unit, the office for any."""
    is_clerk = acts_as(user, Role.EDITOR) and user.acting is not None and user.acting.unit_id == unit.pk
    return is_clerk or acts_as(user, Role.OFFICE)


def _own(user: User, knowledge: Knowledge, status: KnowledgeStatus, *roles: Role) -> Allowed:
    return acts_as(user, *roles) and is_own(user, knowledge) and in_state(knowledge.status == status, knowledge)


def _reviews(user: User, knowledge: Knowledge, status: KnowledgeStatus) -> Allowed:
    return acts_as(user, *REVIEWING) and in_state(knowledge.status == status, knowledge)


def can_write(user: User, knowledge: Knowledge) -> Allowed:
    return _own(user, knowledge, KnowledgeStatus.DRAFT, *WRITERS)


def can_pass(user: User, knowledge: Knowledge) -> Allowed:
    return _own(user, knowledge, KnowledgeStatus.WITH_HEAD, *HEADS) and not_own_work(user, knowledge)


def can_answer(user: User, knowledge: Knowledge) -> Allowed:
    return either(*(can_answer_kind(user, knowledge, kind) for kind in OF_REVIEW))


def can_answer_kind(user: User, knowledge: Knowledge, kind: Answer.Kind) -> Allowed:
    """What is not answered yet; and never all three by one person."""
    if not (may := _reviews(user, knowledge, KnowledgeStatus.IN_REVIEW)):
        return may
    given = dict(knowledge.answers.filter(dropped_at=None).values_list("kind", "signed_by"))
    is_left = kind in OF_REVIEW and kind not in given and list(given.values()) != [user.pk] * FEWEST_SIGNERS
    return is_left and not_own_work(user, knowledge)


def can_return(user: User, knowledge: Knowledge) -> Allowed:
    return either(can_pass(user, knowledge), _reviews(user, knowledge, KnowledgeStatus.IN_REVIEW))


def can_revise(user: User, knowledge: Knowledge) -> Allowed:
    return _own(user, knowledge, KnowledgeStatus.PUBLISHED, *WRITERS)


def can_confirm(user: User, knowledge: Knowledge) -> Allowed:
    """The owner's head, for what is public."""
    return _own(user, knowledge, KnowledgeStatus.PUBLISHED, *HEADS)


def can_question(user: User, knowledge: Knowledge) -> Allowed:
    """Its unit, and the office about anybody's."""
    public = KnowledgeStatus.PUBLISHED
    return either(_own(user, knowledge, public, *WRITERS, *HEADS), _reviews(user, knowledge, public))


def can_withdraw(user: User, knowledge: Knowledge) -> Allowed:
    return either(can_confirm(user, knowledge), _reviews(user, knowledge, KnowledgeStatus.PUBLISHED))


# Drafting.


@transaction.atomic
def begin_knowledge(*, unit: Unit, given: Mapping[str, Any], by: User, at: datetime) -> Knowledge:
    """A new answer of the unit; its number is the one of its first row."""
    require(can_begin(by, unit), f"“{unit.short_name}”不是本单位，不能起草它的解答。")
    knowledge = Knowledge(unit=unit, drafted_by=by, drafted_at=at, **{name: given[name] for name in WRITTEN})
    knowledge.save()
    knowledge.number = knowledge.pk
    knowledge.save(update_fields=["number"])
    AuditEntry.objects.record(action="draft", target=knowledge, by=by, at=at, to_status=knowledge.status)
    return knowledge


@transaction.atomic
def revise_knowledge(*, knowledge: Knowledge, version: Version, by: User, at: datetime) -> Knowledge:
    """Another edition with the words of the public one, which stays; the unfinished one where there is one."""
    require(can_revise(by, knowledge))
    public = Knowledge.objects.lock(knowledge.pk, seen=version)
    editions = Knowledge.objects.filter(number=public.number)
    if begun := editions.unfinished().first():
        return begun
    said = {name: getattr(public, name) for name in WRITTEN}
    last = max(editions.values_list("edition", flat=True))
    draft = Knowledge(number=public.number, edition=last + 1, unit=public.unit, drafted_by=by, drafted_at=at, **said)
    draft.save()
    AuditEntry.objects.record(action="draft", target=draft, by=by, at=at, to_status=draft.status)
    return draft


def write_knowledge(
    *, knowledge: Knowledge, given: Mapping[str, Any], version: Version, by: User, at: datetime
) -> Knowledge:
    require(can_write(by, knowledge))
    knowledge.edit(by=by, at=at, version=version, **{name: given[name] for name in WRITTEN})
    return knowledge


@transaction.atomic
def hand_in_knowledge(*, knowledge: Knowledge, version: Version, by: User, at: datetime) -> Knowledge:
    """提交审核: with a source and a day of review, without a word about people, and without copied figures."""
    require(can_write(by, knowledge))
    knowledge.require_version(version)
    require_fit(knowledge, on=local_day(at))
    knowledge.hand_in(by=by, at=at)
    return knowledge


def require_fit(knowledge: Knowledge, *, on: date) -> None:
    """Raise ValidationError with what keeps the draft from being handed in."""
    if not (knowledge.service_id or knowledge.item_id or knowledge.source_words):
        raise ValidationError("还不能提交，请先填写来源：服务事项、公开信息的索引号，或者其他来源。")
    if not (knowledge.answer or knowledge.fields):
        raise ValidationError("还不能提交，请先填写解答，或者勾选要引用的栏目。")
    if knowledge.review_by is None or knowledge.review_by <= on:
        raise ValidationError("还不能提交，请先填写复核日期，要晚于今天。")
    if knowledge.valid_until and knowledge.valid_until < on:
        raise ValidationError("有效期已经过了，请修改有效期，长期有效的留空。")
    if copied := copied_from_source(knowledge, on=on):
        names = "、".join(copied)
        raise ValidationError(f"解答里抄写了办事指南“{names}”中的数字。请删去，勾选引用这一栏：指南改了，解答跟着改。")
    said = "\n".join((knowledge.question, knowledge.other_words, knowledge.answer, knowledge.source_words))
    require_impersonal(said, field=NON_FIELD_ERRORS, what="知识库解答")


def discard_knowledge(*, knowledge: Knowledge, version: Version, by: User, at: datetime) -> Knowledge:
    require(can_write(by, knowledge))
    knowledge.require_version(version)
    knowledge.discard(by=by, at=at)
    return knowledge


# The three answers, and publication with the last of them.


@transaction.atomic
def pass_knowledge(
    *,
    knowledge: Knowledge,
    seen_hash: str,
    by: User,
    at: datetime,
    comment: str = "",
    checked: Sequence[str] = (),
    version: Version = ...,
) -> Knowledge:
    """The unit's head answers for secrecy and passes it on to the office."""
    require(can_pass(by, knowledge))
    locked = _as_seen(knowledge, seen_hash, version)
    sign(locked, Answer.Kind.SECRECY, seen_hash, by=by, at=at, comment=comment, checked=checked)
    locked.pass_on(by=by, at=at)
    return locked


@transaction.atomic
def answer_knowledge(
    *,
    knowledge: Knowledge,
    kind: Answer.Kind,
    seen_hash: str,
    by: User,
    at: datetime,
    comment: str = "",
    checked: Sequence[str] = (),
    version: Version = ...,
) -> Knowledge:
    """Sign one of the office's answers; the last of the three publishes it."""
    locked = _as_seen(knowledge, seen_hash, version)
    require(can_answer_kind(by, locked, kind), "您不能签署这项意见：须由非起草人签署，三项意见至少由两人签署。")
    sign(locked, kind, seen_hash, by=by, at=at, comment=comment, checked=checked)
    if locked.answers.standing(content_hash=seen_hash).count() == len(Answer.Kind):
        _publish(locked, by=by, at=at)
    return locked


def _as_seen(knowledge: Knowledge, seen_hash: str, version: Version) -> Knowledge:
    locked = Knowledge.objects.select_related("unit", "service", "item").lock(knowledge.pk, seen=version)
    if locked.status != knowledge.status or locked.content_hash() != seen_hash:
        raise StaleError(knowledge)
    return locked


def _publish(knowledge: Knowledge, *, by: User, at: datetime) -> None:
    """In the place of the edition before it; held against the source as it is on this day."""
    require_fit(knowledge, on=local_day(at))
    version = _source_version(knowledge, on=local_day(at))
    for before in Knowledge.objects.filter(number=knowledge.number, status=KnowledgeStatus.PUBLISHED):
        before.give_way(by=by, at=at)
    knowledge.publish(source_version=version, by=by, at=at, **searchable(knowledge, at=at).columns())


def _source_version(knowledge: Knowledge, *, on: date) -> int:
    """The version that people read on that day. Raises ValidationError where there is none."""
    version = Knowledge.objects.with_source(on=on).get(pk=knowledge.pk).source_now
    if version is None:
        raise ValidationError("来源已经取消、撤回或者失效，或者还没有施行。请修改解答，换一个来源，或者撤下。")
    return version


def searchable(knowledge: Knowledge, *, at: datetime) -> Searchable:
    """By which words it is found: not by what its source says, which changes without it."""
    source = knowledge.service or knowledge.item or knowledge.source_words
    return Searchable(
        title=knowledge.question,
        document_number=knowledge.other_words,
        index_number="",
        texts=(knowledge.answer, knowledge.unit.name, str(source), "\n".join(knowledge.fields)),
        published_at=at,
    )


@transaction.atomic
def return_knowledge(*, knowledge: Knowledge, reason: str, version: Version, by: User, at: datetime) -> Knowledge:
    """退回修改: the answers given so far no longer hold."""
    require(can_return(by, knowledge))
    knowledge.require_version(version)
    knowledge.send_back(reason=many_lines(reason), by=by, at=at)
    knowledge.answers.filter(dropped_at=None).update(dropped_at=at)
    return knowledge


# What is public: questioned, confirmed, withdrawn.


def question_knowledge(*, knowledge: Knowledge, reason: str, version: Version, by: User, at: datetime) -> Knowledge:
    require(can_question(by, knowledge))
    knowledge.require_version(version)
    knowledge.question_it(reason=many_lines(reason), by=by, at=at)
    return knowledge


@transaction.atomic
def confirm_knowledge(
    *, knowledge: Knowledge, review_by: date, valid_until: date | None, version: Version, by: User, at: datetime
) -> Knowledge:
    """核对无误: held against the source of today, until its next day of review."""
    require(can_confirm(by, knowledge))
    knowledge.require_version(version)
    day = local_day(at)
    if review_by <= day:
        raise ValidationError({"review_by": "复核日期要晚于今天。"})
    if valid_until and valid_until < day:
        raise ValidationError({"valid_until": "有效期不能早于今天；不再有效的，请撤下。"})
    version_now = _source_version(knowledge, on=day)
    knowledge.confirm(source_version=version_now, review_by=review_by, valid_until=valid_until, by=by, at=at)
    return knowledge


def withdraw_knowledge(*, knowledge: Knowledge, reason: str, version: Version, by: User, at: datetime) -> Knowledge:
    require(can_withdraw(by, knowledge))
    knowledge.require_version(version)
    knowledge.withdraw(reason=many_lines(reason), by=by, at=at)
    return knowledge
