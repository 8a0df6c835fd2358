"""Guides of services in every state, reached as in life; and a guide in which the checker finds nothing."""

from datetime import date, timedelta
from uuid import uuid4

from disclosure.models import GuideVersion, Service
from disclosure.service_guides import services
from disclosure.service_guides.content import FIELDS, Content, as_typed
from disclosure.service_guides.special_check import draw_special_check
from ninghai.models import Unit
from tasks.models import Drawn, Finding, SpotCheck, WorkPointNotice
from tasks.spot_checks.drawing import draw_inspectors
from tasks.spot_checks.findings import record_finding
from tests.cast import Cast
from tests.disclosure.makers import AT

FAULTLESS: Content = {
    "设定依据": "《中华人民共和国食品安全法》第三十五条",
    "服务对象": "自然人、法人",
    "自然人主题分类": "证件办理",
    "法人主题分类": "准营准办",
    "受理条件": "有固定的经营场所。\n有食品安全管理人员。",
    "申请材料": [
        {"名称": "食品经营许可申请书", "形式": "原件", "份数": "1", "必要性": "必要", "来源渠道": "申请人自备", "依据": "《食品经营许可管理办法》第十二条"},
        {"名称": "营业执照", "形式": "复印件", "份数": "1", "必要性": "必要", "来源渠道": "申请人自备", "依据": "《食品经营许可管理办法》第十二条"},
    ],
    "收费": "不收费",
    "办件类型": "承诺件",
    "审批方式": "前审后批",
    "法定办结时限": "20个工作日",
    "承诺办结时限": "5个工作日",
    "办理流程": [
        {"环节": "受理", "时限": "1个工作日", "内容": "材料齐全的当场受理。"},
        {"环节": "决定", "时限": "4个工作日", "内容": "审查后作出决定。"},
    ],
    "网办深度": "Ⅲ 互联网预审",
    "网上支付": "否",
    "物流": "是",
    "到现场次数": "1",
    "到现场原因": "核对原件",
    "办理地点": "宁海县行政服务中心一楼3号窗口",
    "办理时间": "工作日8:30至12:00，14:00至17:00",
    "咨询电话": "0574-65261234",
    "咨询地址": "宁海县行政服务中心一楼3号窗口",
    "监督投诉电话": "0574-65265678",
    "监督投诉地址": "宁海县行政服务中心二楼8号窗口",
    "结果名称": "食品经营许可证",
    "结果类型": "证照",
    "结果样本": "https://example.com/sample.png",
    "常见问题": [{"问题": "可以委托别人办吗？", "答案": "可以，带委托书。"}],
}  # fmt: skip


def listed(unit: Unit, code: str = "002-permit-1", **fields) -> Service:
    said = {"name": "食品经营许可", "kind": "permit", "base_code": "330226000001", "implementation_code": "3" * 36}
    return Service.objects.create(unit=unit, code=code, **{**said, **fields})


def drafted(cast: Cast, service: Service | None = None, *, at=AT, by=None, **changed) -> GuideVersion:
    service = service or listed(cast.finance)
    by = by or cast.clerk
    guide = services.begin_guide(service=service, by=by, at=at)
    content = {**FAULTLESS, **guide.content, **changed}
    return services.write_guide(guide=guide, content=content, version=guide.version, by=by, at=at)


def with_head(cast: Cast, service: Service | None = None, *, by=None, **more) -> GuideVersion:
    guide = drafted(cast, service, by=by, **more)
    at = more.get("at", AT)
    return services.hand_in_guide(guide=guide, version=guide.version, by=by or cast.clerk, at=at)


def approved(cast: Cast, service: Service | None = None, *, on: date | None = None, head=None, **more) -> GuideVersion:
    guide, at = with_head(cast, service, **more), more.get("at", AT)
    said = {"approved_on": on or at.date(), "approval_paper": "宁财〔2018〕1号", "version": guide.version}
    return services.approve_guide(guide=guide, by=head or cast.head, at=at, **said)


def published(
    cast: Cast, service: Service | None = None, *, effective: date | None = None, head=None, **more
) -> GuideVersion:
    guide, at = approved(cast, service, head=head, **more), more.get("at", AT)
    said = {"effective_on": effective or at.date(), "what_changed": "时限缩短", "version": guide.version}
    return services.publish_guide(guide=guide, by=head or cast.head, at=at, **said)


def coming(cast: Cast, service: Service | None = None, **more) -> GuideVersion:
    return published(cast, service, effective=more.get("at", AT).date() + timedelta(days=30), **more)


def typed(content: Content) -> dict[str, str]:
    """As the form sends it."""
    return {field.key: as_typed(content, field) for field in FIELDS}


# The special check.


def special_check(cast: Cast, notice: WorkPointNotice, **said) -> SpotCheck:
    """One of each unit's services, dealt to the one inspector."""
    known = {"title": "办事指南专项检查", "as_of": AT.date(), "seed": "20181120", "number": 1, "form_id": uuid4()}
    check = draw_special_check(notice=notice, by=cast.office, at=AT, **{**known, **said})
    draw_inspectors(spot_check=check, pool=[cast.inspector], by=cast.office, at=AT)
    return check


def answered(drawn: Drawn, **other) -> dict[str, dict[str, str]]:
    """Every rule confirmed and every question affirmed, but for those that `other` names by their code."""
    return {
        str(place): {"words": "", "evidence": "", "answer": "confirmed" if asked.get("rule") else "yes"}
        | other.get(asked["code"].replace("-", "_"), {})
        for place, asked in enumerate(drawn.asked)
    }


DENIED = {"answer": "no", "words": "窗口另外要求复印件", "evidence": "现场核对记录"}


def guide_found(cast: Cast, drawn: Drawn, *, at=AT, **other) -> Finding:
    """At the counter more is asked for than the guide says: to be put right by 20 December."""
    said = {"outcome": "to_rectify", "note": "到窗口核对", "rectify_by_date": date(2018, 12, 20), "version": 0}
    answers = answered(drawn, **{"as_done": DENIED, **other})
    return record_finding(drawn=drawn, answers=answers, by=cast.inspector, at=at, **said)
