"""`manage.py seed_items N`: made-up items for load tests."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disclosure.load_test.indexes import built_at_the_end, tidy
from disclosure.load_test.items import Stage, load_items
from disclosure.models import CatalogueEntry, Topic
from ninghai.calendar import clock
from ninghai.models import Role, Unit, User


class Command(BaseCommand):
    help = "写入 N 条用于压力测试的虚构信息（其中 2% 未公开）。同一随机种子写入的内容相同。请勿用于正式数据库。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="条数")
        parser.add_argument("--seed", type=int, default=2018, help="随机种子")

    def handle(self, *args: Any, **options: Any) -> None:
        units = list(Unit.objects.all())
        person = User.objects.filter(memberships__role=Role.OFFICE).first()
        if not units or person is None:
            raise CommandError("数据库中还没有单位或县府办账号，请先装入基础数据并创建账号。")
        if options["number"] < 1:
            raise CommandError("条数应为正整数。")
        stage = Stage(
            units=units,
            topics=list(Topic.objects.exclude(parent=None)),
            entries=list(CatalogueEntry.objects.all()),
            person=person,
            until=clock.now(),
        )
        number = options["number"]
        with built_at_the_end(number=number):
            published = load_items(number=number, seed=options["seed"], stage=stage)
        tidy()
        self.stdout.write(f"已写入 {options['number']} 条信息，其中 {published} 条已公开。")
