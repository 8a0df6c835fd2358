"""Where a set of private servers keeps its data and its sockets, and as whom it runs."""

import fcntl
import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from ninghai.operations.private_addresses import SOCKETS, private_name

SERVER_USER = "postgres"  # Debian's PostgreSQL package makes it; PostgreSQL refuses to run as root
HOMES_FOR_ROOT = Path("/var/lib/ninghai-private")  # root's home is closed to every other user


class PlaceError(Exception):
    """A place cannot be used; the message says what to do."""


class Identity(TypedDict, total=False):
    """The arguments that make `subprocess` start a program as somebody else."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, kw_only=True)
class ServicesPlace:
    """Two folders, closed to all but the servers' user: whoever can reach the sockets is trusted by the servers."""

    data: Path
    sockets: Path

    @property
    def owner(self) -> int:
        """The id of the user that the servers run as: the caller, or an ordinary user when root calls."""
        if caller := os.geteuid():
            return caller
        if self.data.exists() and (owner := self.data.stat().st_uid):
            return owner
        return pwd.getpwnam(SERVER_USER).pw_uid

    @property
    def identity(self) -> Identity:
        if os.geteuid() == self.owner:
            return {}
        return {"user": self.owner, "group": pwd.getpwuid(self.owner).pw_gid, "extra_groups": []}

    def prepare(self) -> None:
        for folder in (self.data, self.sockets):
            self._make(folder)

    def remove(self) -> None:
        for folder in (self.data, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one process at a time start or stop servers here."""
        with (self.data / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self, folder: Path) -> None:
        owner = self.owner
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, owner, pwd.getpwuid(owner).pw_gid)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
                raise PlaceError(f"目录 {folder} 不属于当前用户或权限过宽，请删除它后重试。") from None


def private_place(*, var: Path) -> ServicesPlace:
    """The one place of the installation whose `var/` folder is given; it need not exist yet."""
    link, name = var / "services", private_name(var)
    kept_here = link.is_dir() and not link.is_symlink()
    data = link if os.geteuid() or kept_here else HOMES_FOR_ROOT / name
    return ServicesPlace(data=data, sockets=SOCKETS / name)


def prepare_private_place(*, var: Path) -> ServicesPlace:
    """The same, made ready; data that had to go elsewhere is linked from `var/services`."""
    place = private_place(var=var)
    link = var / "services"
    var.mkdir(parents=True, exist_ok=True)
    if link.is_symlink() and os.geteuid():
        raise PlaceError("这里的数据由 root 建立，请用 root 运行，或以 root 执行 make clean 后重来。")
    place.prepare()
    if place.data != link:
        link.unlink(missing_ok=True)
        link.symlink_to(place.data)
    return place
