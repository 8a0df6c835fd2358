"""The acts on public opinion and their forms, as its page offers them (`pages`); `services` do what was sent."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from disclosure.models import OpinionEvaluation, OpinionEvent, OpinionResponse, OpinionSuggestion, OpinionTerm
from disclosure.public_opinion import rules, services
from disclosure.requests.applying.services import accepted_type
from ninghai.calendar import clock
from ninghai.files import Purpose, UnacceptableFile, store_upload
from ninghai.models import StoredFile, Unit, User
from ninghai.staff_site.record_pages import Action, Words
from ninghai.web.http import AuthenticatedRequest
from tasks.progress.evidence import kept_if_taken

MATTER = OpinionTerm.Matter
EARLIEST = 2000  # nobody means a year before
NOBODY = "会显示在清单和通知里，不要写人名、网址和原文。"

# Fields.


def _line(label: str, length: int, *, help_text: str = "", required: bool = True) -> forms.CharField:
    missing = {"required": f"请填写{label}。", "max_length": f"{label}不能超过{length}字。"}
    return forms.CharField(
        label=label, max_length=length, help_text=help_text, required=required, error_messages=missing
    )


def _text(label: str, length: int, *, help_text: str = "", required: bool = True, rows: int = 3) -> forms.CharField:
    field = _line(label, length, help_text=help_text, required=required)
    field.widget = forms.Textarea(attrs={"rows": rows, "maxlength": length})
    return field


def _address(label: str, length: int, *, help_text: str) -> forms.URLField:
    wrong = {"invalid": "请填写完整的网址，如 https://www.example.gov.cn/。"}
    return forms.URLField(
        label=label,
        max_length=length,
        required=False,
        assume_scheme="https",
        help_text=help_text,
        error_messages={**wrong, "max_length": f"{label}不能超过{length}字。"},
    )


def _require_our_time(label: str, moment: datetime) -> None:
    if moment.year < EARLIEST:
        raise ValidationError(f"请核对{label}的年份。")


def _moment(label: str, *, required: bool = True, help_text: str = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        validators=[partial(_require_our_time, label)],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": f"请填写{label}。", "invalid": f"请按“年-月-日 时:分”填写{label}。"},
    )


def _term(label: str, *, required: bool = True) -> forms.ModelChoiceField[OpinionTerm]:
    missing = {"required": f"请选择{label}。", "invalid_choice": f"请从列表里选择{label}。"}
    return forms.ModelChoiceField(
        OpinionTerm.objects.none(), label=label, required=required, empty_label="请选择", error_messages=missing
    )


def _choice(label: str, choices: Any) -> forms.ChoiceField:
    missing = {"required": f"请选择{label}。", "invalid_choice": f"请从列表里选择{label}。"}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=missing)


def _upload(label: str, help_text: str) -> forms.FileField:
    widget = forms.FileInput(attrs={"accept": Purpose.EVIDENCE.accept})
    return forms.FileField(label=label, required=False, max_length=255, help_text=help_text, widget=widget)


class OfTerms(forms.Form):
    """Offers the office's words in the fields that name a matter; those that are switched off are not offered."""

    matters: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, matter in self.matters.items():
            self.fields[name].queryset = OpinionTerm.objects.offered(matter)  # type: ignore[attr-defined]


def kept_page(upload: UploadedFile[Any] | None) -> services.KeptPage | None:
    """What was uploaded, looked into, to be kept under seal."""
    if upload is None:
        return None
    media_type = accepted_type(upload, "upload")
    upload.seek(0)
    return services.KeptPage(upload.read(), media_type)


def _kept(upload: UploadedFile[Any] | None, *, by: User, at: datetime) -> list[StoredFile]:
    """What goes with a response, if there is anything, under a name of ours; for `kept_if_taken`."""
    if upload is None:
        return []
    upload.name = f"回应材料{PurePath(upload.name or '').suffix.lower()}"
    try:
        return [store_upload(upload=upload, purpose=Purpose.EVIDENCE, by=by, at=at)]
    except UnacceptableFile as refused:
        raise ValidationError({"upload": str(refused.message)}) from refused


# The forms.


class OpinionEntryForm(OfTerms):
    """收集: what was found, and where; what is sealed says so."""

    matters = {"topic": MATTER.TOPIC, "level": MATTER.LEVEL}
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    subject = _line("事由", 60, help_text=f"用一句自己的话写是什么事。{NOBODY}")
    topic = _term("领域")
    place = _line("涉及地方", 60, required=False, help_text="如 跃龙街道、某某村。")
    grade = _choice("类别", OpinionEvent.Grade.choices)
    level = _term("等级", required=False)
    happened_at = _moment("发生时间", required=False, help_text="事情发生的时间，不清楚的可以不填。")
    found_at = _moment("发现时间", help_text="时限一般从这一刻起按小时计算，夜间和节假日照算。")
    source = _line("来源", 100, help_text="网站、论坛、公众号等。加密保存。")
    link = _address("网址", 1000, help_text="加密保存，不会公开。")
    quote = _text("原文摘录", 5000, required=False, help_text="加密保存，只有承办的人看得到，不会公开。")
    discussed = _line("涉及的人和单位", 300, required=False, help_text="用“、”隔开。加密保存，回应里不能出现。")
    upload = _upload("网页留存", "网页会消失，请保存为截图或者PDF后上传；系统记下它的校验值。")


class RegradeForm(OfTerms):
    """升为特别重大、重大突发事件, or 降为其他政务舆情."""

    matters = {"level": MATTER.LEVEL}
    level = _term("等级", required=False)
    reason = _text("理由", 500, help_text=NOBODY)


class HandOutForm(forms.Form):
    """交办: one lead, and who helps."""

    lead = forms.ModelChoiceField(
        Unit.objects.none(),
        label="牵头单位",
        empty_label="请选择",
        help_text="只能有一个，一般是事情涉及的部门或者地方。",
        error_messages={
            "required": "请选择一个牵头单位，没有牵头单位不能交办。",
            "invalid_choice": "请从列表里选择牵头单位。",
        },
    )
    co_units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label="配合单位",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="需要哪些单位配合就勾选哪些；原来配合、现在不勾选的，不再看得到这件舆情。",
        error_messages={"invalid_choice": "请从列表里选择配合单位。", "invalid_list": "请从列表里选择配合单位。"},
    )
    division = _line("分工", 300, required=False, help_text=f"谁负责什么，可以不写。{NOBODY}")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lead", "co_units"):
            self.fields[name].queryset = Unit.objects.valid(on=clock.today())  # type: ignore[attr-defined]


class TellForm(forms.Form):
    """通报: a line for each body that acts together; one without words is not told."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for body in OpinionTerm.objects.offered(MATTER.BODY).select_related("unit"):
            outside = "" if body.unit_id else "不在本平台，登记后请另行告知。"
            field = _line(f"{body.words}负责回应什么", 200, required=False, help_text=f"{outside}不需要的留空。")
            self.fields[f"body_{body.pk}"] = field

    @property
    def parts(self) -> dict[int, str]:
        return {int(name.removeprefix("body_")): words for name, words in self.cleaned_data.items() if words}


class ReasonForm(forms.Form):
    reason = _text("理由", 500, help_text=NOBODY)


class LeadReturnForm(ReasonForm):
    """退回: and whose it is."""

    belongs_to = forms.ModelChoiceField(
        Unit.objects.none(),
        label="应由哪个单位牵头",
        required=False,
        empty_label="不清楚",
        error_messages={"invalid_choice": "请从列表里选择单位。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["belongs_to"].queryset = Unit.objects.valid(on=clock.today())  # type: ignore[attr-defined]


class SupplyForm(forms.Form):
    words = _text("情况", 2000, help_text="加密保存，只有承办的单位和县府办看得到。", rows=5)


class RespondForm(OfTerms):
    """登记回应: in which way, when, by whom, where it can be read."""

    matters = {"way": MATTER.WAY}
    way = _term("回应方式")
    happened_at = _moment("回应时间", help_text="对外发布的时间；时限按这一刻判断。")
    speaker = _line("发布人", 30, help_text="主要负责人、新闻发言人等的姓名。")
    office = _line("职务", 60)
    channel = _line("发布渠道", 60, help_text="如 县政府网站、新闻发布会现场、今日宁海。")
    address = _address("回应的网址", 500, help_text="回应本身的网址，不是舆情的网址。")
    upload = _upload("材料", "发布稿、照片等，可以不传。")


class WithdrawResponseForm(forms.Form):
    """撤销登记的回应."""

    response = forms.ModelChoiceField(
        OpinionResponse.objects.none(),
        label="哪一次回应",
        empty_label="请选择",
        error_messages={"required": "请选择要撤销的回应。", "invalid_choice": "请从列表里选择要撤销的回应。"},
    )
    reason = _text("理由", 500, help_text=NOBODY)


class SuggestionForm(forms.Form):
    """登记意见采纳情况."""

    words = _line("意见建议", 200, help_text="用自己的话写，会公开；不要写提意见的人和原文。")
    outcome = _choice("采纳情况", OpinionSuggestion.Outcome.choices)
    explanation = _line("说明", 300, help_text="怎样采纳，或者为什么不采纳；会公开。")


class ResponseItemForm(forms.Form):
    """拟成回应关切信息."""

    title = _line("名称", 200)
    body = _text("正文", 100_000, rows=8, help_text="只写回应，不写舆情原文、网址和涉及的人。附件在草稿中添加。")


class EvaluationForm(forms.Form):
    """评估: the office's criteria, each with its points."""

    words = _text("评语", 500, help_text="会写进通报，不要写人名。")
    proposal = _choice("处理建议", OpinionEvaluation.Proposal.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in OpinionTerm.objects.offered(MATTER.CRITERION):
            wrong = f"“{each.words}”请填写0到{each.points}的整数。"
            self.fields[f"points_{each.pk}"] = forms.IntegerField(
                label=f"{each.words}（满分{each.points}）",
                min_value=0,
                max_value=each.points,
                error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
            )
        self.order_fields([*(name for name in self.fields if name.startswith("points_")), "words", "proposal"])

    def filled(self) -> dict[str, Any]:
        told = self.cleaned_data
        points = {int(name.removeprefix("points_")): told[name] for name in told if name.startswith("points_")}
        return {"points": points, "words": told["words"], "proposal": told["proposal"]}


# What a form begins with.


def _drafted(data: Any, request: AuthenticatedRequest, event: OpinionEvent) -> ResponseItemForm:
    return ResponseItemForm(data, initial={"body": services.suggested_words(event)})


def _handing_out(data: Any, request: AuthenticatedRequest, event: OpinionEvent) -> HandOutForm:
    """With who helps already: who is not ticked any more helps no longer."""
    return HandOutForm(data, initial={"co_units": [work.unit_id for work in rules.standing(event)]})


def _regrading(data: Any, request: AuthenticatedRequest, event: OpinionEvent) -> RegradeForm:
    return RegradeForm(data, initial={"level": event.level_id})


def _withdrawing(data: Any, request: AuthenticatedRequest, event: OpinionEvent) -> WithdrawResponseForm:
    form = WithdrawResponseForm(data)
    form.fields["response"].queryset = services.to_be_withdrawn(event)  # type: ignore[attr-defined]
    return form


def respond_with_file(*, event: OpinionEvent, given: dict[str, Any], by: User, at: datetime, **said: Any) -> object:
    files = _kept(given.get("upload"), by=by, at=at)
    with kept_if_taken(*files):
        return services.respond(event=event, given=given, file=next(iter(files), None), by=by, at=at, **said)


# The acts, in the order in which the page offers them: address, button, whose it is, what does it, the sentence afterwards.

REGRADES = {"other": "升为特别重大、重大突发事件", "major": "降为其他政务舆情"}
OF_REGRADING = {
    "other": "5小时和24小时的时限从原来的起算时间算起，可能已经逾期。",
    "major": "5小时和24小时不再计时，已经逾期的仍算逾期；48小时从原来的起算时间算起。",
}


def _act(
    name: str, label: Words, allowed: Callable[..., Any], service: Callable[..., object], done: str, **more: Any
) -> Action:
    return Action(name=name, label=label, allowed=allowed, service=service, done=done, **more)


ACTIONS = [
    _act("accept", "签收", rules.can_accept, services.accept, "{record} 已签收。", place="section"),
    _act("hand-out", "交办", rules.can_hand_out, services.hand_out, "{record} 已交办，已经通知牵头和配合单位。",
         form=_handing_out, place="section"),
    _act("approve-decline", "批准不予回应", rules.can_decide_decline, services.approve_decline, "{record} 已批准不予回应。",
         place="section"),
    _act("refuse-decline", "不同意，要回应", rules.can_decide_decline, services.refuse_decline, "{record} 要继续回应。",
         form=ReasonForm),
    _act("respond", "登记回应", rules.can_respond, respond_with_file, "{record} 已登记回应。", form=RespondForm,
         values=lambda form: {"given": form.cleaned_data}, words="每种回应只完成自己的时限：发布权威信息不算新闻发布会。", place="section"),
    _act("publish", "拟成回应关切信息", rules.can_publish, services.draft_response, "已拟成回应关切信息的草稿，请补充后送审。",
         form=_drafted, place="page"),
    _act("suggest", "登记意见采纳情况", rules.can_suggest, services.note_suggestion, "{record} 已登记采纳情况，请写进下一条回应关切信息。",
         form=SuggestionForm),
    _act("withdraw", "撤销登记的回应", rules.can_withdraw, services.withdraw_response, "{record} 已撤销登记的回应，没有别的回应的，时限继续计算。",
         form=_withdrawing, words="登记有误的才撤销；原来的登记仍然显示在经过里。"),
    _act("supply", "提供情况", rules.can_supply, services.supply, "{record} 已提供情况。", form=SupplyForm),
    _act("regrade", lambda event: REGRADES[event.grade], rules.can_regrade, services.regrade, "{record} 已定级为{result}。",
         form=_regrading, words=lambda event: OF_REGRADING[event.grade]),
    _act("tell", "通报共同处置单位", rules.can_tell, services.tell_bodies, "{record} 已通报{result}。", form=TellForm,
         values=lambda form: {"parts": form.parts}),
    _act("give-back", "退回县府办", rules.can_give_back, services.return_to_office, "{record} 已退回，请等县府办重新交办。",
         form=LeadReturnForm, words="不属于本单位牵头的才能退回，时限照算。"),
    _act("decline", "拟不予回应", rules.can_propose_decline, services.propose_decline, "{record} 已报县府办负责人批准。",
         form=ReasonForm, words="要由县府办负责人批准，批准以前时限照算。"),
    _act("close", "办结", rules.can_close, services.close, "{record} 已办结，请评估。",
         words="各项时限都有了自己的回应、采纳情况都已公开的才能办结。"),
    _act("evaluate", "评估", rules.can_evaluate, services.evaluate, "{record} 已评估，得分{result.total}。",
         form=EvaluationForm, values=lambda form: form.filled(), place="section"),
    _act("reopen", "重新办理", rules.can_reopen, services.reopen, "{record} 已重新办理，时限重新计算。", form=ReasonForm,
         words="原来的回应、决定和评估都保留；时限从现在起重新计算。"),
    _act("void", "作废", rules.can_void, services.void, "{record} 已作废，登记号保留。", form=ReasonForm, is_grave=True),
]  # fmt: skip
