"""`manage.py search WORDS`: what the catalogue page would list first."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from disclosure.catalogue.query import ItemListing
from disclosure.models import Item
from ninghai.calendar import clock

FIRST = 20


class Command(BaseCommand):
    help = "按公开目录页面的排序，列出最先找到的信息。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", nargs="+", help="检索词，几个词表示都要出现，加引号表示原句")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        found = ItemListing(Item.objects.published(now), at=now, words=" ".join(options["words"]))
        items = found[0:FIRST]
        if options["format"] == "json":
            rows = [{"index_number": item.index_number, "title": item.title} for item in items]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        self.stdout.write(found.total)
        for item in items:
            self.stdout.write(f"{item.index_number}  {item.title}")
