"""`make run`: the whole portal on this machine, from the private servers to the web address, until Ctrl-C."""

import ctypes
import fcntl
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

from ninghai.operations.devservices.place import PlaceError, prepare_private_place
from ninghai.operations.devservices.services import PrivateServices, stop_servers
from ninghai.operations.private_addresses import TREE, var_folder

# Keep a handful of programs running until somebody says stop.

LOOK_EVERY = 0.5  # seconds
STEADY_AFTER = 60  # seconds of life, after which a death is no longer one of a series
LONGEST_PAUSE = 30  # seconds between two tries to start what keeps dying
GRACE = 20  # seconds that a program has to finish what it is at
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG

_libc = ctypes.CDLL(None)


@dataclass
class Program:
    """One program (Chinese name for the screen, command line) and how it has been faring."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = (
            subprocess.Popen(  # a session of its own: Ctrl-C reaches the supervisor alone, which ends it in order
                self.command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_supervisor
            )
        )

    def look(self) -> None:
        """Note a death, and start the program again after a pause that grows with each death in a row."""
        if self.process is not None and self.process.poll() is not None:
            self._note_death(self.process.returncode)
        if self.process is None and time.monotonic() >= self.started_at + self.pause:
            self.start()

    @property
    def pause(self) -> float:
        return min(LONGEST_PAUSE, 2.0**self.deaths)

    def _note_death(self, code: int) -> None:
        self.deaths = 0 if time.monotonic() - self.started_at > STEADY_AFTER else self.deaths + 1
        print(f"{self.name}意外结束（退出码 {code}），将重新启动。", flush=True)
        self.process = None


@dataclass
class Supervisor:
    programs: list[Program]
    stopping: bool = field(default=False, init=False)

    def run(self, *, tick: Callable[[], None]) -> None:
        """Start the programs, restart those that die, call `tick` in between; after a signal end them all."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            while not self.stopping:
                for program in self.programs:
                    program.look()
                tick()
                time.sleep(LOOK_EVERY)
        finally:
            self._end_all()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _end_all(self) -> None:
        alive = [program.process for program in self.programs if program.process is not None]
        for process in alive:
            process.terminate()
        limit = time.monotonic() + GRACE
        for process in alive:
            try:
                process.wait(timeout=max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_supervisor() -> None:
    """Let the kernel end the program when the supervisor is killed and can no longer do it."""
    _libc.prctl(DIE_WITH_PARENT, signal.SIGTERM)
    if os.getppid() == 1:  # killed before the line above
        os.kill(os.getpid(), signal.SIGTERM)


VAR = var_folder()
PORT = int(os.environ.get("PORT", "8000"))
ADDRESS = f"http://127.0.0.1:{PORT}"
MANAGE = [sys.executable, str(TREE / "manage.py")]
WEB = f"--config python:ninghai.web.server --bind 127.0.0.1:{PORT}"
PATIENCE = 30  # seconds; by then a missing worker is no reason any more to keep the address back
LOGIN_IN_SHORT = "登录省去了首次改密码和动态口令两步，要看这两步请用：DEMO_LOGIN=full make run"
LOGIN_IN_FULL = "首次登录须改密码，县府办和管理员还须绑定动态口令；改过密码的账号用自己的新密码登录。"
BEHIND_PAGES = ["nice", "-n", "5"]  # a page that somebody waits for comes before a paper


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the supervisor listens, TERM acts as Ctrl-C
    try:
        with only_one():
            refuse_taken_port()
            with private_services():
                prepare()
                Supervisor(programs()).run(tick=Greeting())
    except PlaceError as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        pass
    print("已全部停止。", flush=True)


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the installation; a second `make run` learns who holds it."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PlaceError(
                f"本目录的平台已在运行（进程号 {_holder(lock)}），请先停止它，或直接打开它的网址。"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _holder(lock: IO[str]) -> str:
    lock.seek(0)
    return lock.read()


def refuse_taken_port() -> None:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", PORT))
        except OSError:
            raise PlaceError(f"端口 {PORT} 已被别的程序占用，请换一个，例如：make run PORT={PORT + 1}") from None


@contextmanager
def private_services() -> Iterator[None]:
    """Name the servers to every program started here: those given in the environment, else private ones."""
    needs = {"database": "DATABASE_URL" not in os.environ, "redis": "REDIS_URL" not in os.environ}
    services = PrivateServices(place=prepare_private_place(var=VAR))
    started = services.start(**needs)
    for name, url in services.environment().items():
        if needs["redis" if name.startswith("REDIS") else "database"]:
            os.environ[name] = url
    os.environ.setdefault("SITE_URL", ADDRESS)
    keep_secrets()
    try:
        yield
    finally:
        stop_servers(started)


def keep_secrets() -> None:
    """Make the installation's SECRET_KEY and SEALING_KEYS at the first start."""
    for name, length in (("secret-key", 50), ("sealing-keys", 32)):
        if not (VAR / name).exists():
            with open(
                VAR / name, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)
            ) as file:
                file.write(secrets.token_urlsafe(length))


def prepare() -> None:
    """Bring database and static files up to date; learn whether the database holds the demo."""
    wants_demo = os.environ.pop("DEMO", "1") != "0"
    day = os.environ.pop("CLOCK_DATE", "")
    done = subprocess.run([*MANAGE, "prepare", *(["--demo"] if wants_demo else [])], check=False)
    if done.returncode:
        raise PlaceError("准备数据库没有成功，原因见上面的提示。")
    is_demo = wants_demo and (VAR / "demo").exists()
    os.environ["DEMO"] = "1" if is_demo else "0"
    if day:
        os.environ["CLOCK_DATE"] = day


def programs() -> list[Program]:
    return [
        Program("网站", [sys.executable, "-m", "gunicorn", "ninghai.wsgi", *WEB.split()]),
        *(Program(f"后台任务进程 {number}", [*BEHIND_PAGES, *MANAGE, "worker"]) for number in (1, 2)),
        Program("定时调度", [*BEHIND_PAGES, *MANAGE, "scheduler"]),
    ]


class Greeting:
    """Says where the portal is, once all of it is well, or pages at least when something is long in coming."""

    def __init__(self) -> None:
        self.announced = False
        self.began = time.monotonic()

    def __call__(self) -> None:
        if self.announced or not is_well(or_served=time.monotonic() - self.began > PATIENCE):
            return
        self.announced = True
        print(f"\n平台已启动：{ADDRESS}/ 　按 Ctrl-C 停止。", flush=True)
        if os.environ["DEMO"] == "1":
            print(demo_accounts(), flush=True)


def is_well(*, or_served: bool) -> bool:
    """Whether every part of the portal is there, or, if that is enough, pages are served."""
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
    try:
        line.request("GET", "/healthz")
        answer = line.getresponse()
        return answer.status == http.HTTPStatus.OK and (or_served or json.load(answer)["status"] == "ok")
    except OSError:
        return False
    finally:
        line.close()


def demo_accounts() -> str:
    accounts = json.loads((VAR / "demo-accounts.json").read_text(encoding="utf-8"))
    login = LOGIN_IN_FULL if os.environ.get("DEMO_LOGIN") == "full" else LOGIN_IN_SHORT
    lines = [f"  {one['username']:<20} {one['password']:<24} {one['role']}　{one['unit']}" for one in accounts]
    return "\n".join(
        ["这是演示数据，日期为 2018 年 11 月 20 日。", login, "演示账号（用户名、密码、角色、单位）：", *lines]
    )


if __name__ == "__main__":
    main()
