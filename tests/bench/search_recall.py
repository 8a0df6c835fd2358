"""`python -m tests.bench.search_recall`: search against a plain substring scan, 500 strings over 20,000 items."""

import argparse
import signal
from collections.abc import Iterable

import django
from django.core.management import call_command

from tests.bench.portal import throw_away_portal
from tests.bench.table import say


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search_recall", description=__doc__)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--strings", type=int, default=500)
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as after Ctrl-C
    with throw_away_portal():
        django.setup()
        call_command("seed_items", wanted.items)
        tell(wanted.strings)


def tell(strings: int) -> None:
    from tests.search_scan import Corpus  # needs the settings, which need the addresses of the servers

    say(f"{'what':<28}{'strings':>9}{'a scan finds':>14}{'recall':>9}{'floor':>7}{'besides':>9}  missed")
    for score in Corpus(seed=2018).scores(number=strings):
        floor = 1.0 if score.kind == "titles and numbers" else 0.98
        say(
            f"{score.kind:<28}{score.asked:>9}{score.there:>14,}{score.recall:>9.4f}{floor:>7}{score.false:>9,}"
            f"  {few(score.missed)}"
        )


def few(missed: Iterable[str]) -> str:
    return "、".join(list(missed)[:10]) or "-"


if __name__ == "__main__":
    main()
