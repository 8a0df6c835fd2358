"""The columns of the workbook (历史信息表), and the names under which other sites export them."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict


class Column(StrEnum):
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


REQUIRED = (Column.TITLE, Column.UNIT, Column.PUBLISHED_ON)
DATES = frozenset({Column.PUBLISHED_ON, Column.FORMED_DATE, Column.EFFECTIVE_ON, Column.EXPIRES_ON, Column.REPEALED_ON})
ALSO_CALLED = {
    Column.INDEX_NUMBER: "信息索引号 索引编号 索取号 索引码",
    Column.TITLE: "标题 信息名称 信息标题 题名 文件名称 文件标题 公文标题",
    Column.UNIT: "发布单位 公开机构 公开单位 发文机关 发文机构 发文单位 制发机关 公开责任部门 责任部门 单位",
    Column.PUBLISHED_ON: "发布日期 发布时间 公开日期 公开时间 发文时间 首次发布日期 原发布时间 上网日期",
    Column.FORMED_DATE: "成文时间 生成日期 生成时间 形成日期 产生日期 发文日期 印发日期 制发日期",
    Column.DOCUMENT_NUMBER: "文号 发文文号 文件编号 文件号 公文文号",
    Column.KIND: "类型 信息类别 文种 体裁",
    Column.CATEGORY: "组配类别 组配",
    Column.TOPIC: "主题 主题类别 分类主题 主题分类名称",
    Column.ENTRY: "公开事项 目录事项 基本目录 所属目录 事项编码",
    Column.SUMMARY: "概述 摘要 内容摘要 信息摘要 内容简介",
    Column.BODY: "内容 全文 正文内容 信息内容 信息正文",
    Column.FILES: "附件名称 附件文件 附件文件名 附件路径 附件列表 附件目录",
    Column.SOURCE: "信息来源 稿件来源 文章来源",
    Column.VALIDITY: "有效性 时效性 效力 效力状态 有效状态",
    Column.EFFECTIVE_ON: "生效日期 实施日期 施行时间 生效时间",
    Column.EXPIRES_ON: "有效期 失效日期 截止日期 有效截止日期",
    Column.REPEALED_ON: "废止时间 撤销日期",
    Column.UNIFIED_NUMBER: "规范性文件统一编号 登记号 统一登记号",
    Column.AUDIENCE: "公开对象 发布范围",
    Column.OPENNESS_MARK: "公开属性标注 公开说明",
    Column.METHOD: "公开属性 公开类别 公开类型",
    Column.STATE: "状态 信息状态 发布状态 稿件状态",
    Column.EXCEPTION: "例外理由 个人信息理由",
    Column.EXCEPTION_NOTE: "个人信息说明 理由说明",
}


def folded(text: str) -> str:
    """The text without differences of width and without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


BY_HEAD = {folded(head): column for column, names in ALSO_CALLED.items() for head in (column.value, *names.split())}


def column_of(head: str) -> Column | None:
    """The column with this head, whatever its width, blanks, asterisks and remarks in brackets."""
    words = re.sub(r"\(.*?\)|\[.*?\]|【.*?】|[*:：]", "", folded(head))
    return BY_HEAD.get(words)


# What is wrong in a row, and in which column (逐行逐列的错误).


class ProblemAsJson(TypedDict):
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One error at its column; the message says what to do."""

    column: Column
    message: str

    def as_json(self) -> ProblemAsJson:
        return {"column": self.column.value, "message": self.message}


class UnreadableValue(ValueError):
    """A cell says something that cannot be taken over; the text is fit for the screen."""
