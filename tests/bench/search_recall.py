"""`python -m tests.bench.search_recall`: search against a plain substring scan, 500 strings over 20,000 items."""

import argparse
import signal
import sys
from collections.abc import Iterable

import django
from django.core.management import call_command

from tests.bench.portal import throw_away_portal


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search_recall", description=__doc__)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--strings", type=int, default=500)
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as after Ctrl-C
    with throw_away_portal():
        django.setup()
        call_command("seed_items", wanted.items)
        is_kept = tell(wanted.strings)
    sys.exit(not is_kept)


def tell(strings: int) -> bool:
    """Whether every floor is kept: titles and numbers without a miss or a false hit, bodies 0.98."""
    from tests.bench.table import say  # these need the settings, which need the addresses of the servers
    from tests.search_scan import TITLES, Corpus

    say(f"{'what':<28}{'strings':>9}{'a scan finds':>14}{'recall':>9}{'floor':>7}{'besides':>9}  missed")
    is_kept = True
    for score in Corpus(seed=2018).scores(number=strings):
        floor = 1.0 if score.kind == TITLES else 0.98
        is_kept &= score.recall >= floor and not (score.kind == TITLES and score.false)
        say(
            f"{score.kind:<28}{score.asked:>9}{score.there:>14,}{score.recall:>9.4f}{floor:>7}{score.false:>9,}"
            f"  {few(score.missed)}"
        )
    return is_kept


def few(missed: Iterable[str]) -> str:
    return "、".join(list(missed)[:10]) or "-"


if __name__ == "__main__":
    main()
