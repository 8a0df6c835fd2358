"""The words of the papers (文书) about an application: plain data that is frozen when a paper is issued, and typeset later.

Every answer has its parts in one order: what was asked and when it came, what was found, by which article, the answer, what
can be done against it. Who reads a letter finds the reason and the remedy in a paragraph of their own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from disclosure.requests.rules.answers import RequestAnswer
from disclosure.requests.rules.fees import Fee
from disclosure.requests.rules.remedies import Authorities, remedy_words
from ninghai.calendar.law import RuleSet

CLOSING = "特此告知。"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLetter:
    """A paper as it reads: `number` and `dated` are empty while it is a draft."""

    title: str
    addressee: str
    paragraphs: tuple[str, ...]
    signed_by: str
    number: str = ""
    dated: str = ""

    def frozen(self) -> dict[str, Any]:
        """As JSON; `thawed` reads it."""
        return asdict(self) | {"paragraphs": list(self.paragraphs)}

    @classmethod
    def thawed(cls, kept: Mapping[str, Any]) -> "CaseLetter":
        return cls(**{**kept, "paragraphs": tuple(kept["paragraphs"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """What every paper says of the application: by whom, when it was received, what for, under which number."""

    unit: str  # the full name of who answers
    applicant: str
    received_on: date
    register_number: str
    content: str

    @property
    def opening(self) -> str:
        return (
            f"本机关于{chinese_day(self.received_on)}收到您提交的政府信息公开申请（登记号：{self.register_number}），"
            f"您申请获取：{_quoted(self.content)}。"
        )

    @property
    def addressee(self) -> str:
        return f"{self.applicant}："


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _letter(
    asked: AskedFor, title: str, paragraphs: Iterable[str], *, addressee: str = "", on: date | None
) -> CaseLetter:
    return CaseLetter(
        title=f"{asked.unit}{title}",
        addressee=addressee or asked.addressee,
        paragraphs=tuple(each for each in paragraphs if each),
        signed_by=asked.unit,
        dated=chinese_day(on) if on else "",
    )


# The answer (答复书): what was found, what is decided, and a sentence for each field that the answer carries.

FOUND: dict[str, tuple[str, str]] = {
    "published": ("您申请的信息已经主动公开", "现告知获取该信息的方式和途径"),
    "open": ("您申请的信息可以公开", "现向您公开"),
    "partial": ("您申请的信息中含有不应当公开的内容，能够作区分处理", "现向您公开可以公开的内容，其余部分不予公开"),
    "refuse_secret": ("您申请的信息属于国家秘密", "决定不予公开"),
    "refuse_banned": ("您申请的信息是法律、行政法规禁止公开的信息", "决定不予公开"),
    "refuse_safety": ("您申请的信息公开后可能危及{safety}", "决定不予公开"),
    "refuse_third": ("您申请的信息公开后会损害第三方的合法权益", "决定不予公开"),
    "refuse_internal": ("您申请的信息属于行政机关的内部事务信息（{internal}）", "决定不予公开"),
    "refuse_process": ("您申请的信息属于行政机关的过程性信息（{process}）", "决定不予公开"),
    "refuse_file": ("您申请的信息属于行政执法案卷信息", "决定不予公开"),
    "refuse_register": ("您申请的信息属于{register}资料，其查询另有规定", "请按下列办法查询"),
    "not_held": ("经检索，没有您申请公开的信息", "现告知该政府信息不存在"),
    "other_agency": ("您申请的信息不属于本机关负责公开", "现告知如下"),
    "to_be_made": ("本机关没有现成的信息，需要另行制作或者加工、分析", "不予提供"),
    "still_unclear": ("您申请的内容不明确，无法确定您需要哪一项信息", "现告知如下"),
    "petition": ("您提交的内容属于信访、举报、投诉等事项，不是政府信息公开申请", "不作为政府信息公开申请处理"),
    "repeat": ("您曾就相同的信息提出申请，本机关已经作出答复", "不再重复处理"),
    "publication": ("您申请的是公开出版物", "不予提供，现告知获取的途径"),
    "excessive": ("您申请公开政府信息的数量、频次明显超过合理范围，说明的理由不合理", "不予处理"),
    "confirm_again": ("您要求确认或者重新出具的，是您已经获取的信息", "不予处理"),
    "lapsed_unamended": ("您没有在补正告知书确定的期限内补正，也没有说明正当理由", "视为您放弃申请，不再处理"),
    "lapsed_unpaid": ("您没有在收费通知确定的期限内缴纳信息处理费", "视为您放弃申请，不再处理"),
    "other": ("您的申请按下列情况处理", "现告知如下"),
}
SAYS = {
    "address": "信息地址：{}。",
    "where": "获取途径：{}。",
    "attached": "随本告知书提供：{}。",
    "way_and_time": "提供的方式和时间：{}。",
    "given": "公开的部分：{}。",
    "withheld": "不公开的部分：{}。",
    "reason": "理由：{}。",
    "secrecy": "定密依据：{}。",
    "law": "禁止公开的规定：{}。",
    "consultation": "征求第三方意见的情况：{}。",
    "file": "所属案卷：{}。",
    "how_to_query": "查询办法：{}。",
    "agency": "负责公开的机关：{}。",
    "agency_contact": "联系方式：{}。",
    "processing": "需要加工、分析的是：{}。",
    "amendment": "补正情况：{}。",
    "unclear": "不明确的内容：{}。请更改、补充后重新提出申请。",
    "channel": "请通过下列渠道提出：{}。",
    "former_number": "原答复文号：{}。",
    "former_date": "原答复日期：{}。",
    "obtained": "您已经获取的信息：{}。",
    "reasons_letter": "说明理由的情况：{}。",
    "fee_notice": "收费通知：{}。",
    "expired_on": "期限届满日期：{}。",
}


class _Filled(dict[str, str]):
    """What is not filled in yet shows as a gap: a draft is read before it is whole."""

    def __missing__(self, name: str) -> str:
        return "……"


def answer_letter(
    *,
    asked: AskedFor,
    answer: RequestAnswer,
    filled: Mapping[str, str],
    rules: RuleSet,
    authorities: Authorities,
    on: date,
) -> CaseLetter:
    """答复书 of that day; `filled` are the answer's fields."""
    found, decision = (words.format_map(_Filled(filled)) for words in FOUND[answer.code])
    law = answer.basis(rules)
    remedies = remedy_words(made_on=on, authorities=authorities, is_refusal=answer.is_refusal)
    return _letter(
        asked,
        answer.title,
        [
            asked.opening,
            f"{found}。" if found.startswith("经") else f"经审查，{found}。",
            f"根据{law}的规定，{decision}。{_carried(answer, filled)}",
            remedies,
            CLOSING,
        ],
        on=on,
    )


def _carried(answer: RequestAnswer, filled: Mapping[str, str]) -> str:
    told = [(field.name, str(filled.get(field.name) or "").strip().rstrip("。；")) for field in answer.fields]
    return "".join(SAYS[name].format(words) for name, words in told if words and name in SAYS)


# The papers on the way to the answer.


def receipt_letter(
    *, asked: AskedFor, way: str, code: str, page: str, why: str, due: date | None, derivation: str, on: date
) -> CaseLetter:
    """登记回执: number and query code, the page that asks for them, the day of receipt and why, the last day and how found."""
    limit = (
        f"答复期限至{chinese_day(due)}（{derivation.rstrip('。')}）。"
        if due
        else "答复期限从本机关与您确认申请之日起计算，尚未起算。"
    )
    told = [
        asked.opening,
        f"登记号：{asked.register_number}。查询码：{code}。凭这两项可以在“办理查询”（ {page} ）中查看办理情况和文书，请妥善保管。",
        f"提交方式：{way}。{why.rstrip('。')}。",
        limit,
        CLOSING,
    ]
    return _letter(asked, "政府信息公开申请登记回执", told, on=on)


def amendment_letter(*, asked: AskedFor, items: str, days: int, on: date) -> CaseLetter:
    """补正告知书: once, what is to be amended, within which days of its receipt, and what follows where nobody does."""
    return _letter(
        asked,
        "政府信息公开申请补正告知书",
        [
            asked.opening,
            f"经审查，您的申请需要补正：{_as_sentence(items)}",
            f"根据《政府信息公开条例》（2019年修订）第三十条的规定，请自收到本告知书之日起{days}个工作日内补正。"
            "答复期限从本机关收到补正申请之日起重新计算；没有正当理由逾期不补正的，视为放弃申请，本机关不再处理。",
            CLOSING,
        ],
        on=on,
    )


def extension_letter(*, asked: AskedFor, amount: int, due: date, reason: str, law: str, on: date) -> CaseLetter:
    """延期答复告知书."""
    return _letter(
        asked,
        "政府信息公开延期答复告知书",
        [
            asked.opening,
            f"因{reason.strip().rstrip('。')}，不能在规定的期限内答复。根据{law}的规定，经本机关政府信息公开工作机构负责人同意，"
            f"答复期限延长{amount}个工作日，将于{chinese_day(due)}前答复。",
            CLOSING,
        ],
        on=on,
    )


def third_party_letter(
    *, asked: AskedFor, to: str, disclosed: str, days: int, silence: str, online: str, law: str, on: date
) -> CaseLetter:
    """征求意见书 to the third party: what exactly would be disclosed, nothing of who asks for it; within how many days of its
    receipt to answer, what follows from silence, and how to answer `online`."""
    return _letter(
        asked,
        "政府信息公开征求意见书",
        [
            f"有人向本机关申请公开下列信息，其中涉及您的权益：{_as_sentence(disclosed)}",
            f"根据{law}的规定，现征求您的意见。请自收到本征求意见书之日起{days}个工作日内提出书面意见，写明是否同意公开；"
            f"不同意公开的，请说明理由。{_as_sentence(silence)}",
            online,
            CLOSING,
        ],
        addressee=f"{to}：",
        on=on,
    )


def agency_letter(
    *, asked: AskedFor, to: str, disclosed: str, days: int, silence: str, law: str, on: date
) -> CaseLetter:
    """征求意见函 to another agency: under which number, about what, within how many days; nothing of who asks."""
    by_law = f"根据{law}的规定，" if law else ""
    return _letter(
        asked,
        "政府信息公开征求意见函",
        [
            f"本机关正在办理一件政府信息公开申请（登记号：{asked.register_number}），其中有关贵单位的内容是：{_as_sentence(disclosed)}",
            f"{by_law}现征求贵单位的意见。请自收到本函之日起{days}个工作日内书面答复是否同意公开；不同意公开的，请说明理由和依据。"
            f"{_as_sentence(silence)}",
            "特此函告。",
        ],
        addressee=f"{to}：",
        on=on,
    )


def third_party_decision(
    *, asked: AskedFor, to: str, disclosed: str, reason: str, law: str, authorities: Authorities, on: date
) -> CaseLetter:
    """告知书 to a third party that did not agree: what is disclosed all the same, why, and what can be done against it."""
    return _letter(
        asked,
        "政府信息公开告知书（第三方）",
        [
            f"本机关曾就公开下列信息征求您的意见：{_as_sentence(disclosed)}",
            f"本机关认为，不公开可能对公共利益造成重大影响，根据{law}的规定，决定予以公开。理由：{_as_sentence(reason)}",
            remedy_words(made_on=on, authorities=authorities, is_refusal=False),
            CLOSING,
        ],
        addressee=f"{to}：",
        on=on,
    )


def consultation_notice(*, asked: AskedFor, law: str, on: date) -> CaseLetter:
    """征求意见告知书: the applicant learns that a third party is being asked, and that the time for it does not count."""
    return _letter(
        asked,
        "政府信息公开征求意见告知书",
        [
            asked.opening,
            f"您申请的信息涉及第三方的权益，根据{law}的规定，本机关正在书面征求其意见。征求意见所需时间不计算在答复期限内。",
            CLOSING,
        ],
        on=on,
    )


# The papers where somebody asks for very much.


def reasons_letter(*, asked: AskedFor, why: str, days: int, law: str, on: date) -> CaseLetter:
    """说明理由通知书: why the number is held to be unreasonable, by when reasons are awaited, and what may follow."""
    return _letter(
        asked,
        "政府信息公开申请说明理由通知书",
        [
            asked.opening,
            f"经审查，您申请公开政府信息的数量、频次明显超过合理范围：{_as_sentence(why)}",
            f"根据{law}的规定，请自收到本通知书之日起{days}个工作日内说明理由。理由不合理的，本机关将告知您不予处理；"
            "理由合理，但是无法在规定的期限内答复的，本机关将确定延迟答复的合理期限并告知您。",
            CLOSING,
        ],
        on=on,
    )


def delay_letter(*, asked: AskedFor, amount: int, due: date, reason: str, law: str, on: date) -> CaseLetter:
    """延迟答复告知书: the reasons are good, and the answer takes longer than the limit allows."""
    return _letter(
        asked,
        "政府信息公开延迟答复告知书",
        [
            asked.opening,
            f"您说明的理由合理。因{reason.strip().rstrip('。')}，无法在规定的期限内答复。根据{law}的规定，"
            f"本机关确定延迟{amount}个工作日，将于{chinese_day(due)}前答复。",
            CLOSING,
        ],
        on=on,
    )


def fee_letter(
    *, asked: AskedFor, fee: Fee, before: int, days: int, how: str, more: str, laws: tuple[str, str], on: date
) -> CaseLetter:
    """收费通知书: by which schedule, what each tranche comes to, how to pay, and what follows if nobody does.

    `before`: what belongs to the same person's other applications of the month. `more`: what the unit tells besides. `laws`: that a fee is charged, and how much.
    """
    due, standard = fee.total - before, laws[1]
    less = f"其中{before}元是当月另外的申请的费用，已经另行通知，不在本次缴纳；本次缴纳{due}元。" if before else ""
    return _letter(
        asked,
        "政府信息公开信息处理费收费通知书",
        [
            asked.opening,
            f"您申请公开政府信息的数量、频次明显超过合理范围。根据{laws[0]}和{standard}的规定，"
            f"本机关{fee.schedule.words}信息处理费{due}元。",
            f"计算方法：{fee.steps}，共{fee.total}元。{less}",
            f"缴纳方式：{_as_sentence(how)}",
            f"请自收到本通知书次日起{days}个工作日内缴纳；逾期未缴纳的，视为放弃申请，本机关不再处理。{more.strip()}",
            CLOSING,
        ],
        on=on,
    )


def _quoted(words: str) -> str:
    """In quotation marks, those inside made single."""
    inner = words.strip().rstrip("。").translate(str.maketrans("“”", "‘’"))
    return f"“{inner}”"


def _as_sentence(words: str) -> str:
    return f"{words.strip().rstrip('。')}。"
