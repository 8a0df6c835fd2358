"""reckon DUTY --start WHEN: when the limit that the law sets for a duty runs out, with its derivation."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ninghai.calendar.law import NoRuleSet
from ninghai.calendar.legal_duties import LegalDuty, NoSuchRule, NotByLaw, Reckoned, UnknownDuty, of_law, reckon_by_law
from ninghai.calendar.reckoning import Extension, History, Pause, Restart, local_day
from ninghai.calendar.workdays import WorkCalendar
from ninghai.management.commands.workdays import iso_date
from ninghai.models.calendar import Limit, LimitUnit

MOST = 10_000  # of any unit; more is a slip of the pen
DAY_LENGTH = len("2018-11-20")
STILL = {"-", "…"}  # instead of the day on which a pause ended: it has not


def moment(text: str) -> datetime:
    """A day counts from its first moment on; hours need their own."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}”不是时间，请写成 2018-11-20 或 2018-11-19T16:30 的形式。") from None
    return when if when.tzinfo else timezone.make_aware(when, timezone.get_default_timezone())


def day_or_moment(text: str) -> str:
    """As it was written: whether it names an hour matters."""
    moment(text)
    return text


def pause_end(text: str) -> datetime | None:
    return None if text in STILL else moment(text)


class Command(BaseCommand):
    help = "计算法定时限的到期日（时限按小时的为到期时刻），并说明怎样算出。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("duty", metavar="事项", help="事项编码，如 request、third_party、remedy_review")
        parser.add_argument("--start", required=True, type=day_or_moment, metavar="起算", help="起算的日期或时刻")
        parser.add_argument(
            "--pause", nargs=2, action="append", default=[], metavar=("自", "至"), help="暂停计算；尚未恢复的，“至”写 -"
        )
        parser.add_argument("--extend", type=int, default=0, metavar="N", help="延长多少，单位与时限相同")
        parser.add_argument("--restart", type=moment, metavar="重新起算", help="收到补正材料的日期")
        parser.add_argument(
            "--limit", nargs=2, metavar=("N", "单位"), help=f"时限；单位：{'、'.join(LimitUnit.values)}"
        )
        parser.add_argument("--known-at", type=iso_date, metavar="日期", help="按这一天已经公布的放假安排计算")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        history = _history(options)
        try:
            duty = of_law(options["duty"], on=local_day(history.counted_from))
            limit = _limit(options["limit"])
            _require_moments(limit or duty.limit, options)
            calendar = WorkCalendar.load(known_at=options["known_at"])
            found = reckon_by_law(duty=duty, history=history, calendar=calendar, limit=limit)
        except (NoRuleSet, NoSuchRule, NotByLaw, UnknownDuty) as refused:
            raise CommandError(str(refused)) from refused
        except (OverflowError, ValueError) as beyond:  # no calendar has that day
            raise CommandError("到期日超出了可以计算的年份，请检查起算日期和期限。") from beyond
        told = _told(duty, limit or duty.limit, found)
        shown = json.dumps(told, ensure_ascii=False) if options["format"] == "json" else _line(told)
        self.stdout.write(shown)


def _history(options: dict[str, Any]) -> History:
    start, restart = moment(options["start"]), options["restart"]
    if not 0 <= options["extend"] <= MOST:
        raise CommandError(f"延长的数量应在 0 到 {MOST} 之间。")
    if restart and restart < start:
        raise CommandError("重新起算的时间不能早于起算时间。")
    granted = restart or start
    return History(
        started=start,
        pauses=_pauses(options["pause"], start),
        extensions=(Extension(granted, options["extend"]),) if options["extend"] else (),
        restarts=(Restart(restart),) if restart else (),
    )


def _pauses(given: list[list[str]], start: datetime) -> tuple[Pause, ...]:
    try:
        pauses = [Pause(moment(begun), pause_end(ended)) for begun, ended in given]
    except ArgumentTypeError as wrong:
        raise CommandError(str(wrong)) from wrong
    for pause in pauses:
        if pause.begun < start or (pause.ended and pause.ended < pause.begun):
            raise CommandError("暂停应在起算之后开始，恢复不能早于暂停。")
    return tuple(sorted(pauses, key=lambda pause: pause.begun))


def _limit(given: list[str] | None) -> Limit | None:
    if given is None:
        return None
    amount, unit = given
    try:
        if unit == LimitUnit.BY_DATE:
            return Limit(LimitUnit.BY_DATE, by=date.fromisoformat(amount))
        if not 1 <= int(amount) <= MOST:
            raise ValueError(amount)
        return Limit(LimitUnit(unit), int(amount))
    except ValueError as wrong:
        units = "、".join(f"{each.value}（{each.label}）" for each in LimitUnit)
        raise CommandError(f"时限应写成数量和单位，如 15 working_day。单位：{units}。") from wrong


def _require_moments(limit: Limit | None, options: dict[str, Any]) -> None:
    """A limit of hours runs from a moment, not from a day."""
    if limit and limit.unit == LimitUnit.HOUR and len(options["start"]) <= DAY_LENGTH:
        raise CommandError("按小时计算的时限要写明时刻，如 2018-11-19T16:30。")


def _told(duty: LegalDuty, limit: Limit | None, found: Reckoned) -> dict[str, str | None]:
    is_moment = limit is not None and limit.unit == LimitUnit.HOUR
    due = found.due.moment if is_moment else found.due.day
    if isinstance(due, datetime):
        due = timezone.localtime(due, timezone.get_default_timezone())
    rules = duty.rules.code if duty.rules else None
    return {"due": due.isoformat() if due else None, "derivation": found.derivation, "rule_set": rules}


def _line(told: dict[str, str | None]) -> str:
    return f"{told['due'] or '暂停中'} {told['derivation']}"
