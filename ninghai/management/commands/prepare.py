"""Make the portal ready to serve: schema, ground data, the demo year for an empty database, static files."""

import hashlib
import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.utils import timezone

DEMO_ACCOUNTS = settings.VAR_DIR / "demo-accounts.json"
DEMO_MARK = settings.VAR_DIR / "demo"  # tells settings that the database holds the demo, and since which real day


class Command(BaseCommand):
    help = "准备数据库和静态文件：建表、载入基础数据；带 --demo 时为空数据库载入演示数据。可以重复执行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="为空数据库载入演示数据和演示账号。")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if options["demo"] and not get_user_model().objects.exists():
            self.stdout.write("正在载入基础数据和演示数据……")
            on_demo_day("load_ground_data")
            on_demo_day("load_demo_year")
        else:
            call_command("load_ground_data")
            call_command("renew_search", missing=True)
        mark_demo()
        collect_static_files()


def on_demo_day(command: str) -> None:
    """Run a command on the demo's day; real data never sees a shifted clock."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, settings.BASE_DIR / "manage.py", command], check=False, env={**os.environ, "DEMO": "1"}
    )
    if done.returncode:
        raise CommandError(f"{command} 没有成功，原因见上面的提示。")


def mark_demo() -> None:
    """Tell settings whether this database is the one whose demo accounts lie in var/."""
    if not holds_demo():
        DEMO_MARK.unlink(missing_ok=True)
    elif not DEMO_MARK.exists():
        DEMO_MARK.write_text(timezone.localdate().isoformat())


def holds_demo() -> bool:
    """Whether a demo account opens this database: a name alone could belong to somebody real."""
    if not DEMO_ACCOUNTS.exists():
        return False
    accounts = json.loads(DEMO_ACCOUNTS.read_text(encoding="utf-8"))
    people = get_user_model().objects.in_bulk([one["username"] for one in accounts], field_name="username")
    return any(
        one["username"] in people and people[one["username"]].check_password(one["password"]) for one in accounts
    )


def collect_static_files() -> None:
    """collectstatic, unless the files are those of the last time: compressing them takes longer than all the rest."""
    stamp = settings.STATIC_ROOT.with_suffix(".stamp")
    now = static_sources()
    if not (stamp.exists() and settings.STATIC_ROOT.exists()) or stamp.read_text() != now:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(now)


def static_sources() -> str:
    """A hash over the names, sizes and times of all static files of the apps."""
    files = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    facts = sorted((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files)
    return hashlib.sha256(repr(facts).encode()).hexdigest()
