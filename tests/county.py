"""The cast's county in the middle of its year: a record of every kind, in several states, for tests of every page and list."""

from disclosure.basic_catalogue.reference_data import load_entries, load_topics
from disclosure.coverage.services import compute_coverage
from disclosure.models import CatalogueEntry, EntryUnit, MissedQuestion, OpennessOffice, Topic
from disclosure.site_columns.guide import keep_openness_office
from fixtures.reference_data import FOLDER, load_elsewhere, read
from tasks.models import Drawn, Finding, WorkPointNotice
from tasks.spot_checks.findings import record_finding
from tests.browser import papers
from tests.cast import Cast
from tests.disclosure import makers as items
from tests.disclosure.appeals import makers as appeals
from tests.disclosure.exchange.makers import waiting_message
from tests.disclosure.hotline import makers as calls
from tests.disclosure.knowledge import makers as knowledge
from tests.disclosure.proposals import makers as proposals
from tests.disclosure.public_opinion import makers as opinions
from tests.disclosure.requests import makers as requests
from tests.disclosure.service_guides import makers as service_guides
from tests.reports import makers as reports


def make_county(cast: Cast) -> Cast:
    """A record of every kind, in several states."""
    load_topics(FOLDER / "topics.json")
    load_entries(FOLDER / "catalogue.json", at=items.AT)
    notice = reports.issued_notice(cast)
    reports.accepted(cast, reports.assignment("一1", "县财政局"), at=reports.moment(10, 9), done=True)
    reports.passed(cast, reports.assignment("一2", "县财政局"), at=reports.moment(11, 19), period="第四季度")
    reports.submitted(cast, reports.assignment("一1", "深甽镇"), at=reports.moment(10, 20))
    reports.drawn_check(cast, notice)
    record_one_finding(cast)
    reports.signed_report(cast, notice)
    reports.requested(cast, notice, as_of=notice.issued_at.date())
    make_items(cast)
    say_where_the_office_is(cast)
    load_elsewhere(read("elsewhere.json"))
    check_guides(cast, notice)
    make_proposals(cast)
    for make_one in (
        requests.applied,
        requests.signed,
        appeals.appealed,
        appeals.proposed,
        appeals.answered,
        appeals.complained,
    ):
        make_one(cast)
    make_knowledge(cast)
    opinions.evaluated(cast)
    opinions.assigned(cast, opinions.found(cast, has_copy=True, grade="major"))
    for make in calls.STATES.values():
        make(cast)
    calls.published(cast)
    waiting_message(cast)
    opinions.eventful(cast)  # the last found is the first that a list leads to
    return cast


def record_one_finding(cast: Cast) -> Finding:
    drawn = Drawn.objects.order_by("pk").first()
    return record_finding(
        drawn=drawn,
        outcome=Finding.Outcome.TO_RECTIFY,
        note="台账与网站不一致。",
        rectify_by_date=reports.moment(12, 10).date(),
        version=0,
        by=cast.inspector,
        at=reports.NOW,
    )


def check_guides(cast: Cast, notice: WorkPointNotice) -> None:
    """Two services of one unit are drawn: one is to be put right, of the other, which has no guide, nothing is said yet."""
    service_guides.published(cast, service_guides.listed(cast.finance, "002-0001"), 结果样本="窗口展示样本")
    service_guides.listed(cast.finance, "002-0002", name="会计证明")
    check = service_guides.special_check(cast, notice, number=2)
    service_guides.guide_found(cast, check.drawn.select_related("spot_check", "unit").get(key="002-0001"))


def make_items(cast: Cast) -> None:
    proof = papers.stored("部门预算汇总表.pdf", by=cast.clerk, at=items.AT)
    entry, topic = CatalogueEntry.objects.order_by("pk").last(), Topic.objects.order_by("pk").last()
    item = items.published(
        cast, title="关于公开2018年部门预算的公告", files=[proof], entry=entry, topic=topic, summary="预算。"
    )
    items.corrected(item)
    EntryUnit.objects.create(entry=entry, unit=cast.finance)
    EntryUnit.objects.create(entry=entry, unit=cast.town)
    compute_coverage(on=items.AT.date(), at=items.AT)
    for made in (items.drafted, items.with_head, items.in_review, items.approved, items.withdrawn):
        made(cast, title=f"关于{made.__name__}状态的公告".replace(made.__name__, "各种"))


def make_proposals(cast: Cast) -> None:
    """Of the finance bureau in each state, one of them with the town; and one whose reply everybody reads."""
    proposals.entered(cast)
    proposals.joint(cast, number=13, subject="修缮古道和沿线凉亭")
    proposals.proposed(cast, number=14, subject="扩大小微企业担保基金")
    proposals.made_public(cast, proposals.replied(cast, number=15, subject="公开村级转移支付明细"))


def make_knowledge(cast: Cast) -> None:
    """An answer in each state, each of the same guide; and a question that was asked in vain."""
    said = {"topic": Topic.objects.filter(parent=None).first(), "service": knowledge.sourced(cast, "002-0001")}
    for made in (knowledge.drafted, knowledge.with_head, knowledge.in_review, knowledge.published):
        made(cast, **said)
    day = items.AT.date()
    MissedQuestion.objects.create(words="公积金提取", count=7, first_on=day, last_on=day)


def say_where_the_office_is(cast: Cast) -> None:
    """The guide of one unit is whole."""
    said = {"name": "办公室", "address": "宁海县某某路1号", "hours": "工作日8:30至17:00", "phone": "0574-00000000"}
    office = OpennessOffice(unit=cast.finance, since=items.AT.date(), **said)
    keep_openness_office(office, by=cast.clerk, at=items.AT)
