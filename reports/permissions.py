"""The rows of the permission matrix about `reports`: which role may do what; `reports.rules` says with whose records, and in which state."""

from ninghai.accounts.permission_table import (
    EVERYBODY,
    MOMENT,
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
        "report",
        "报告",
        {
            "queued": "排队中",
            "failed": "生成失败",
            "cancelled": "已取消",
            "draft": "草稿已生成",
            "checked": "已核",
            "signed": "已签发",
        },
    ),
    Subject("receipt", "印发到单位的报告", {"sent": "待签收"}, has_unit=True),
    Subject("batch", "批量报告", {"running": "制作中", "cancelled": "已取消"}),
    Subject("booklet", "目录手册", {"failed": "制作失败", "waiting": "等待制作"}),
)

PRINTED = ("draft", "checked", "signed")

_PUBLIC = (
    read("公众核验报告", "reports:verify-form reports:verify", may(EVERYBODY), note="次数受限"),
    do("公众比对文件", "reports:verify", may(EVERYBODY), note="次数受限"),
)

_UNIT = (
    read("收文（列表）", "reports:work-report-list", may(SIGNED_IN), note="只列出本单位收到的"),
    read("收文：阅读、下载", "reports:work-report reports:work-report-file", may(UNIT, own=True), subject="receipt"),
    do("收文：签收", "reports:work-report-confirm", may(UNIT, own=True), subject="receipt"),
)


def _report(*acts: str) -> str:
    return " ".join(f"admin:reports_report_{act}" for act in acts)


_REPORT = (
    *admin_rows("reports_report", "报告", READERS, adds=OFFICE, has_own_page=True),
    read("报告：查看、进度、网页版", _report("change", "progress", "read"), may(READERS), subject="report"),
    read("报告：下载、首页图", _report("file", "picture"), may(READERS, *PRINTED), subject="report"),
    do("报告：核稿", _report("check"), may(OFFICE, "draft"), subject="report", note="自己制作的除外"),
    do("报告：退回", _report("send-back"), may(READERS, "checked"), subject="report"),
    do(
        "报告：撤销刚才的核稿、退回",
        _report("take-back"),
        may(READERS, "draft", "checked"),
        subject="report",
        note=MOMENT,
    ),
    *both("报告：签发", _report("sign"), may(SIGNER, "checked"), subject="report", note="自己制作、核稿的除外"),
    *both("报告：印发", _report("circulate"), may(OFFICE, "signed"), subject="report"),
    do("报告：送公开审核", _report("catalogue"), may(OFFICE, "signed"), subject="report"),
    do("报告：重新生成", _report("retry"), may(READERS, "failed", "cancelled"), subject="report"),
    do("报告：取消", _report("cancel"), may(OFFICE, "queued", "failed"), subject="report"),
    *admin_rows("reports_reportbatch", "批量报告", READERS, adds=OFFICE, has_own_page=True),
    read(
        "批量报告：查看、进度、打包下载",
        "admin:reports_reportbatch_change admin:reports_reportbatch_progress admin:reports_reportbatch_archive",
        may(READERS),
        subject="batch",
    ),
    do("批量报告：取消", "admin:reports_reportbatch_cancel", may(OFFICE), subject="batch"),
    do("批量报告：重新生成未完成的", "admin:reports_reportbatch_retry", may(READERS), subject="batch"),
    *admin_rows("reports_bookletmaking", "目录手册", READERS, has_own_page=True),
    read("目录手册：查看", "admin:reports_bookletmaking_change", may(READERS), subject="booklet"),
    do("目录手册：重新制作", "admin:reports_bookletmaking_retry", may(OFFICE, "failed"), subject="booklet"),
)

ROWS: tuple[PermissionRow, ...] = (*_PUBLIC, *_UNIT, *_REPORT)
