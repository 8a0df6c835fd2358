"""From the draft to what the public reads: approval starts the limit, publication needs its day, the date alone decides."""

from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from disclosure.models import Correction, GuideMaterial, GuideVersion, OneThing, OneThingStep, Service
from disclosure.models.states import GuideStatus
from disclosure.service_guides import services
from disclosure.service_guides.content import missing_in
from fixtures.reference_data import load_workdays
from ninghai.calendar.clock import beginning_of
from ninghai.models import AuditEntry, DutyClock
from ninghai.models.state_machine import StaleError, TransitionError
from tests.disclosure.makers import AT, corrected
from tests.disclosure.service_guides.makers import (
    FAULTLESS,
    approved,
    coming,
    drafted,
    listed,
    published,
    typed,
    with_head,
)
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/services/002-permit-1/"


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


def moment(day: str, hour: int = 10) -> datetime:
    return beginning_of(date.fromisoformat(day)) + timedelta(hours=hour)


def read(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


# Approval and publication.


@pytest.mark.parametrize(
    ("day", "due"),
    [pytest.param("2018-11-16", "2018-11-19", id="S01 Friday"), pytest.param("2018-09-21", "2018-09-25", id="S01 Mid-Autumn")],
)  # fmt: skip
def test_s01_approval_starts_one_working_day(cast, day, due):
    load_workdays()
    guide = approved(cast, at=moment(day))

    clock = services.clock_of(guide)
    assert timezone.localdate(clock.due_at) == guide.publish_by == date.fromisoformat(due)
    services.publish_guide(
        guide=guide,
        effective_on=date.fromisoformat(due),
        what_changed="",
        version=guide.version,
        by=cast.head,
        at=moment(due),
    )
    clock.refresh_from_db()
    assert clock.state == DutyClock.State.CLOSED


def test_the_day_of_approval_is_that_of_the_paper_and_never_to_come(cast):
    load_workdays()
    guide = approved(cast, on=date(2018, 11, 16))
    assert guide.publish_by == date(2018, 11, 19)

    other = with_head(cast, listed(cast.finance, "002-permit-2"))
    with pytest.raises(ValidationError, match="批准日期不能晚于今天"):
        services.approve_guide(
            guide=other, approved_on=date(2018, 11, 21), approval_paper="", version=other.version, by=cast.head, at=AT
        )


def test_s03_publication_without_an_effective_day_is_refused(cast):
    guide = approved(cast)

    answer = signed_in(cast.head).post(
        f"/work/guides/{guide.pk}/publish/", {"version": guide.version, "what_changed": "改了电话"}
    )

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请写明施行日期：公布新的指南，要同时公布它从哪天起施行。" in page
    assert "改了电话" in page
    guide.refresh_from_db()
    assert guide.status == GuideStatus.APPROVED
    with pytest.raises(ValidationError, match="请写明施行日期"):
        services.publish_guide(
            guide=guide, effective_on=None, what_changed="", version=guide.version, by=cast.head, at=AT
        )


def test_returned_after_approval_the_limit_ends_and_begins_anew(cast):
    guide = approved(cast)
    services.return_guide(guide=guide, reason="电话有误", version=guide.version, by=cast.head, at=AT)

    assert (guide.status, guide.publish_by, guide.approved_on) == (GuideStatus.DRAFT, None, None)
    assert not DutyClock.objects.about(guide).open().exists()
    services.hand_in_guide(guide=guide, version=guide.version, by=cast.clerk, at=AT)
    guide = services.approve_guide(
        guide=guide, approved_on=AT.date(), approval_paper="", version=guide.version, by=cast.head, at=AT
    )
    assert DutyClock.objects.about(guide).open().count() == 1


def test_a_new_version_says_what_changed_and_never_holds_before_the_last(cast):
    coming(cast, service := listed(cast.finance))
    second = approved(cast, service)
    said = {"version": second.version, "by": cast.head, "at": AT}

    with pytest.raises(ValidationError, match="请写明变更了什么"):
        services.publish_guide(guide=second, effective_on=date(2019, 1, 1), what_changed=" ", **said)
    with pytest.raises(ValidationError, match="新的一版不能早于它"):
        services.publish_guide(guide=second, effective_on=date(2018, 11, 21), what_changed="改", **said)
    with pytest.raises(ValidationError, match="施行日期不能早于批准日期"):
        services.publish_guide(guide=second, effective_on=date(2018, 11, 1), what_changed="改", **said)


def test_only_what_is_to_come_is_cancelled(cast):
    in_force = published(cast, service := listed(cast.finance))
    with pytest.raises(TransitionError, match="已经施行"):
        services.cancel_guide(guide=in_force, reason="误发", version=in_force.version, by=cast.head, at=AT)

    later = coming(cast, service)
    services.cancel_guide(guide=later, reason="政策暂缓", version=later.version, by=cast.head, at=AT)
    assert later.status == GuideStatus.CANCELLED
    assert list(GuideVersion.objects.in_force(on=date(2019, 1, 1)).filter(service=service)) == [in_force]


# Who may, and what is kept.


def test_nobody_approves_or_publishes_what_they_wrote(cast):
    guide = with_head(cast)
    GuideVersion.objects.update(drafted_by=cast.head)
    guide.refresh_from_db()

    with pytest.raises(PermissionDenied):
        services.approve_guide(
            guide=guide, approved_on=AT.date(), approval_paper="", version=guide.version, by=cast.head, at=AT
        )


def test_another_units_guide_is_not_there_for_its_people(cast):
    guide = drafted(cast)

    assert signed_in(cast.other_clerk).get(f"/work/guides/{guide.pk}/").status_code == 404
    assert signed_in(cast.head).post(f"/work/guides/{guide.pk}/edit/", {"version": guide.version}).status_code == 403
    assert signed_in(cast.office).get(f"/admin/disclosure/guideversion/{guide.pk}/change/").status_code == 200
    with pytest.raises(PermissionDenied):
        services.begin_guide(service=guide.service, by=cast.other_clerk, at=AT)


def test_a_service_has_one_unfinished_version_and_the_next_begins_with_the_last(cast):
    first = drafted(cast, service := listed(cast.finance))
    assert services.begin_guide(service=service, by=cast.clerk, at=AT) == first

    services.discard_guide(guide=first, version=first.version, by=cast.clerk, at=AT)
    public = published(cast, service)
    second = services.begin_guide(service=service, by=cast.clerk, at=AT)
    assert (public.number, second.number) == (2, 3)
    assert second.content == public.content
    assert list(second.materials.all()) == list(public.materials.all())


def test_a_draft_that_somebody_else_changed_is_refused_as_stale(cast):
    guide = drafted(cast)

    with pytest.raises(StaleError):
        services.write_guide(guide=guide, content=FAULTLESS, version=guide.version - 1, by=cast.clerk, at=AT)


def test_every_step_leaves_a_row(cast):
    guide = published(cast)

    rows = AuditEntry.objects.about(guide).order_by("pk").values_list("action", "to_status")
    assert [to for _, to in rows if to] == ["draft", "with_head", "approved", "published"]
    assert "edit" in [action for action, _ in rows]


def test_the_form_is_filled_checked_and_handed_in(cast):
    load_workdays()
    service, clerk, head = listed(cast.finance), signed_in(cast.clerk), signed_in(cast.head)
    assert "没有办事指南" in read(clerk, "/work/guides/")
    answer = clerk.post("/work/guides/new/", {"service": service.pk})
    guide = GuideVersion.objects.get()
    assert answer["Location"] == f"/work/guides/{guide.pk}/"
    assert missing_in(guide.content)

    answer = clerk.post(f"/work/guides/{guide.pk}/hand-in/", {"version": guide.version})
    assert "还不能提交，请先填写：设定依据" in answer.content.decode()
    sent = {**typed(FAULTLESS), "visit_reason": "", "version": guide.version}
    assert clerk.post(f"/work/guides/{guide.pk}/edit/", sent).status_code == 302
    assert "到现场次数不是0的写明原因" in read(clerk, f"/work/guides/{guide.pk}/")
    guide.refresh_from_db()
    assert (
        clerk.post(f"/work/guides/{guide.pk}/edit/", {**typed(FAULTLESS), "version": guide.version}).status_code == 302
    )
    assert "没有发现问题" in read(clerk, f"/work/guides/{guide.pk}/")
    for who, act, more in (
        (clerk, "hand-in", {}),
        (head, "approve", {"approved_on": "2018-11-16"}),
        (head, "publish", {"effective_on": "2018-12-01"}),
    ):
        guide.refresh_from_db()
        assert who.post(f"/work/guides/{guide.pk}/{act}/", {"version": guide.version, **more}).status_code == 302, act
    guide.refresh_from_db()
    assert (guide.status, guide.publish_by) == (GuideStatus.PUBLISHED, date(2018, 11, 19))


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("materials", "｜原件", "第1行不能识别，请依次写：名称｜形式"),
        ("steps", "受理｜1天｜x｜y｜z", "请依次写：环节｜时限｜内容。"),
        ("visits", "一次", "到现场次数请写数字"),
        ("kind", "马上办", "“办件类型”请从列出的选项中选择"),
        ("place", "号" * 301, "“办理地点”不超过300字"),
        ("materials", f"{'长' * 101}｜原件", "名称不超过100字"),
    ],
)
def test_bad_input_is_told_in_a_sentence_and_nothing_is_lost(cast, field, text, sentence):
    guide = drafted(cast)
    sent = {**typed(FAULTLESS), "conditions": "打过的字", field: text, "version": guide.version}

    answer = signed_in(cast.clerk).post(f"/work/guides/{guide.pk}/edit/", sent)

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert sentence in page
    assert "打过的字" in page
    assert text in page or field == "kind"


def test_words_about_people_are_not_handed_in(cast):
    guide = drafted(cast, 受理条件="联系人身份证号 33022619800101001X")

    with pytest.raises(ValidationError, match="会向社会公开"):
        services.hand_in_guide(guide=guide, version=guide.version, by=cast.clerk, at=AT)


# Shared materials.


def test_a_shared_material_has_one_basis_and_cancelled_it_is_asked_for_nowhere(cast, client):
    published(cast, listed(cast.finance))
    published(cast, listed(cast.finance, "002-permit-2", name="另一事项"))
    licence = GuideMaterial.objects.get(name="营业执照")
    with pytest.raises(ValidationError, match="是共用材料"):
        drafted(cast, listed(cast.finance, "002-permit-3"), 申请材料=[{"名称": "营业执照", "依据": "另一条"}])

    office, page = signed_in(cast.office), f"/admin/disclosure/guidematerial/{licence.pk}/change/"
    shown = office.get(page)
    assert shown.content.decode().count("办事指南（第1版）") == 2
    sent = {
        "basis": licence.basis,
        "cancelled_on": "2018-11-20",
        "cancel_reason": "“最多跑一次”改革",
        "version": shown.context["seen_version"],
    }
    answer = office.post(page, sent, follow=True)
    assert "涉及2份指南" in answer.content.decode()
    assert "2018-11-20起取消，不再提交（“最多跑一次”改革）" in read(client, PAGE)
    third = approved(cast, listed(cast.finance, "002-permit-4"))
    with pytest.raises(ValidationError, match="申请材料“营业执照”已经取消"):
        services.publish_guide(
            guide=third, effective_on=AT.date(), what_changed="", version=third.version, by=cast.head, at=AT
        )


# What the public reads.


def test_the_page_says_what_one_needs_and_s15_what_holds(cast, client):
    guide = published(cast)

    page = read(client, PAGE)
    for words in (
        "办理之前",
        "要带的材料",
        "营业执照",
        "办理流程",
        "3号窗口",
        "0574-65261234",
        "0574-65265678",
        "5个工作日",
    ):
        assert words in page
    assert "第1版，2018-11-20起施行" in page
    assert guide.verify_code in page
    verified = read(client, f"/verify/{guide.verify_code}/")
    assert "第1版" in verified
    assert "2018-11-20" in verified
    assert "核对电子文件" not in verified


def test_the_version_in_force_changes_at_midnight_by_itself(cast, client, settings):
    service = listed(cast.finance)
    published(cast, service)
    later = published(
        cast,
        service,
        effective=date(2018, 12, 1),
        承诺办结时限="3个工作日",
        办理流程=[{"环节": "办结", "时限": "3个工作日"}],
    )

    page = read(client, PAGE)
    assert "承诺办结时限" not in page
    assert "5个工作日（法定时限：20个工作日）" in page
    assert "2018年12月1日起施行新的指南：时限缩短" in page
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-12-01"
    page = read(client, PAGE)
    assert "3个工作日（法定时限：20个工作日）" in page
    assert f"第2版，{later.effective_on}起施行" in page
    past = read(client, f"{PAGE}versions/1/")
    assert "这一版施行到2018年12月1日以前，已经不再施行" in past
    changed = read(client, f"{PAGE}versions/2/")
    assert "和第1版的不同" in changed
    assert "<ins>3</ins>" in changed
    assert "<del>5</del>" in changed


def test_what_is_not_published_shows_nowhere(cast, client):
    secret = "只有本单位知道的受理条件"
    hidden = {}
    for number, make in enumerate((drafted, with_head, approved), start=1):
        hidden[number] = make(
            cast, listed(cast.finance, f"002-hidden-{number}", name=f"{secret}{number}"), 受理条件=secret
        )
    gone = coming(cast, listed(cast.finance, "002-hidden-4", name=f"{secret}4"), 受理条件=secret)
    services.cancel_guide(guide=gone, reason="暂缓", version=gone.version, by=cast.head, at=AT)
    public = published(cast)
    drafted(cast, public.service, 受理条件=secret)

    addresses = ["/services/", f"/services/?q={secret}", "/sitemap-pages.xml", PAGE, "/site-map/", "/"]
    addresses += [f"/services/002-hidden-{number}/{more}" for number in range(1, 5) for more in ("", "versions/1/")]
    addresses += [f"{PAGE}versions/2/", f"/verify/{gone.verify_code}/"]
    for address in addresses:
        answer = client.get(address)
        shown = unescape(answer.content.decode()).replace(f'value="{secret}"', "")
        if not address.startswith("/verify/"):
            assert secret not in shown, address
        if "hidden" in address or "versions/2" in address:
            assert answer.status_code == 404, address


def test_found_by_words_by_kind_and_by_unit(cast, client):
    published(cast, listed(cast.finance))
    other = listed(cast.finance, "002-public-1", name="预算公开查询", kind="public")
    published(cast, other, 受理条件="无")
    by_office = {"by": cast.office, "head": cast.signer}
    published(cast, listed(cast.county_office, "001-public-1", name="政府公报赠阅", kind="public"), **by_office)

    assert "共 3 项" in read(client, "/services/")
    page = read(client, "/services/?q=食品经营")
    assert page.index("食品经营许可</a>") < page.index("政府公报赠阅</a>")  # by name first
    assert "政府公报赠阅" not in read(client, "/services/?q=食品经营&unit=002")
    assert "政府公报赠阅" in read(client, "/services/?kind=public&unit=001")
    assert "预算公开查询" not in read(client, "/services/?kind=public&unit=001")
    for broken in ("?kind=x", "?unit=%00", "?page=9", "?page=x", "?q=%00", f"?q={'长' * 200}"):
        assert client.get(f"/services/{broken}").status_code in {200, 400}, broken


def test_one_thing_joins_its_services_and_asks_for_each_material_once(cast, client):
    thing = OneThing.objects.create(code="restaurant", name="我要开餐馆", words="从办照到开业。")
    for position, code in enumerate(("002-permit-1", "002-permit-2"), start=1):
        published(cast, listed(cast.finance, code, name=f"事项{position}"))
        OneThingStep.objects.create(one_thing=thing, service=Service.objects.get(code=code), position=position)

    page = read(client, "/services/one-things/restaurant/")
    assert page.index("事项1") < page.index("事项2")
    assert page.count(">营业执照</label>") == 1
    assert "用于：事项1、事项2" in page
    assert "我要开餐馆" in read(client, "/services/")
    assert "我要开餐馆" in read(client, PAGE)
    OneThing.objects.update(is_shown=False)
    assert client.get("/services/one-things/restaurant/").status_code == 404


def test_a_cancelled_service_says_so_and_leaves_the_list(cast, client):
    guide = published(cast)
    Service.objects.filter(pk=guide.service_id).update(cancelled_on="2018-11-20", cancel_reason="国务院决定取消")

    assert "这个事项从2018年11月20日起取消：国务院决定取消" in read(client, PAGE)
    assert "共 0 项" not in read(client, "/services/")
    assert guide.service.name not in read(client, "/services/")
    with pytest.raises(TransitionError, match="已经取消"):
        services.begin_guide(service=Service.objects.get(), by=cast.clerk, at=AT)


def test_what_is_not_as_the_guide_says_reaches_the_unit_under_a_number(cast, client):
    published(cast)
    form = read(client, f"/corrections/new/?page={PAGE}")
    assert "食品经营许可</a>，由宁海县财政局答复" in form

    reported = corrected(page=PAGE, words="窗口还要求房产证")

    assert Correction.objects.get() == reported
    assert reported.unit == cast.finance
    assert reported.page == PAGE
    assert signed_in(cast.clerk).get(f"/work/corrections/{reported.pk}/").status_code == 200


def test_a_kept_page_is_never_stale_and_costs_few_questions(cast, settings):
    service = listed(cast.finance)
    for _ in range(5):
        published(cast, service)
    visitor = Client()
    visitor.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert "第5版，" in read(visitor, PAGE)
    assert len(asked) <= 2

    second = coming(cast, service)
    assert second.number == 6
    assert "查看第6版" in read(visitor, PAGE)
    settings.CLOCK_DATE = settings.CLOCK_SINCE = str(second.effective_on)
    assert "第6版，" in read(visitor, PAGE)


def test_a_page_costs_the_same_with_many_versions(cast, settings, django_assert_max_num_queries):
    settings.PUBLIC_PAGES_BELOW = ()
    service = listed(cast.finance)
    for _ in range(4):
        published(cast, service)

    with django_assert_max_num_queries(8):
        assert Client().get(PAGE).status_code == 200


def test_the_checkers_findings_are_the_offices_list(cast):
    published(cast, 到现场原因="")

    page = unescape(signed_in(cast.office).get("/admin/disclosure/guideversion/").content.decode())
    assert "1处" in page
    assert "到现场次数不是0的写明原因" in page
