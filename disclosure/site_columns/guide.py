"""政府信息公开指南: a unit's guide, made of what is true on a day: its openness office, the law of that day, the remedies against it.

Nobody writes it, so that it is never behind: `guide_of` reads what holds. What it rests on is kept as a version (`renew_guide`)
whenever that changes, and the limit for bringing a guide up to date (指南更新时限) runs from the change until the
guide says all that it must.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from disclosure.models import GuideEdition, OpennessOffice
from disclosure.requests.fee_rates import schedules_on
from disclosure.requests.rules.fees import FeeSchedule
from disclosure.requests.rules.receipt import RequestChannel, receipt_day
from disclosure.requests.rules.remedies import authorities_of, remedy_words
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.deadline_page import COMPLAINT
from ninghai.calendar.duty_clocks import StatutoryDuty, close_clock, register, start_clock
from ninghai.calendar.law import REGULATION_2008, RuleSet, TermCode, rule_set_on
from ninghai.calendar.legal_duties import of_law
from ninghai.calendar.reckoning import local_day
from ninghai.models import AuditEntry, DutyClock, Unit, User
from ninghai.models.calendar import Limit, LimitUnit

# What a guide says.

TERMS = {
    TermCode.ANSWER: "答复申请",
    TermCode.EXTENSION: "不能按期答复的，最多延长",
    TermCode.AMEND_NOTICE: "申请内容不明确的，一次性告知补正",
    TermCode.THIRD_PARTY: "征求第三方意见，第三方提出意见",
    TermCode.CO_MAKER: "征求共同制作机关意见，该机关提出意见",
    TermCode.PROACTIVE: "主动公开的信息，自形成或者变更之日起公开",
}


@dataclass(frozen=True, slots=True)
class ApplyingWay:
    """A way of applying: where to, and which day counts as that of receipt."""

    label: str
    to: str
    receipt: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """`office` is None while nobody has entered where it is; `coming` what holds from a later day on."""

    unit: Unit
    rules: RuleSet
    office: OpennessOffice | None
    coming: OpennessOffice | None
    ways: list[ApplyingWay]
    steps: list[tuple[str, str]]
    limits: list[tuple[str, str, str]]
    fees: list[str]
    remedies: str
    complaint: str

    @property
    def missing(self) -> list[str]:
        """What the guide must say, and cannot."""
        return self.office.missing(required=True) if self.office else ["政府信息公开工作机构"]

    def facts(self) -> dict[str, str]:
        """What it rests on, by the names under which a version tells what has changed."""
        return {
            "单位名称": self.unit.name,
            **dict(self.office.said() if self.office else []),
            "申请方式": "、".join(way.label for way in self.ways),
            "适用的条例": self.rules.name,
            "办理期限": "；".join(f"{what}{limit}" for what, limit, _ in self.limits),
            "收费": "".join(self.fees),
            "救济途径": self.remedies,
        }


def guide_of(unit: Unit, *, on: date) -> Guide:
    """The unit's guide as it is on that day."""
    rules, offices = rule_set_on(on), OpennessOffice.objects.filter(unit=unit)
    office = offices.holding(on=on).first()
    remedies = remedy_words(made_on=on, authorities=authorities_of(unit.kind, on=on), is_refusal=True)
    return Guide(
        unit=unit,
        rules=rules,
        office=office,
        coming=offices.filter(since__gt=on).order_by("since", "-pk").first(),
        ways=applying_ways(unit, office, on=on),
        steps=flow(rules),
        limits=limits_of(rules),
        fees=fee_words(rules, on=on),
        remedies=remedies.replace("本告知书", "答复"),  # the letter's own paragraph
        complaint=COMPLAINT[rules.code],
    )


def applying_ways(unit: Unit, office: OpennessOffice | None, *, on: date) -> list[ApplyingWay]:
    """In person and by post always; on the portal; by fax and e-mail where the unit has announced them."""
    place, post = (office.address, office.postcode) if office else ("", "")
    name = (office.name if office else "") or "政府信息公开工作机构"
    found = [
        (RequestChannel.COUNTER, "当面提交", f"{unit.name}{name}{f'，{place}' if place else ''}"),
        (RequestChannel.SIGNED_POST, "邮寄", f"{post}{' ' if post else ''}{place}{unit.name}{name}（收）"),
        (RequestChannel.ONLINE, "网上提交", "本平台“依申请公开”"),
    ]
    if office and office.email:
        found.append((RequestChannel.EMAIL, "电子邮件", office.email))
    if office and office.fax:
        found.append((RequestChannel.FAX, "传真", office.fax))
    return [_way(channel, label, to, on=on) for channel, label, to in found]


def _way(channel: RequestChannel, label: str, to: str, *, on: date) -> ApplyingWay:
    url = reverse("disclosure:request-new") if channel == RequestChannel.ONLINE else ""
    return ApplyingWay(label, to, receipt_day(channel=channel, arrived_on=on, confirmed_on=on).words, url)


def limits_of(rules: RuleSet) -> list[tuple[str, str, str]]:
    """(what, how long, article) of every limit that the regulation sets."""
    found = [(words, rules.term(code)) for code, words in TERMS.items()]
    return [(words, str(term.limit), str(term.basis)) for words, term in found if term]


def flow(rules: RuleSet) -> list[tuple[str, str]]:
    """The road of an application (流程), step by step, by that regulation."""
    answer, extension = (_limit(rules, code) for code in (TermCode.ANSWER, TermCode.EXTENSION))
    amend = _limit(rules, TermCode.AMEND_NOTICE)
    unclear = (
        f"内容不明确的，{amend}内一次性告知补正；收到补正后重新计算答复期限。"
        if amend
        else "内容不明确的，告知您更改、补充后重新提出申请。"
    )
    return [
        ("提出申请", "填写申请表，写明需要什么信息、希望得到的形式。书写有困难的，可以口头提出，由工作人员代填。"),
        ("登记", "登记并给您回执，上面有登记号、查询码和最迟答复日期，凭它们随时查询。"),
        ("审查", unclear),
        ("征求意见", "涉及第三方权益的，书面征求其意见，并告知您；所需时间不计算在答复期限内。"),
        ("答复", f"自收到申请之日起{answer}内答复；需要延长的，最多延长{extension}，并告知您。"),
        ("送达", "答复书当面交给您，或者按您选择的方式送达；以邮寄方式送达的，通过邮政企业寄出。"),
    ]


def _limit(rules: RuleSet, code: TermCode) -> str:
    term = rules.term(code)
    return str(term.limit) if term else ""


def fee_words(rules: RuleSet, *, on: date) -> list[str]:
    """What an application costs: by the first regulation the cost of copies, since 2019 nothing but for an excessive number."""
    if rules is REGULATION_2008:
        return [
            f"只收取检索、复制、邮寄等成本费用；经济确有困难的，可以申请减免（{rules.name}第二十七条、第二十八条）。"
        ]
    free = f"不收取费用。申请的数量、频次明显超过合理范围的，可以收取信息处理费（{rules.name}第四十二条）。"
    held = schedules_on(on)
    return [free, *(f"{each.words}：{_bands(each)}" for each in held), *{f"依据：{each.basis}。" for each in held}]


def _bands(schedule: FeeSchedule) -> str:
    """As in “10件以内不收费，第11至30件每件100元”."""
    unit, last, told = schedule.measure, 0, []
    for band in schedule.bands:
        reach = f"第{last + 1}至{band.up_to}{unit}" if band.up_to else f"第{last + 1}{unit}起"
        told.append(f"{reach}每{unit}{band.each}元" if band.each else f"{band.up_to}{unit}以内不收费")
        last = band.up_to or last
    rise = schedule.rise
    more = [f"此后每增加{rise.width}{unit}，每{unit}增加{rise.more}元"] if rise else []
    return "，".join([*told, *more]) + "。"


# Its versions, and the limit for bringing it up to date.

LAW = of_law("openness_guide_update", on=date(2008, 5, 1))
GUIDE_UPDATE = register(
    StatutoryDuty(LAW.code, LAW.words, LAW.limit or Limit(LimitUnit.WORKING_DAY, 20), basis=str(LAW.basis))
)
FIRST = "首次公布"


@transaction.atomic
def keep_openness_office(office: OpennessOffice, *, by: User, at: datetime) -> OpennessOffice:
    """What the unit, or the office for it, says of its openness office; the guide follows at once."""
    before = OpennessOffice.objects.filter(unit=office.unit).holding(on=office.since).first()
    office.entered_at, office.entered_by = at, by
    office.save()
    told = _told_of_change(before, office)
    AuditEntry.objects.record(action=AuditEntry.Action.CREATE, target=office, by=by, at=at, detail={"values": told})
    if office.since <= local_day(at):
        renew_guide(office.unit, changed_on=office.since, by=by, at=at)
    return office


@transaction.atomic
def renew_guide(unit: Unit, *, changed_on: date, by: User | None, at: datetime) -> GuideEdition | None:
    """Keep a version where what the guide rests on is another than in the last one; its clock runs until nothing is missing."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # numbers without a twin
    guide, editions = guide_of(unit, on=local_day(at)), GuideEdition.objects.filter(unit=unit)
    last, facts = editions.first(), guide.facts()
    changes = _changed(last.facts, facts) if last else [FIRST]
    open_clock = DutyClock.objects.about(unit).open().filter(duty=GUIDE_UPDATE.code).first()
    if changes and open_clock is None:
        open_clock = start_clock(duty=GUIDE_UPDATE, target=unit, happened_at=beginning_of(changed_on), by=by, at=at)
    if open_clock and not guide.missing:
        close_clock(clock=open_clock, by=by, at=at)
    if not changes:
        return None
    return GuideEdition.objects.create(
        unit=unit, number=editions.next_number(), changed_on=changed_on, published_at=at, changes=changes, facts=facts
    )


def _told_of_change(before: OpennessOffice | None, now: OpennessOffice) -> dict[str, list[str]]:
    """By label, what stood there and what stands there now."""
    old, new = dict(before.said() if before else []), dict(now.said())
    return {label: [old.get(label, ""), new.get(label, "")] for label in _changed(old, new)}


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [label for label in {**before, **after} if before.get(label) != after.get(label)]


def renew_guides(*, at: datetime) -> int:
    """By night: what nobody enters, such as a new regulation or a unit's new name; returns how many guides changed."""
    day = local_day(at)
    known = Unit.objects.valid(on=day).filter(openness_offices__since__lte=day).distinct()
    return sum(renew_guide(unit, changed_on=day, by=None, at=at) is not None for unit in known)
