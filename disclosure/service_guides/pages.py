"""`/work/guides/` and the office's twin: a unit's guides, and one version with its acts and what the checker says of it."""

from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from disclosure.models import GuideVersion, Service
from disclosure.models.states import GuideStatus
from disclosure.requests.desk.fields import RequestReasonForm
from disclosure.service_guides import services
from disclosure.service_guides.forms import ApproveGuideForm, BeginGuideForm, PublishGuideForm, guide_form
from disclosure.service_guides.shown import changes_between, shown_fields
from ninghai.calendar import clock
from ninghai.models import Unit, User, acts_as
from ninghai.staff_site.record_pages import ADMIN, WORK, RecordPage, act
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.posted import form_page, only

PAGE_SIZE = 30
TONES = {
    GuideStatus.DRAFT: "draft",
    GuideStatus.WITH_HEAD: "info",
    GuideStatus.APPROVED: "due",
    GuideStatus.PUBLISHED: "good",
    GuideStatus.CANCELLED: "draft",
    GuideStatus.DISCARDED: "draft",
}

# What may be done.


SECTION: dict[str, Any] = {"place": "section"}
CONTENT: dict[str, Any] = {"values": lambda form: {"content": form.cleaned_data["content"]}}
ACTIONS = (
    act("edit", "修改", "{record}已保存，检查发现{record.findings_words}。", services.can_write, services.write_guide, form=guide_form, title="填写办事指南", place="page", template="disclosure/work_service_guide_form.html", **CONTENT),
    act("hand-in", "提交审核", "{record}已提交，请审核人审核批准。", services.can_write, services.hand_in_guide, words="交本单位审核人审核批准。检查发现的问题请先改正；确实不用改的，可以提交。", **SECTION),
    act("approve", "批准", "{record}已批准，请在期限以前公布。", services.can_approve, services.approve_guide, form=ApproveGuideForm, words="批准后1个工作日内要公布新的内容和施行日期。", **SECTION),
    act("publish", "公布", "{record}已公布。", services.can_publish, services.publish_guide, form=PublishGuideForm, **SECTION),
    act("return", "退回修改", "{record}已退回修改。", services.can_return, services.return_guide, form=RequestReasonForm),
    act("cancel", "取消这一版", "{record}已取消。", services.can_cancel, services.cancel_guide, form=RequestReasonForm, words="还没有施行的可以取消，公众仍看到现行的一版。", is_grave=True),
    act("discard", "放弃草稿", "{record}已放弃。", services.can_write, services.discard_guide, is_grave=True),
)  # fmt: skip


class GuideVersionPage(RecordPage[GuideVersion]):
    keyword, gives_version = "guide", True
    template = "disclosure/work_service_guide.html"
    page_names = {"work": "disclosure:service-guide", "admin": "admin:disclosure_guideversion_change"}
    act_names = {"work": "disclosure:service-guide-", "admin": "admin:disclosure_guideversion_"}
    list_title = "办事指南"
    list_names = {"work": "disclosure:service-guide-list", "admin": "admin:disclosure_guideversion_changelist"}

    def find(self, user: User, pk: int) -> GuideVersion:
        return visible_or_404(GuideVersion.objects.visible_to(user).with_service(), pk=pk)

    def context(
        self, request: AuthenticatedRequest, guide: GuideVersion, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        others = GuideVersion.objects.filter(service=guide.service).exclude(pk=guide.pk)
        before = others.published().filter(number__lt=guide.number).order_by("-number").first()
        return {
            "guide": guide,
            "tone": TONES[GuideStatus(guide.status)],
            "groups": shown_fields(guide.content),
            "changes": changes_between(before, guide) if before else [],
            "before": before,
            "versions": [(each, self.url(each), TONES[GuideStatus(each.status)]) for each in others.defer("content")],
            "clock": services.clock_of(guide),
            "is_in_force": guide.is_published and not guide.is_coming(on=clock.today()),
        }

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        """Of which service; the draft has the words of the version that is public."""
        if not acts_as(request.user, *services.WRITERS):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = BeginGuideForm(data, services=own_services(request.user), chosen=request.GET.get("service", "")[:20])
        if form.is_valid():
            guide = services.begin_guide(service=form.cleaned_data["service"], by=request.user, at=clock.now())
            return redirect(self.url(guide))
        frame = self.frame(request, None, title="起草办事指南")
        return form_page(request, "disclosure/work_service_guide_new.html", {**frame, "form": form})


pages = GuideVersionPage(WORK, ACTIONS)
office_pages = GuideVersionPage(ADMIN, ACTIONS)


def own_services(user: User) -> QuerySet[Service]:
    """Those of the person's unit, and of units that it has replaced; what is cancelled is drafted no more."""
    acting: Any = user.acting
    listed = Service.objects.filter(unit__in=Unit.objects.inherited_by(acting.unit)).for_list()
    return listed.exclude(cancelled_on__lte=clock.today())


@require_http_methods(["GET", "HEAD", "POST"])
def service_guide_new(request: HttpRequest) -> HttpResponse:
    return pages.new(cast(AuthenticatedRequest, request))


@require_safe
def service_guide_list(request: AuthenticatedRequest) -> HttpResponse:
    """The unit's services, each with its newest version; those without a guide are seen."""
    if request.user.acting is None:
        raise PermissionDenied
    listed = own_services(request.user).order_by("code", "pk")
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    newest = GuideVersion.objects.visible_to(request.user).filter(service__in=[each.pk for each in page]).newest()
    by_service = {guide.service_id: guide for guide in newest.defer("content")}
    context = {
        "rows": [_row(service, by_service.get(service.pk)) for service in page],
        "page": page,
        "params": only(request.GET, ["page"]),
        "may_write": acts_as(request.user, *services.WRITERS),
        "new": reverse("disclosure:service-guide-new"),
    }
    return render(request, "disclosure/work_service_guide_list.html", context)


def _row(service: Service, guide: GuideVersion | None) -> dict[str, Any]:
    """A service with the version that is worked on, or that was published last."""
    if guide is None:
        return {"service": service, "guide": None, "tone": "late", "label": "没有办事指南"}
    coming = f"，{guide.effective_on}起施行" if guide.is_coming(on=clock.today()) else ""
    return {
        "service": service,
        "guide": guide,
        "url": pages.url(guide),
        "tone": TONES[GuideStatus(guide.status)],
        "label": f"第{guide.number}版{guide.get_status_display()}{coming}",
    }
