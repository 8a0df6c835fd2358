"""What runs on the machines. Everybody of the little network is trusted here; in earnest passwords and TLS stand between."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from ninghai.operations.devservices.place import SERVER_USER
from ninghai.operations.devservices.services import redis_program
from tests.browser.portal import ROOT
from tests.growing.hosts import NETWORK, Host

PROGRAMS = max(Path("/usr/lib/postgresql").glob("*"), key=lambda folder: int(folder.name)) / "bin"
PATIENCE = 180  # seconds
TUNED = {"shared_buffers": "256MB", "max_connections": "100", "wal_level": "replica", "hot_standby": "on"}


class PostgreSQL:
    def __init__(self, host: Host, folder: Path) -> None:
        self.host, self.data, self.sockets = host, folder / "data", folder / "sockets"
        folder.mkdir()
        self.sockets.mkdir()
        subprocess.run(["chown", "-R", f"{SERVER_USER}:", folder], check=True)

    def create(self) -> None:
        self._do("initdb", "-E", "UTF8", "--locale=C.UTF-8", "-U", "postgres", "--auth=trust", "-D", str(self.data))
        with (self.data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all,replication all {NETWORK}.0/24 trust\nhost replication all {NETWORK}.0/24 trust\n")

    def copy_of(self, primary: "PostgreSQL") -> None:
        reach = ["-h", primary.host.address, "-U", "postgres"]
        self._do("pg_basebackup", *reach, "-D", str(self.data), "-R", "-c", "fast", "-X", "stream")

    def start(self) -> None:
        spoken = {**TUNED, "listen_addresses": self.host.address, "unix_socket_directories": str(self.sockets)}
        options = " ".join(f"-c {name}='{value}'" for name, value in spoken.items())
        log = str(self.data.parent / "log")
        command = [str(PROGRAMS / "pg_ctl"), "start", "-w", "-s", "-D", str(self.data), "-l", log, "-o", options]
        subprocess.run(  # a pipe would stay open as long as the server lives
            self.host.command(command, user=SERVER_USER), check=True, cwd="/", stdout=subprocess.DEVNULL
        )

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self._do("pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", str(self.data))

    def ask(self, question: str, *, database: str = "ninghai") -> str:
        reach = ["-h", str(self.sockets), "-U", "postgres", "-d", database]
        return self._do("psql", "-XAtq", *reach, "-c", question).strip()

    def make_database(self) -> None:
        roles = (ROOT / "ninghai/operations/devservices/roles.sql").read_text(encoding="utf-8")
        reach = ["-h", str(self.sockets), "-U", "postgres", "-d", "postgres", "-v", "database=ninghai"]
        self._do("psql", "-Xq", *reach, "-f", "-", typed=roles)

    def url(self, role: str) -> str:
        return f"postgres://{role}@{self.host.address}:5432/ninghai"

    def cpu(self) -> float:
        """Seconds of processor that the server and its connections have used, those that ended included."""
        head = int((self.data / "postmaster.pid").read_text().split()[0])
        total = 0.0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            number = int(stat.parent.name)
            if number == head:
                total += sum(map(int, fields[11:15]))
            elif int(fields[1]) == head:
                total += sum(map(int, fields[11:13]))
        return total / os.sysconf("SC_CLK_TCK")

    def _do(self, program: str, *arguments: str, typed: str = "") -> str:
        return self.host.run(str(PROGRAMS / program), *arguments, user=SERVER_USER, typed=typed)


class Running:
    """Programs that were started here, each in a group of its own, to be ended with it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.all: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, host: Host, *command: str, **environment: str) -> None:
        self.all[name] = subprocess.Popen(
            host.command(command), cwd=ROOT, env={**self.environment, **environment}, start_new_session=True
        )

    def web(self, name: str, host: Host, **environment: str) -> None:
        serve = ["-m", "gunicorn", "--config", "python:ninghai.web.server", "--bind", f"{host.address}:8000"]
        self.start(name, host, sys.executable, *serve, "ninghai.wsgi", **environment)

    def manage(self, name: str, host: Host, command: str) -> None:
        self.start(name, host, sys.executable, "manage.py", command)

    def redis(self, name: str, host: Host, *, port: int, folder: Path, **settings: str) -> None:
        given = {
            "port": f"{port}",
            "bind": host.address,
            "protected-mode": "no",
            "save": "",
            "dir": str(folder),
            "logfile": str(folder / f"{name}.log"),
        }
        words = [word for key, value in (given | settings).items() for word in (f"--{key}", value)]
        # Debian's redis-check-rdb is the server under another name: see ninghai.operations.devservices.services
        self.start(name, host, "bash", "-c", 'exec -a redis-server "$0" "$@"', str(redis_program()), *words)

    def kill(self, name: str) -> None:
        process = self.all.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        """The last that was started first: nobody looks for a Redis that is gone."""
        for process in reversed(self.all.values()):
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(what: str, asked, *, seconds: float = PATIENCE) -> None:
    limit = time.monotonic() + seconds
    while not asked():
        if time.monotonic() > limit:
            raise RuntimeError(f"waited in vain: {what}")
        time.sleep(0.1)
