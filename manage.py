#!/usr/bin/env python
"""Run the portal's administrative commands."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ninghai.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from ninghai.operations.database.connections import DATABASE_AWAY

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(f"设置有误：{problem}")
    except DATABASE_AWAY as away:
        sys.exit(f"连不上数据库，命令没有完成。请等数据库恢复后再执行一次。\n{away}")


if __name__ == "__main__":
    main()
