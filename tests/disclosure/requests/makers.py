"""Applications in each of their states, reached through the services as in life."""

from datetime import date, datetime
from uuid import uuid4

from disclosure.models import RequestFile
from disclosure.requests.applying.services import apply_online
from disclosure.requests.desk import answering, delivering, entering, excess, registering, steps
from disclosure.requests.inquiries import services as inquiries
from ninghai.files import store_bytes
from ninghai.models import Case, CasePaper
from tests.cast import Cast
from tests.disclosure.makers import AT

GIVEN = {
    "content": "2017年度“三公”经费决算表",
    "category": "person",
    "name": "王小明",
    "identity_kind": "id_card",
    "identity_number": "330226199001011234",
    "phone": "13805741234",
    "form": "paper",
    "way": "post",
    "address": "宁海县跃龙街道某某路1号",
}


def proof_of(case: Case) -> RequestFile:
    """A proof of identity that came with it."""
    request = case.information_request
    proof = RequestFile(
        request=request, data_key=request.data_key, kind="identity", media_type="text/plain", name="身份证.txt"
    )
    sealed = request.data_key.seal_bytes("证件".encode(), about=proof.about)
    proof.file = store_bytes(data=sealed, name="sealed", media_type="application/octet-stream", by=None, at=AT)
    proof.save()
    return proof


FILLED = {
    "not_held": {
        "searched_where": "局档案室、财政管理系统",
        "searched_words": "三公、决算",
        "searched_by": "办公室",
        "searched_on": "2018-11-20",
    },
    "open": {"attached": "2017年度决算表1份"},
    "refuse_safety": {"safety": "社会稳定", "reason": "正在处置"},
}


def applied(cast: Cast, *, at: datetime = AT, **changes) -> Case:
    return apply_online(given={**GIVEN, "form_id": uuid4(), "unit": cast.finance, **changes}, at=at)


def on_paper(cast: Cast, *, at: datetime = AT, **changes) -> Case:
    """One that a clerk has entered, handed in on that day if nothing else is said."""
    told = {"channel": "counter", "arrived_on": at.date(), "subject": "2017年度三公经费决算", "form_id": uuid4()}
    return entering.enter_request(unit=cast.finance, given={**GIVEN, **told, **changes}, by=cast.clerk, at=at)


def given_back(cast: Cast) -> Case:
    """The unit has said that it is the town's."""
    case = applied(cast)
    said = {"belongs_to": cast.town, "reason": "不属于本单位", "version": case.version}
    registering.give_case_back(case=case, by=cast.clerk, at=AT, **said)
    return case


def unconfirmed(cast: Cast, **changes) -> Case:
    """Under the rules of 2019, where both sides confirm."""
    return applied(cast, at=AT.replace(year=2019, month=6, day=3), **changes)


def confirmed(cast: Cast, **changes) -> Case:
    """Received on 2019-06-03, under the rules of 2019."""
    case, at = unconfirmed(cast, **changes), AT.replace(year=2019, month=6, day=3)
    answering.confirm(case=case, confirmed_on=at.date(), version=case.version, by=cast.clerk, at=at)
    return case


def amending(cast: Cast, **changes) -> Case:
    case, at = confirmed(cast, **changes), AT.replace(year=2019, month=6, day=5)
    steps.ask_amendment(case=case, items="写明哪一年", days=10, version=case.version, by=cast.clerk, at=at)
    return case


def asking(cast: Cast, *, at: datetime = AT) -> Case:
    """A third party is being asked."""
    case = applied(cast)
    told = {"to": "宁海某某有限公司", "disclosed": "贵公司的报价单"}
    inquiries.ask_third_party(case=case, version=case.version, by=cast.clerk, at=at, **told)
    return case


def explaining(cast: Cast) -> Case:
    """Reasons are awaited since 2019-06-05."""
    case, at = confirmed(cast), AT.replace(year=2019, month=6, day=5)
    said = {"why": "今年已经申请60件", "days": 10, "version": case.version, "by": cast.clerk}
    excess.ask_reasons(case=case, at=at, **said)
    return case


def chargeable(cast: Cast, **changes) -> Case:
    """Received on Monday, 2021-03-01, since when a fee may be charged."""
    at = AT.replace(year=2021, month=3, day=1)
    case = applied(cast, at=at, **changes)
    answering.confirm(case=case, confirmed_on=at.date(), version=case.version, by=cast.clerk, at=at)
    return case


def charged(cast: Cast, *, schedule: str = "items", amount: int = 35) -> Case:
    """A fee is awaited that was told on 2021-03-03."""
    case, at = chargeable(cast), AT.replace(year=2021, month=3, day=3)
    said = {"schedule": schedule, "amount": amount, "how": "到代收银行缴纳", "version": case.version, "by": cast.clerk}
    excess.charge(case=case, at=at, **said)
    return case


def asking_agency(cast: Cast) -> Case:
    """Another agency is being asked, under the rules of 2019."""
    case, at = confirmed(cast), AT.replace(year=2019, month=6, day=5)
    told = {"kind": "agency", "to": "宁海县自然资源和规划局", "disclosed": "土地利用规划图", "days": 10}
    inquiries.ask_agency(case=case, version=case.version, by=cast.clerk, at=at, **told)
    return case


def consulting(cast: Cast) -> Case:
    """Another agency is being asked under the first regulation, by which the limit runs on."""
    case = applied(cast)
    told = {"kind": "agency", "to": "宁海县自然资源和规划局", "disclosed": "土地利用规划图", "days": 10}
    inquiries.ask_agency(case=case, version=case.version, by=cast.clerk, at=AT, **told)
    return case


def hand_letter(cast: Cast, case: Case, *, kind: str, at: datetime) -> CasePaper:
    """A paper of that kind is put into the hands of whom it is for."""
    paper = case.papers.filter(kind=kind).latest("pk")
    day = {"handed_over_on": at.date(), "delivered_on": at.date()}
    told = {"paper": paper.pk, "way": "picked_up", "carrier": "", **day}
    delivering.register_delivery(case=case, version=case.version, by=cast.clerk, at=at, **told)
    return paper


def proposed(cast: Cast, *, code: str = "not_held", at: datetime = AT, **changes) -> Case:
    case = applied(cast, at=at, **changes)
    answering.propose(case=case, code=code, filled=FILLED[code], version=case.version, by=cast.clerk, at=at)
    return case


def signed(cast: Cast, **changes) -> Case:
    at = changes.get("at", AT)
    case = proposed(cast, **changes)
    answering.sign(case=case, version=case.version, by=cast.head, at=at)
    return case


def posted(cast: Cast, *, delivered_on: date | None = None) -> Case:
    case = signed(cast)
    hand_to_post(cast, case, delivered_on=delivered_on)
    return case


def hand_to_post(cast: Cast, case: Case, *, delivered_on: date | None = None) -> None:
    told = {"way": "post", "handed_over_on": AT.date(), "delivered_on": delivered_on, "carrier": "中国邮政挂号信"}
    answering.hand_over(case=case, version=case.version, by=cast.clerk, at=AT, **told)


def delivered(cast: Cast) -> Case:
    return posted(cast, delivered_on=AT.date())
