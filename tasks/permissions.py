"""The rows of the permission matrix about `tasks`: which role may do what; `tasks.rules` says with whose records, and in which state."""

from ninghai.accounts.permission_table import (
    CLERK,
    EVERYBODY,
    HEAD,
    INSPECTOR,
    MOMENT,
    OFFICE,
    READERS,
    SECURITY,
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
    Subject("assignment", "任务", {"todo": "待办", "completed": "办结"}, has_unit=True),
    Subject(
        "progress",
        "进展填报",
        {
            "draft": "草稿",
            "with_head": "待审核",
            "with_office": "待确认",
            "returned": "退回",
            "accepted": "已接收",
        },
        has_unit=True,
    ),
    Subject(
        "petition",
        "延期、不适用申请",
        {"extension": "延期待批准", "not_applicable": "不适用待批准", "withdrawn": "已撤回"},
        has_unit=True,
    ),
    Subject("check", "抽查", {"drawn": "已抽取"}, has_unit=True),
    Subject("drawn", "抽中的任务", {"waiting": "待核查", "handed_in": "待复查"}, has_unit=True, own="抽中给本人"),
    Subject(
        "finding",
        "抽查结论",
        {
            "open": "待整改、可提异议",
            "with_head": "异议、整改待本单位审核",
            "objected": "异议待处理",
            "handed_in": "待复查",
        },
        has_unit=True,
    ),
    Subject("score", "单位得分", {"draft": "试算", "circulated": "已通报"}, has_unit=True),
    Subject("notice", "工作要点通知", {"draft": "待下达", "issued": "已下达", "discarded": "已作废"}),
    Subject("amendment", "修订稿", {"draft": "待并入"}),
    Subject("period", "报送周期", {"running": "未到截止日", "passed": "已过截止日", "closed": "已封账"}),
    Subject("scheme", "考核方案", {"open": "未用于通报", "circulated": "已用于通报"}),
    Subject("entry", "考核记录", {"valid": "有效", "cancelled": "已作废"}),
    Subject("scoring", "考核得分", {"draft": "试算", "circulated": "已通报"}),
    Subject("rubric", "评分细则", {"unused": "未使用", "used": "已用于抽查"}),
)

OWN_WORK = "自己起草或经手的除外"

_PUBLIC = (
    read(
        "公众查看工作进展",
        "tasks:progress tasks:progress-year tasks:progress-units tasks:progress-unit tasks:progress-point",
        may(EVERYBODY),
    ),
)

_UNIT_WORK = (
    read(
        "自己的任务、抽查结论、抽查核验、得分（列表）",
        "tasks:work tasks:finding-list tasks:inspection-list tasks:score-list",
        may(SIGNED_IN),
        note="只列出本人看得到的",
    ),
    read(
        "查看任务",
        "tasks:assignment-detail",
        may(UNIT, own=True),
        may(READERS),
        may(INSPECTOR, own=True),
        subject="assignment",
    ),
    do(
        "保存、自动保存、提交进展填报",
        "tasks:report-draft tasks:report-autosave tasks:report-submit",
        may(CLERK, "draft", "returned", own=True),
        subject="progress",
    ),
    do("审核通过进展填报", "tasks:report-pass", may(HEAD, "with_head", own=True), subject="progress", note=OWN_WORK),
    do(
        "退回进展填报",
        "tasks:report-return",
        may(HEAD, "with_head", own=True),
        may(OFFICE, "with_office"),
        subject="progress",
        note=OWN_WORK,
    ),
    do(
        "撤销刚才的提交、审核、退回",
        "tasks:report-take-back",
        may(UNIT, "with_head", "with_office", "returned", own=True),
        subject="progress",
        note=MOMENT,
    ),
    read(
        "下载、预览佐证材料",
        "tasks:evidence-file tasks:evidence-preview tasks:evidence-picture",
        may(UNIT, own=True),
        may(READERS, "with_office", "accepted"),
        may(INSPECTOR, "with_office", "accepted", own=True),
        subject="progress",
    ),
    read("查找本单位已公开的信息", "tasks:evidence-titles", may(UNIT)),
    do("申请延期或不适用", "tasks:petition-ask", may(UNIT, "todo", own=True), subject="assignment", seen=""),
    do(
        "撤回申请",
        "tasks:petition-withdraw",
        may(UNIT, "extension", "not_applicable", own=True),
        subject="petition",
    ),
    do(
        "撤销刚才的撤回申请",
        "tasks:petition-take-back",
        may(UNIT, "withdrawn", own=True),
        subject="petition",
        note=MOMENT,
    ),
    read(
        "下载抽取的重算数据",
        "tasks:draw-data",
        may(UNIT | INSPECTOR, own=True),
        may(READERS),
        subject="check",
    ),
    read("打开核查单", "tasks:inspection", may(INSPECTOR, own=True), may(READERS), subject="drawn"),
    do(
        "填写核查单",
        "tasks:inspection",
        may(INSPECTOR, "waiting", own=True),
        subject="drawn",
        seen="version sheet_version",
    ),
    do("抽查人员复查", "tasks:inspection-recheck", may(INSPECTOR, "handed_in", own=True), subject="drawn"),
    do(
        "撤销刚才的复查",
        "tasks:inspection-rectification-take-back",
        may(INSPECTOR, "handed_in", own=True),
        subject="drawn",
        note=MOMENT,
    ),
    read(
        "查看抽查结论",
        "tasks:finding",
        may(UNIT | INSPECTOR, own=True),
        may(READERS),
        subject="finding",
    ),
    do(
        "提出异议",
        "tasks:finding-object",
        may(CLERK, "open", "handed_in", own=True),
        subject="finding",
        note="只有一次",
    ),
    do("补充异议材料", "tasks:objection-proof", may(CLERK, "with_head", own=True), subject="finding"),
    do("填写整改、提交审核", "tasks:finding-rectify", may(CLERK, "open", "objected", own=True), subject="finding"),
    do(
        "审核异议和整改：报送、退回",
        "tasks:objection-pass tasks:objection-return tasks:rectification-pass tasks:rectification-return",
        may(HEAD, "with_head", own=True),
        subject="finding",
        note=OWN_WORK,
    ),
    do(
        "撤销刚才的退回异议",
        "tasks:objection-take-back",
        may(HEAD, "with_head", "objected", own=True),
        subject="finding",
        note=MOMENT,
    ),
    do(
        "撤销刚才的整改提交、审核、退回",
        "tasks:rectification-take-back",
        may(UNIT, "with_head", "handed_in", own=True),
        subject="finding",
        note=MOMENT,
    ),
    read("查看得分明细", "tasks:score-sheet", may(UNIT, "circulated", own=True), may(READERS), subject="score"),
)

_POINT = "edit due remove split split_at merge move heading"
_NOTICE = (
    *admin_rows("tasks_workpointnotice", "工作要点通知", READERS, adds=OFFICE, has_own_page=True),
    read("查看通知", "admin:tasks_workpointnotice_change", may(READERS), subject="notice"),
    *both(
        "修改待下达的通知：基本信息、要点、责任单位、结转",
        "admin:tasks_notice_facts admin:tasks_notice_carry_over "
        "admin:tasks_responsibility_add admin:tasks_responsibility_edit admin:tasks_responsibility_remove "
        "admin:tasks_responsibility_resolve " + " ".join(f"admin:tasks_point_{act}" for act in _POINT.split()),
        may(OFFICE, "draft"),
        subject="notice",
    ),
    *both(
        "添加要点、批量添加责任单位、上传分解表",
        "admin:tasks_point_add admin:tasks_notice_assign admin:tasks_breakdown_upload",
        may(OFFICE, "draft"),
        subject="notice",
        seen="",
    ),
    *both("修改短标题", "admin:tasks_point_title", may(OFFICE, "draft", "issued"), subject="notice"),
    do("撤销刚才的确定单位", "admin:tasks_responsibility_take-back", may(OFFICE), note=MOMENT),
    do("要点上移、下移", "admin:tasks_point_up admin:tasks_point_down", may(OFFICE, "draft"), subject="notice"),
    *both(
        "下达、作废通知", "admin:tasks_notice_issue admin:tasks_notice_discard", may(OFFICE, "draft"), subject="notice"
    ),
    *both(
        "撤销下达、改报送频次",
        "admin:tasks_notice_revoke admin:tasks_notice_rhythm",
        may(OFFICE, "issued"),
        subject="notice",
    ),
    *both("导入修订稿", "admin:tasks_amendment_import", may(OFFICE, "issued"), subject="notice", seen=""),
    *both("核对分解表的变化", "admin:tasks_breakdown_confirm", may(OFFICE, "draft"), subject="notice"),
    *both(
        "并入修订稿",
        "admin:tasks_amendment_merge",
        may(OFFICE),
        subject="amendment",
        seen="version notice_version",
    ),
    read("导出分解表", "admin:tasks_breakdown_export", may(READERS), subject="notice"),
    *admin_rows("tasks_unitchoice", "常用单位组合", READERS, has_own_page=True),
    *both("常用单位组合：修改", "admin:tasks_unitchoice_change", may(OFFICE), seen="version"),
    *admin_rows("tasks_reportingperiod", "报送周期", READERS, has_own_page=True),
    read("查看报送周期", "admin:tasks_reportingperiod_change", may(READERS), subject="period"),
    *both("修改报送周期", "admin:tasks_period_edit", may(OFFICE, "running", "passed"), subject="period"),
    *both("报送周期封账", "admin:tasks_period_close", may(OFFICE, "passed"), subject="period"),
    *admin_rows("tasks_periodrecord", "报送记录", READERS),
)

_PROGRESS = (
    *admin_rows("tasks_assignment", "任务分工", READERS, has_own_page=True),
    read("县府办查看任务", "admin:tasks_assignment_change", may(READERS), subject="assignment"),
    *both("催办：先看后发", "admin:tasks_assignment_remind", may(OFFICE), seen=""),
    do("撤销刚才的催办", "admin:tasks_assignment_remind-take-back", may(OFFICE), note=MOMENT),
    *both("认定任务不适用", "admin:tasks_assignment_na", may(OFFICE, "todo"), subject="assignment"),
    read("进度图", "admin:tasks_heat_map_years admin:tasks_heat_map", may(READERS)),
    *admin_rows("tasks_progressreport", "进展填报", READERS, has_own_page=True),
    read(
        "县府办查看进展填报",
        "admin:tasks_progressreport_change",
        may(READERS, "with_office", "accepted"),
        subject="progress",
    ),
    do(
        "接收、退回进展填报",
        "admin:tasks_progress_accept admin:tasks_progress_return",
        may(OFFICE, "with_office"),
        subject="progress",
        note=OWN_WORK,
    ),
    do(
        "撤销刚才的接收、退回",
        "admin:tasks_progress_take-back",
        may(OFFICE, "accepted"),
        subject="progress",
        note=MOMENT,
    ),
    do("撤销刚才一起接收、退回的填报", "admin:tasks_progress_together-back", may(OFFICE), note=MOMENT),
    do("放行公开表述", "admin:tasks_progress_release", may(OFFICE, "accepted"), subject="progress"),
    *admin_rows("tasks_petition", "延期与不适用申请", READERS, has_own_page=True),
    read("县府办查看申请", "admin:tasks_petition_change", may(READERS), subject="petition"),
    do(
        "批准申请",
        "admin:tasks_petition_grant",
        may(SIGNER, "extension"),
        may(OFFICE, "not_applicable"),
        subject="petition",
        note="自己申请的除外",
    ),
    do(
        "撤销刚才的不批准",
        "admin:tasks_petition_take-back",
        may(SIGNER, "extension"),
        may(OFFICE, "not_applicable"),
        subject="petition",
        note=MOMENT,
    ),
    do(
        "不批准申请",
        "admin:tasks_petition_refuse",
        may(SIGNER, "extension"),
        may(OFFICE, "not_applicable"),
        subject="petition",
        note="自己申请的除外",
    ),
)  # fmt: skip

_CHECKS = (
    *admin_rows("tasks_spotcheck", "抽查", READERS, adds=OFFICE),
    do(
        "分派、指定抽查人员，定核查期限",
        "admin:tasks_spotcheck_by_lot admin:tasks_spotcheck_by_hand admin:tasks_spotcheck_due",
        may(OFFICE),
        subject="check",
    ),
    *admin_rows("tasks_drawn", "抽中项", READERS, has_own_page=True),
    read("县府办查看核查单", "admin:tasks_drawn_change", may(READERS), subject="drawn"),
    do("县府办在核查单上复查", "admin:tasks_drawn_recheck", may(OFFICE, "handed_in"), subject="drawn", note=OWN_WORK),
    do(
        "撤销刚才的复查（核查单）",
        "admin:tasks_drawn_rectification-take-back",
        may(OFFICE, "handed_in"),
        subject="drawn",
        note=MOMENT,
    ),
    *admin_rows("tasks_finding", "抽查结论", READERS),
    do("处理异议", "admin:tasks_finding_decide", may(OFFICE, "objected"), subject="finding", note=OWN_WORK),
    do("县府办复查", "admin:tasks_finding_recheck", may(OFFICE, "handed_in"), subject="finding", note=OWN_WORK),
    do(
        "撤销刚才的异议处理",
        "admin:tasks_finding_objection-take-back",
        may(OFFICE, "objected"),
        subject="finding",
        note=MOMENT,
    ),
    do(
        "撤销刚才的复查",
        "admin:tasks_finding_rectification-take-back",
        may(OFFICE, "handed_in"),
        subject="finding",
        note=MOMENT,
    ),
    *admin_rows("tasks_objection", "异议", READERS),
    *admin_rows("tasks_rectification", "整改", READERS),
    *admin_rows("tasks_rubric", "评分细则", READERS, adds=OFFICE, has_own_page=True),
    read("查看评分细则", "admin:tasks_rubric_change", may(READERS), subject="rubric"),
    do("修改评分细则", "admin:tasks_rubric_change", may(OFFICE, "unused"), subject="rubric"),
    do("复制评分细则", "admin:tasks_rubric_copy", may(OFFICE), subject="rubric", seen=""),
)

_SCORES = (
    *admin_rows("tasks_scorescheme", "考核方案", READERS, adds=OFFICE, has_own_page=True),
    read("查看考核方案", "admin:tasks_scorescheme_change", may(READERS), subject="scheme"),
    *both(
        "修改考核方案和项目",
        "admin:tasks_scorescheme_facts admin:tasks_scorescheme_add_rule admin:tasks_scorescheme_rule "
        "admin:tasks_scorescheme_remove_rule",
        may(OFFICE, "open"),
        subject="scheme",
    ),
    *both("复制考核方案", "admin:tasks_scorescheme_copy", may(OFFICE), subject="scheme", seen=""),
    *admin_rows("tasks_scoreentry", "考核记录", READERS, adds=OFFICE, has_own_page=True),
    read(
        "查看考核记录、下载附件",
        "admin:tasks_scoreentry_change admin:tasks_scoreentry_file",
        may(READERS),
        subject="entry",
    ),
    do("作废考核记录", "admin:tasks_scoreentry_change", may(OFFICE, "valid"), subject="entry"),
    *both("导入第三方评估结果", "admin:tasks_scoreentry_import", may(OFFICE)),
    do("确认导入第三方评估结果", "admin:tasks_scoreentry_import_confirm", may(OFFICE)),
    read("第三方评估结果模板", "admin:tasks_scoreentry_template", may(READERS)),
    *admin_rows("tasks_scoring", "考核得分", READERS, adds=OFFICE, has_own_page=True),
    read(
        "查看、导出得分",
        "admin:tasks_scoring_change admin:tasks_scoring_export admin:tasks_scoring_sheet admin:tasks_scoring_export_sheet",
        may(READERS),
        subject="scoring",
    ),
    do("重新计算得分", "admin:tasks_scoring_recompute", may(OFFICE, "draft"), subject="scoring"),
    *both("通报得分", "admin:tasks_scoring_circulate", may(SIGNER, "draft"), subject="scoring", note="自己计算的除外"),
)

_REFORM = (
    *admin_rows("tasks_handover", "人员交接", SECURITY, adds=SECURITY),
    *admin_rows("tasks_unitreform", "机构改革", READERS, adds=OFFICE),
)

ROWS: tuple[PermissionRow, ...] = (*_PUBLIC, *_UNIT_WORK, *_NOTICE, *_PROGRESS, *_CHECKS, *_SCORES, *_REFORM)
