"""A private Redis on a Unix socket: one for the queue, which keeps everything, one for the cache, which may forget."""

import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from ninghai.operations.devservices.place import PlaceError, ServicesPlace

QUEUE = {"appendonly": "yes", "maxmemory-policy": "noeviction"}
CACHE = {"appendonly": "no", "maxmemory": "64mb", "maxmemory-policy": "allkeys-lru"}
PATIENCE = 15  # seconds for starting (a long append-only file is read first) and for stopping


@dataclass(frozen=True, kw_only=True)
class Redis:
    place: ServicesPlace
    name: str
    settings: dict[str, str]

    @property
    def socket(self) -> Path:
        return self.place.sockets / f"{self.name}.sock"

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
        return f"unix://{self.socket}?db={database}"

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
