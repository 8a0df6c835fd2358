"""`python -m tests.bench`: prints the figures and writes them to var/bench.json; fails where a floor is missed. BENCH_ITEMS says how many items the catalogue holds."""

import argparse
import os
import signal
import sys
from contextlib import nullcontext
from pathlib import Path

import django

from tests.bench.portal import throw_away_portal

RESULTS = Path("var/bench.json")
PARTS = ("catalogue", "reports", "exports", "year", "coverage", "visits", "applications", "hotline")


def main() -> None:
    wanted = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as after Ctrl-C
    with nullcontext() if wanted.here else throw_away_portal() as portal:
        django.setup()
        from tests.bench.run import measure, run  # these need the settings, which need the addresses of the servers

        if portal is None or wanted.only:
            is_kept = measure(wanted.only, items=wanted.items)
        else:
            is_kept = run(portal=portal, items=wanted.items, results=RESULTS)
    sys.exit(not is_kept)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--items", type=int, default=int(os.environ.get("BENCH_ITEMS", "100000")))
    parser.add_argument("--only", choices=PARTS, help="this part alone, nothing written")
    parser.add_argument(
        "--here", action="store_true", help="in the portal that the environment names (a trial: rows are added)"
    )
    wanted = parser.parse_args()
    if wanted.here and not wanted.only:
        parser.error("--here measures one part: name it by --only")
    return wanted


if __name__ == "__main__":
    main()
