"""`/services/`: what people read of services: search and narrowing, one guide as it holds today, its other versions, 一件事."""

from datetime import date, datetime
from typing import Any, ClassVar, cast

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosure.catalogue.list_search import ListSearch
from disclosure.catalogue.search.query_words import matches
from disclosure.interaction.doors import Door, DoorGroup, Found, register_answers, register_doors
from disclosure.models import GuideMaterial, GuideVersion, OneThing, OneThingStep, Service
from disclosure.requests.applying.services import searched_words
from disclosure.service_guides.shown import changes_between, checklist, version_on
from ninghai.calendar import clock
from ninghai.calendar.reckoning import local_day
from ninghai.models import Unit
from ninghai.operations.database.queries import CompiledOnce
from ninghai.web.http import site_of, trail_from_home
from ninghai.web.rate_limit import limited, searches

NAME = "办事服务"
MOST_NEAR = 3


# The list.


class GuideSearch(ListSearch[Service]):
    """What is asked of the list: words, a kind, a unit."""

    facet_labels: ClassVar = {"kind": "事项类型", "unit": "办理单位"}
    columns: ClassVar = {"kind": "kind", "unit": "unit__code"}
    order = ("unit__position", "code")

    def __init__(self, request: HttpRequest, *, on: date) -> None:
        units = dict(Unit.objects.filter(services__isnull=False).values_list("code", "short_name"))
        labels = {"kind": dict(Service.Kind.choices), "unit": units}
        super().__init__(request, listed=Service.objects.open_to_the_public(on=on).for_list(), labels=labels)


def _guides_near(words: str, at: datetime) -> list[Found]:
    """By what services are called and what their guides say."""
    listed = Service.objects.open_to_the_public(on=local_day(at)).for_list().order_by("unit__position", "code")
    near = next((found for each in searched_words(words) if (found := listed.filter(matches(each))[:MOST_NEAR])), ())
    return [Found(each.name, each.get_absolute_url(), each.unit.short_name) for each in near]


def _has_services(at: datetime) -> bool:
    return Service.objects.open_to_the_public(on=local_day(at)).exists()


register_answers("办事指南", _guides_near, rank=20)
register_doors(
    Door(
        DoorGroup.LOOK,
        20,
        "services",
        "办事指南",
        "办一件事要准备什么、怎样办、多久办好、到哪里、打什么电话。",
        "disclosure:service-list",
        _has_services,
    ),
    Door(
        DoorGroup.SUBMIT,
        40,
        "guide",
        "办事指南与实际不一致",
        "窗口的要求和办事指南写的不一样：先找到那个事项，在它的页面上“指南与实际不一致”处告诉我们。",
        "disclosure:service-list",
        _has_services,
    ),
)


@login_not_required
@require_safe
@limited("search", counts=searches)
def service_list(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    search = GuideSearch(request, on=today)
    context = {
        **search.context(counted="项"),
        "name": NAME,
        "rows": rows_of(list(search.page or ()), on=today),
        "one_things": [] if search.params else OneThing.objects.filter(is_shown=True),
        "trail": trail_from_home((NAME, "")),
    }
    return render(request, "disclosure/services.html", context)


def rows_of(services: list[Service], *, on: date) -> list[tuple[Service, str]]:
    """Each with what one wants to know first: how long, how often to come, what it costs."""
    keys = [service.pk for service in services]
    held = {each.service_id: each for each in GuideVersion.objects.in_force(on=on).filter(service__in=keys)}
    return [(service, summary(held.get(service.pk))) for service in services]


def summary(guide: GuideVersion | None) -> str:
    if guide is None:
        return "新的办事指南还没有施行"
    promise, visits = (guide.content.get(name, "") for name in ("承诺办结时限", "到现场次数"))
    said = [f"承诺办结：{promise}" if promise else "", f"到现场{visits}次" if visits else ""]
    return "，".join(filter(None, [*said, guide.content.get("收费", "")]))


# One guide.


def _public(code: str) -> QuerySet[GuideVersion]:
    """The published versions of the service, the last one first; what one of them says is read when it is shown."""
    gone = GuideMaterial.objects.filter(guides=OuterRef("pk"), cancelled_on__isnull=False)
    shown = OneThingStep.objects.filter(service=OuterRef("service"), one_thing__is_shown=True)
    found = GuideVersion.objects.published().filter(service__code=code).with_service().defer("content", "findings")
    return found.annotate(has_gone=Exists(gone), is_part=Exists(shown)).order_by("-effective_on", "-number")


def _said_by(pk: int) -> QuerySet[GuideVersion]:
    return GuideVersion.objects.filter(pk=pk).only("content")


_at_address = CompiledOnce(_public, code="the code that is asked for")
_saying = CompiledOnce(_said_by, pk=-1)


def _guides_of(code: str) -> list[GuideVersion]:
    guides = _at_address(code=code)
    if not guides:
        raise Http404("没有这个事项，或者它还没有公布办事指南。")
    return guides


def _read(guide: GuideVersion) -> GuideVersion:
    [said] = _saying(pk=guide.pk)
    guide.content = said.content
    return guide


@login_not_required
@require_safe
def service_page(request: HttpRequest, code: str) -> HttpResponse:
    """The guide that holds today; where none does yet, the one that comes first."""
    guides = _guides_of(code)
    return _shown(request, guides, version_on(guides, on=clock.today()) or guides[-1])


@login_not_required
@require_safe
def service_version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A version that was in force, or will be; and what it changed."""
    guides = _guides_of(code)
    guide = next((each for each in guides if each.number == number), None)
    if guide is None:
        raise Http404("没有这一版办事指南。")
    return _shown(request, guides, guide, is_version=True)


def _shown(
    request: HttpRequest, guides: list[GuideVersion], guide: GuideVersion, *, is_version: bool = False
) -> HttpResponse:
    today, service, known = clock.today(), guide.service, cast(Any, guide)
    address = service.get_absolute_url()
    above = [(service.name, address), (f"第{guide.number}版", "")] if is_version else [(service.name, "")]
    before = next(iter(guides[guides.index(guide) + 1 :]), None)
    context = {
        "service": service,
        "guide": guide,
        "said": Said(_read(guide)),
        "materials": checklist(guide, on=max(today, guide.effective_on or today)),
        "held": version_on(guides, on=today),
        "coming": [each for each in reversed(guides) if each.is_coming(on=today) and each is not guide],
        "until": _until(guides, guide),
        "versions": guides,
        "before": before,
        "changes": changes_between(_read(before), guide) if is_version and before else [],
        "is_version": is_version,
        "is_cancelled": service.is_cancelled(on=today),
        "one_things": service.one_things.filter(is_shown=True) if known.is_part else [],
        "address": site_of(request) + address,
        "report": f"{reverse('disclosure:correction-new')}?page={address}",
        "trail": trail_from_home((NAME, reverse("disclosure:service-list")), *above),
    }
    return render(request, "disclosure/service.html", context)


def _until(guides: list[GuideVersion], guide: GuideVersion) -> date | None:
    """From which day another version holds instead."""
    later = [each for each in guides[: guides.index(guide)] if each.effective_on]
    return later[-1].effective_on if later else None


LABELS = {"物流": "可以邮寄", "网上支付": "可以网上支付"}  # of fields whose names say little to people


class Said:
    """The fields of a guide under names that a template can say."""

    NAMES = {
        "audience": "服务对象", "conditions": "受理条件", "fee": "收费", "fee_rate": "收费标准", "fee_basis": "收费依据",
        "fee_relief": "收费减免", "legal_limit": "法定办结时限", "promise": "承诺办结时限", "visits": "到现场次数",
        "visit_reason": "到现场原因", "depth": "网办深度", "online": "网址", "steps": "办理流程", "questions": "常见问题",
    }  # fmt: skip
    REST = (
        ("时间和地点", ("办理地点", "办理时间", "咨询电话", "咨询地址", "监督投诉电话", "监督投诉地址")),
        ("结果", ("结果名称", "结果类型", "结果样本", "物流")),
        (
            "依据和其他",
            ("设定依据", "办件类型", "审批方式", "数量限制", "特别程序", "网上支付", "自然人主题分类", "法人主题分类"),
        ),
    )

    def __init__(self, guide: GuideVersion) -> None:
        self.content = guide.content

    def __getitem__(self, name: str) -> Any:
        return self.content.get(self.NAMES[name], "")

    @property
    def before(self) -> list[tuple[str, str]]:
        """What to know before one starts."""
        fee = "；".join(filter(None, (self["fee_rate"], self["fee_basis"], self["fee_relief"])))
        legal = f"（法定时限：{self['legal_limit']}）" if self["legal_limit"] else ""
        reason = f"（{self['visit_reason']}）" if self["visit_reason"] else ""
        told = [
            ("谁可以办", self["audience"]),
            ("受理条件", self["conditions"]),
            ("多久办好", f"{self['promise']}{legal}" if self["promise"] else ""),
            ("要跑几次", f"{self['visits']}次{reason}" if self["visits"] else ""),
            ("收费", f"{self['fee']}{f'：{fee}' if fee else ''}" if self["fee"] or fee else ""),
            ("网上办理", " ".join(filter(None, (self["depth"], self["online"])))),
        ]
        return [(term, words) for term, words in told if words]

    @property
    def rest(self) -> list[tuple[str, list[tuple[str, str]]]]:
        found = [
            (head, [(LABELS.get(name, name), self.content[name]) for name in names if self.content.get(name)])
            for head, names in self.REST
        ]
        return [(head, rows) for head, rows in found if rows]


# 一件事.


@login_not_required
@require_safe
def one_thing(request: HttpRequest, code: str) -> HttpResponse:
    """Its services in their order, each with its guide; the materials of all of them, each once."""
    thing = get_object_or_404(OneThing.objects.filter(is_shown=True), code=code)
    today = clock.today()
    steps = [step for step in thing.steps.select_related("service__unit") if not step.service.is_cancelled(on=today)]
    keys = [step.service_id for step in steps]
    held = {guide.service_id: guide for guide in GuideVersion.objects.in_force(on=today).filter(service__in=keys)}
    asked: dict[str, dict[str, None]] = {}  # who asks for each, once
    for step in steps:
        for material in checklist(held[step.service_id], on=today) if step.service_id in held else ():
            if not material.cancelled:
                asked.setdefault(material.name, {})[step.service.name] = None
    context = {
        "thing": thing,
        "steps": [(step, summary(held.get(step.service_id)), step.service_id in held) for step in steps],
        "materials": [(name, list(services)) for name, services in asked.items()],
        "trail": trail_from_home((NAME, reverse("disclosure:service-list")), (thing.name, "")),
    }
    return render(request, "disclosure/one_thing.html", context)
