"""What a reviewer has on the screen: the item as the public would read it, its history, the answers given, what may be done next."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from disclosure.catalogue.item_page import article_files
from disclosure.items import rules
from disclosure.items.content import content_hash
from disclosure.items.interpretation_links import shown_links
from disclosure.items.public_copies import copies_of
from disclosure.models import Answer, Item
from disclosure.models.states import ItemStatus, Validity
from disclosure.privacy.page import privacy_view
from disclosure.privacy.rulings import can_rule
from disclosure.review.forms import AnswerForm, PassForm, ReturnItemForm, RulingForm
from disclosure.review.services import changes
from ninghai.audit.timeline import Event, event_of
from ninghai.calendar import clock
from ninghai.models import AuditEntry, PublicCopy, User

# What happened to an item, in the words of the people who did it: read from the audit trail.

MOVES = {
    ("draft", "with_head"): "提交单位审核",
    ("with_head", "in_review"): "单位审核通过，提交县政府办公室审查",
    ("with_head", "draft"): "单位退回修改",
    ("in_review", "draft"): "县政府办公室退回修改",
    ("approved", "draft"): "县政府办公室退回修改",
    ("draft", "discarded"): "放弃草稿",
    ("in_review", "approved"): "三项审查完成，等待公开",
    ("approved", "published"): "公开",
    ("published", "withdrawn"): "撤回",
    ("withdrawn", "withdrawn"): "撤回后不再提供正文",
    ("approved", "merged"): "公开，并入所修订的信息",
}
ACTS = {
    "draft": "起草",
    "edit": "修改",
    "revise": "起草修订稿",
    "merge_revision": "更新为修订后的内容",
    "review_after": "补充审查完成",
    "rule_on_hit": "核对个人信息",
    "mask": "制作脱敏副本",
}


def history(item: Item) -> list[Event]:
    """The item's events, oldest first; the answers of the review stand on the page by themselves."""
    entries = AuditEntry.objects.about(item).exclude(action=AuditEntry.Action.ANSWER)
    return [event_of(entry, what=what(entry)) for entry in entries]


def what(entry: AuditEntry) -> str:
    if entry.action == "move":
        if entry.detail.get("recalled"):
            return "本单位撤回送审"
        known = MOVES.get((entry.from_status, entry.to_status))
        return known or f"改为{ItemStatus(entry.to_status).label}"
    if entry.action == "emergency":
        return "申请紧急公开" if entry.detail.get("asked") else "紧急公开"
    if entry.action == "schedule":
        moment = entry.detail.get("release_at")
        return f"设定公开时间：{moment}" if moment else "取消定时公开"
    if entry.action == "change_validity":
        return f"时效变更为{Validity(entry.detail['to']).label}"
    return ACTS.get(entry.action) or entry.get_action_display()


# What a reviewer has on the screen: the item as the public would read it, the answers given, what may be done now.


def files_with_their_chains(item: Item) -> list[dict[str, Any]]:
    """The files as the public will get them, each with where it came from."""
    attachments = list(item.attachments.select_related("file"))
    chains = copies_of(item.attachments.all())
    shown = article_files(attachments)
    for row, attachment in zip(shown, attachments, strict=True):
        row["chain"] = _in_words(chains.get(attachment.file_id))
    return shown


def _in_words(chain: PublicCopy | None) -> str:
    """公开副本 and its original; empty where the public gets the file as it is."""
    if chain is None:
        return "公开副本正在生成，审核和公开的都是副本。"
    if chain.original_id == chain.copy_id or chain.made_at is None:
        return ""
    made = f"{timezone.localtime(chain.made_at):%Y-%m-%d %H:%M} {chain.get_how_display()}"
    program = chain.made_by.rpartition(" ")[2]
    return f"这是公开副本（{made}，程序第{program}版），由原文件生成，原文件不公开，SHA-256：{chain.original_sha256}"


@dataclass(frozen=True, slots=True)
class Question:
    """One of the three questions: who answered it for this content, or whether this person may."""

    label: str
    answer: Answer | None
    earlier: int  # answers that a change or a return has made void
    form: AnswerForm | None


def facts_of_a_draft(item: Item) -> list[tuple[str, str]]:
    """What is signed for besides title, text and files: with `life_facts` every public field."""
    return [
        ("发文字号", item.document_number),
        ("信息类型", item.get_kind_display()),
        ("主题分类", item.topic.path if item.topic else ""),
        ("公开事项", item.entry.name if item.entry else ""),
        ("成文日期", str(item.formed_date or "")),
        ("来源", item.source),
        ("公开方式", item.get_method_display()),
        ("公开范围", item.audience),
        ("统一编号", item.unified_number),
        ("时效", item.get_validity_display()),
        ("原发布日期", str(item.original_published_on or "")),
        ("公开标注", item.openness_mark),
        ("内容概述", item.summary),
        ("起草", f"{item.unit.short_name} {item.drafted_by}"),
        ("索引号", item.index_number or "公开时由系统编排"),
    ]


def questions(item: Item, user: User, seen_hash: str) -> list[Question]:
    """The three questions in their order."""
    answers = list(item.answers.select_related("signed_by").order_by("signed_at"))
    return [_question(item, user, Answer.Kind(kind), answers, seen_hash) for kind in Answer.Kind]


def _question(item: Item, user: User, kind: Answer.Kind, answers: list[Answer], seen_hash: str) -> Question:
    mine = [answer for answer in answers if answer.kind == kind]
    standing = [answer for answer in mine if answer.dropped_at is None and answer.content_hash == seen_hash]
    is_open = not standing and kind != Answer.Kind.SECRECY and rules.can_answer(user, item, kind)
    return Question(
        label=kind.label,
        answer=standing[0] if standing else None,
        earlier=len(mine) - len(standing),
        form=answer_form(kind, initial={"seen_hash": seen_hash, "kind": kind}) if is_open else None,
    )


def answer_form(kind: Answer.Kind, data: QueryDict | None = None, **kwargs: Any) -> AnswerForm:
    """The form of one answer; the page holds one for each."""
    return AnswerForm(data, kind=kind, auto_id=f"{kind}_%s", **kwargs)


def _with(asked: list[Question], form: AnswerForm | None) -> list[Question]:
    """The questions with the form that came back in the place of its own."""
    if form is None:
        return asked
    return [replace(each, form=form) if each.form and each.form.question == form.question else each for each in asked]


def review_context(
    item: Item, user: User, *, mask_url: str, answered: AnswerForm | None = None, **bound: Any
) -> dict[str, Any]:
    """Everything that the unit's and the office's page of an item show; `bound` holds a form that came back with errors."""
    seen_hash = content_hash(item)
    return {
        "item": item,
        "facts": facts_of_a_draft(item),
        "privacy": privacy_view(item, mask_url=mask_url),
        "ruling_form": RulingForm() if can_rule(user, item) else None,
        "changes": changes(item, at=clock.now()),
        "files": files_with_their_chains(item),
        "questions": _with(questions(item, user, seen_hash), answered),
        "seen_hash": seen_hash,
        "history": history(item),
        "can_edit": rules.can_edit(user, item),
        "can_submit": rules.can_submit(user, item),
        "can_publish": rules.can_publish(user, item),
        "pass_form": PassForm(initial={"seen_hash": seen_hash}, kind=Answer.Kind.SECRECY)
        if rules.can_check(user, item)
        else None,
        "return_form": ReturnItemForm() if rules.can_return(user, item) else None,
        "links": shown_links(item, user, at=clock.now()),
        **bound,
    }
