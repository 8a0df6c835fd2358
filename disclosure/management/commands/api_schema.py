from typing import Any

from django.core.management.base import BaseCommand

from disclosure.open_formats.api.endpoints import description_file


class Command(BaseCommand):
    help = "打印开放接口的说明（OpenAPI），保存在 docs/api/openapi.json。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(description_file(), ending="")
