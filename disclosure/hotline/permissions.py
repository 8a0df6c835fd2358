"""The rows of the permission matrix about the hotline; `rules` says with whose matters, and in which state. What is about a unit is
never that unit's to see, whatever stands here (`HotlineCase.objects.visible_to`)."""

from typing import Any

from disclosure.hotline.kind import OPEN, REVIEWED, STATES, WITH_UNIT
from ninghai.accounts import permission_table as table
from ninghai.accounts.permission_table import CLERK, OFFICE, READERS, UNIT, Subject, admin_rows, both, do, may, read

SUBJECT = Subject(
    "hotline",
    "热线工单",
    {state.code: state.label for state in STATES if state.code not in {"entered", "unconfirmed"}},
    has_unit=True,
)
_EARLY = ("handed_on", "handling")
_WORKED_ON = ("handling", "extending")
_TOLD = (*sorted(WITH_UNIT | REVIEWED), "closed", "no_longer")  # of the others no unit has heard


def _hotline(*acts: str) -> str:
    return " ".join(f"disclosure:hotline-{act} admin:disclosure_hotlinecase_{act}" for act in acts)


def _office(act: str, addresses: str, *states: str) -> Any:
    return do(act, _hotline(*addresses.split()), may(OFFICE, *states), subject="hotline")


def _lead(act: str, addresses: str, *states: str, note: str = "") -> Any:
    own = may(CLERK | OFFICE, *states, own=True)
    return do(act, _hotline(*addresses.split()), own, subject="hotline", note=note)


ROWS = (
    read("公众了解热线", "disclosure:hotline disclosure:hotline-receipt", may(table.EVERYBODY)),
    read(
        "公众查看热线每月办理情况",
        "disclosure:hotline-figures disclosure:hotline-month disclosure:hotline-month-file",
        may(table.EVERYBODY),
    ),
    read("本单位的热线统计", "disclosure:hotline-unit-figures", may(UNIT)),
    read("热线统计", "admin:disclosure_hotlinemonth_figures", may(READERS)),
    do("公布热线一个月的办理情况", "admin:disclosure_hotlinemonth_figures_publish", may(OFFICE)),
    *both("公众提交诉求", "disclosure:hotline-ask", may(table.EVERYBODY)),
    read("热线工单（列表）", "disclosure:hotline-list", may(UNIT | READERS), note="只列出本人看得到的"),
    *both("电话受理", "disclosure:hotline-new", may(OFFICE)),
    read(
        "查看热线工单",
        "disclosure:hotline-call admin:disclosure_hotlinecase_change",
        may(UNIT, *_TOLD, own=True),
        may(READERS),
        subject="hotline",
        note="反映本单位的看不到；打开内容会留下记录",
    ),
    _office("转办、当场答复、不予受理", "hand-on direct refuse", "taken"),
    _office("引导申请信息公开、并案", "guide join", "taken", *_EARLY),
    _office("收回", "recall", *_EARLY),
    _office("更正、作废、登记再次来电", "correct void again", *sorted(OPEN)),
    _office("裁定退回", "grant-return refuse-return", "returning"),
    _office("督办", "urge", *sorted(WITH_UNIT)),
    _office("提请县政府协调", "escalate", "taken", *sorted(WITH_UNIT)),
    _office("审核答复", "pass send-back", "answered"),
    _office("登记回访", "call-back", "calling"),
    _office("批准、不同意不再办理", "grant-end refuse-end", "ending"),
    _office("重办", "redo", "closed"),
    _office("维持办结", "keep", "closed", "direct"),
    do(
        "批准、不同意延期",
        _hotline("grant-extension", "refuse-extension"),
        may(READERS, "extending"),
        subject="hotline",
        note="时限规定由签发人批准的，县府办经办除外；申请的人除外",
    ),
    _lead("签收", "sign", *sorted(WITH_UNIT | REVIEWED), note="主办、协办单位各自签收"),
    _lead("申请退回", "ask-return", *_EARLY, note="指定办理的除外"),
    _lead("提交协办意见", "part", "handed_on", *_WORKED_ON, note="只有协办单位"),
    _lead("请来电人补充、申请不再办理、申请延期、承诺", "ask-caller ask-end ask-extension promise", "handling"),
    do(
        "登记来电人的补充",
        _hotline("caller-said"),
        may(CLERK, "asking", own=True),
        may(OFFICE, "asking"),
        subject="hotline",
    ),
    _lead("答复", "answer", *_WORKED_ON),
    *admin_rows("disclosure_hotlinecase", "热线工单", READERS, adds=OFFICE, has_own_page=True),
    *both("导入热线工单", "admin:disclosure_hotlinecase_import", may(OFFICE)),
    read("下载热线工单模板", "admin:disclosure_hotlinecase_import_template", may(OFFICE)),
    do("确认导入热线工单", "admin:disclosure_hotlinecase_import_confirm", may(OFFICE)),
    *admin_rows("disclosure_hotlinetopic", "热线事项", READERS, adds=OFFICE, changes=OFFICE),
    *admin_rows("disclosure_hotlineduty", "热线职责清单", READERS, adds=OFFICE, changes=OFFICE),
    *admin_rows("disclosure_hotlinemonth", "热线月度公布", READERS),
    *admin_rows("disclosure_hotlineranking", "热线排名规则", READERS, adds=OFFICE, changes=OFFICE),
    *admin_rows("disclosure_hotlinelimit", "热线办理时限", READERS, adds=OFFICE, changes=OFFICE),
    read(
        "其他平台查询热线（Open311）",
        " ".join(
            f"disclosure:open311:{name}"
            for name in ("schema", "discovery", "services", "definition", "requests", "one_request", "token")
        ),
        may(table.EVERYBODY),
        note="只有状态、日期、事项和单位；凭密钥查询自己提交的",
    ),
    read("Open311 接口中没有的地址", "disclosure:open311:unknown"),
    do("其他平台提交诉求（Open311）", "disclosure:open311:requests", may(table.EVERYBODY), note="凭密钥，次数受限"),
    do("其他平台回传办理情况", "disclosure:exchange-results", may(table.EVERYBODY), note="凭密钥和签名，次数受限"),
    *admin_rows("disclosure_exchangepartner", "对接平台", READERS, adds=OFFICE, changes=OFFICE),
    *admin_rows("disclosure_exchangemessage", "对接消息", READERS),
)
