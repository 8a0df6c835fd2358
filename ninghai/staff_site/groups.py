"""The start page of the admin in the order in which the office works: each list belongs to one group."""

from enum import StrEnum


class DeskGroup(StrEnum):
    NOTICES = "工作要点与任务"
    PROGRESS = "进展填报"
    SPOT_CHECKS = "抽查"
    SCORES = "考核"
    ITEMS = "信息公开"
    CATALOGUE = "目录与公开覆盖"
    REPORTS = "通报与报告"
    UNITS = "单位与工作日历"
    ACCOUNTS = "账号与交接"
    SYSTEM = "运行与审计"
