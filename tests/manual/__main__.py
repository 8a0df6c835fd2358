"""`python -m tests.manual`: plays the manual on a throw-away demo and takes its pictures anew.

`--to DIR` keeps the pictures elsewhere than in docs/manual/pictures; `--only NAME…` plays only these flows, such as
`requests-apply requests-answer`, in the order of PLAY: what they rest on has to be among them.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from tests.bench.portal import throw_away_portal
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.portal import running, served
from tests.manual.chapters import PICTURES
from tests.manual.demo_portal import NotOnScreen, Theatre, passwords
from tests.manual.play import PLAY, Play, flows_named, name_of


def main() -> None:
    asked = arguments()
    asked.to.mkdir(parents=True, exist_ok=True)
    with ExitStack() as curtain:
        portal = curtain.enter_context(throw_away_portal())
        site = curtain.enter_context(served())
        for command in ("worker", "scheduler"):
            curtain.enter_context(running(command, address=site))
        playwright = curtain.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        curtain.callback(browser.close)
        faults = play(Theatre(site, browser, passwords(portal.var), curtain, asked.to), flows_named(asked.only))
    sys.exit(faults > 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.manual", description=__doc__)
    parser.add_argument("--to", type=Path, default=PICTURES, metavar="DIR")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", choices=[name_of(flow) for flow in PLAY])
    return parser.parse_args()


def play(theatre: Theatre, flows: Sequence[Play] = PLAY) -> int:
    """Each flow in its turn; returns in how many something stood in the way."""
    faults = 0
    for flow in flows:
        began = time.monotonic()
        theatre.seen.clear()
        try:
            flow(theatre)
            theatre.check(name_of(flow))
            say(f"{name_of(flow)} {time.monotonic() - began:.1f} s")
        except (Error, AssertionError, NotOnScreen, LookupError) as fault:
            faults += 1
            say(f"{name_of(flow)} FAILED: {fault}")
    size = sum(picture.stat().st_size for picture in theatre.pictures.glob("*.webp"))
    say(
        f"{len(flows) - faults} of {len(flows)} flows played as written, {size / 1e6:.1f} MB of pictures in {theatre.pictures}"
    )
    return faults


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
