"""`/work/proposals/` and the office's twin: the proposals that a unit leads or helps with, the page of one with its acts, and the
office's form for a new one."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import django_filters
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect

from disclosure.models import ProposalKind, ProposalReply, ProposalUnit
from disclosure.proposals import services
from disclosure.proposals.acts import ACTIONS, ProposalForm
from disclosure.proposals.kind import PROPOSAL
from disclosure.proposals.letter import lines_of, reply_letter
from disclosure.proposals.standards import Categories
from disclosure.requests.desk.answering import is_own
from disclosure.requests.desk.pages import CasePage, makings_of
from disclosure.requests.desk.register import RegisterFilter, years_of
from disclosure.requests.limits import LimitWords
from disclosure.requests.rating import Satisfaction
from ninghai.calendar import clock
from ninghai.calendar.reckoning import local_day
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.kinds import EngineEvent, kind_of
from ninghai.jobs.progress import progress_of
from ninghai.models import Case, Role, User, acts_as
from ninghai.models.case import CaseQuerySet
from ninghai.sealed.services import look
from ninghai.staff_site.pages import was_done
from ninghai.staff_site.record_pages import ADMIN, WORK
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import form_page

TONES = {"to_hand_over": "due", "handling": "info", "with_head": "due", "replied": "good"}
READERS = (Role.OFFICE, Role.SIGNER)


class ProposalFilter(RegisterFilter):
    year = django_filters.ChoiceFilter(label="登记年度", choices=partial(years_of, PROPOSAL), empty_label="全部")
    way = django_filters.ChoiceFilter(
        label="类别", field_name="channel", choices=ProposalKind.choices, empty_label="全部"
    )

    def with_words(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """By the register's number, by the proposal's own, or by a word."""
        if value.isdecimal() and len(value) <= 5:
            return cases.filter(proposal__number=int(value))
        found: CaseQuerySet = super().with_words(cases, name, value) | cases.filter(proposal__session__contains=value)
        return found


class ProposalPage(CasePage):
    """One proposal: what it asks for, who works on it, the co-units' parts, the drafted reply, the signed ones."""

    template, list_template = "disclosure/work_proposal.html", "disclosure/work_proposal_list.html"
    page_names = {"work": "disclosure:proposal", "admin": "admin:disclosure_proposalunit_case"}
    act_names = {"work": "disclosure:proposal-", "admin": "admin:disclosure_proposalunit_case_"}
    list_title, noun = "建议提案办理", "建议提案"
    list_names = {"work": "disclosure:proposal-list", "admin": "admin:disclosure_proposalunit_cases"}
    units, tones, filters, new_name = ProposalUnit, TONES, ProposalFilter, "new"
    files_refused = "答复文书只有主办单位和县政府办公室能打开。"

    def visible(self, user: User) -> CaseQuerySet:
        """A unit hears of one when it is handed over, and of none that never was."""
        found = Case.objects.visible_to(user).filter(kind=PROPOSAL, proposal__isnull=False)
        found = found if acts_as(user, *READERS) else found.exclude(received_on=None)
        return found.select_related("unit", "legal_clock", "proposal__data_key")

    def may_enter(self, user: User) -> bool:
        return services.can_enter(user)

    def limit(self, case: Case, *, calendar: WorkCalendar | None = None) -> LimitWords:
        if case.legal_clock is None:
            return LimitWords(None, "还没有交办" if case.is_open else "", "info")
        return super().limit(case, calendar=calendar)

    def title(self, record: Case) -> str:
        return str(record.proposal)

    def may_open_files(self, user: User, case: Case) -> bool:
        return is_own(user, case) or acts_as(user, *READERS)

    def context(self, request: AuthenticatedRequest, record: Case, refused: Mapping[str, BaseForm]) -> dict[str, Any]:
        knows = self.may_open_files(request.user, record)
        names = () if knows else ("text",)  # who helps reads what is asked, not who asks
        words = look(record.proposal, by=request.user, purpose="办理建议提案", at=clock.now(), only=names)
        draft = record.proposal.replies.filter(paper=None).first()
        draft = draft if is_own(request.user, record) else None
        makings = makings_of(record)
        unmade = next((each for each in makings if each.file_id is None), None)
        return {
            "case": record,
            "state": kind_of(record).state(record.status).label,
            "tone": TONES.get(record.status, "info"),
            "limit": self.limit(record),
            "facts": facts(record, deputy=str(words.get("deputy") or "")),
            "content": lines_of(str(words["text"])),
            "units": record.assignments.standing().select_related("unit"),
            "parts": record.proposal.parts.select_related("unit", "given_by"),
            "awaited": services.awaited(record) if record.is_open else [],
            "returned": _returned(record),
            "draft": reply_letter(draft, deputy=str(words["deputy"]), on=clock.today()) if draft else None,
            "drafted": draft,
            "replies": _signed(record),
            "opens_files": knows,
            "heard": _heard(record, request.user) if knows else [],
            "events": [(event, kind_of(record).rule(event.kind).label) for event in record.events.select_related("by")],
            "made": {each.paper_id for each in makings if each.file_id},
            "progress": progress_of(unmade.job) if unmade and knows else None,
            "asks": self.url(record),
        }

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        """录入: one proposal, handed over at once where its day is filled in."""
        if not services.can_enter(request.user):
            raise PermissionDenied
        form = ProposalForm(request.POST or None, initial={"form_id": uuid4()})
        entered: list[Case] = []
        at = clock.now()
        if request.method == "POST" and was_done(
            form, lambda: entered.append(services.enter_proposal(given=form.cleaned_data, by=request.user, at=at))
        ):
            return redirect(self.url(entered[0]))
        frame = self.frame(request, None, title="录入建议提案")
        return form_page(request, "disclosure/work_proposal_new.html", {**frame, "form": form})


pages, office_pages = ProposalPage(WORK, ACTIONS), ProposalPage(ADMIN, ACTIONS)


def facts(case: Case, *, deputy: str) -> list[tuple[str, str]]:
    proposal = case.proposal
    rows = [
        ("登记号", case.number),
        ("类别", proposal.get_kind_display()),
        ("届次和编号", f"{proposal.session}　第{proposal.number}号"),
        ("提出人", deputy),
        ("公开的身份", f"{proposal.role}（{'姓名可以公开' if proposal.shows_name else '不公开姓名'}）"),
        ("主办单位", case.unit.name),
        ("交办日期", f"{case.received_on}" if case.received_on else ""),
        ("社会广泛关注", "是" if proposal.is_wide else ""),
        ("难度较大", "是" if proposal.is_hard else ""),
    ]
    return [(term, value) for term, value in rows if value]


def _returned(case: Case) -> Any:
    """What was given back and waits for the office."""
    if not case.is_open or case.assignments.standing().filter(part=services.LEAD).exists():
        return None
    return case.assignments.filter(returned_at__isnull=False).select_related("unit", "belongs_to").last()


def _signed(case: Case) -> list[tuple[ProposalReply, str]]:
    """Each with its category, in the words of its day."""
    categories = Categories()
    signed = ((each, each.paper) for each in case.proposal.signed_replies())
    return [(each, categories.label(each.category, on=paper.dated)) for each, paper in signed if paper]


def _heard(case: Case, user: User) -> list[tuple[str, date, str]]:
    """What those who made it said of each reply: how content they are, when, and in which words."""
    told = []
    for event in case.events.filter(kind=EngineEvent.RATE).select_related("data_key"):
        words = look(event, by=user, purpose="查看反馈意见", at=clock.now())["words"] if event.words else ""
        told.append((str(Satisfaction(event.fact("score")).label), local_day(event.happened_at), str(words or "")))
    return told
