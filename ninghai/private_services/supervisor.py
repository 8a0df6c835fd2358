"""Keep a handful of programs running until somebody says stop."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

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
