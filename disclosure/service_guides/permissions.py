"""The rows of the permission matrix about services and their guides; `services` says with whose, and in which state."""

from ninghai.accounts import permission_table as table
from ninghai.accounts.permission_table import both, do, may, read

WRITERS, HEADS = table.CLERK | table.OFFICE, table.HEAD | table.SIGNER
READERS, OFFICE = table.READERS, table.OFFICE
NOT_THE_WRITER = "起草、修改过的人除外"
KEY = "service-guide"
SUBJECT = table.Subject(
    KEY,
    "办事指南",
    {"draft": "起草", "with_head": "待审核批准", "approved": "待公布", "published": "已公布"},
    has_unit=True,
)
UNFINISHED = ("with_head", "approved")


def _guide(*acts: str) -> str:
    """An act on a version of a guide at both its addresses."""
    return " ".join(f"disclosure:service-guide-{act} admin:disclosure_guideversion_{act}" for act in acts)


PAGE = "disclosure:service-guide admin:disclosure_guideversion_change"
ROWS = (
    read(
        "本单位的办事指南（列表）",
        "disclosure:service-guide-list",
        may(table.SIGNED_IN),
        note="只列出本人看得到的",
    ),
    read("查看办事指南", PAGE, may(table.UNIT | READERS, own=True), may(READERS), subject=KEY),
    read("导出办事指南", "disclosure:service-guide-export", may(table.UNIT | READERS), note="只有本人看得到的"),
    *both("起草办事指南", "disclosure:service-guide-new", may(WRITERS)),
    *both("从 Excel 导入办事指南", "disclosure:service-guide-import", may(WRITERS)),
    do("确认导入办事指南", "disclosure:service-guide-import-confirm", may(WRITERS)),
    *both("填写办事指南", _guide("edit"), may(WRITERS, "draft", own=True), subject=KEY),
    do("办事指南提交审核、放弃草稿", _guide("hand-in", "discard"), may(WRITERS, "draft", own=True), subject=KEY),
    do("批准办事指南", _guide("approve"), may(HEADS, "with_head", own=True), subject=KEY, note=NOT_THE_WRITER),
    do("公布办事指南", _guide("publish"), may(HEADS, "approved", own=True), subject=KEY, note=NOT_THE_WRITER),
    do("退回办事指南", _guide("return"), may(HEADS, *UNFINISHED, own=True), subject=KEY),
    do(
        "取消还没有施行的办事指南",
        _guide("cancel"),
        may(HEADS, "published", own=True),
        subject=KEY,
        note="已经施行的不能取消",
    ),
    *table.admin_rows("disclosure_guideversion", "办事指南", READERS, adds=OFFICE, has_own_page=True),
    *both("开展办事指南专项检查", "admin:disclosure_service_special_check", may(OFFICE)),
    *table.admin_rows("disclosure_service", "服务事项", READERS, adds=OFFICE, changes=OFFICE),
    *table.admin_rows("disclosure_guidematerial", "共用材料", READERS, adds=OFFICE, changes=OFFICE),
    *table.admin_rows("disclosure_onething", "一件事", READERS, adds=OFFICE, changes=OFFICE),
)
