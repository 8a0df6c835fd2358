"""The unit's forms about whom it asks (征求意见) on the page of an application, and what it reads there of each question."""

from typing import Any

from django import forms

from disclosure.models import RequestInquiry
from disclosure.requests.desk import answering
from disclosure.requests.desk.fields import RequestReasonForm, day_field
from disclosure.requests.inquiries import services
from ninghai.calendar import clock
from ninghai.cases import events, kinds
from ninghai.models import Case, CaseEvent, CasePaper
from ninghai.sealed.services import look
from ninghai.staff_site.record_pages import Action
from ninghai.web.http import AuthenticatedRequest

# The forms.


def _words(label: str, *, most: int = 1000, required: bool = True, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    messages = {"required": f"请填写{label}。", "max_length": f"{label}不能超过{most}字。"}
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text, widget=widget, error_messages=messages
    )


def _days(help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label="对方答复的期限（工作日）",
        min_value=1,
        max_value=services.LONGEST_INQUIRY,
        initial=services.DAYS_OF_A_LETTER,
        help_text=help_text,
        error_messages={"required": "请填写对方答复的期限。"},
    )


class ThirdPartyForm(forms.Form):
    """征求第三方意见; under the first regulation, which sets no limit, the letter sets one."""

    to = forms.CharField(label="第三方的姓名或者名称", max_length=100, error_messages={"required": "请填写第三方。"})
    disclosed = _words("拟公开的内容", help_text="第三方会看到这些内容，不会看到是谁申请的。")

    def __init__(self, data: Any, request: Any, case: Case) -> None:
        super().__init__(data)
        if services.is_of_2008(case):
            self.fields["days"] = _days("2008年条例没有规定期限，由文书写明；逾期不答复的，视为不同意公开。")


class AgencyForm(forms.Form):
    """征求其他机关意见."""

    to = forms.CharField(
        label="机关名称",
        max_length=100,
        help_text="写全称，如 宁海县自然资源和规划局。",
        error_messages={"required": "请填写机关名称。"},
    )
    disclosed = _words("征求什么意见", help_text="写明信息的名称、文号和需要对方确认的事项，不要写是谁申请的。")

    def __init__(self, data: Any, request: Any, case: Case) -> None:
        super().__init__(data)
        reasons = [(services.Kind.AGENCY, "其他情况：对方的意见供本单位决定时参考")]
        if not services.is_of_2008(case):
            reasons.insert(0, (services.Kind.CO_MAKER, "与本单位共同制作的信息：15个工作日内答复，逾期视为同意公开"))
        self.fields["kind"] = forms.ChoiceField(
            label="为什么征求",
            choices=reasons,
            widget=forms.RadioSelect,
            initial=reasons[0][0] if len(reasons) == 1 else None,
            error_messages={"required": "请选择为什么征求。"},
        )
        self.fields["days"] = _days("共同制作的信息按规定为15个工作日，不用改；其他情况由函件写明。")


class ThirdPartyOpinionForm(forms.Form):
    """收到意见 on paper."""

    said_on = day_field("收到意见的日期", help_text="逾期没有答复的，填写今天。")
    opinion = forms.ChoiceField(
        label="对方的意见",
        choices=services.Opinion,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择对方的意见。"},
    )
    reason = _words("理由", required=False, help_text="对方说明的理由，加密保存。")
    asked_by = services.OF_THIRD_PARTIES

    def __init__(self, data: Any, request: Any, case: Case) -> None:
        super().__init__(data)
        choices = [(wait.of, named(case, wait)) for wait in services.open_questions(case, self.asked_by)]
        if len(choices) > 1:
            self.fields["of"] = _which(choices)
            self.order_fields(["of"])


class AgencyOpinionForm(ThirdPartyOpinionForm):
    asked_by = services.OF_AGENCIES


def _which(choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="哪一份征求意见",
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是哪一份。", "invalid_choice": "请选择是哪一份。"},
    )


def named(case: Case, wait: events.Wait) -> str:
    """The letter that asked; of whom it was asked is under seal."""
    inquiry = services.inquiry_of(case, wait.of)
    return str(inquiry) if inquiry else "征求意见"


class ThirdPartyDecisionForm(RequestReasonForm):
    """告知第三方 what is disclosed against its will."""

    def __init__(self, data: Any, request: Any, case: Case) -> None:
        super().__init__(data)
        refused = case.information_request.inquiries.filter(kind=services.Kind.THIRD_PARTY).select_related("paper")
        choices = [(each.of, str(each)) for each in refused.exclude(opinion__in=["", services.Opinion.AGREES])]
        self.fields["of"] = _which(choices)
        self.fields["of"].initial = choices[0][0] if len(choices) == 1 else None
        self.fields["reason"].help_text = "写明不公开会对公共利益造成什么重大影响。"
        self.order_fields(["of"])


ACTIONS = [
    Action(
        name="third-party",
        label="征求第三方意见",
        words="制作征求意见书和给申请人的告知书，答复期限暂停计算。征求意见书上有查询码，第三方可以在网上答复。",
        allowed=services.can_ask,
        form=lambda data, request, case: ThirdPartyForm(data, request, case),
        service=services.ask_third_party,
        done="{record} 已制作征求意见书，请送达第三方。",
    ),
    Action(
        name="opinion",
        label="登记第三方意见",
        title="收到第三方的书面意见",
        place="section",
        allowed=services.can_take_opinion,
        form=lambda data, request, case: ThirdPartyOpinionForm(data, request, case),
        service=services.take_opinion,
        done="{record} 已登记第三方意见，答复期限继续计算。",
    ),
    Action(
        name="agency",
        label="征求其他机关意见",
        words=lambda case: (
            "制作征求意见函。2019年5月15日以前收到的申请，征求其他机关意见的时间照算在答复期限内，不等对方答复也可以拟写答复。"
            if services.is_of_2008(case)
            else "制作征求意见函，答复期限暂停计算。"
        ),
        allowed=services.can_ask,
        form=lambda data, request, case: AgencyForm(data, request, case),
        service=services.ask_agency,
        done="{record} 已制作征求意见函，请送达对方。",
    ),
    Action(
        name="agency-opinion",
        label="登记其他机关意见",
        title="收到其他机关的意见",
        place="section",
        allowed=services.can_take_agency_opinion,
        form=lambda data, request, case: AgencyOpinionForm(data, request, case),
        service=services.take_agency_opinion,
        done="{record} 已登记其他机关的意见。",
    ),
    Action(
        name="tell-third-party",
        label="告知第三方予以公开",
        words="第三方不同意，但不公开可能对公共利益造成重大影响的，可以公开，并把公开的内容和理由书面告知第三方。",
        allowed=services.can_tell_third_party,
        form=lambda data, request, case: ThirdPartyDecisionForm(data, request, case),
        service=services.tell_third_party,
        done="{record} 已制作给第三方的告知书，请送达。",
    ),
]


# What the page shows of each question.


def event_label(case: Case, event: CaseEvent) -> str:
    """What happened, to which letter, with the agency that was asked, or what somebody who was asked has said."""
    label, agency, opinion = kinds.kind_of(case).rule(event.kind).label, event.fact("agency"), event.fact("opinion")
    said = f"：{services.Opinion(opinion).label}" if opinion in services.Opinion.values else ""
    whom = f"（{agency}）" if agency else ""
    return f"{label}{whom}{said}{f'：{named_paper(event.paper)}' if event.paper else ''}"


def named_paper(paper: CasePaper) -> str:
    """Which letter of the application it is: its kind, without the unit that stands above it, and its number."""
    title = paper.title.removeprefix(paper.unit.name)
    return f"{title}（{paper.number}）" if paper.number else title


def inquiry_rows(case: Case, request: AuthenticatedRequest) -> list[dict[str, Any]]:
    """Each question with how it stands; of whom, about what and why for the answering unit alone, and each look is noted."""
    found = case.information_request.inquiries.select_related("paper", "data_key", "request__case", "file")
    is_own = answering.is_own(request.user, case)
    return [_row(case, inquiry, request if is_own else None) for inquiry in found]


def _row(case: Case, inquiry: RequestInquiry, request: AuthenticatedRequest | None) -> dict[str, Any]:
    asked = look(inquiry, by=request.user, purpose="查看征求意见", at=clock.now()) if request else {}
    told = asked.get("asked")
    limit = services.inquiry_limit(inquiry)
    return {
        "inquiry": inquiry,
        "to": told["to"] if isinstance(told, dict) else told or "",
        "disclosed": told["disclosed"] if isinstance(told, dict) else "",
        "reason": asked.get("reason") or "",
        "file": getattr(inquiry, "file", None) if request else None,
        "state": inquiry.get_opinion_display() or "等待答复",
        "tone": {"": "due", services.Opinion.AGREES: "good"}.get(inquiry.opinion, "late"),
        "limit": limit,
        "is_late": limit.due is not None and not inquiry.opinion and limit.due < clock.today(),
        "silence": "" if inquiry.opinion else services.silence_words(case, inquiry.kind),
    }
