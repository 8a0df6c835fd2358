"""Can this machine typeset at all, and quickly? A worker asks when it starts; other commands need no fonts."""

import os

from django.conf import settings
from django.core.checks import ERROR, WARNING, CheckMessage, Warning
from weasyprint.text.ffi import harfbuzz_subset

from reports.pdf.fonts import LIGHT_FONTS, missing_fonts


def typesetting_is_equipped() -> list[CheckMessage]:
    """The fonts are there; so is libharfbuzz-subset, without which a page costs 5 to 30 times more."""
    problems: list[CheckMessage] = [
        CheckMessage(
            ERROR if font.required else WARNING,
            f"缺少公文字体“{font.face}”：{font.path}",
            hint=f"字体在软件包 {font.package} 中，运行 make run 会自动安装。{'此前不能生成报告。' if font.required else '此前以其他字体代替。'}",
            id="reports.E001" if font.required else "reports.W002",
        )
        for font in missing_fonts()
    ]
    if harfbuzz_subset is None:
        problems.append(
            Warning(
                "缺少 libharfbuzz-subset，生成 PDF 会慢 5 至 30 倍",
                hint="请安装软件包 libharfbuzz-subset0 后重新启动。",
                id="reports.W001",
            )
        )
    if not (os.access(settings.VAR_DIR / "fonts", os.W_OK) or all(font.is_there for font in LIGHT_FONTS)):
        problems.append(
            Warning(
                "不能写入字体目录，裁不出常用字字体，生成 PDF 会慢一半、多占内存",
                hint=f"请把目录 {settings.VAR_DIR / 'fonts'} 交给运行本系统的用户后重新启动。",
                id="reports.W003",
            )
        )
    return problems
