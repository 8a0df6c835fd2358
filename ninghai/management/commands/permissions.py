"""permissions: writes docs/permissions.md from the permission matrix; with --format json prints every cell of it."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ninghai.accounts.permission_table import (
    GET,
    VISITORS,
    May,
    PermissionCell,
    PermissionRow,
    Visitor,
    addresses,
    cells,
    is_in_admin,
    rows_by_app,
    subjects,
)
from ninghai.models import Role

# The matrix in words: the page for the security administrator, and the same as JSON for programs.

PAGE = settings.BASE_DIR / "docs" / "permissions.md"
CHAPTERS = {
    "ninghai": "登录、账号、消息和基础资料",
    "tasks": "工作要点、任务、抽查和考核",
    "disclosure": "公开信息、纠错和公开目录",
    "reports": "报告、批量报告和目录手册",
}
HEAD = """# 权限矩阵

本页由 `manage.py permissions` 根据程序中的权限表生成，请勿手工修改；表与程序不一致时测试不能通过。

## 怎样看这张表

- 每一行是一项操作；每一列是一种角色，一个人在一次登录中只以一种角色工作。“未登录”是任何访客。
- “可”：可以；“本单位”“本人”“抽中给本人”：只限这样的记录；冒号后面是允许的状态；“—”：不可以。
- **没有写明可以的，一律不可以**：系统拒绝（403），或者答复“没有这一页”（404），什么都不改变，并记入审计记录。
- 未登录的人打开内部页面，会转到登录页。
- 系统管理员、安全管理员、审计管理员由不同的人担任（三权分立），都不能办理业务。
"""
SHOWN = {GET: "查看", "POST": "办理"}
NOBODY_SIGNED_IN = "未登录"


def page() -> str:
    chapters = [_chapter(title, rows_by_app()[app]) for app, title in CHAPTERS.items()]
    return "\n".join([HEAD, *chapters, _addresses()])


def _chapter(title: str, rows: Sequence[PermissionRow]) -> str:
    heads = ["操作", "方式", *(name_of(visitor) for visitor in VISITORS), "说明"]
    lines = [f"## {title}", "", _line(heads), _line(["---"] * len(heads))]
    lines += [
        _line([row.act, SHOWN[row.method], *(_cell(row, visitor) for visitor in VISITORS), row.note]) for row in rows
    ]
    return "\n".join([*lines, ""])


def name_of(visitor: Visitor) -> str:
    return str(Role(visitor).label) if visitor else NOBODY_SIGNED_IN


def _cell(row: PermissionRow, visitor: Visitor) -> str:
    """What the row says of this visitor; the work of the admin's addresses alone is closed to whoever does not enter it."""
    if not any(row.allows(address, visitor, is_own=own, state=state) for address, own, state in _ways(row)):
        return "—"
    return "；".join(dict.fromkeys(_words(each, row) for each in row.may if visitor in each.people))


def _ways(row: PermissionRow) -> Iterator[tuple[str, bool, str]]:
    for address in row.addresses:
        for state in subjects()[row.subject].states:
            yield address, True, state


def _words(may: May, row: PermissionRow) -> str:
    subject = subjects()[row.subject]
    states = "、".join(label for state, label in subject.states.items() if state in may.states)
    whose = subject.own if may.own else "可"
    return f"{whose}：{states}" if states else whose


def _addresses() -> str:
    """Every address with the acts that are done there."""
    acts: dict[str, list[str]] = {}
    for rows in rows_by_app().values():
        for row in rows:
            for address in row.addresses:
                acts.setdefault(address, []).append(f"{SHOWN[row.method]}：{row.act}")
    lines = ["## 地址与操作对照", "", _line(["地址", "操作"]), _line(["---", "---"])]
    lines += [_line([f"`/{each.route}`", "；".join(acts.get(each.key, []))]) for each in _by_route()]
    return "\n".join([*lines, ""])


def _by_route() -> list[Any]:
    return sorted({each.key: each for each in addresses()}.values(), key=lambda each: each.route)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


# For programs.


def as_data() -> list[dict[str, Any]]:
    """One entry for each pattern, method, role, unit and state, with the statuses that answer it."""
    routes = {each.key: each.route for each in addresses()}
    return [_entry(cell, routes) for cell in cells()]


def _entry(cell: PermissionCell, routes: dict[str, str]) -> dict[str, Any]:
    subject = subjects()[cell.row.subject]
    return {
        "pattern": f"/{routes[cell.address]}",
        "name": cell.address if not cell.address.startswith("/") else None,
        "act": cell.row.act,
        "method": cell.row.method,
        "role": str(cell.visitor) if cell.visitor else "anonymous",
        "record": subject.key or None,
        "unit": ("own" if cell.is_own else "other") if subject.has_unit else None,
        "state": cell.state or None,
        "allowed": cell.is_allowed,
        "expected": expected(cell),
    }


def expected(cell: PermissionCell) -> list[int]:
    """The statuses of the answer: of a page, of an act that is done, of a refusal."""
    if cell.is_allowed:
        return [200, 302] if cell.row.method == GET else [302, 200]
    if cell.visitor is None:
        return [302] if cell.row.method == GET else [302, 403] if is_in_admin(cell.address) else [403]
    return [403, 404]


class Command(BaseCommand):
    help = "根据权限表写出 docs/permissions.md；--format json 逐格输出（地址、方法、角色、状态、应有的答复）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["page", "json"], default="page", help="page 写文档，json 输出到屏幕")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_data(), ensure_ascii=False))
            return
        PAGE.write_text(page(), encoding="utf-8")
        self.stdout.write(f"已写出 {PAGE}。")
