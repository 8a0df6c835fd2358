"""`python -m tests.manual`: plays the manual on a throw-away demo and takes its pictures anew; `--to DIR` elsewhere than in docs/manual/pictures."""

import argparse
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from tests.bench.portal import throw_away_portal
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.portal import running, served
from tests.manual.chapters import PICTURES
from tests.manual.demo_portal import NotOnScreen, Theatre, passwords
from tests.manual.play import PLAY, name_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.manual", description=__doc__)
    parser.add_argument("--to", type=Path, default=PICTURES)
    pictures = parser.parse_args().to
    pictures.mkdir(parents=True, exist_ok=True)
    with ExitStack() as curtain:
        portal = curtain.enter_context(throw_away_portal())
        site = curtain.enter_context(served())
        for command in ("worker", "scheduler"):
            curtain.enter_context(running(command, address=site))
        playwright = curtain.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        curtain.callback(browser.close)
        faults = play(Theatre(site, browser, passwords(portal.var), curtain, pictures))
    sys.exit(faults > 0)


def play(theatre: Theatre) -> int:
    """Each flow in its turn; returns in how many something stood in the way."""
    faults = 0
    for flow in PLAY:
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
        f"{len(PLAY) - faults} of {len(PLAY)} flows played as written, {size / 1e6:.1f} MB of pictures in {theatre.pictures}"
    )
    return faults


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
