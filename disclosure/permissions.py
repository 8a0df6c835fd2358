"""The rows of the permission matrix about `disclosure`: which role may do what; `disclosure.items.rules` says with whose records, and in which state."""

from ninghai.accounts.permission_table import (
    CLERK,
    EVERYBODY,
    HEAD,
    OFFICE,
    READERS,
    SIGNED_IN,
    SIGNER,
    UNIT,
    PermissionRow,
    Subject,
    admin_rows,
    both,
    do,
    may,
    read,
)

SUBJECTS = (
    Subject(
        "item",
        "公开信息",
        {
            "draft": "草稿",
            "with_head": "待审核",
            "in_review": "审核中",
            "approved": "待公开",
            "published": "已公开",
            "released": "紧急公开、待补充审查",
            "withdrawn": "已撤回",
        },
        has_unit=True,
    ),
    Subject("correction", "纠错留言", {"received": "已受理", "mended": "已答复"}, has_unit=True),
    Subject("import", "历史信息导入", {"checked": "已预检", "cancelled": "已停止"}),
)

NOT_REVIEWED = ("draft", "with_head", "in_review")
PASSED_ON = ("in_review", "approved", "published", "released", "withdrawn")
PUBLIC = ("published", "released")
NOT_THE_WRITER = "起草、修改过的人除外"


def _item(*acts: str) -> str:
    """An act at both its addresses: the unit's and the office's."""
    return " ".join(f"disclosure:work-item-{act} admin:disclosure_item_{act}" for act in acts)


_PAGES = "home item-list suggest basic-catalogue one-catalogue edition edition-file dcat terms export list-attachments"
_ITEM_PAGES = "item-attachments attachment item-history item-version item-compare item-detail"
_SITE = (
    "corrections correction-new interpretation-pairs columns column-guide column-rules column-statutory column-annual"
)
_MACHINES = "feed sitemap sitemap-pages sitemap-items site-map robots"
_PUBLIC = (
    read(
        "公众查看公开目录",
        " ".join(f"disclosure:{name}" for name in f"{_PAGES} {_ITEM_PAGES} {_SITE} {_MACHINES}".split()),
        may(EVERYBODY),
    ),
    read(
        "开放接口",
        " ".join(f"disclosure:api:{name}" for name in ("schema", "items", "item", "units", "entries", "topics")),
        may(EVERYBODY),
    ),
    read("开放接口中没有的地址", "disclosure:api:unknown"),
    do("公众提交纠错留言", "disclosure:correction-new", may(EVERYBODY), note="次数受限"),
)

_ITEM = (
    read(
        "查看信息",
        "disclosure:work-item-detail admin:disclosure_item_change",
        may(UNIT | READERS, own=True),
        may(READERS, *PASSED_ON),
        subject="item",
    ),
    read("本单位的信息（列表）", "disclosure:work-item-list", may(SIGNED_IN), note="只列出本人看得到的"),
    read("本单位的应公开事项", "disclosure:work-coverage", may(UNIT)),
    *both("起草信息", "disclosure:work-item-new", may(CLERK | OFFICE)),
    do("起草时自动保存", "disclosure:work-item-autosave-new admin:disclosure_item_autosave-new", may(CLERK | OFFICE)),
    *both("修改信息", _item("edit"), may(CLERK | OFFICE, "draft", own=True), subject="item"),
    do("修改时自动保存、提交审核", _item("autosave", "submit"), may(CLERK | OFFICE, "draft", own=True), subject="item"),
    do("放弃草稿", _item("discard"), may(CLERK | OFFICE, "draft", own=True), subject="item"),
    do(
        "撤回送审",
        _item("recall"),
        may(CLERK | OFFICE, "with_head", "in_review", "approved", own=True),
        subject="item",
    ),
    do(
        "审核通过、签署保密审查",
        _item("pass"),
        may(HEAD | READERS, "with_head", own=True),
        subject="item",
        note=NOT_THE_WRITER,
    ),
    do(
        "退回修改",
        _item("return"),
        may(HEAD | READERS, "with_head", own=True),
        may(READERS, "in_review", "approved"),
        subject="item",
        note=NOT_THE_WRITER,
    ),
    do(
        "登记个人信息核对结果",
        _item("rule"),
        may(CLERK, "draft", own=True),
        may(HEAD, "with_head", own=True),
        may(READERS, "draft", "with_head", own=True),
        may(READERS, "in_review", "approved", *PUBLIC),
        subject="item",
    ),
    do("正文、附件去标识化", _item("mask-text", "mask-file"), may(CLERK | OFFICE, "draft", own=True), subject="item"),
    do(
        "签署个人信息、合法性审查",
        "admin:disclosure_item_answer",
        may(READERS, "in_review"),
        subject="item",
        note=NOT_THE_WRITER,
    ),
    do(
        "公开、定时公开、取消定时",
        "admin:disclosure_item_publish admin:disclosure_item_schedule admin:disclosure_item_unschedule",
        may(READERS, "approved"),
        subject="item",
        note=NOT_THE_WRITER,
    ),
    do("申请紧急公开", _item("ask-release"), may(UNIT | OFFICE, *NOT_REVIEWED, own=True), subject="item"),
    do(
        "紧急公开",
        "admin:disclosure_item_release",
        may(SIGNER, *NOT_REVIEWED, own=True),
        may(SIGNER, "in_review"),
        subject="item",
        note=NOT_THE_WRITER,
    ),
    do(
        "紧急公开后补充审查、撤回",
        _item("answer-after", "refuse"),
        may(HEAD, "released", own=True),
        may(READERS, "released"),
        subject="item",
        note=NOT_THE_WRITER,
    ),
    do("起草修订稿", _item("revise"), may(CLERK | OFFICE, *PUBLIC, own=True), subject="item"),
    do("变更时效", "admin:disclosure_item_validity", may(READERS, *PUBLIC), subject="item"),
    do("撤回", "admin:disclosure_item_withdraw", may(READERS, *PUBLIC), subject="item"),
    *both(
        "关联所解读的文件",
        _item("explains"),
        may(CLERK | OFFICE, "draft", own=True),
        may(READERS, "published"),
        subject="item",
    ),
    *admin_rows("disclosure_item", "公开信息", READERS, adds=OFFICE, has_own_page=True),
)

_CORRECTIONS = (
    read("本单位的纠错留言（列表）", "disclosure:correction-list", may(SIGNED_IN), note="只列出本人看得到的"),
    read("查看纠错留言", "disclosure:correction", may(UNIT, own=True), may(READERS), subject="correction"),
    do(
        "答复纠错留言",
        "disclosure:correction-answer admin:disclosure_correction_answer",
        may(UNIT, "received", own=True),
        may(OFFICE, "received"),
        subject="correction",
    ),
    *admin_rows("disclosure_correction", "纠错留言", READERS),
)

_OLDER = (
    *admin_rows("disclosure_itemimport", "历史信息导入", READERS, adds=READERS, has_own_page=True),
    read("历史信息导入：模板", "admin:disclosure_itemimport_template", may(READERS)),
    read(
        "历史信息导入：查看、错误清单、进度",
        "admin:disclosure_itemimport_change admin:disclosure_itemimport_refused admin:disclosure_itemimport_progress",
        may(READERS),
        subject="import",
    ),
    do("历史信息导入：开始", "admin:disclosure_itemimport_begin", may(READERS), subject="import"),
    do("历史信息导入：停止", "admin:disclosure_itemimport_stop", may(READERS, "checked"), subject="import"),
)

_CATALOGUE = (
    *admin_rows("disclosure_basiccatalogue", "主动公开基本目录", READERS, adds=OFFICE, changes=OFFICE),
    read(
        "基本目录：事项树、导出",
        "admin:disclosure_basiccatalogue_tree admin:disclosure_basiccatalogue_export",
        may(READERS),
    ),
    *both(
        "基本目录：发布新版、从 Excel 导入",
        "admin:disclosure_basiccatalogue_publish admin:disclosure_basiccatalogue_table",
        may(OFFICE),
    ),
    do("基本目录：确认导入", "admin:disclosure_basiccatalogue_table_confirm", may(OFFICE)),
    *admin_rows("disclosure_catalogueedition", "基本目录版本", READERS),
    *admin_rows("disclosure_catalogueentry", "公开事项", READERS, adds=OFFICE, changes=OFFICE),
    do(
        "公开事项：移动、停用、恢复",
        "admin:disclosure_catalogueentry_move admin:disclosure_catalogueentry_retire "
        "admin:disclosure_catalogueentry_restore",
        may(OFFICE),
        seen="version",
    ),
    *admin_rows("disclosure_topic", "主题分类", READERS, adds=OFFICE, changes=OFFICE),
    *admin_rows("disclosure_checkpoint", "审查要点", READERS, adds=OFFICE, changes=OFFICE),
    *admin_rows("disclosure_publiccheck", "已公开信息复查", READERS),
    *admin_rows("disclosure_coveragecell", "应公开事项", READERS),
    read("应公开事项：一览", "admin:disclosure_coverage_matrix", may(READERS)),
    *admin_rows("disclosure_coveragefinding", "应公开事项发现的问题", READERS),
    *admin_rows("disclosure_sitepage", "专栏页面", READERS, changes=OFFICE),
)

ROWS: tuple[PermissionRow, ...] = (*_PUBLIC, *_ITEM, *_CORRECTIONS, *_OLDER, *_CATALOGUE)
