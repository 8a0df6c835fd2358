"""The rows of the permission matrix about appeals and complaints (申诉投诉), for `disclosure.permissions`."""

from ninghai.accounts.permission_table import (
    CLERK,
    EVERYBODY,
    HEAD,
    MOMENT,
    OFFICE,
    READERS,
    SIGNER,
    UNIT,
    Subject,
    acts_at,
    admin_rows,
    both,
    do,
    may,
    read,
)

OPEN = ("handling", "with_head")
STATES = {"handling": "办理中", "with_head": "待审核签发", "answered": "已答复"}
SUBJECT = Subject("appeal", "申诉投诉", STATES, has_unit=True)
_ACTS = "disclosure:appeal- admin:disclosure_appealunit_case_"  # how their names begin at each mount

ROWS = (
    *both("公众提交申诉、投诉举报", "disclosure:appeal-new disclosure:complaint-new", may(EVERYBODY), note="次数受限"),
    read("公众查看申诉投诉的登记回执", "disclosure:appeal-receipt", may(EVERYBODY), note="凭回执的网址"),
    read(
        "本单位承办的申诉投诉（列表）",
        "disclosure:appeal-list admin:disclosure_appealunit_cases",
        may(UNIT | READERS),
        note="只列出本人看得到的",
    ),
    *both("登记申诉投诉", acts_at(_ACTS, "enter"), may(CLERK | OFFICE)),
    read(
        "查看申诉投诉",
        "disclosure:appeal admin:disclosure_appealunit_case",
        may(UNIT, own=True),
        may(READERS),
        subject="appeal",
    ),
    read(
        "打开申诉投诉的答复文书",
        acts_at(_ACTS, "letter"),
        may(UNIT | READERS, "answered", own=True),
        subject="appeal",
    ),
    *both("拟写申诉投诉答复", acts_at(_ACTS, "reply"), may(CLERK | OFFICE, "handling", own=True), subject="appeal"),
    do(
        "签发、退回申诉投诉答复",
        acts_at(_ACTS, "sign return"),
        may(HEAD | SIGNER, "with_head", own=True),
        subject="appeal",
        note="起草、修改过的人除外",
    ),
    do("更换申诉投诉的查询码", acts_at(_ACTS, "new-code"), may(CLERK | OFFICE, own=True), subject="appeal"),
    do("登记申诉人撤回", acts_at(_ACTS, "withdraw"), may(CLERK | OFFICE, *OPEN, own=True), subject="appeal"),
    do("作废申诉投诉", acts_at(_ACTS, "void"), may(HEAD | SIGNER | OFFICE, *OPEN, own=True), subject="appeal"),
    do(
        "转给别的主管部门",
        acts_at(_ACTS, "move"),
        may(CLERK, "handling", own=True),
        may(OFFICE, "handling"),
        subject="appeal",
        note="只有公共企事业单位的申诉",
    ),
    do(
        "向被反映的单位转述",
        acts_at(_ACTS, "forward"),
        may(OFFICE, *OPEN),
        subject="appeal",
        note="只有信息公开工作的投诉举报",
    ),
    *admin_rows("disclosure_appealunit", "各单位申诉投诉", READERS),
    *both("申诉投诉催办：先看后发", "admin:disclosure_appealunit_remind", may(OFFICE), seen=""),
    do("撤销刚才的申诉投诉催办", "admin:disclosure_appealunit_remind-take-back", may(OFFICE), note=MOMENT),
    *admin_rows("disclosure_publicenterprise", "公共企事业单位", READERS, adds=OFFICE, changes=OFFICE),
    *both("导入公共企事业单位", "admin:disclosure_publicenterprise_import", may(OFFICE)),
    do("确认导入公共企事业单位", "admin:disclosure_publicenterprise_import_confirm", may(OFFICE)),
    *admin_rows("disclosure_appeallimit", "申诉投诉办理期限", READERS, adds=OFFICE, changes=OFFICE),
)
