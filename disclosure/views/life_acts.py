"""Acts of an item's life that the unit's pages and the office's share; each works on `pages`, which lead back to the item."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render

from disclosure import rules
from disclosure.life_forms import (
    AskForm,
    DiscardForm,
    RefuseForm,
    ReleaseForm,
    ScheduleForm,
    ValidityForm,
    WithdrawForm,
)
from disclosure.life_page import key_of
from disclosure.models import Answer, Item
from disclosure.review.page import answer_form
from disclosure.services import (
    answer_after,
    ask_for_release,
    cancel_schedule,
    change_validity,
    discard_item,
    must_be_withdrawable,
    recall_item,
    refuse_after,
    release_at_once,
    revise_item,
    schedule_item,
    withdraw_item,
)
from disclosure.views.acts import Pages, item_as_seen
from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.moves import TransitionError, either, require
from ninghai.office.pages import was_done

NOT_TO_ANSWER = "您不能签署这项意见：须由非起草人签署，三项意见至少由两人签署。"
Act = Callable[[Pages, AuthenticatedRequest, int], HttpResponse]


def revise(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Begin a revision, or go on with the one under way."""
    item = item_as_seen(request, pk)
    require(rules.can_revise(request.user, item))
    if under_way := rules.open_revision(item):
        return redirect(pages.url(under_way))
    revision = revise_item(item=item, form_id=uuid.uuid4(), by=request.user, at=clock.now())
    messages.success(request, "已起草修订稿，内容与现在公开的相同，请修改后提交审核。原信息照常公开。")
    return redirect(pages.url(revision))


def recall(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item = recall_item(item=item_as_seen(request, pk), by=request.user, at=clock.now())
    messages.success(request, f"《{item.title}》已撤回送审，现在是草稿，可以修改后重新提交。")
    return redirect(pages.url(item))


def discard(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item, form = item_as_seen(request, pk), DiscardForm(request.POST)
    require(rules.can_discard(request.user, item))

    def act() -> None:
        discard_item(item=item, by=request.user, at=clock.now())

    return _done(pages, request, item, "discard", form, act, f"《{item.title}》的草稿已放弃，不再列出。")


def schedule(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item, form = item_as_seen(request, pk), ScheduleForm(request.POST)

    def act() -> None:
        schedule_item(item=item, release_at=form.cleaned_data["release_at"], by=request.user, at=clock.now())

    return _done(pages, request, item, "schedule", form, act, f"《{item.title}》已设定公开时间。")


def unschedule(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item = cancel_schedule(item=item_as_seen(request, pk), by=request.user, at=clock.now())
    messages.success(request, f"《{item.title}》已取消定时公开，仍在待公开。")
    return redirect(pages.url(item))


def ask_release(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item, form = item_as_seen(request, pk), AskForm(request.POST)

    def act() -> None:
        ask_for_release(item=item, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())

    return _done(pages, request, item, "ask-release", form, act, "已申请紧急公开，签发人可以看到这条信息。")


def release(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item, form = item_as_seen(request, pk), ReleaseForm(request.POST)

    def act() -> None:
        said = form.cleaned_data
        release_at_once(item=item, seen_hash=said["seen_hash"], reason=said["reason"], by=request.user, at=clock.now())

    return _done(pages, request, item, "release", form, act, f"《{item.title}》已紧急公开，请督促补办三项审查。")


def validity(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item, form = item_as_seen(request, pk), ValidityForm(request.POST, at=clock.now())

    def act() -> None:
        reason = form.cleaned_data["reason"]
        change_validity(item=item, said=form.said, reason=reason, by=request.user, at=clock.now())

    return _done(pages, request, item, "validity", form, act, f"《{item.title}》的时效已变更。")


def answer(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Sign one of the three answers for what was released at once."""
    item, asked = item_as_seen(request, pk), request.POST.get("kind", "")
    require(asked in Answer.Kind.values, "页面内容不完整，请重新打开后再签署。")
    require(rules.can_answer_after(request.user, item, Answer.Kind(asked)), NOT_TO_ANSWER)
    form = answer_form(Answer.Kind(asked), request.POST)

    def act() -> None:
        said = form.cleaned_data
        answer_after(
            item=item,
            kind=Answer.Kind(said["kind"]),
            seen_hash=said["seen_hash"],
            comment=said["comment"],
            checked=form.ticked,
            by=request.user,
            at=clock.now(),
        )

    return _done(pages, request, item, "answer-after", form, act, f"《{item.title}》的补充审查意见已签署。")


def refuse(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item = item_as_seen(request, pk)
    may = {kind: rules.can_answer_after(request.user, item, kind) for kind in Answer.Kind}
    require(either(*may.values()))
    form = RefuseForm(request.POST, kinds=[kind for kind in Answer.Kind if may[kind]])

    def act() -> None:
        said = form.cleaned_data
        refuse_after(item=item, kind=Answer.Kind(said["kind"]), reason=said["reason"], by=request.user, at=clock.now())

    return _done(pages, request, item, "refuse", form, act, f"《{item.title}》已撤回，公众只能看到撤回原因。")


def withdraw(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """First show what the public will see, then withdraw; what is wrong is said before anything is shown."""
    item, form = item_as_seen(request, pk), WithdrawForm(request.POST, at=clock.now())
    require(rules.can_withdraw(request.user, item))

    def check() -> None:
        must_be_withdrawable(item, **form.said)

    if was_done(form, check) and not form.cleaned_data["confirmed"]:
        reason = form.said["reason"]
        shown = {"form": form, "reason": reason, "said": form.said, "keeps_text": reason in Item.TEXT_STAYS}
        context = {**pages.context(request, item), **shown, "item": item}
        return render(request, "admin/disclosure/item/withdraw.html", context)

    def act() -> None:
        withdraw_item(item=item, by=request.user, at=clock.now(), **form.said)

    form.ask_again()
    return _done(pages, request, item, "withdraw", form, act, f"《{item.title}》已撤回。")


def _done(
    pages: Pages,
    request: AuthenticatedRequest,
    item: Item,
    name: str,
    form: Form,
    act: Callable[[], None],
    words: str,
) -> HttpResponse:
    """Do it and go back to the item; what is refused stands beside the fields, and nothing typed is lost."""

    def asked() -> None:
        try:
            act()
        except TransitionError as refused:  # the item is not fit for it, and the person is told why beside the form
            raise ValidationError(str(refused)) from refused

    if not was_done(form, asked):
        return pages.show(request, item, status=422, typed={key_of(name, form): form})
    messages.success(request, words)
    return redirect(pages.url(item))


OF_EITHER: dict[str, Act] = {
    "recall": recall,
    "discard": discard,
    "revise": revise,
    "ask-release": ask_release,
    "answer-after": answer,
    "refuse": refuse,
}
OF_THE_OFFICE: dict[str, Act] = {
    "schedule": schedule,
    "unschedule": unschedule,
    "release": release,
    "validity": validity,
    "withdraw": withdraw,
}
