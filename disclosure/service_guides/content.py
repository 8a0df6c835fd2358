"""What a guide says, as data: the fields of the national catalogue of services by their Chinese names, and how each is typed.

Fields: 国家政务服务事项基本目录; what a guide must say at least: 《浙江省保障“最多跑一次”改革规定》 (2018-11-30). Lists are
typed line by line, the parts of a line between bars, so that they can be pasted from a table.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from disclosure.items.text import many_lines
from disclosure.models import GuideVersion

Content = dict[str, Any]  # texts by field name, lists of rows by their own heads


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideField:
    """One field; with `heads` a list whose rows have these parts, the first of which no row may lack."""

    key: str  # in forms
    name: str
    group: str
    help: str = ""
    longest: int = 200
    rows: int = 0
    choices: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    is_required: bool = False  # before it is handed in: what the province's rules ask for


WHO, BEFORE, DOING, WHERE, RESULT = "依据和对象", "办理之前", "怎样办理", "时间、地点和电话", "结果"
PHONE_HELP = "办公电话，写区号，如 0574-65000000；不要填个人手机。"
BAR = re.compile(r"\s*[｜|\t]\s*")
FIELDS = (
    GuideField(key="basis", name="设定依据", group=WHO, help="法律、法规、文件的名称、文号和条款。", longest=2000, rows=3, is_required=True),
    GuideField(key="audience", name="服务对象", group=WHO, choices=("自然人", "法人", "自然人、法人"), is_required=True),
    GuideField(key="topic_people", name="自然人主题分类", group=WHO, help="如：生育收养、社会保障、住房保障。"),
    GuideField(key="topic_bodies", name="法人主题分类", group=WHO, help="如：设立变更、准营准办、资质认证。"),
    GuideField(key="conditions", name="受理条件", group=BEFORE, help="一行写一条。", longest=3000, rows=4, is_required=True),
    GuideField(key="materials", name="申请材料", group=BEFORE, help="一行一份，依次写：名称｜形式｜份数｜必要性｜来源渠道｜依据；后面的可以不写。共用材料的依据以共用材料为准。不需要材料的留空。", longest=8000, rows=6, heads=("名称", "形式", "份数", "必要性", "来源渠道", "依据")),
    GuideField(key="fee", name="收费", group=BEFORE, choices=("不收费", "收费")),
    GuideField(key="fee_rate", name="收费标准", group=BEFORE, longest=1000, rows=2),
    GuideField(key="fee_basis", name="收费依据", group=BEFORE, longest=500),
    GuideField(key="fee_relief", name="收费减免", group=BEFORE, longest=500),
    GuideField(key="limits", name="数量限制", group=BEFORE),
    GuideField(key="kind", name="办件类型", group=DOING, choices=("即办件", "承诺件")),
    GuideField(key="way", name="审批方式", group=DOING, choices=("即审即办", "前审后批")),
    GuideField(key="legal_limit", name="法定办结时限", group=DOING, help="如：20个工作日；没有规定的写“无”。", is_required=True),
    GuideField(key="promise", name="承诺办结时限", group=DOING, help="如：5个工作日；当场办结的写“即办”。", is_required=True),
    GuideField(key="steps", name="办理流程", group=DOING, help="一行一步，依次写：环节｜时限｜内容，如：受理｜1个工作日｜材料齐全的当场受理。", longest=5000, rows=5, heads=("环节", "时限", "内容"), is_required=True),
    GuideField(key="special", name="特别程序", group=DOING, longest=1000),
    GuideField(key="depth", name="网办深度", group=DOING, choices=("Ⅰ 互联网咨询", "Ⅱ 互联网收件", "Ⅲ 互联网预审", "Ⅳ 全程网办")),
    GuideField(key="address_online", name="网址", group=DOING, longest=300),
    GuideField(key="online_pay", name="网上支付", group=DOING, choices=("是", "否")),
    GuideField(key="by_post", name="物流", group=DOING, help="材料和结果能不能邮寄。", choices=("是", "否")),
    GuideField(key="visits", name="到现场次数", group=DOING, help="最多要跑几次，写数字。", longest=2),
    GuideField(key="visit_reason", name="到现场原因", group=DOING, help="次数不是0的，写明为什么。", longest=300),
    GuideField(key="place", name="办理地点", group=WHERE, help="写到窗口或者门牌号。", longest=300, is_required=True),
    GuideField(key="hours", name="办理时间", group=WHERE, help="如：工作日8:30至12:00，14:00至17:00。"),
    GuideField(key="phone", name="咨询电话", group=WHERE, help=PHONE_HELP, longest=60, is_required=True),
    GuideField(key="phone_place", name="咨询地址", group=WHERE, longest=300),
    GuideField(key="complaint", name="监督投诉电话", group=WHERE, help=PHONE_HELP, longest=60),
    GuideField(key="complaint_place", name="监督投诉地址", group=WHERE, longest=300),
    GuideField(key="result", name="结果名称", group=RESULT),
    GuideField(key="result_kind", name="结果类型", group=RESULT, choices=("证照", "批文", "其他")),
    GuideField(key="sample", name="结果样本", group=RESULT, help="样本的网址，或者在哪里看得到。", longest=300),
    GuideField(key="questions", name="常见问题", group=RESULT, help="一行一问，依次写：问题｜答案。", longest=8000, rows=4, heads=("问题", "答案")),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}
GROUPS = {group: [field for field in FIELDS if field.group == group] for group in (WHO, BEFORE, DOING, WHERE, RESULT)}
MATERIALS = "申请材料"
NO_EFFECTIVE_DAY = "请写明施行日期：公布新的指南，要同时公布它从哪天起施行。"


class NotLines(ValueError):
    """A line that cannot be read; the text is fit for the screen."""


def read_lines(text: str, field: GuideField) -> list[dict[str, str]]:
    """The rows of a list as it was typed. Raises NotLines."""
    rows = []
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), start=1):
        parts = [part.strip() for part in BAR.split(line)]
        if len(parts) > len(field.heads) or not parts[0]:
            raise NotLines(f"第{number}行不能识别，请依次写：{'｜'.join(field.heads)}。")
        rows.append(dict(zip(field.heads, parts, strict=False)))
    return rows


def as_lines(rows: Iterable[Mapping[str, str]], field: GuideField) -> str:
    """The rows as they are typed; empty parts at the end of a line are left out."""
    lines = ("｜".join(row.get(head, "") for head in field.heads).rstrip("｜") for row in rows)
    return "\n".join(lines)


def as_typed(content: Mapping[str, Any], field: GuideField) -> str:
    said = content.get(field.name, "")
    return as_lines(said, field) if field.heads and said else str(said or "")


def read_field(text: str, field: GuideField) -> Any:
    """What was typed as it is kept. Raises NotLines."""
    text = many_lines(text)
    if field.heads:
        return read_lines(text, field)
    return "\n".join(line.strip() for line in text.splitlines()).strip()


def missing_in(content: Mapping[str, Any]) -> list[str]:
    """What a guide cannot be handed in without."""
    return [field.name for field in FIELDS if field.is_required and not content.get(field.name)]


def text_of(content: Mapping[str, Any]) -> str:
    """All its words, for search and for the finder of personal data."""
    return "\n".join(filter(None, (as_typed(content, field) for field in FIELDS)))


def as_data(guide: GuideVersion) -> dict[str, Any]:
    """The guide as one record, by the names of the national catalogue: what the checker and `check_guide` read."""
    service = guide.service
    said = {
        "名称": service.name,
        "类型": service.get_kind_display(),
        "基本编码": service.base_code,
        "实施编码": service.implementation_code,
        "实施主体": service.unit.name,
        "版本": str(guide.number),
        "状态": guide.get_status_display(),
        "计划生效日期": f"{guide.effective_on}" if guide.effective_on else "",
    }
    phones = {
        name: {"电话": guide.content.get(f"{short}电话", ""), "地址": guide.content.get(f"{short}地址", "")}
        for name, short in (("咨询方式", "咨询"), ("监督投诉方式", "监督投诉"))
    }
    return {**said, **guide.content, **phones}
