"""Make the portal ready to serve: schema, ground data, the demo year for an empty database, static files."""

import hashlib
import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.utils import timezone

from ninghai.calendar import clock
from ninghai.models import User

DEMO_ACCOUNTS = settings.VAR_DIR / "demo-accounts.json"
DEMO_MARK = settings.VAR_DIR / "demo"  # tells settings that the database holds the demo, and since which real day


class Command(BaseCommand):
    help = "准备数据库和静态文件：建表、载入基础数据；带 --demo 时为空数据库载入演示数据。可以重复执行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="为空数据库载入演示数据和演示账号。")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if options["demo"] and not User.objects.exists():
            self.stdout.write("正在载入基础数据和演示数据……")
            on_demo_day("load_ground_data")
            on_demo_day("load_demo_year")
        else:
            call_command("load_ground_data")
            call_command("renew_search", missing=True)
        mark_demo()
        if os.environ.get("DEMO_LOGIN") == "full":
            ask_for_own_passwords()
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
    return any(demo_people())


def demo_people() -> Iterator[User]:
    """Whom the password of the list lets in."""
    if not DEMO_ACCOUNTS.exists():
        return
    accounts = json.loads(DEMO_ACCOUNTS.read_text(encoding="utf-8"))
    people = User.objects.in_bulk([one["username"] for one in accounts], field_name="username")
    for one in accounts:
        person = people.get(one["username"])
        if person is not None and person.check_password(one["password"]):
            yield person


def ask_for_own_passwords() -> None:
    """The passwords of the list are from now on one-time passwords, as an administrator would have given them."""
    for person in demo_people():
        person.must_change_password, person.password_changed_at = True, clock.true_now()
        person.save(update_fields=["must_change_password", "password_changed_at"])


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
