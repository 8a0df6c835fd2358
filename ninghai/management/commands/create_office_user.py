"""create_office_user: the first account of a new installation, which then finds its way in the admin."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ninghai.calendar import clock
from ninghai.models import AuditEntry, Membership, Role, Unit, User

OFFICE_ROLES = [Role.OFFICE, Role.SIGNER, Role.SYSTEM, Role.SECURITY, Role.AUDITOR]


class Command(BaseCommand):
    help = "为县政府办公室建立一个账号。口令从终端输入，或从标准输入读取一行；不写在命令行里。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="账号")
        parser.add_argument("--name", required=True, metavar="姓名", help="同事看到的名字")
        parser.add_argument(
            "--role",
            choices=[role.value for role in OFFICE_ROLES],
            default=Role.OFFICE.value,
            help="角色：" + "，".join(f"{role.value} {role.label}" for role in OFFICE_ROLES) + "（默认 office）",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        username: str = User.normalize_username(options["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise CommandError(f"账号“{username}”已存在。")
        unit = Unit.objects.valid(on=clock.today()).filter(kind=Unit.Kind.OFFICE).first()
        if unit is None:
            raise CommandError("还没有县政府办公室这个单位，请先运行 manage.py load_ground_data。")
        user = User(username=username, name=options["name"])
        self._set_password(user)
        self._save(user, unit=unit, role=Role(options["role"]))
        self.stdout.write(f"已建立账号“{username}”，身份是{unit}{Role(options['role']).label}，请登录 /login/。")

    def _set_password(self, user: User) -> None:
        password = _asked_password()
        try:
            user.full_clean(exclude=["password"])
            validate_password(password, user)
        except ValidationError as refused:
            raise CommandError("".join(refused.messages)) from refused
        user.set_password(password)

    @transaction.atomic
    def _save(self, user: User, *, unit: Unit, role: Role) -> None:
        user.password_changed_at = clock.true_now()
        user.save(force_insert=True)
        Membership.objects.create(user=user, unit=unit, role=role)
        AuditEntry.objects.record(
            action="create_account", target=user, by=None, at=clock.now(), detail={"role": role.value}
        )


def _asked_password() -> str:
    """Twice from a terminal, else one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("口令：")
    if password != getpass.getpass("再输入一次："):
        raise CommandError("两次输入的口令不一致。")
    return password
