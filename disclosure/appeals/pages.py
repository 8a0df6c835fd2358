"""`/work/requests/appeals/` and the office's twin: the appeals and complaints in a unit's register, the page of one with its acts, and
what is entered at the desk."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect

from disclosure.appeals.acts import ACTIONS, EnteredAppealForm
from disclosure.appeals.kind import basis_of
from disclosure.appeals.services import PERSON, reply_letter, take_in, visible_appeals
from disclosure.models import AppealMatter, AppealUnit
from disclosure.proposals.letter import lines_of
from disclosure.requests.desk.answering import can_enter, is_own
from disclosure.requests.desk.pages import SHOW, SHOWN, CasePage, makings_of
from disclosure.requests.desk.register import RegisterFilter
from disclosure.requests.limits import label_of, limit_words
from disclosure.requests.rules.receipt import RequestChannel
from ninghai.calendar import clock
from ninghai.cases.kinds import kind_of
from ninghai.jobs.progress import progress_of
from ninghai.models import Case, User
from ninghai.models.case import CaseQuerySet
from ninghai.sealed.services import look
from ninghai.staff_site.pages import was_done
from ninghai.staff_site.record_pages import ADMIN, WORK
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import form_page

TONES = {"handling": "info", "with_head": "due", "answered": "good"}


class AppealFilter(RegisterFilter):
    """No year: the years that a register knows are those of all units."""

    year = None
    way = django_filters.ChoiceFilter(
        label="类别", field_name="appeal__matter", choices=AppealMatter.choices, empty_label="全部"
    )


class AppealPage(CasePage):
    """What was found wrong, by whom for the unit that asks to see it, the drafted answer, the signed one."""

    template, list_template = "disclosure/work_appeal.html", "disclosure/work_appeal_list.html"
    page_names = {"work": "disclosure:appeal", "admin": "admin:disclosure_appealunit_case"}
    act_names = {"work": "disclosure:appeal-", "admin": "admin:disclosure_appealunit_case_"}
    list_title, noun = "申诉投诉", "申诉投诉"
    list_names = {"work": "disclosure:appeal-list", "admin": "admin:disclosure_appealunit_cases"}
    units, tones, filters = AppealUnit, TONES, AppealFilter
    files_refused = "答复文书原件只有承办单位能打开。"

    def visible(self, user: User) -> CaseQuerySet:
        return visible_appeals(user)

    def context(self, request: AuthenticatedRequest, record: Case, refused: Mapping[str, BaseForm]) -> dict[str, Any]:
        appeal, own = record.appeal, is_own(request.user, record)
        shows, is_drafted = own and request.GET.get(SHOW) == SHOWN, own and record.status == "with_head"
        names = ["content", *(["person"] if shows or is_drafted else []), *(["answer"] if is_drafted else [])]
        purpose = "与申诉人联系" if shows else "办理申诉、投诉举报"
        words = look(appeal, by=request.user, purpose=purpose, at=clock.now(), only=names)
        told = words.get("person")
        person = told if isinstance(told, dict) else {"name": str(told or "")}
        makings = makings_of(record)
        unmade = next((each for each in makings if each.file_id is None), None)
        return {
            "case": record,
            "state": kind_of(record).state(record.status).label,
            "tone": TONES.get(record.status, "info"),
            "limit": limit_words(record),
            "facts": facts(record),
            "content": lines_of(str(words["content"])),
            "person": [(label, person[name]) for name, label in PERSON.items() if shows and person.get(name)],
            "person_url": f"{self.url(record)}?{SHOW}={SHOWN}" if own and not shows else "",
            "draft": reply_letter(record, words={**words, "person": person}, on=clock.today()) if is_drafted else None,
            "papers": record.papers.filter(making__isnull=False),
            "made": {each.paper_id for each in makings if each.file_id} if own else set(),
            "progress": progress_of(unmade.job) if unmade and own else None,
            "asks": self.url(record),
            "events": [(event, kind_of(record).rule(event.kind).label) for event in record.events.select_related("by")],
        }

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        """登记: what did not come on the portal."""
        if not can_enter(request.user):
            raise PermissionDenied
        form, made = EnteredAppealForm(request.POST or None, user=request.user), list[Case]()

        def enter() -> None:
            given = form.cleaned_data
            told = {"channel": given["channel"], "received_on": given["received_on"]}
            made.append(take_in(given=given, by=request.user, at=clock.now(), **told))

        if request.method == "POST" and was_done(form, enter):
            seen = self.visible(request.user).filter(pk=made[0].pk).exists()
            return redirect(self.url(made[0]) if seen else self.names["list"])
        frame = self.frame(request, None, title="登记申诉投诉")
        return form_page(request, "disclosure/work_appeal_enter.html", {**frame, "form": form})


def facts(case: Case) -> list[tuple[str, str]]:
    appeal = case.appeal
    rows = [
        ("登记号", case.number),
        ("类别", appeal.get_matter_display()),
        ("公共企事业单位", str(appeal.enterprise or "")),
        ("行业", appeal.enterprise.get_sector_display() if appeal.enterprise else ""),
        ("被反映的单位", appeal.accused.name if appeal.accused else ""),
        ("承办单位", case.unit.name),
        ("收到方式", label_of(RequestChannel, case.channel)),
        ("收到日期", f"{case.received_on}"),
        ("依据", str(basis_of(appeal.matter, on=case.received_on)) if case.received_on else ""),
    ]
    return [(term, value) for term, value in rows if value]


pages, office_pages = AppealPage(WORK, ACTIONS), AppealPage(ADMIN, ACTIONS)
