"""`manage.py renew_search`: the search columns of all items that are or were public, written anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from disclosure.catalogue.search.lexemes import NAME, quoted
from disclosure.catalogue.search.query_words import in_title
from disclosure.catalogue.search.renewal import renew_search
from disclosure.models import Item
from disclosure.models.item import ItemQuerySet


class Command(BaseCommand):
    help = "重新生成所有已公开信息的检索数据。升级后检索方式有变化时使用，可以重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--missing", action="store_true", help="只在有信息缺少检索数据时执行。")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["missing"] and not _missing().exists():
            return
        self.stdout.write(f"已更新 {renew_search()} 条信息的检索数据。")


def _missing() -> ItemQuerySet:
    """Public items that search knows nothing of, or not what they are called."""
    return Item.objects.exclude(published_at=None).exclude(in_title(f"{quoted(NAME)}:*"))
