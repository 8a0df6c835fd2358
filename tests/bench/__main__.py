"""`python -m tests.bench`: prints the figures and writes them to var/bench.json. BENCH_ITEMS says how many items the catalogue holds."""

import argparse
import os
import signal
from pathlib import Path

import django

from tests.bench.portal import throw_away_portal

RESULTS = Path("var/bench.json")


def main() -> None:
    wanted = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as after Ctrl-C
    with throw_away_portal() as portal:
        django.setup()
        from tests.bench import table  # these need the settings, which need the addresses of the servers
        from tests.bench.catalogue import catalogue
        from tests.bench.reports import reports
        from tests.bench.run import run

        if wanted.only == "catalogue":
            table.tell_floors(catalogue(wanted.items))
        elif wanted.only == "reports":
            table.tell_floors(((0, one) for one in reports()), of="reports")
        else:
            run(portal=portal, items=wanted.items, results=RESULTS)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--items", type=int, default=int(os.environ.get("BENCH_ITEMS", "100000")))
    parser.add_argument("--only", choices=["catalogue", "reports"], help="only these, nothing written")
    return parser.parse_args()


if __name__ == "__main__":
    main()
