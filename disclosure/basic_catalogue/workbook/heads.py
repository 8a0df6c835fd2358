"""What a column's head says it is for (表头识别): the national form's words, and those that other counties use."""

import unicodedata
from dataclasses import dataclass

LEVEL = "level"
NUMERALS = "一二三四五六七八"
WORDS = {
    "公开内容": "content",
    "公开内容要素": "content",
    "公开要素": "content",
    "内容标准": "content",
    "公开依据": "basis",
    "设定依据": "basis",
    "依据": "basis",
    "公开时限": "limit",
    "时限": "limit",
    "公开主体": "publisher",
    "公开责任主体": "publisher",
    "公开渠道和载体": "channels",
    "公开渠道": "channels",
    "公开载体": "channels",
    "全社会": "everybody",
    "特定群体": "groups",
    "特定群众": "groups",
    "公开对象": "audience",
    "主动": "proactive",
    "主动公开": "proactive",
    "依申请公开": "on_request",
    "依申请": "on_request",
    "公开方式": "method",
    "县级": "county",
    "乡级": "town",
    "乡镇级": "town",
    "乡镇、街道级": "town",
    "公开层级": "levels",
    "更新周期": "rhythm",
    "更新频率": "rhythm",
    "责任单位": "units",
    "公开时长": "duration",
    "网站所属栏目": "site_column",
    "所属栏目": "site_column",
    "时限规则": "rule",
    "编码": "code",
    "事项编码": "code",
}
LEVEL_WORDS = {"公开事项", "事项名称", "公开事项名称"}


@dataclass(frozen=True, slots=True)
class Head:
    key: str
    label: str  # as the sheet writes it


def head_of(text: str) -> Head | None:
    """What the column is for, whatever the width and blanks of its head and the remarks in its brackets."""
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    bare = folded.split("(")[0].strip("*:")
    if bare in LEVEL_WORDS or _is_level(bare):
        return Head(LEVEL, folded)
    key = WORDS.get(bare) or WORDS.get(folded.replace("(", "").replace(")", ""))
    return Head(key, folded) if key else None


def _is_level(bare: str) -> bool:
    """一级事项, 二级目录, 三级."""
    return len(bare) >= 2 and bare[0] in NUMERALS and bare[1] == "级" and bare[2:] in {"", "事项", "目录", "公开事项"}
