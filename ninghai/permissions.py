"""The rows of the permission matrix about `ninghai`: signing in, one's own account, messages, reference data, people."""

from ninghai.accounts.permission_table import (
    AUDITOR,
    EVERYBODY,
    IN_THE_ADMIN,
    OFFICE,
    READERS,
    SECURITY,
    SIGNED_IN,
    SYSTEM,
    PermissionRow,
    Subject,
    admin_rows,
    both,
    do,
    may,
    read,
)

SUBJECTS = (Subject("personal", "本人的任职、消息、登录", {"kept": ""}, has_unit=True, own="本人"),)
MINE = may(SIGNED_IN, own=True)

_DOORS = (
    read("登录页、离站提示、显示方式、运行状况", "login leave display healthz", may(EVERYBODY)),
    read("期限计算", "deadline", may(EVERYBODY)),
    read("浏览器和安全人员自动读取的说明", "manifest search-description security-txt", may(EVERYBODY)),
    read("运行指标", "metrics", may(EVERYBODY), note="只限监控系统的地址（METRICS_ALLOWED）"),
    do("登录", "login", may(EVERYBODY), note="次数受限"),
    *both("输入动态口令", "login-code", may(EVERYBODY), note="密码已验证的人"),
    do("退出", "logout admin:logout", may(SIGNED_IN)),
    read("进入自己的工作台", "start", may(SIGNED_IN)),
    do("切换身份", "act-as", MINE, subject="personal", seen=""),
)

_ACCOUNT = (
    read("我的账号、修改密码（打开）", "account account-password", may(SIGNED_IN)),
    do("修改密码", "account-password", may(SIGNED_IN)),
    *both("日历订阅：查看、更换、停用地址", "account-calendar", may(SIGNED_IN)),
    read("日历（私人地址）", "calendar-feed", may(EVERYBODY), note="地址由本人启用，可以更换"),
    *both("设置动态口令", "account-authenticator", may(SIGNED_IN), note="本系统启用动态口令时"),
    *both("更换备用码", "account-recovery", MINE, subject="personal", seen="", note="启用动态口令以后"),
    *both(
        "停用动态口令",
        "account-authenticator-remove",
        may(SIGNED_IN - IN_THE_ADMIN, own=True),
        subject="personal",
        seen="",
        note="启用动态口令以后；另有必须使用动态口令的任职的除外",
    ),
    do("结束自己在其他设备上的登录", "account-sessions-end", may(SIGNED_IN)),
    do("结束自己的某次登录", "account-session-end", MINE, subject="personal", seen=""),
)

_MESSAGES = (
    read("自己的消息和提醒设置", "message-list message-settings", may(SIGNED_IN)),
    do("全部标为已读、修改提醒设置", "message-read-all message-settings", may(SIGNED_IN)),
    read("打开一条消息", "message", MINE, subject="personal"),
    do("按消息去办理", "message-go", MINE, subject="personal", seen=""),
)

_ADMIN = (
    read("后台首页", "admin:index", may(IN_THE_ADMIN)),
    read("后台登录（转到统一登录）", "admin:login"),
    read("后台的修改密码（转到我的账号）", "admin:password_change admin:password_change_done", may(IN_THE_ADMIN)),
    do("后台的修改密码（转到我的账号）", "admin:password_change", may(IN_THE_ADMIN)),
    read("后台界面文字、应用列表", "admin:jsi18n admin:app_list", may(IN_THE_ADMIN)),
    read("选择单位、上级等的搜索框", "admin:autocomplete", may(READERS | SECURITY)),
)

_GROUND = (
    *admin_rows("ninghai_unit", "单位", READERS | SECURITY, adds=OFFICE, changes=OFFICE),
    read("单位：导出名录", "admin:ninghai_unit_export", may(READERS)),
    *both("单位：用 Excel 维护", "admin:ninghai_unit_workbook", may(OFFICE)),
    do("单位：确认 Excel 的变化", "admin:ninghai_unit_workbook_confirm", may(OFFICE)),
    *admin_rows("ninghai_unitgroup", "单位组", READERS, adds=OFFICE, changes=OFFICE),
    *admin_rows("ninghai_usualreason", "常见退回理由", READERS, adds=OFFICE, changes=OFFICE),
    *admin_rows("ninghai_workday", "工作日历", READERS, adds=OFFICE, changes=OFFICE, has_own_page=True),
    *both("工作日历：修改一天", "admin:ninghai_workday_change", may(OFFICE)),
    read("工作日历：全年", "admin:ninghai_workday_this_year admin:ninghai_workday_year", may(READERS)),
    *both("工作日历：录入放假通知", "admin:ninghai_workday_notice", may(OFFICE)),
    do("工作日历：确认修改", "admin:ninghai_workday_confirm", may(OFFICE)),
    *admin_rows("ninghai_dutyclock", "办理时限", READERS),
    *admin_rows("ninghai_delivery", "消息投递", SYSTEM),
    *admin_rows("ninghai_auditentry", "审计记录", AUDITOR),
    read("审计记录：核对结果", "admin:ninghai_auditentry_chain", may(READERS | SECURITY | AUDITOR)),
)

_ACTS_ON_ACCOUNTS = "reset_password reset_codes unblock sign_out deactivate reactivate"
_PEOPLE = (
    *admin_rows("ninghai_user", "账号", SECURITY, adds=SECURITY, changes=SECURITY),
    read(
        "账号：办理、登录限制、导入模板",
        "admin:ninghai_user_acts admin:ninghai_user_blocked admin:ninghai_user_template",
        may(SECURITY),
    ),
    do(
        "账号：重置、解除限制、停用、恢复",
        " ".join(f"admin:ninghai_user_{act}" for act in _ACTS_ON_ACCOUNTS.split()),
        may(SECURITY),
        note="不能办理自己的账号",
    ),
    do("账号：解除来源地址的限制", "admin:ninghai_user_unblock_address", may(SECURITY)),
    *both("账号：批量开通", "admin:ninghai_user_bulk", may(SECURITY)),
    do(
        "账号：确认批量开通、下载一次性密码",
        "admin:ninghai_user_bulk_confirm admin:ninghai_user_one_time_list",
        may(SECURITY),
    ),
)

ROWS: tuple[PermissionRow, ...] = (*_DOORS, *_ACCOUNT, *_MESSAGES, *_ADMIN, *_GROUND, *_PEOPLE)
