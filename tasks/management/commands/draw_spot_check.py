"""draw_spot_check: the draw without saving it, for whoever wants to recompute one."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ninghai.calendar import clock
from tasks.models import SpotCheck, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.spot_checks.drawing import plan_draw
from tasks.spot_checks.sampling import Draw, DrawError, deal


class Command(BaseCommand):
    help = "按种子抽取任务分工，只显示结果，不保存。同一种子总是得到同样的结果。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--notice", type=int, required=True, metavar="年度", help="通知的年度，如 2018")
        parser.add_argument("--size", type=int, required=True, metavar="N", help="抽取数量")
        parser.add_argument("--seed", required=True, metavar="种子")
        parser.add_argument(
            "--strata", default="", help="分层依据，可用 unit_kind（单位类型）、part（部分），用逗号分隔"
        )
        parser.add_argument("--inspectors", default="", metavar="账号", help="抽查人员名册，账号用逗号分隔；不计回避")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        drawn, pool = self._draw(options), sorted(filter(None, options["inspectors"].split(",")))
        if options["format"] == "json":
            printed = {**drawn.as_json(), "inspectors": pool, "passed_over": []}
            self.stdout.write(json.dumps(printed, ensure_ascii=False, indent=1))
            return
        dealt = deal(keys=drawn.drawn_keys, seed=drawn.seed, pool=pool, passed_over=set())
        for stratum in drawn.strata:
            self.stdout.write(f"{stratum.name}：{stratum.share.explanation}")
            for ticket in stratum.drawn:
                self.stdout.write(
                    f"  {ticket.rank}. {ticket.key}  {ticket.digest}  {dealt.get(ticket.key, '')}".rstrip()
                )

    def _draw(self, options: dict[str, Any]) -> Draw:
        issued = WorkPointNotice.objects.filter(year=options["notice"], status=NoticeStatus.ISSUED)
        notice = issued.first()
        if notice is None:
            raise CommandError(f"{options['notice']}年度没有已下达的通知。")
        stratified_by = [name.strip() for name in options["strata"].split(",") if name.strip()]
        if unknown := set(stratified_by) - set(SpotCheck.Stratum.values):
            raise CommandError(f"没有这样的分层依据：{'、'.join(sorted(unknown))}。可用 unit_kind 和 part。")
        try:
            return plan_draw(
                notice=notice,
                size=options["size"],
                seed=options["seed"],
                stratified_by=stratified_by,
                as_of=clock.today(),
            )
        except DrawError as refused:
            raise CommandError(str(refused)) from refused
