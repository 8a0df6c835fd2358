"""`python -m tests.growing.load ADDRESS,ADDRESS SECONDS CONNECTIONS`: visitors over the web servers in turn; prints JSON."""

import json
import random
import sys
import threading
import time

from tests.soak.line import Line
from tests.soak.people import ITEM, WORDS
from tests.soak.tally import Tally, late


def main(addresses: list[str], seconds: float, connections: int) -> None:
    tally, until = Tally(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=visit, args=(addresses[number % len(addresses)], tally, until, number))
        for number in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = len(tally.seconds)
    told = {"requests": total, "per_second": round(total / seconds, 1), "p95_ms": round(late(tally.seconds))}
    print(json.dumps(told | {"errors": len(tally.broken), "first": tally.broken[:3], "unknown": tally.unknown[:3]}))  # noqa: T201


def visit(address: str, tally: Tally, until: float, number: int) -> None:
    """Lists, searches and items, each with an address that nobody has asked before: the cache answers none of them."""
    line, chance = Line(f"{address}:8000", tally), random.Random(number)  # noqa: S311
    while time.monotonic() < until:
        word = f"{chance.choice(WORDS)} {chance.choice(WORDS)}"
        query = "".join(f"%{byte:02X}" for byte in word.encode())
        page = line.get(f"/catalogue/?q={query}&seen={time.monotonic_ns()}")
        for path in sorted(set(ITEM.findall(page)))[:2]:
            line.get(path)
        line.get(f"/catalogue/?page={chance.randint(1, 20)}&seen={time.monotonic_ns()}")
        line.get(f"/?seen={time.monotonic_ns()}")


if __name__ == "__main__":
    main(sys.argv[1].split(","), float(sys.argv[2]), int(sys.argv[3]))
