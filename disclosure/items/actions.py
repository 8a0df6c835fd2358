"""The acts on an item: whose they are, their form, the service that does them, and what is said afterwards.

`OF_EITHER` stand on the unit's page, `ALL` on the office's; a page shows them in this order.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from disclosure.items import forms, lifecycle, rules
from disclosure.items.drafting import discard_item, recall_item, revise_item
from disclosure.items.publication import cancel_schedule, publish_item, schedule_item
from disclosure.models import Answer, Item
from disclosure.privacy.page import mask_file, mask_words, rule_on_ticked
from disclosure.privacy.rulings import can_rule
from disclosure.review.forms import AnswerForm, PassForm, RulingForm, SigningForm
from disclosure.review.services import answer_item, pass_item, return_item, submit_item, take_back_answer
from ninghai.calendar import clock
from ninghai.models import Unit, User, UsualReason
from ninghai.models.state_machine import Allowed, either
from ninghai.staff_site.forms import return_form
from ninghai.staff_site.pages import was_done
from ninghai.staff_site.record_pages import Action, RecordPage, taking_back
from ninghai.web.http import AuthenticatedRequest

NOT_TO_ANSWER = "您不能签署这项意见：须由非起草人签署，三项意见至少由两人签署。"
OF_REVIEW = tuple(kind for kind in Answer.Kind if kind != Answer.Kind.SECRECY)  # secrecy is answered by passing it on


# The forms that need to know the item, or who asks.


def pass_form(data: QueryDict | None, request: AuthenticatedRequest, item: Item) -> PassForm:
    return PassForm(data, kind=Answer.Kind.SECRECY, initial={"seen_hash": item.content_hash()})


def answer_form(
    data: QueryDict | None, request: AuthenticatedRequest, item: Item, *, kind: Answer.Kind | None = None
) -> AnswerForm:
    """The form of one answer; the page holds one for each kind, and what is sent says which."""
    asked = kind or (data.get("kind") if data else Answer.Kind.SECRECY)
    if asked not in Answer.Kind.values:
        raise PermissionDenied("页面内容不完整，请重新打开后再签署。")
    question = Answer.Kind(asked)
    initial = {"seen_hash": item.content_hash(), "kind": question}
    return AnswerForm(data, kind=question, auto_id=f"{question}_%s", initial=initial)


def schedule_form(data: QueryDict | None, request: AuthenticatedRequest, item: Item) -> forms.ScheduleForm:
    return forms.ScheduleForm(
        data, initial={"release_at": timezone.localtime(item.release_at)} if item.release_at else {}
    )


def release_form(data: QueryDict | None, request: AuthenticatedRequest, item: Item) -> forms.ReleaseItemForm:
    return forms.ReleaseItemForm(data, initial={"seen_hash": item.content_hash(), "reason": item.emergency_reason})


def refuse_form(data: QueryDict | None, request: AuthenticatedRequest, item: Item) -> forms.RefuseForm:
    return forms.RefuseForm(data, kinds=kinds_after_release(request.user, item))


def validity_form(data: QueryDict | None, request: AuthenticatedRequest, item: Item) -> forms.ValidityForm:
    return forms.ValidityForm.of(item, data, at=clock.now())


def withdraw_form(data: QueryDict | None, request: AuthenticatedRequest, item: Item) -> forms.WithdrawForm:
    return forms.WithdrawForm(data, at=clock.now())


def signed(form: SigningForm) -> dict[str, Any]:
    """What a signature says to its service."""
    said = form.cleaned_data
    return {"seen_hash": said["seen_hash"], "comment": said["comment"], "checked": form.ticked}


def answered(form: AnswerForm) -> dict[str, Any]:
    return {**signed(form), "kind": form.question}


# Which answers this person may sign now: in the review what is not answered yet, after an emergency release what is left.


def _is_of_the_office(item: Item) -> bool:
    return item.unit.kind == Unit.Kind.OFFICE


def kinds_in_review(user: User, item: Item) -> list[Answer.Kind]:
    given = set(rules.standing_answers(item, item.content_hash()).values_list("kind", flat=True))
    return [kind for kind in OF_REVIEW if kind not in given and rules.can_answer(user, item, kind)]


def kinds_after_release(user: User, item: Item) -> list[Answer.Kind]:
    return [kind for kind in Answer.Kind if rules.can_answer_after(user, item, kind)]


def can_answer(user: User, item: Item) -> Allowed:
    return either(*(rules.can_answer(user, item, kind) for kind in OF_REVIEW))


def can_answer_after(user: User, item: Item) -> Allowed:
    return either(*(rules.can_answer_after(user, item, kind) for kind in Answer.Kind))


# Acts that do more than call their service.


def revise(page: RecordPage[Item], request: AuthenticatedRequest, item: Item, form: BaseForm) -> HttpResponse:
    """Begin a revision, or go on with the one under way."""
    if under_way := rules.open_revision(item):
        return redirect(page.url(under_way))
    revision = revise_item(item=item, form_id=uuid.uuid4(), by=request.user, at=clock.now())
    messages.success(request, "已起草修订稿，内容与现在公开的相同，请修改后提交审核。原信息照常公开。")
    return redirect(page.url(revision))


def preview_withdrawal(
    page: RecordPage[Item], request: AuthenticatedRequest, item: Item, form: forms.WithdrawForm
) -> HttpResponse:
    """First show what the public will see, then withdraw; what is wrong is said before anything is shown."""
    is_sound = was_done(form, lambda: lifecycle.must_be_withdrawable(item, **form.chosen))
    is_confirmed = is_sound and form.cleaned_data["confirmed"]
    form.ask_again()
    if not is_sound:
        return page.refuse(WITHDRAW, request, item, form)
    if is_confirmed:
        return page.act(WITHDRAW, request, item, form)
    reason = form.chosen["reason"]
    shown = {"form": form, "reason": reason, "chosen": form.chosen, "keeps_text": reason in Item.TEXT_STAYS}
    context = {**page.frame(request, item), **shown, "item": item}
    context |= {"act_url": page.act_url("withdraw", item), "url": page.url(item)}
    return render(request, "disclosure/item_withdraw.html", context)


WITHDRAW = Action(
    name="withdraw",
    label=lambda item: "不再提供正文" if item.keeps_text else "撤回",
    words="先显示公众将看到的内容，确认后才撤回。",
    allowed=rules.can_withdraw,
    form=withdraw_form,
    values=lambda form: form.chosen,
    handler=preview_withdrawal,
    service=lifecycle.withdraw_item,
    done="《{record.title}》已撤回。",
    is_grave=True,
)

TAKE_BACK = taking_back(service=take_back_answer)

IN_REVIEW = (
    Action(
        name="submit",
        label="提交审核",
        place="own",
        allowed=rules.can_submit,
        service=submit_item,
        done="《{record.title}》已提交单位审核。",
    ),
    Action(
        name="rule",
        label="登记理由",
        place="own",
        allowed=can_rule,
        form=RulingForm,
        handler=rule_on_ticked,
    ),
    Action(name="mask-text", label="正文和字段去标识化", place="own", allowed=rules.can_edit, handler=mask_words),
    Action(
        name="mask-file",
        route="mask/<int:attachment>",
        label="换成脱敏副本",
        place="own",
        allowed=rules.can_edit,
        handler=mask_file,
    ),
    Action(
        name="pass",
        label=lambda item: "签署意见，转入审查" if _is_of_the_office(item) else "审核通过，提交县政府办公室",
        title=lambda item: "保密审查" if _is_of_the_office(item) else "单位审核",
        place="section",
        allowed=rules.can_check,
        form=pass_form,
        values=signed,
        service=pass_item,
        done="《{record.title}》已签署保密审查意见，并提交县政府办公室审查。",
        leads_on=True,
        undo=TAKE_BACK.name,
    ),
)

ANSWER = Action(
    name="answer",
    label="签署意见：同意公开",
    place="section",
    allowed=can_answer,
    refusal=NOT_TO_ANSWER,
    form=answer_form,
    values=answered,
    service=lambda **said: answer_item(**said).item,
    done="《{record.title}》的{form.question.label}意见已签署。",
    leads_on=True,
    undo=TAKE_BACK.name,
)
ANSWER_AFTER = Action(
    name="answer-after",
    title="补充审查：",
    label="签署意见：同意公开",
    words="这条信息已紧急公开，请核对正文和附件后签署。",
    allowed=can_answer_after,
    refusal=NOT_TO_ANSWER,
    form=answer_form,
    values=answered,
    service=lambda **said: answer_item(**said).item,
    done="《{record.title}》的补充审查意见已签署。",
    leads_on=True,
    undo=TAKE_BACK.name,
)
SIGNING = {ANSWER: kinds_in_review, ANSWER_AFTER: kinds_after_release}

BY_THE_OFFICE = (
    ANSWER,
    Action(
        name="publish",
        label="公开",
        words="公开后立即进入公开目录，任何人都能检索和下载。索引号由系统编排。",
        place="section",
        allowed=rules.can_publish,
        service=publish_item,
        done="《{record.title}》已公开，索引号 {record.index_number}。",
    ),
)

RETURN = Action(
    name="return",
    label="退回起草人",
    title="退回修改",
    place="own",
    is_grave=True,
    allowed=rules.can_return,
    form=return_form(UsualReason.Matter.ITEM),
    service=return_item,
    done="《{record.title}》已退回起草人修改。",
    leads_on=True,
    undo=TAKE_BACK.name,
)

BEFORE_PUBLICATION = (
    Action(
        name="recall",
        label="撤回送审",
        words="回到草稿，修改后重新送审；已经签署的审查意见随之失效，设定的公开时间取消。",
        allowed=rules.can_recall,
        service=recall_item,
        done="《{record.title}》已撤回送审，现在是草稿，可以修改后重新提交。",
    ),
    Action(
        name="discard",
        label="放弃草稿",
        words=lambda item: (
            "不再办理，从列表中移除；经过留在审计记录中。"
            + ("原信息照常公开，可以另行起草修订稿。" if item.revises_id else "")
        ),
        allowed=rules.can_discard,
        form=forms.DiscardItemForm,
        values=lambda form: {},
        service=discard_item,
        done="《{record.title}》的草稿已放弃，不再列出。",
        is_grave=True,
    ),
)

SCHEDULING = (
    Action(
        name="schedule",
        title="定时公开",
        label=lambda item: "改定公开时间" if item.release_at else "设定公开时间",
        words="到时由系统以您的名义公开；届时审查意见失效或您已不在岗的，不公开并发消息提醒。",
        allowed=rules.can_publish,
        form=schedule_form,
        service=schedule_item,
        done="《{record.title}》已设定公开时间。",
    ),
    Action(
        name="unschedule",
        title="取消定时公开",
        label="取消定时",
        words="取消后仍在待公开，由县政府办公室另行公开。",
        allowed=rules.can_publish,
        service=cancel_schedule,
        done="《{record.title}》已取消定时公开，仍在待公开。",
    ),
    Action(
        name="release",
        label="紧急公开",
        words="立即公开，页面注明“审查程序正在补办”，随后补齐三项审查意见；补充审查不同意的，立即撤回。",
        allowed=rules.can_release_at_once,
        form=release_form,
        service=lifecycle.release_at_once,
        done="《{record.title}》已紧急公开，请督促补办三项审查。",
        is_grave=True,
    ),
)

ASKING = (
    Action(
        name="ask-release",
        label="申请紧急公开",
        words="来不及审查的（如突发事件信息），可以请签发人先行公开，事后补办审查。",
        allowed=rules.can_ask_for_release,
        form=forms.AskForm,
        service=lifecycle.ask_for_release,
        done="已申请紧急公开，签发人可以看到这条信息。",
    ),
    Action(
        name="revise",
        title="修订",
        label=lambda item: "继续修订" if rules.open_revision(item) else "起草修订稿",
        words="以现在公开的内容起草修订稿，经过同样的审查后更新，索引号不变，旧内容留作历史版本。",
        allowed=rules.can_revise,
        handler=revise,
    ),
)

VALIDITY = Action(
    name="validity",
    label="变更时效",
    words="公开后变更有效、失效、废止及日期，写明替代文件。",
    allowed=rules.can_change_validity,
    form=validity_form,
    values=lambda form: {"chosen": form.chosen, "reason": form.cleaned_data["reason"]},
    service=lifecycle.change_validity,
    done="《{record.title}》的时效已变更。",
)

AFTER_RELEASE = (
    ANSWER_AFTER,
    Action(
        name="refuse",
        title="补充审查不同意公开",
        label="不同意公开，立即撤回",
        words="补充审查不同意公开的，立即撤回，公众只看到撤回原因。",
        allowed=can_answer_after,
        form=refuse_form,
        values=lambda form: {"kind": Answer.Kind(form.cleaned_data["kind"]), "reason": form.cleaned_data["reason"]},
        service=lifecycle.refuse_after,
        done="《{record.title}》已撤回，公众只能看到撤回原因。",
        is_grave=True,
    ),
)

OF_EITHER = (*IN_REVIEW, RETURN, TAKE_BACK, *BEFORE_PUBLICATION, *ASKING, *AFTER_RELEASE)
ALL = (
    *IN_REVIEW,
    *BY_THE_OFFICE,
    RETURN,
    TAKE_BACK,
    *BEFORE_PUBLICATION,
    *SCHEDULING,
    *ASKING,
    VALIDITY,
    *AFTER_RELEASE,
    WITHDRAW,
)
