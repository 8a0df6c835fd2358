"""`python -m tests.growing`: as root; GROWING_SECONDS (20) for each measurement, GROWING_ITEMS (20,000) in the catalogue."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.portal import ROOT
from tests.growing.hosts import Host, network
from tests.growing.servers import PostgreSQL, Running, wait_for
from tests.services import make_folder

SECONDS = float(os.environ.get("GROWING_SECONDS", "20"))
ITEMS = os.environ.get("GROWING_ITEMS", "20000")
CONNECTIONS = 8
PASSWORD = "only-for-showing-2018"
CHANGES = 30  # published, each looked at through the other web server at once

NAMES = ("db1", "db2", "redis", "web1", "web2", "work1", "work2", "visitors")
HOSTS = {name: Host(name, 11 + number) for number, name in enumerate(NAMES)}
STATS = "SELECT coalesce(sum(xact_commit + xact_rollback), 0)::bigint, coalesce(sum(tup_returned + tup_fetched), 0)::bigint FROM pg_stat_database WHERE datname = 'ninghai'"
CHANGE = """
import sys
from disclosure.models import Item
from django.db import connection
item = Item.objects.published(__import__("ninghai.calendar.clock").clock.now()).newest_first().first()
for line in sys.stdin:
    Item.objects.filter(pk=item.pk).update(title=line.strip())
    print("done", flush=True)
"""


def main() -> None:
    if os.geteuid():
        sys.exit("network namespaces need root")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as after Ctrl-C
    folder = make_folder()
    try:
        with network(list(HOSTS.values())), portal(folder) as (primary, copy, running):
            show(primary, copy, running)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def portal(folder: Path) -> Iterator[tuple[PostgreSQL, PostgreSQL, Running]]:
    """PostgreSQL, its copy, Redis and an empty web; files lie where all machines see them, as on a share."""
    primary, copy = PostgreSQL(HOSTS["db1"], folder / "primary"), PostgreSQL(HOSTS["db2"], folder / "copy")
    var = folder / "var"
    var.mkdir()
    (var / "fonts").symlink_to(ROOT / "var/fonts")
    redis = HOSTS["redis"]
    running = Running({
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ninghai.settings",
        "DATABASE_URL": primary.url("ninghai_app"),
        "DATABASE_OWNER_URL": primary.url("ninghai_owner"),
        "REDIS_URL": f"redis://{redis.address}:6379/0",
        "REDIS_CACHE_URL": f"redis://{redis.address}:6380/0",
        "VAR_DIR": str(var),
        "PRIVATE_FILES_DIR": str(var / "private"),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SEALING_KEYS": secrets.token_urlsafe(32),
        "ALLOWED_HOSTS": "*",
        "DEMO": "0",
        "LOG_LEVEL": "ERROR",
        "METRICS_ALLOWED": "10.77.0.0/24",
    })  # fmt: skip
    try:
        primary.create()
        primary.start()
        primary.make_database()
        running.redis("queue", redis, port=6379, folder=var, appendonly="yes", appenddirname="queue")
        running.redis("cache", redis, port=6380, folder=var)
        for command in (["prepare"], ["create_office_user", "lead", "--name", "负责人"], ["seed_items", ITEMS]):
            run = HOSTS["web1"].command([sys.executable, "manage.py", *command])
            subprocess.run(run, cwd=ROOT, env=running.environment, input=f"{PASSWORD}\n", text=True, check=True)
        copy.copy_of(primary)
        copy.start()
        yield primary, copy, running
    finally:
        running.end()
        copy.stop()
        primary.stop()


def show(primary: PostgreSQL, copy: PostgreSQL, running: Running) -> None:
    webs = [HOSTS["web1"], HOSTS["web2"]]
    for name in ("web1", "web2"):
        running.web(name, HOSTS[name])
    wait_for("the web servers", lambda: all(answers(host) for host in webs))
    measured("1 web server, no copy", primary, copy, webs[:1])
    measured("2 web servers, no copy", primary, copy, webs)
    for name in ("web1", "web2"):
        running.kill(name)
        running.web(name, HOSTS[name], DATABASE_REPLICA_URL=copy.url("ninghai_app"))
    wait_for("the web servers", lambda: all(answers(host) for host in webs))
    measured("2 web servers, public pages from the copy", primary, copy, webs)
    say(f"pages by source: {sources(webs)}")
    for name in ("work1", "work2"):
        running.manage(f"worker {name}", HOSTS[name], "worker")
        running.manage(f"scheduler {name}", HOSTS[name], "scheduler")
    wait_for("workers and scheduler", lambda: asked(webs[0], "healthz")["workers"].get("count") == 2)
    nothing_old_is_seen(running, webs)
    goes_on(primary, copy, running, webs)


def measured(what: str, primary: PostgreSQL, copy: PostgreSQL, webs: list[Host]) -> None:
    before = [(server.cpu(), stats(server)) for server in (primary, copy)]
    told = load(webs, SECONDS)
    after = [(server.cpu(), stats(server)) for server in (primary, copy)]
    say(
        f"{what}: {told['requests']} requests, {told['per_second']}/s, p95 {told['p95_ms']} ms, {told['errors']} errors {told['first'] or ''}"
    )
    for name, (cpu, numbers), (cpu_then, numbers_then) in zip(("primary", "copy"), after, before, strict=True):
        per_request = (cpu - cpu_then) * 1000 / max(1, told["requests"])
        rows = (numbers[1] - numbers_then[1]) / max(1, told["requests"])
        say(f"    {name}: {per_request:.2f} ms of processor and {rows:.0f} rows read for each request")


def nothing_old_is_seen(running: Running, webs: list[Host]) -> None:
    """A change through one machine is seen through the other at once, from wherever the page is read."""
    writer = subprocess.Popen(
        HOSTS["web1"].command([sys.executable, "manage.py", "shell", "-v", "0", "-c", CHANGE]),
        cwd=ROOT, env=running.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    old = 0
    for number in range(CHANGES):
        title = f"关于第{number}次变动的通知"
        writer.stdin.write(f"{title}\n")
        writer.stdin.flush()
        writer.stdout.readline()
        old += any(title not in page(host, "catalogue/") for host in reversed(webs))
    writer.stdin.close()
    writer.wait()
    say(f"{CHANGES - old} of {CHANGES} changes seen at once through both web servers; pages by source: {sources(webs)}")
    if old:
        sys.exit("an old page was seen")


def goes_on(primary: PostgreSQL, copy: PostgreSQL, running: Running, webs: list[Host]) -> None:
    copy.stop()
    told = load(webs, SECONDS / 2)
    say(f"copy stopped: {told['requests']} requests, {told['errors']} errors, p95 {told['p95_ms']} ms")
    copy.start()
    wait_for("the copy", lambda: asked(webs[0], "healthz")["replica"].get("ok"))
    running.kill("worker work1")
    running.kill("scheduler work1")
    wait_for("the other scheduler leads", lambda: asked(webs[1], "healthz")["scheduler"]["ok"])
    say("a machine of workers lost: the scheduler of the other leads, its worker goes on")
    running.kill("web1")
    told = load(webs[1:], SECONDS / 2)
    say(
        f"a web server lost: {told['requests']} requests through the other, {told['errors']} errors, p95 {told['p95_ms']} ms"
    )
    if told["errors"]:
        sys.exit("the other web server answered with errors")


def load(webs: list[Host], seconds: float) -> dict[str, object]:
    command = [
        sys.executable,
        "-m",
        "tests.growing.load",
        ",".join(host.address for host in webs),
        str(seconds),
        str(CONNECTIONS),
    ]
    done = subprocess.run(HOSTS["visitors"].command(command), cwd=ROOT, capture_output=True, text=True, check=True)
    told: dict[str, object] = json.loads(done.stdout)
    return told


def stats(server: PostgreSQL) -> list[int]:
    return [int(number) for number in server.ask(STATS).split("|")]


def page(host: Host, path: str) -> str:
    fetch = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())"
    return HOSTS["visitors"].run(sys.executable, "-c", fetch, f"http://{host.address}:8000/{path}")


def asked(host: Host, path: str) -> dict[str, dict[str, object]]:
    told: dict[str, dict[str, object]] = json.loads(page(host, path))
    return told


def answers(host: Host) -> bool:
    try:
        return bool(page(host, "healthz"))
    except RuntimeError:
        return False


def sources(webs: list[Host]) -> dict[str, int]:
    """Public pages of both web servers, by where they came from."""
    found: dict[str, int] = {}
    for host in webs:
        for line in page(host, "metrics").splitlines():
            if line.startswith("ninghai_public_pages_total{"):
                name = line.split('"')[1]
                found[name] = found.get(name, 0) + int(float(line.rpartition(" ")[2]))
    return found


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
