"""`python -m tests.soak`: SOAK_SECONDS (600) of work over SOAK_CONNECTIONS (16), SOAK_RATE (30) requests a second if the machine gives them."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.portal import Portal, answers, throw_away_portal
from tests.browser.portal import ROOT, free_port
from tests.soak.line import Line
from tests.soak.memory import Memory
from tests.soak.people import Clicks, accounts, clerk, office, visitor
from tests.soak.tally import EXAMPLES, Tally, late

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
CONNECTIONS = int(os.environ.get("SOAK_CONNECTIONS", "16"))
RATE = float(os.environ.get("SOAK_RATE", "30"))
MOST_GROWTH = 50  # MiB of one process
MINUTE = 60.0
STARTED_WITHIN = 300  # seconds
MAY_FORGET = {"redis cache"}  # it fills up to its own bound (maxmemory), and is looked at for that alone


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as after Ctrl-C
    with throw_away_portal() as portal, served(portal) as (address, roots):
        tally, memory = Tally(), Memory(roots)
        crew = people(address, portal, tally)
        began = time.monotonic()
        threads = [threading.Thread(target=work, args=(each, began), daemon=True) for each in crew]
        for thread in threads:
            thread.start()
        tell_each_minute(tally, memory, began)
        for thread in threads:
            thread.join()
        seconds, grown = time.monotonic() - began, memory.growth()
    sys.exit(not is_well(tally, grown, seconds))


@contextmanager
def served(portal: Portal) -> Iterator[tuple[str, dict[str, int]]]:
    """Web server, workers and scheduler as `make run` starts them; their numbers, and those of the private servers."""
    address = f"127.0.0.1:{free_port()}"
    os.environ["SITE_URL"] = f"http://{address}"
    manage = ["nice", "-n", "5", sys.executable, "manage.py"]
    commands = {
        "web": [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "python:ninghai.web.server",
            "--bind",
            address,
            "ninghai.wsgi",
        ],
        "worker 1": [*manage, "worker"],
        "worker 2": [*manage, "worker"],
        "scheduler": [*manage, "scheduler"],
    }
    running = {name: subprocess.Popen(command, cwd=ROOT) for name, command in commands.items()}
    try:
        limit = time.monotonic() + STARTED_WITHIN
        while not is_complete(address):
            if time.monotonic() > limit:
                raise RuntimeError("the portal did not start")
            time.sleep(0.5)
        yield address, {name: process.pid for name, process in running.items()} | servers(portal)
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait()


def is_complete(address: str) -> bool:
    """Whether both workers have read their fonts, and the scheduler has been round once: what comes then is growth."""
    if not answers(int(address.rpartition(":")[2])):
        return False
    with urllib.request.urlopen(f"http://{address}/healthz") as answer:
        told = json.load(answer)
    return told["workers"].get("count") == 2 and "rounds" in told


def servers(portal: Portal) -> dict[str, int]:
    place = portal.services.place.data
    found = {"postgresql": int((place / "postgresql/postmaster.pid").read_text().split()[0])}
    for name in ("queue", "cache"):
        sockets = portal.services.place.sockets / f"{name}.sock"
        asked = subprocess.run(
            ["pgrep", "-f", str(sockets)], capture_output=True, text=True, check=False
        ).stdout.split()
        if asked:
            found[f"redis {name}"] = int(asked[0])
    return found


def people(address: str, portal: Portal, tally: Tally) -> list[Clicks]:
    """Of sixteen: eleven visitors, three clerks, two of the office."""
    known = accounts(portal.var)
    crew: list[Clicks] = []
    for number in range(CONNECTIONS):
        line, chance = Line(address, tally), random.Random(number)  # noqa: S311 - the same people every time
        if number % 8 == 7:
            crew.append(office(line, chance, known["office"][number // 8 % 2]))
        elif number % 5 == 4:
            crew.append(clerk(line, chance, known["clerk"][number // 5 % len(known["clerk"])]))
        else:
            crew.append(visitor(line, chance))
    return crew


def work(clicks: Clicks, began: float) -> None:
    """A click every so many seconds, all of them together RATE a second; whoever was kept waiting does not hurry after."""
    pause = CONNECTIONS / RATE
    time.sleep(random.random() * pause)  # noqa: S311
    for _ in clicks:
        if time.monotonic() - began > SECONDS:
            return
        time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311


def tell_each_minute(tally: Tally, memory: Memory, began: float) -> None:
    """The first of ten minutes (or a fifth of a shorter time) makes everything warm."""
    warm_after, step = min(MINUTE, SECONDS / 5), min(MINUTE, SECONDS / 5)
    counted, at = 0, began
    while time.monotonic() - began < SECONDS:
        time.sleep(max(0.0, min(step, began + SECONDS - time.monotonic())))
        now, seconds = time.monotonic(), tally.since(counted)
        counted += len(seconds)
        if not memory.warm and now - began >= warm_after - 1:
            memory.is_warm()
        held = "  ".join(f"{name} {'+'.join(f'{each:.0f}' for each in sizes)}" for name, sizes in memory.look().items())
        grown = max(memory.growth().values(), default=0)
        say(
            f"{now - began:4.0f} s  {len(seconds)} requests, {len(seconds) / (now - at):.1f}/s, p95 {late(seconds):.0f} ms, "
            f"{len(tally.broken)} errors; MiB: {held}; grown by {grown:.0f} at most"
        )
        at = now


def is_well(tally: Tally, grown: dict[str, float], seconds: float) -> bool:
    total = len(tally.seconds)
    say(
        f"{total} requests in {seconds:.0f} s over {CONNECTIONS} connections: {total / seconds:.1f}/s, p95 {late(tally.seconds):.0f} ms"
    )
    say(f"answers: {dict(sorted(tally.statuses.items()))}; {dict(tally.done)}")
    say("grown since warm (MiB): " + ", ".join(f"{name} {mib:+.1f}" for name, mib in grown.items()))
    too_large = [name for name, mib in grown.items() if mib >= MOST_GROWTH and name not in MAY_FORGET]
    for what in [*tally.broken[:EXAMPLES], *tally.unknown[:EXAMPLES]]:
        say(f"  {what}")
    say(
        f"{len(tally.broken)} errors, {len(tally.unknown)} unexpected answers, {len(too_large)} processes that grew: {too_large}"
    )
    return not (tally.broken or tally.unknown or too_large)


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
