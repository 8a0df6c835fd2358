"""The rules by which a guide is checked (办事指南检查), as data with their words; pure, over a guide by its Chinese field names.

The rules are those of a checker in use in a city of the province, and what follows from 《优化营商环境条例》 and the province's
rules (promise within the legal limit, no fee and no material without a basis, nothing that is not named); none is printed as law.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# Reading: a field is a text, a number, a list of rows or parts by name; what is asked is the same of all.

DIGITS = re.compile(r"\d+(?:\.\d+)?")
NUMERALS = {**dict(zip("一二三四五六七八九", range(1, 10), strict=True)), "两": 2}
LANDLINE = re.compile(r"(?<!\d)(?:(0\d{2,3})[-—－\s）)]*)?([2-8]\d{6,7}|0{6,}\d{1,2}|(\d)\3{6,7})(?!\d)")
PHONE = re.compile(r"[\d（(][\d\-—－\s（）()]{3,}\d")
PLACE = re.compile(r"[路街巷道号楼层室村镇乡区厅馆所局院]|窗口|中心")
DOOR = re.compile(r"窗口|柜台|服务台|[0-9一二三四五六七八九十]+\s*[号室]|室")
UNNAMED = re.compile(
    r"其他|其它|[相有]关(?:材料|证明|资料)|(?<![高初中平同优特均对])等(?=$|[材资证文相有、，；）)（(])"
)
YES, NO = (
    {"是", "支持", "有", "可以", "提供", "true", "True", "1", "y", "Y"},
    {"", "否", "无", "不", "不支持", "false", "False", "0", "None"},
)
DAYS = {
    "工作日": 1.4,
    "小时": 1 / 24,
    "分钟": 1 / 1440,
    "周": 7.0,
    "星期": 7.0,
    "月": 30.0,
    "年": 365.0,
    "日": 1.0,
    "天": 1.0,
}
UNIT = "|".join(DAYS)
LIMIT = re.compile(
    rf"(\d{{1,5}}(?:\.\d{{1,3}})?|[零一二两三四五六七八九十百]{{1,6}})\s?个?\s?({UNIT})|({UNIT})\s(\d{{1,5}})"
)
INSTANT = re.compile(r"即办|即时|当场|当日|立等")


def flat(said: Any) -> str:
    """All its words."""
    if isinstance(said, Mapping):
        return " ".join(filter(None, map(flat, said.values())))
    if isinstance(said, list | tuple):
        return " ".join(filter(None, map(flat, said)))
    return "" if said is None else str(said).strip()


def days_of(said: Any) -> float | None:
    """How long, in calendar days: the first number with its unit, a number alone as working days; None where none says so.

    What is done on the spot takes no time, unless a number of days is named beside it (当场受理，5个工作日办结).
    """
    text = flat(said)
    found, is_instant = LIMIT.search(text), bool(INSTANT.search(text))
    if found is None:
        only = DIGITS.fullmatch(text) or re.fullmatch(f"[{''.join(NUMERALS)}十百]+", text)
        return 0.0 if is_instant else _amount(text) * DAYS["工作日"] if only else None
    amount, unit = (found[1], found[2]) if found[1] else (found[4], found[3])
    days = _amount(amount) * DAYS[unit]
    return 0.0 if is_instant and days < 1 else days


def _amount(text: str) -> float:
    """5, 十五, 二十, 一百二十."""
    if DIGITS.fullmatch(text):
        return float(text)
    total = digit = 0
    for character in text:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = NUMERALS.get(character, 0)
    return float(total + digit)


def part(said: Any, *names: str) -> Any:
    """The first part of that name that says something."""
    if not isinstance(said, Mapping):
        return None
    return next((said[name] for name in names if flat(said.get(name))), None)


@dataclass(frozen=True, slots=True)
class ReadGuide:
    """A guide with the questions that the rules ask; `abolished` are the numbers and titles of documents that hold no more."""

    said: Mapping[str, Any]
    abolished: frozenset[str] = frozenset()

    def get(self, *names: str) -> Any:
        return part(self.said, *names)

    def text(self, *names: str) -> str:
        return flat(self.get(*names))

    def among(self, is_meant: Callable[[str, str], bool]) -> str:
        """The first field of which this is so, whatever it is called."""
        return next((text for name, said in self.said.items() if (text := flat(said)) and is_meant(name, text)), "")

    def is_yes(self, name: str) -> bool:
        text = self.text(name)
        return text not in NO and (text in YES or not text.startswith(("不", "否", "无")))

    def rows(self, *names: str) -> list[Mapping[str, Any]]:
        """A list of rows; a text, or texts, as rows that only have a name."""
        said = self.get(*names)
        each = (
            [said] if isinstance(said, Mapping) else said if isinstance(said, list | tuple) else flat(said).splitlines()
        )
        return [row if isinstance(row, Mapping) else {"名称": flat(row)} for row in each if flat(row)]

    @property
    def is_instant(self) -> bool:
        """即办: promised on the spot."""
        return self.get("承诺办结时限") is not None and days_of(self.get("承诺办结时限")) == 0

    @property
    def visits(self) -> int | None:
        """How often one has to come: 1, 1次, 零次, 最多跑一次."""
        said = flat(part(self.get("到现场次数"), "次数", "数量") or self.get("到现场次数"))
        found = re.search(rf"\d{{1,3}}|[零{''.join(NUMERALS)}十]{{1,3}}(?=次|趟|$)", said)
        return int(_amount(found[0])) if found else None

    @property
    def visit_reason(self) -> str:
        reason = flat(part(self.get("到现场次数"), "原因", "理由", "说明"))
        return reason or self.among(lambda name, _: "现场" in name and bool(re.search("原因|理由|说明", name)))

    @property
    def is_online(self) -> bool:
        said = f"{self.text('网办深度')} {self.text('办理形式')}"
        return bool(re.search(r"(?<!不)(?<!不支持)(?<!不能)(?:全程网办|全程在线|Ⅳ|IV|四级|4级)", said))

    @property
    def is_free(self) -> bool:
        fee = self.text("收费", "是否收费")
        return not self.fees and (fee in NO or fee.startswith(("不收费", "免费", "否", "无")))

    @property
    def fees(self) -> list[Mapping[str, Any]]:
        """What is charged, each with its basis; a fee may be spelled out beside 收费 or as its rows."""
        said = self.get("收费", "收费项目")
        if isinstance(said, Mapping | list | tuple):
            rows = self.rows("收费", "收费项目")
            free = {"否", "不收费", "免费"}
            return [row for row in rows if flat(row.get("是否收费", row.get("名称"))) not in free]
        is_charged = bool(self.text("收费标准")) or (
            bool(flat(said)) and flat(said) not in NO and not flat(said).startswith(("不", "免", "否", "无"))
        )
        return [{"标准": self.text("收费标准"), "依据": self.text("收费依据")}] if is_charged else []

    @property
    def materials(self) -> list[Mapping[str, Any]]:
        return self.rows("申请材料", "材料")

    def contact(self, name: str) -> tuple[str, str]:
        """Phone, its digits of one width, and address of 咨询 or 监督投诉."""
        said = self.get(f"{name}方式", f"{name}渠道")
        text = flat(said)
        phone = flat(part(said, "电话", "联系电话")) or self.text(f"{name}电话") or " ".join(PHONE.findall(text))
        phone = unicodedata.normalize("NFKC", phone)
        place = flat(part(said, "地址", "地点")) or self.text(f"{name}地址")
        return phone, place or (text if PLACE.search(PHONE.sub("", text)) else "")

    @property
    def result_name(self) -> str:
        return flat(part(self.get("结果", "办理结果"), "名称")) or self.text("结果名称")


# Judging: a rule says nothing where it does not apply (None), else what offends against it (nothing: passed).

Judgement = Iterable[str] | None
CONTACTS = ("咨询", "监督投诉")
WORD = 20  # characters: a longer text only mentions it


def _if(offends: bool, words: str) -> list[str]:
    return [words] if offends else []


def _kind(guide: ReadGuide) -> Judgement:
    if not (kind := guide.text("办件类型")) or not guide.text("承诺办结时限"):
        return None
    wanted, way = ("即办件", "即审即办") if guide.is_instant else ("承诺件", "前审后批")
    said = guide.among(lambda name, text: bool(re.search("即审即办|前审后批", text)) and len(text) < WORD)
    return [
        *_if(wanted not in kind, f"办件类型是“{kind}”，应为“{wanted}”"),
        *_if(bool(said) and way not in said, f"审批方式是“{said}”，应为“{way}”"),
    ]


def _result_kind(guide: ReadGuide) -> Judgement:
    name = guide.result_name.removesuffix("》")
    kind = flat(part(guide.get("结果", "办理结果"), "类型")) or guide.text("结果类型")
    wanted = next(
        (fits for ends, fits in ((("批复", "文"), "批文"), (("证", "照", "证书"), "证照")) if name.endswith(ends)), ""
    )
    if not wanted:
        return None
    fits = "文" in kind or "批" in kind if wanted == "批文" else "证" in kind or "照" in kind
    return _if(not fits, f"结果“{guide.result_name}”的类型是“{kind or '没有填写'}”，应为“{wanted}”")


def _visit_reason(guide: ReadGuide) -> Judgement:
    if guide.visits is None:
        return None
    if guide.visits == 0:
        return _if(bool(guide.visit_reason), "到现场次数是0，却写了原因")
    return _if(not guide.visit_reason, f"到现场{guide.visits}次，没有写原因")


def _post(guide: ReadGuide) -> Judgement:
    if guide.visits != 0 or guide.is_online:
        return None
    return _if(not guide.is_yes("物流"), "不用到现场，又不是全程网办，也不能邮寄")


def _online_visits(guide: ReadGuide) -> Judgement:
    if not guide.is_online or guide.visits is None:
        return None
    return _if(guide.visits != 0, f"全程网办，到现场次数却是{guide.visits}")


def _numbers(text: str) -> set[str]:
    """The numbers in it, without area code and marks."""
    return {found[2] for found in LANDLINE.finditer(text)} or set(filter(None, [re.sub(r"\D", "", text)]))


def _other_phone(guide: ReadGuide) -> Judgement:
    ours, theirs = (_numbers(guide.contact(name)[0]) for name in CONTACTS)
    return (
        _if(bool(ours & theirs), f"咨询和监督投诉都是{'、'.join(sorted(ours & theirs))}") if ours and theirs else None
    )


def _area_code(guide: ReadGuide) -> Judgement:
    found = [(name, number) for name in CONTACTS for number in LANDLINE.finditer(guide.contact(name)[0])]
    return (
        ["、".join(wrong)] if (wrong := [f"{name}电话{number[2]}" for name, number in found if not number[1]]) else []
    )


def _contact_places(guide: ReadGuide) -> Judgement:
    lacking = [f"{name}地址" for name in CONTACTS if guide.contact(name)[0] and not guide.contact(name)[1]]
    return _if(bool(lacking), f"没有写{'、'.join(lacking)}")


def _topic_of(guide: ReadGuide, kind: str) -> str:
    own = flat(part(guide.get("主题分类"), kind))
    return own or guide.among(lambda name, _: "主题" in name and kind in name)


def _topics(guide: ReadGuide) -> Judgement:
    """A text that names neither kind may be the topic of either."""
    audience, topics = guide.text("服务对象"), guide.get("主题分类")
    if not audience:
        return None
    text = topics if isinstance(topics, str) else ""
    names_kinds, wrong = bool(re.search("自然人|法人", text)), []
    for kind, served in (("自然人", r"自然人|个人"), ("法人", r"(?<!自然)法人|企业|组织")):
        has_own = bool(_topic_of(guide, kind)) or (names_kinds and kind in text)
        if re.search(served, audience):
            is_there = has_own or (bool(text) and not names_kinds)
            wrong += _if(not is_there, f"服务对象有{kind}，没有{kind}的主题分类")
        else:
            wrong += _if(has_own, f"服务对象没有{kind}，却有{kind}的主题分类")
    return ["；".join(wrong)] if wrong else []


def _is_permit(guide: ReadGuide) -> bool:
    return "许可" in guide.text("类型", "事项类型")


def _questions(guide: ReadGuide) -> Judgement:
    return _if(not guide.rows("常见问题", "常见问题解答", "FAQ"), "没有常见问题") if _is_permit(guide) else None


def _flow_table(guide: ReadGuide) -> Judgement:
    said = guide.get("办理流程")
    if not _is_permit(guide) or said is None:
        return None
    is_table = isinstance(said, list | tuple) and all(isinstance(row, Mapping) and len(row) > 1 for row in said)
    return _if(not (is_table or "｜" in flat(said) or "|" in flat(said)), "办理流程没有按环节列表")


def _steps(guide: ReadGuide) -> Judgement:
    limits = [days_of(part(row, "时限", "办理时限", "办结时限", "期限", "天数")) for row in guide.rows("办理流程")]
    promise, known = days_of(guide.get("承诺办结时限")), [each for each in limits if each is not None]
    if promise is None or not known:
        return None
    return _if(sum(known) > promise + 0.01, "各环节时限之和超过承诺办结时限")


def _promise(guide: ReadGuide) -> Judgement:
    legal, promise = (days_of(guide.get(name)) for name in ("法定办结时限", "承诺办结时限"))
    if legal is None or promise is None:
        return None
    return _if(promise > legal, f"承诺“{guide.text('承诺办结时限')}”，法定“{guide.text('法定办结时限')}”")


def _sample(guide: ReadGuide) -> Judgement:
    if not guide.result_name or guide.result_name in NO:
        return None
    sample = flat(part(guide.get("结果", "办理结果"), "样本")) or guide.text("结果样本")
    return _if(not sample, f"结果“{guide.result_name}”没有样本")


def _fees(guide: ReadGuide) -> Judgement:
    if not guide.fees:
        return None
    basis = guide.text("收费依据")
    return _if(any(not flat(part(row, "依据", "收费依据")) and not basis for row in guide.fees), "收费没有依据")


def _materials(guide: ReadGuide, offends: Callable[[Mapping[str, Any]], bool]) -> Judgement:
    if not guide.materials:
        return None
    names = [flat(part(row, "名称", "材料名称")) for row in guide.materials if offends(row)]
    return _if(bool(names), "、".join(f"“{name}”" for name in names))


def _unnamed(guide: ReadGuide) -> Judgement:
    return _materials(guide, lambda row: bool(UNNAMED.search(flat(part(row, "名称", "材料名称")))))


def _without_basis(guide: ReadGuide) -> Judgement:
    return _materials(guide, lambda row: not flat(part(row, "依据", "设定依据", "要求提供材料的依据")))


def _dead(guide: ReadGuide) -> Judgement:
    """A number that nobody can have: one digit all over. Whether one is answered shows only by calling it."""
    numbers = {number for name in CONTACTS for number in _numbers(guide.contact(name)[0])}
    dead = sorted(each for each in numbers if len(each) > 6 and len(set(each)) == 1)
    return _if(bool(dead), "、".join(dead)) if numbers else None


def _abolished(guide: ReadGuide) -> Judgement:
    cited = " ".join(
        [guide.text("设定依据"), guide.text("收费依据"), *(flat(row) for row in (*guide.fees, *guide.materials))]
    )
    return _if(bool(found := sorted(each for each in guide.abolished if each in cited)), "、".join(found))


def _codes(guide: ReadGuide) -> Judgement:
    lengths = {"基本编码": 12, "实施编码": 36}
    said = {name: guide.text(name) for name in lengths if guide.text(name)}
    wrong = [
        f"{name}是{len(code)}位，应为{lengths[name]}位" for name, code in said.items() if len(code) != lengths[name]
    ]
    return ["；".join(wrong)] if wrong else []


@dataclass(frozen=True, slots=True)
class GuideRule:
    code: str
    place: str
    words: str
    judge: Callable[[ReadGuide], Judgement]


def _core(name: str, *others: str) -> GuideRule:
    return GuideRule(
        f"core-{name}", name, f"指南要写明{name}", lambda guide: _if(not guide.text(name, *others), "没有填写")
    )


def _contact(name: str) -> GuideRule:
    place = f"{name}方式"
    return GuideRule(
        f"core-{place}", place, f"指南要写明{place}", lambda guide: _if(not any(guide.contact(name)), "没有填写")
    )


CORE = (
    *map(
        _core,
        ("基本编码", "实施编码", "名称", "类型", "版本", "状态", "计划生效日期", "设定依据", "实施主体", "服务对象"),
    ),
    *map(
        _core,
        ("办件类型", "法定办结时限", "承诺办结时限", "受理条件", "办理流程", "办理地点", "办理时间", "到现场次数"),
    ),
    *map(_contact, CONTACTS),
)
RULES = (
    *CORE,
    GuideRule("codes", "基本编码", "基本编码12位，实施编码36位", _codes),
    GuideRule("kind", "办件类型", "即办的是即办件、即审即办，其他的是承诺件、前审后批", _kind),
    GuideRule("result-kind", "结果类型", "结果是批复、文的类型为批文，是证、照的为证照", _result_kind),
    GuideRule("visit-reason", "到现场次数", "到现场次数不是0的写明原因，是0的不写", _visit_reason),
    GuideRule("post", "物流", "到现场次数是0又不能网上办的，应当可以邮寄", _post),
    GuideRule("online-visits", "到现场次数", "全程网办的到现场次数应为0", _online_visits),
    GuideRule("other-phone", "监督投诉方式", "咨询电话和监督投诉电话不能相同", _other_phone),
    GuideRule("area-code", "咨询方式", "固定电话写区号0574", _area_code),
    GuideRule("contact-places", "咨询方式", "咨询和监督投诉都写明地址", _contact_places),
    GuideRule("hours", "办理时间", "办理时间写明工作日", lambda guide: _if("工作日" not in hours, f"“{hours}”没有写明是不是工作日") if (hours := guide.text("办理时间")) else None),
    GuideRule("door", "办理地点", "办理地点写到窗口或者门牌号", lambda guide: _if(not DOOR.search(place), f"“{place}”没有写到窗口或者门牌号") if (place := guide.text("办理地点")) else None),
    GuideRule("topics", "主题分类", "服务对象和主题分类一致", _topics),
    GuideRule("questions", "常见问题", "行政许可至少有一个常见问题", _questions),
    GuideRule("flow-table", "办理流程", "行政许可的办理流程按环节列表", _flow_table),
    GuideRule("steps", "办理流程", "各环节时限之和不超过承诺办结时限", _steps),
    GuideRule("promise", "承诺办结时限", "承诺办结时限不超过法定办结时限", _promise),
    GuideRule("sample", "结果样本", "有结果的附样本", _sample),
    GuideRule("free-pay", "网上支付", "不收费的没有网上支付", lambda guide: _if(guide.is_yes("网上支付"), "不收费，却写有网上支付") if guide.is_free else None),
    GuideRule("fee-basis", "收费", "收费有依据", _fees),
    GuideRule("unnamed-material", "申请材料", "申请材料写明具体名称，不写“其他”“等”", _unnamed),
    GuideRule("material-basis", "申请材料", "每份申请材料有依据", _without_basis),
    GuideRule("dead-phone", "咨询方式", "电话打得通", _dead),
    GuideRule("abolished", "设定依据", "引用的文件没有废止、失效", _abolished),
)  # fmt: skip


class GuideResult(StrEnum):
    PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "not_applicable"


@dataclass(frozen=True, slots=True)
class GuideCheck:
    """What a rule says of a guide."""

    rule: str
    place: str
    message: str
    result: GuideResult


def check_guide(said: Mapping[str, Any], *, abolished: Iterable[str] = ()) -> Iterator[GuideCheck]:
    """Every rule in its order, with what it says of the guide."""
    guide = ReadGuide(said, frozenset(filter(None, abolished)))
    for rule in RULES:
        found = rule.judge(guide)
        if found is None:
            yield GuideCheck(rule.code, rule.place, f"{rule.words}：不适用", GuideResult.NOT_APPLICABLE)
        elif offends := "；".join(found):
            yield GuideCheck(rule.code, rule.place, f"{rule.words}：{offends}。", GuideResult.FAIL)
        else:
            yield GuideCheck(rule.code, rule.place, rule.words, GuideResult.PASS)
