"""What may be done with an item besides its review: revise, schedule, change its validity, release at once, withdraw."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.forms import Form
from django.utils import timezone

from disclosure.items import rules
from disclosure.items.forms import (
    AskForm,
    DiscardItemForm,
    RefuseForm,
    ReleaseItemForm,
    ScheduleForm,
    ValidityForm,
    WithdrawForm,
)
from disclosure.items.undisclosed import ground_words, note_for_staff
from disclosure.models import Answer, Item
from disclosure.review.forms import SigningForm
from disclosure.review.page import answer_form
from ninghai.models import User

Url = Callable[[str], str]  # the address of an act on this item; empty where these pages do not have it


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedAct:
    """One act that this person may do now: its form stands on the item's page under its title."""

    act: str
    title: str
    words: str
    button: str
    url: str
    form: Form | None = None
    is_grave: bool = False


def offers(
    item: Item, user: User, *, url: Url, seen_hash: str, at: datetime, typed: dict[str, Form] | None = None
) -> list[OfferedAct]:
    """The acts in the order of the item's life; `typed` are the forms that came back with errors."""
    found = [*_before(item, user, seen_hash=seen_hash), *_after(item, user, seen_hash=seen_hash, at=at)]
    forms = typed or {}
    return [
        OfferedAct(
            act=act,
            url=url(act),
            form=forms.get(key_of(act, form), form),
            title=title,
            words=words,
            button=button,
            is_grave=grave,
        )
        for act, title, words, button, form, grave in found
        if url(act)
    ]


def key_of(act: str, form: Form | None) -> str:
    """Which offer a form belongs to: of the answers there may be three on a page."""
    return f"{act}:{form.question}" if isinstance(form, SigningForm) else act


Row = tuple[str, str, str, str, Form | None, bool]


def _before(item: Item, user: User, *, seen_hash: str) -> Iterator[Row]:
    if rules.can_recall(user, item):
        words = "回到草稿，修改后重新送审；已经签署的审查意见随之失效，设定的公开时间取消。"
        yield "recall", "撤回送审", words, "撤回送审", None, False
    if rules.can_discard(user, item):
        words = "不再办理，从列表中移除；经过留在审计记录中。"
        words += "原信息照常公开，可以另行起草修订稿。" if item.revises_id else ""
        yield "discard", "放弃草稿", words, "放弃草稿", DiscardItemForm(), True
    if rules.can_publish(user, item):
        words = "到时由系统以您的名义公开；届时审查意见失效或您已不在岗的，不公开并发消息提醒。"
        initial = {"release_at": timezone.localtime(item.release_at)} if item.release_at else {}
        yield (
            "schedule",
            "定时公开",
            words,
            "改定公开时间" if item.release_at else "设定公开时间",
            ScheduleForm(initial=initial),
            False,
        )
        if item.release_at:
            yield "unschedule", "取消定时公开", "取消后仍在待公开，由县政府办公室另行公开。", "取消定时", None, False
    if rules.can_release_at_once(user, item):
        words = "立即公开，页面注明“审查程序正在补办”，随后补齐三项审查意见；补充审查不同意的，立即撤回。"
        form = ReleaseItemForm(initial={"seen_hash": seen_hash, "reason": item.emergency_reason})
        yield "release", "紧急公开", words, "紧急公开", form, True
    elif rules.can_ask_for_release(user, item):
        words = "来不及审查的（如突发事件信息），可以请签发人先行公开，事后补办审查。"
        yield "ask-release", "申请紧急公开", words, "申请紧急公开", AskForm(), False


def _after(item: Item, user: User, *, seen_hash: str, at: datetime) -> Iterator[Row]:
    if rules.can_revise(user, item):
        under_way = rules.open_revision(item)
        words = "以现在公开的内容起草修订稿，经过同样的审查后更新，索引号不变，旧内容留作历史版本。"
        yield "revise", "修订", words, "继续修订" if under_way else "起草修订稿", None, False
    if rules.can_change_validity(user, item):
        words = "公开后变更有效、失效、废止及日期，写明替代文件。"
        yield "validity", "变更时效", words, "变更时效", ValidityForm.of(item, at=at), False
    if kinds := [kind for kind in Answer.Kind if rules.can_answer_after(user, item, kind)]:
        for kind in kinds:
            form = answer_form(kind, initial={"seen_hash": seen_hash, "kind": kind})
            words = "这条信息已紧急公开，请核对正文和附件后签署。"
            yield "answer-after", f"补充审查：{kind.label}", words, f"签署{kind.label}意见：同意公开", form, False
        words = "补充审查不同意公开的，立即撤回，公众只看到撤回原因。"
        yield "refuse", "补充审查不同意公开", words, "不同意公开，立即撤回", RefuseForm(kinds=kinds), True
    if rules.can_withdraw(user, item):
        title = "不再提供正文" if item.keeps_text else "撤回"
        words = "先显示公众将看到的内容，确认后才撤回。"
        yield "withdraw", title, words, title, WithdrawForm(at=at), True


def life_facts(item: Item, *, today: date) -> list[tuple[str, str]]:
    """Where the item stands in its life, for the staff."""
    facts = [
        ("修订的信息", f"{item.revises.title}（{item.revises.index_number}）" if item.revises else ""),
        ("修改说明", item.change_note),
        ("旧版本", "公开后不再供查阅" if item.hides_old_version else ""),
        ("定时公开", f"{timezone.localtime(item.release_at):%Y-%m-%d %H:%M}" if item.release_at else ""),
        ("申请紧急公开" if not item.is_emergency else "紧急公开", item.emergency_reason),
        ("补充审查", _review_after(item)),
        ("组配分类", item.get_category_display()),
        ("公开属性确定日期", f"{item.law_day or ''}" if item.method_reason else ""),
        ("不主动公开的理由", ground_words(item, today=today)),
        ("核对提示（公众看不到）", note_for_staff(item, today=today)),
        ("理由说明", item.method_explanation),
        ("下次评估日期", f"{item.next_review_date or ''}"),
        ("所解读的文件", item.explains.title if item.explains else ""),
        ("施行日期", f"{item.effective_on or ''}"),
        ("有效期至", f"{item.expires_on or ''}"),
        ("废止日期", f"{item.repealed_on or ''}"),
        ("替代文件", item.replaced_by.title if item.replaced_by else ""),
        ("撤回原因", item.get_withdrawal_reason_display()),
        ("对公众的说明", item.withdrawal_notice),
    ]
    return [(term, value) for term, value in facts if value]


def _review_after(item: Item) -> str:
    if not item.is_emergency:
        return ""
    done = item.reviewed_after_at
    return f"{timezone.localtime(done):%Y-%m-%d %H:%M} 完成" if done else "尚未完成"


def life_context(item: Item, user: User, *, url: Url, seen_hash: str, at: datetime, **bound: Any) -> dict[str, Any]:
    """What the item's page shows of its life; `typed` in `bound` holds forms that came back with errors."""
    made = offers(item, user, url=url, seen_hash=seen_hash, at=at, typed=bound.get("typed"))
    return {"offers": made, "life_facts": life_facts(item, today=timezone.localdate(at))}
