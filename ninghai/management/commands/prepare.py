"""Make the portal ready to serve: schema, ground data, the demo year for an empty database, static files."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    help = "准备数据库和静态文件：建表、载入基础数据；演示模式下为空数据库载入演示数据。可以重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        nobody_here = not get_user_model().objects.exists()
        call_command("load_ground_data")
        if settings.DEMO and nobody_here:
            call_command("load_demo_year")
        call_command("collectstatic", interactive=False, verbosity=0)
