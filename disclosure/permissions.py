"""The rows of the permission matrix about `disclosure`: which role may do what; `disclosure.items.rules` says with whose records, and in which state."""

from disclosure.appeals import permissions as appeals
from disclosure.hotline import permissions as hotline
from disclosure.knowledge import permissions as knowledge
from disclosure.proposals.permissions import PROPOSAL, PROPOSALS
from disclosure.public_opinion import permissions as opinions
from disclosure.service_guides import permissions as guides
from ninghai.accounts.permission_table import (
    CLERK,
    EVERYBODY,
    HEAD,
    MOMENT,
    OFFICE,
    READERS,
    SIGNED_IN,
    SIGNER,
    UNIT,
    May,
    PermissionRow,
    Subject,
    acts_at,
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
    Subject(
        "annual-report",
        "年度报告",
        {"draft": "填写中", "with_head": "待审核", "reported": "已报送"},
        has_unit=True,
    ),
    Subject(
        "request",
        "依申请公开",
        {
            "unconfirmed": "待确认",
            "handling": "办理中",
            "amending": "待补正",
            "third_party": "征求第三方意见",
            "reasons": "待说明理由",
            "fee": "待缴费",
            "other_agency": "征求其他机关意见",
            "consulting": "征求其他机关意见（期限照算）",
            "with_head": "待审核签发",
            "signed": "已签发，待送达",
            "posted": "已寄出",
            "delivered": "已送达",
        },
        has_unit=True,
    ),
    *(guides.SUBJECT, knowledge.SUBJECT),
    PROPOSAL,
    opinions.SUBJECT,
    *(appeals.SUBJECT, hotline.SUBJECT),
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
_ITEM_PAGES = (
    "item-attachments attachment item-history item-version item-compare item-qr-code annual-report-data item-detail"
)
_SITE = (
    "corrections correction-new interpretation-pairs columns column-guide unit-guide column-rules column-statutory "
    "column-annual service-list service service-version one-thing interaction"
)
API = ("schema", "items", "item", "units", "entries", "topics", "services", "service", "proposals")
_MACHINES = "feed service-feed sitemap sitemap-pages sitemap-items site-map robots"
_PUBLIC = (
    read(
        "公众查看公开目录",
        " ".join(f"disclosure:{name}" for name in f"{_PAGES} {_ITEM_PAGES} {_SITE} {_MACHINES}".split()),
        may(EVERYBODY),
    ),
    read(
        "开放接口",
        " ".join(f"disclosure:api:{name}" for name in API),
        may(EVERYBODY),
    ),
    read("开放接口中没有的地址", "disclosure:api:unknown"),
    *both("公众用电子邮箱订阅", "disclosure:follow", may(EVERYBODY), note="次数受限，打开邮件里的链接后生效"),
    *both("确认订阅", "disclosure:follow-confirm", may(EVERYBODY), note="凭邮件里的链接"),
    *both("退订", "disclosure:follow-leave", may(EVERYBODY), note="凭邮件里的链接"),
    do("公众提交纠错留言", "disclosure:correction-new", may(EVERYBODY), note="次数受限"),
)


def _annual(*acts: str) -> str:
    """An act on a yearly report at both its addresses."""
    return " ".join(f"disclosure:annual-report-{act} admin:disclosure_annualreport_{act}" for act in acts)


_FILLED = _annual("table-1", "table-2", "table-3", "table-4", "text")
_ANNUAL = (
    read("本单位的年度报告（列表）", "disclosure:annual-report-list", may(SIGNED_IN), note="只列出本人看得到的"),
    *both("打开一年的年度报告", "disclosure:annual-report-new", may(CLERK | OFFICE)),
    read(
        "查看年度报告和每一格的来源、下载表格和 PDF",
        f"disclosure:annual-report admin:disclosure_annualreport_change {_annual('workbook', 'paper', 'cell')}",
        may(UNIT | READERS, own=True),
        may(READERS),
        subject="annual-report",
    ),
    *both("填写年度报告的表格和正文", _FILLED, may(CLERK | OFFICE, "draft", own=True), subject="annual-report"),
    do(
        "重新取数、提交审核",
        _annual("take-over", "hand-in"),
        may(CLERK | OFFICE, "draft", own=True),
        subject="annual-report",
    ),
    do("审核年度报告", _annual("pass"), may(HEAD | SIGNER, "with_head", own=True), subject="annual-report"),
    do(
        "退回年度报告",
        _annual("return"),
        may(HEAD | SIGNER, "with_head", own=True),
        may(OFFICE, "reported"),
        subject="annual-report",
    ),
    do("年度报告送公开审核", _annual("publish"), may(CLERK | OFFICE, "reported", own=True), subject="annual-report"),
    do("更正年度报告", _annual("correct"), may(CLERK | OFFICE, "reported", own=True), subject="annual-report"),
    *both("导入往年的年度报告", "admin:disclosure_annualreport_import", may(OFFICE)),
    do("确认导入往年的年度报告", "admin:disclosure_annualreport_import_confirm", may(OFFICE)),
    *admin_rows("disclosure_annualreport", "年度报告", READERS, adds=OFFICE, has_own_page=True),
)

_ITEM = (
    read(
        "查看信息",
        "disclosure:work-item-detail admin:disclosure_item_change",
        may(UNIT | READERS, own=True),
        may(READERS, *PASSED_ON),
        subject="item",
    ),
    read(
        "预览附件",
        _item("file", "file-picture"),
        may(UNIT | READERS, own=True),
        may(READERS, *PASSED_ON),
        subject="item",
    ),
    read(
        "预览公开页面",
        _item("preview"),
        may(UNIT | READERS, *NOT_REVIEWED, "approved", own=True),
        may(READERS, "in_review", "approved"),
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
        "撤销刚签署的意见、刚才的退回",
        _item("take-back"),
        may(HEAD, "draft", "in_review", "released", own=True),
        may(READERS, "draft", "in_review", own=True),
        may(READERS, "in_review", "approved", "released"),
        subject="item",
        note=MOMENT,
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

_REQUEST = "disclosure:request- admin:disclosure_requestunit_case_"  # how the names of acts begin at each mount


def _request(act: str, acts: str, *who: May, note: str = "") -> PermissionRow:
    return do(act, acts_at(_REQUEST, acts), *who, subject="request", note=note)


_REQUESTS = (
    *both("公众提交信息公开申请", "disclosure:request-new", may(EVERYBODY), note="次数受限"),
    *both("第三方凭文号、查询码答复征求意见", "disclosure:inquiry", may(EVERYBODY), note="次数受限"),
    *both("凭登记号、查询码查询办理情况", "disclosure:lookup", may(EVERYBODY), note="次数受限"),
    read(
        "依申请公开说明、空白申请表、登记回执",
        "disclosure:requests disclosure:application-paper disclosure:request-receipt",
        may(EVERYBODY),
    ),
    *both("本单位的公开指南：工作机构", "disclosure:guide-office", may(UNIT)),
    read(
        "本单位收到的申请（列表）",
        "disclosure:request-list admin:disclosure_requestunit_cases",
        may(UNIT | READERS),
        note="只列出本人看得到的",
    ),
    *both("登记收到的申请", acts_at(_REQUEST, "enter"), may(CLERK | OFFICE), note="登记在本单位"),
    _request("更正申请的事由", "subject", may(CLERK | OFFICE, own=True)),
    _request("作废申请", "void", may(HEAD | SIGNER | OFFICE, "unconfirmed", "handling", "with_head", own=True)),
    _request(
        "拆分、并案、认定重复",
        "split merge duplicate",
        may(HEAD | SIGNER | OFFICE, "unconfirmed", "handling", own=True),
    ),
    _request("重新办理申请", "reopen", may(HEAD | SIGNER | OFFICE, "delivered", own=True)),
    do(
        "退回申请",
        "disclosure:request-give-back",
        may(UNIT, "unconfirmed", "handling", own=True),
        subject="request",
        note="县政府办公室指定过的除外",
    ),
    _request("指定承办单位", "designate", may(OFFICE, "unconfirmed", "handling")),
    *both("导入本单位原登记簿", acts_at(_REQUEST, "import"), may(CLERK | OFFICE)),
    read("下载登记簿模板", acts_at(_REQUEST, "import-template"), may(CLERK | OFFICE)),
    do("确认导入原登记簿", acts_at(_REQUEST, "import-confirm"), may(CLERK | OFFICE)),
    read(
        "查看申请",
        "disclosure:request admin:disclosure_requestunit_case",
        may(UNIT, own=True),
        may(READERS),
        subject="request",
    ),
    read("打开申请材料", acts_at(_REQUEST, "proof"), may(UNIT | READERS, own=True), subject="request"),
    read(
        "打开文书",
        acts_at(_REQUEST, "letter"),
        may(
            UNIT | READERS,
            *("amending", "third_party", "other_agency", "consulting", "reasons", "fee"),
            *("signed", "posted", "delivered"),
            own=True,
        ),
        subject="request",
    ),
    _request("确认收到申请", "confirm", may(CLERK | OFFICE, "unconfirmed", own=True)),
    *both(
        "拟写答复",
        acts_at(_REQUEST, "answer"),
        may(CLERK | OFFICE, "handling", "consulting", "reasons", own=True),
        subject="request",
    ),
    _request("签发答复、退回", "sign return", may(HEAD | SIGNER, "with_head", own=True), note=NOT_THE_WRITER),
    _request(
        "告知补正",
        "amend",
        may(CLERK | OFFICE, "handling", own=True),
        note="补正只有2019年5月15日以后收到的申请才有",
    ),
    _request(
        "征求第三方、其他机关意见",
        "third-party agency",
        may(CLERK | OFFICE, "handling", "third_party", "other_agency", "consulting", "reasons", own=True),
    ),
    _request("登记收到补正、逾期没有补正", "amended unamended", may(CLERK | OFFICE, "amending", own=True)),
    _request("登记第三方意见", "opinion", may(CLERK | OFFICE, "third_party", own=True)),
    _request("登记其他机关意见", "agency-opinion", may(CLERK | OFFICE, "other_agency", "consulting", own=True)),
    _request(
        "告知第三方予以公开",
        "tell-third-party",
        may(HEAD | SIGNER, "handling", "consulting", "reasons", "with_head", "signed", own=True),
        note="只有第三方不同意或者没有答复的",
    ),
    _request(
        "登记文书送达、签收",
        "deliver-paper paper-arrived",
        may(CLERK | OFFICE, "amending", "third_party", "other_agency", "consulting", "reasons", "fee", own=True),
        note="只有还没有登记的文书",
    ),
    _request("更换查询码", "new-code", may(CLERK | OFFICE, own=True)),
    _request(
        "延长答复期限",
        "extend",
        may(HEAD | SIGNER, "handling", "consulting", "reasons", own=True),
        note="只能延长一次",
    ),
    _request(
        "要求说明理由、收取信息处理费",
        "reasons fee",
        may(CLERK | OFFICE, "handling", own=True),
        note="说明理由只有2019年5月15日以后、收费只有2021年1月1日以后收到的申请才有",
    ),
    _request("登记说明的理由、逾期没有说明", "reasons-given no-reasons", may(CLERK | OFFICE, "reasons", own=True)),
    _request("确定延迟答复的期限", "delay", may(HEAD | SIGNER, "handling", own=True)),
    _request("登记缴费、异议、逾期没有缴费", "fee-paid fee-objection fee-unpaid", may(CLERK | OFFICE, "fee", own=True)),
    _request(
        "登记行政复议、行政诉讼和结果",
        "remedy remedy-decided",
        may(
            CLERK | OFFICE,
            *("handling", "amending", "third_party", "other_agency", "consulting", "reasons", "fee"),
            *("with_head", "signed", "posted", "delivered"),
            own=True,
        ),
    ),
    *both(
        "转为主动公开",
        acts_at(_REQUEST, "publish"),
        may(CLERK | OFFICE, "posted", "delivered", own=True),
        subject="request",
    ),
    _request("登记送达", "hand-over", may(CLERK | OFFICE, "signed", own=True)),
    _request("登记签收日期", "receive", may(CLERK | OFFICE, "posted", own=True)),
    _request(
        "登记申请人撤回",
        "withdraw",
        may(
            CLERK | OFFICE,
            *("unconfirmed", "handling", "amending", "third_party", "other_agency", "consulting"),
            *("reasons", "fee", "with_head"),
            own=True,
        ),
    ),
    *admin_rows("disclosure_requestunit", "各单位依申请公开", READERS),
    *both("依申请公开催办：先看后发", "admin:disclosure_requestunit_remind", may(OFFICE), seen=""),
    do("撤销刚才的依申请公开催办", "admin:disclosure_requestunit_remind-take-back", may(OFFICE), note=MOMENT),
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
    *admin_rows("disclosure_feerate", "信息处理费标准", READERS, adds=OFFICE, changes=OFFICE),
    *admin_rows("disclosure_remedyauthority", "复议机关和法院", READERS, adds=OFFICE, changes=OFFICE),
    *admin_rows("disclosure_elsewhere", "不归本县办理的去处", READERS, adds=OFFICE, changes=OFFICE),
    *admin_rows("disclosure_coveragecell", "应公开事项", READERS),
    read("应公开事项：一览", "admin:disclosure_coverage_matrix", may(READERS)),
    *admin_rows("disclosure_coveragefinding", "应公开事项发现的问题", READERS),
    *admin_rows("disclosure_sitepage", "专栏页面", READERS, changes=OFFICE),
    *admin_rows("disclosure_opennessoffice", "政府信息公开工作机构", READERS, adds=OFFICE),
)

_LATER = (*guides.ROWS, *knowledge.ROWS, *PROPOSALS, *opinions.ROWS, *appeals.ROWS, *hotline.ROWS, *_OLDER, *_CATALOGUE)
ROWS: tuple[PermissionRow, ...] = (*_PUBLIC, *_ANNUAL, *_ITEM, *_CORRECTIONS, *_REQUESTS, *_LATER)
