"""The rows of the permission matrix about the knowledge base; `services` says with whose answers, and in which state."""

from ninghai.accounts import permission_table as table
from ninghai.accounts.permission_table import both, do, may, read

WRITERS, HEADS = table.CLERK | table.OFFICE, table.HEAD | table.OFFICE | table.SIGNER
READERS, OFFICE = table.READERS, table.OFFICE
NOT_THE_WRITER = "起草、修改过的人除外"
KEY = "knowledge"
SUBJECT = table.Subject(
    KEY,
    "知识库解答",
    {"draft": "起草", "with_head": "待审核", "in_review": "审查中", "published": "已公布"},
    has_unit=True,
)


def _act(*names: str) -> str:
    """An act on an answer at both its addresses."""
    return " ".join(f"disclosure:knowledge-{name} admin:disclosure_knowledge_{name}" for name in names)


PAGE = "disclosure:work-knowledge admin:disclosure_knowledge_change"
ROWS = (
    read(
        "公众查看知识库",
        "disclosure:knowledge-list disclosure:knowledge disclosure:knowledge-helped disclosure:knowledge-feed",
        may(table.EVERYBODY),
    ),
    read("开放接口：知识库", "disclosure:api:knowledge disclosure:api:knowledge_answer", may(table.EVERYBODY)),
    do("公众评价解答有没有帮助", "disclosure:knowledge-helped", may(table.EVERYBODY), note="次数受限，不记是谁"),
    read("本单位的知识库（列表）", "disclosure:work-knowledge-list", may(table.SIGNED_IN), note="只列出本人看得到的"),
    read("查看知识库解答", PAGE, may(table.UNIT | READERS, own=True), may(READERS), subject=KEY),
    read("导出知识库", "disclosure:knowledge-export", may(table.UNIT | READERS), note="只有本人看得到的"),
    *both("起草知识库解答", "disclosure:knowledge-new", may(WRITERS)),
    *both("从 Excel 导入知识库", "disclosure:knowledge-import", may(WRITERS)),
    do("确认导入知识库", "disclosure:knowledge-import-confirm", may(WRITERS)),
    *both("填写知识库解答", _act("edit"), may(WRITERS, "draft", own=True), subject=KEY),
    do("知识库解答提交审核、放弃草稿", _act("hand-in", "discard"), may(WRITERS, "draft", own=True), subject=KEY),
    do("知识库解答保密审查", _act("pass"), may(HEADS, "with_head", own=True), subject=KEY, note=NOT_THE_WRITER),
    do(
        "知识库解答个人信息审查、合法性与文字审查",
        _act("answer"),
        may(READERS, "in_review"),
        subject=KEY,
        note=f"{NOT_THE_WRITER}，三项意见至少两人签署",
    ),
    do(
        "退回知识库解答",
        _act("return"),
        may(HEADS, "with_head", own=True),
        may(READERS, "in_review"),
        subject=KEY,
        note=NOT_THE_WRITER,
    ),
    do("修改已公布的知识库解答", _act("revise"), may(WRITERS, "published", own=True), subject=KEY),
    do("知识库解答核对无误", _act("confirm"), may(HEADS, "published", own=True), subject=KEY),
    do(
        "知识库解答送核对",
        _act("question"),
        may(table.UNIT, "published", own=True),
        may(READERS, "published"),
        subject=KEY,
    ),
    do(
        "撤下知识库解答",
        _act("withdraw"),
        may(table.HEAD, "published", own=True),
        may(READERS, "published"),
        subject=KEY,
    ),
    *table.admin_rows("disclosure_knowledge", "知识库解答", READERS, adds=OFFICE, has_own_page=True),
    *table.admin_rows("disclosure_missedquestion", "没有找到的问题", READERS),
)
