"""The private servers of one place: PostgreSQL, and Redis twice; started and stopped together."""

import os
import re
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from ninghai.operations.devservices.place import PlaceError, ServicesPlace
from ninghai.operations.private_addresses import (
    DATABASE,
    SUPERUSER,
    database_url,
    private_environment,
    redis_socket,
    redis_url,
)

# A private PostgreSQL: Debian's programs, a data folder of our own, a Unix socket and no network port.

# What a private PostgreSQL may take of the machine it runs on: PostgreSQL's own defaults are made for the smallest there is.

MIB = 1024**2
LEAST, MOST = 128, 2048  # MiB


def tuned() -> dict[str, str]:
    """Settings as PostgreSQL's manual advises for a server that shares its machine with the portal.

    The catalogue's rows and the much used parts of its indexes stay in memory, long texts are packed by the quick
    method, and a bulk load is not held up by a checkpoint every few seconds.
    """
    buffers = shared_buffers(memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return {
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{3 * buffers}MB",
        "default_toast_compression": "lz4",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
    }


def shared_buffers(*, memory: int) -> int:
    """MiB: an eighth of the memory (bytes), within bounds."""
    return min(MOST, max(LEAST, memory // 8 // MIB))


PROGRAMS = Path("/usr/lib/postgresql")
OLDEST = 15
PATIENCE = 15  # seconds
ROLES = Path(__file__).with_name("roles.sql")
# The folder of the socket is closed to everybody else (see Place), so whoever reaches the socket may say who he is.
INITDB = ["-E", "UTF8", "--locale=C.UTF-8", "-U", SUPERUSER, "--auth-local=trust", "--auth-host=reject"]


@dataclass(frozen=True, kw_only=True)
class PostgreSQL:
    place: ServicesPlace
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.place.data / "postgresql"

    def is_up(self) -> bool:
        """Whether the server takes connections (not only whether it runs)."""
        if not (self.place.sockets / ".s.PGSQL.5432").exists():
            return False
        asked: list[str | Path] = [self._program("pg_isready"), "-q", "-h", self.place.sockets, "-p", "5432"]
        return subprocess.run(asked, check=False).returncode == 0

    def start(self) -> bool:
        """Start the server, making its data first where there is none; False when it was up already."""
        if self.is_up():
            return False
        if not self.data.exists():
            self._create()
        killed = (self.data / "postmaster.pid").exists()
        limit = time.monotonic() + (PATIENCE if killed else 0)
        while failure := self._try_to_start():
            if time.monotonic() > limit:
                raise failure
            time.sleep(0.5)
        return True

    def stop(self) -> None:
        if self._runs():
            self._run("pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", self.data)

    def make_database(self, *, name: str = DATABASE) -> None:
        """Make the two roles and the database where they are missing."""
        reach = ["-h", str(self.place.sockets), "-p", "5432", "-U", SUPERUSER, "-d", "postgres"]
        given = ["-v", "ON_ERROR_STOP=1", "-v", f"database={name}", "-f", "-"]
        self._run("psql", "-X", "-q", *reach, *given, typed=ROLES.read_text(encoding="utf-8"))

    def url(self, *, role: str, database: str = DATABASE) -> str:
        return database_url(self.place.sockets, role=role, database=database)

    def _create(self) -> None:
        """initdb into a folder beside, so that data that was cut short is never taken for whole."""
        unfinished = self.data.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._run("initdb", *INITDB, *(["--no-sync"] if self.settings.get("fsync") == "off" else []), "-D", unfinished)
        unfinished.rename(self.data)

    def _try_to_start(self) -> PlaceError | None:
        """The reason why not; for a moment after `kill -9` the rest of the killed server keeps its successor out."""
        log = self.place.data / "postgresql.log"
        reached = {"listen_addresses": "", "unix_socket_directories": str(self.place.sockets)}
        options = {**reached, **tuned(), **self.settings}
        spoken = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        # A copy opens when no transaction of its primary has more than 64 savepoints: a long import holds it up.
        try:
            self._run("pg_ctl", "start", "-w", "-t", "1800", "-s", "-D", self.data, "-l", log, "-o", spoken)
        except PlaceError as failure:
            return failure
        return None

    def _runs(self) -> bool:
        """Whether the process lives; after a crash its pid file lies there without it."""
        if not (self.data / "postmaster.pid").exists():
            return False
        asked: list[str | Path] = [self._program("pg_ctl"), "status", "-s", "-D", self.data]
        return not subprocess.run(
            asked, check=False, cwd="/", stdout=subprocess.DEVNULL, **self.place.identity
        ).returncode

    def _program(self, name: str) -> Path:
        """The newest PostgreSQL here, or the one that the data was made by."""
        found = {int(folder.name): folder for folder in PROGRAMS.glob("*") if re.fullmatch(r"\d+", folder.name)}
        made_by = self.data / "PG_VERSION"
        wanted = int(made_by.read_text()) if made_by.exists() else max(found, default=0)
        if wanted < OLDEST or wanted not in found:
            raise PlaceError(f"缺少 PostgreSQL {wanted or OLDEST}，请安装软件包 postgresql-{wanted or OLDEST}。")
        return found[wanted] / "bin" / name

    def _run(self, program: str, *arguments: str | Path, typed: str = "") -> None:
        done = subprocess.run(
            [self._program(program), *arguments],
            check=False,
            cwd="/",
            input=typed,
            text=True,
            stdout=subprocess.DEVNULL,  # a pipe would stay open as long as the server lives
            stderr=subprocess.PIPE,
            **self.place.identity,
        )
        if done.returncode:
            raise PlaceError(f"PostgreSQL 的 {program} 失败，日志在 {self.place.data}。{done.stderr or ''}".strip())


# A private Redis on a Unix socket: one for the queue, which keeps everything, one for the cache, which may forget.

QUEUE = {"appendonly": "yes", "maxmemory-policy": "noeviction"}
CACHE = {"appendonly": "no", "maxmemory": "64mb", "maxmemory-policy": "allkeys-lru"}


@dataclass(frozen=True, kw_only=True)
class Redis:
    place: ServicesPlace
    name: str
    settings: dict[str, str]

    @property
    def socket(self) -> Path:
        return redis_socket(self.place.sockets, name=self.name)

    def is_up(self) -> bool:
        return self._answer("PING").startswith("+PONG")

    def start(self) -> bool:
        """Start the server; False when it was up already."""
        if self.is_up():
            return False
        folder = self.place.data / self.name
        subprocess.run(["mkdir", "-p", folder], check=True, cwd="/", **self.place.identity)
        started = subprocess.run(
            ["redis-server", *self._options(folder)],
            executable=redis_program(),
            check=False,
            cwd="/",
            stdout=subprocess.DEVNULL,
            **self.place.identity,
        )
        if started.returncode or not self._wait(up=True):
            raise PlaceError(f"Redis（{self.name}）没有启动，日志在 {folder / 'redis.log'}。")
        return True

    def stop(self) -> None:
        if self._answer("SHUTDOWN").startswith("-") or not self._wait(up=False):
            raise PlaceError(f"Redis（{self.name}）没有停止，日志在 {self.place.data / self.name / 'redis.log'}。")

    def url(self, *, database: int = 0) -> str:
        return redis_url(self.place.sockets, name=self.name, database=database)

    def _options(self, folder: Path) -> list[str]:
        ours = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(folder),
            "logfile": str(folder / "redis.log"),
            "daemonize": "yes",
            "save": "",
        }
        return [word for name, value in {**ours, **self.settings}.items() for word in (f"--{name}", value)]

    def _answer(self, command: str) -> str:
        """What the server says to a command; nothing when nobody listens."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            try:
                line.connect(str(self.socket))
                line.sendall(f"{command}\r\n".encode())
                return line.recv(100).decode()
            except (FileNotFoundError, ConnectionError):
                return ""

    def _wait(self, *, up: bool) -> bool:
        limit = time.monotonic() + PATIENCE
        while self.is_up() != up:
            if time.monotonic() > limit:
                return False
            time.sleep(0.05)
        return True


def redis_program() -> Path:
    """The program of Debian's redis-tools, which is the whole server under the name of its checking tool.

    The package redis-server adds only a link to it and a system-wide service, which we do not want on the machine.
    """
    for name in ("redis-server", "valkey-server", "redis-check-rdb", "valkey-check-rdb"):
        if found := shutil.which(name):
            return Path(found)
    raise PlaceError("缺少 Redis，请安装软件包 redis-tools。")


# The private servers of one place, started and stopped together.

Server = PostgreSQL | Redis


@dataclass(frozen=True, kw_only=True)
class PrivateServices:
    place: ServicesPlace
    postgresql_settings: dict[str, str] = field(default_factory=dict)

    @property
    def postgresql(self) -> PostgreSQL:
        return PostgreSQL(place=self.place, settings=self.postgresql_settings)

    @property
    def redis(self) -> list[Redis]:
        return [
            Redis(place=self.place, name=name, settings=kept) for name, kept in (("queue", QUEUE), ("cache", CACHE))
        ]

    def start(self, *, database: bool = True, redis: bool = True) -> list[Server]:
        """Start what is wanted and down; return what this call started, so that its caller can stop just that."""
        wanted: list[Server] = [*([self.postgresql] if database else []), *(self.redis if redis else [])]
        with self.place.locked():
            started = [server for server in wanted if server.start()]
            if database:
                self.postgresql.make_database()
        return started

    def stop(self) -> None:
        with self.place.locked():
            stop_servers([*self.redis, self.postgresql])

    def remove(self) -> None:
        """Stop the servers and delete their data for good."""
        if self.place.data.exists():
            self.stop()
        self.place.remove()

    def environment(self, *, database: str = DATABASE, redis_database: int = 0) -> dict[str, str]:
        """The addresses by which the portal reaches the servers of this place."""
        return private_environment(self.place.sockets, database=database, redis_database=redis_database)


def stop_servers(servers: list[Server]) -> None:
    for server in servers:
        server.stop()
