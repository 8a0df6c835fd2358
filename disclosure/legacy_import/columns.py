"""The columns of the workbook (历史信息表), and the names under which other sites export them."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from ninghai.personal_data.folding import fold


class LegacyColumn(StrEnum):
    """A column by its head, in the template's order."""

    INDEX_NUMBER = "索引号"
    TITLE = "名称"
    UNIT = "发布机构"
    PUBLISHED_ON = "原发布日期"
    FORMED_DATE = "成文日期"
    DOCUMENT_NUMBER = "发文字号"
    KIND = "信息类型"
    CATEGORY = "组配分类"
    TOPIC = "主题分类"
    ENTRY = "基本目录事项"
    SUMMARY = "内容概述"
    BODY = "正文"
    FILES = "附件"
    SOURCE = "来源"
    VALIDITY = "时效"
    EFFECTIVE_ON = "施行日期"
    EXPIRES_ON = "有效期至"
    REPEALED_ON = "废止日期"
    UNIFIED_NUMBER = "统一编号"
    AUDIENCE = "公开范围"
    OPENNESS_MARK = "公开标注"
    METHOD = "公开方式"
    STATE = "原状态"
    EXCEPTION = "个人信息例外理由"
    EXCEPTION_NOTE = "例外说明"


REQUIRED = (LegacyColumn.TITLE, LegacyColumn.UNIT, LegacyColumn.PUBLISHED_ON)
DATES = frozenset(
    {
        LegacyColumn.PUBLISHED_ON,
        LegacyColumn.FORMED_DATE,
        LegacyColumn.EFFECTIVE_ON,
        LegacyColumn.EXPIRES_ON,
        LegacyColumn.REPEALED_ON,
    }
)
ALSO_CALLED = {
    LegacyColumn.INDEX_NUMBER: "信息索引号 索引编号 索取号 索引码",
    LegacyColumn.TITLE: "标题 信息名称 信息标题 题名 文件名称 文件标题 公文标题",
    LegacyColumn.UNIT: "发布单位 公开机构 公开单位 发文机关 发文机构 发文单位 制发机关 公开责任部门 责任部门 单位",
    LegacyColumn.PUBLISHED_ON: "发布日期 发布时间 公开日期 公开时间 发文时间 首次发布日期 原发布时间 上网日期",
    LegacyColumn.FORMED_DATE: "成文时间 生成日期 生成时间 形成日期 产生日期 发文日期 印发日期 制发日期",
    LegacyColumn.DOCUMENT_NUMBER: "文号 发文文号 文件编号 文件号 公文文号",
    LegacyColumn.KIND: "类型 信息类别 文种 体裁",
    LegacyColumn.CATEGORY: "组配类别 组配",
    LegacyColumn.TOPIC: "主题 主题类别 分类主题 主题分类名称",
    LegacyColumn.ENTRY: "公开事项 目录事项 基本目录 所属目录 事项编码",
    LegacyColumn.SUMMARY: "概述 摘要 内容摘要 信息摘要 内容简介",
    LegacyColumn.BODY: "内容 全文 正文内容 信息内容 信息正文",
    LegacyColumn.FILES: "附件名称 附件文件 附件文件名 附件路径 附件列表 附件目录",
    LegacyColumn.SOURCE: "信息来源 稿件来源 文章来源",
    LegacyColumn.VALIDITY: "有效性 时效性 效力 效力状态 有效状态",
    LegacyColumn.EFFECTIVE_ON: "生效日期 实施日期 施行时间 生效时间",
    LegacyColumn.EXPIRES_ON: "有效期 失效日期 截止日期 有效截止日期",
    LegacyColumn.REPEALED_ON: "废止时间 撤销日期",
    LegacyColumn.UNIFIED_NUMBER: "规范性文件统一编号 登记号 统一登记号",
    LegacyColumn.AUDIENCE: "公开对象 发布范围",
    LegacyColumn.OPENNESS_MARK: "公开属性标注 公开说明",
    LegacyColumn.METHOD: "公开属性 公开类别 公开类型",
    LegacyColumn.STATE: "状态 信息状态 发布状态 稿件状态",
    LegacyColumn.EXCEPTION: "例外理由 个人信息理由",
    LegacyColumn.EXCEPTION_NOTE: "个人信息说明 理由说明",
}


BY_HEAD = {fold(head): column for column, names in ALSO_CALLED.items() for head in (column.value, *names.split())}


def column_of(head: str) -> LegacyColumn | None:
    """The column with this head, whatever its width, blanks, asterisks and remarks in brackets."""
    words = re.sub(r"\(.*?\)|\[.*?\]|【.*?】|[*:：]", "", fold(head))
    return BY_HEAD.get(words)


# What is wrong in a row, and in which column (逐行逐列的错误).


class ProblemAsJson(TypedDict):
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class LegacyProblem:
    """One error at its column; the message says what to do."""

    column: LegacyColumn
    message: str

    def as_json(self) -> ProblemAsJson:
        return {"column": self.column.value, "message": self.message}


class UnreadableValue(ValueError):
    """A cell says something that cannot be taken over; the text is fit for the screen."""
