"""Install what the portal needs from the system: `python3 -m ninghai.operations.devservices.system_packages run|tests|html`.

Debian 12 and 13 by apt. No server that the packages bring is created, started or set to start at boot.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RUN = [
    "postgresql",
    "redis-tools",  # the whole server without a service: see `redis_program`
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",  # without it WeasyPrint needs many times as long
    "fonts-noto-cjk",
    "fonts-lxgw-wenkai",
    "fonts-cwtex-fs",
]
TESTS = [*RUN, "chromium-headless-shell", "poppler-utils", "nginx", "systemd"]
PACKAGES = {"run": RUN, "tests": TESTS, "html": [*TESTS, "default-jre-headless", "npm"]}

TREE = Path(__file__).resolve().parents[3]
SERVICE_POLICY = Path("/usr/sbin/policy-rc.d")  # asked by Debian's packages before they start a service
CLUSTER_POLICY = Path("/etc/postgresql-common/createcluster.d/ninghai.conf")


def main(*, purpose: str) -> None:
    if not (missing := missing_packages(PACKAGES[purpose])):
        return
    print(f"需要安装系统软件包：{' '.join(missing)}", flush=True)
    if os.geteuid():
        call_root(purpose=purpose)
    else:
        install(missing)
    if missing := missing_packages(PACKAGES[purpose]):
        sys.exit(f"这些系统软件包没有装上：{' '.join(missing)}。请看上面的提示，处理后再运行一次。")


def missing_packages(wanted: list[str]) -> list[str]:
    if not shutil.which("dpkg-query"):
        sys.exit(f"这里不是 Debian，请自行安装与这些软件包相当的软件：{' '.join(wanted)}。")
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    return [name for name in wanted if f"{name} installed" not in answer.stdout.splitlines()]


def call_root(*, purpose: str) -> None:
    """Do the same as root, through sudo; where there is none, say the one command to type."""
    module = [sys.executable, "-B", "-m", __spec__.name, purpose]
    if not shutil.which("sudo"):
        sys.exit(f"请以 root 身份执行下面这条命令，然后再运行一次：\n\n  cd {TREE} && {' '.join(module)}\n")
    subprocess.run(["sudo", *([] if sys.stdin.isatty() else ["-n"]), *module], check=False, cwd=TREE)


def install(packages: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with (
        written_for_now(SERVICE_POLICY, text="#!/bin/sh\nexit 101\n", mode=0o755),
        written_for_now(CLUSTER_POLICY, text="create_main_cluster = false\n", mode=0o644),
    ):
        for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            if subprocess.run(["apt-get", "-q", *command], check=False, env=environment).returncode:
                sys.exit(f"apt-get {command[0]} 没有成功，请检查网络和软件源后再运行一次。")


@contextmanager
def written_for_now(path: Path, *, text: str, mode: int) -> Iterator[None]:
    """Put a file there for the time of the block; what was there before comes back, even after a block cut short."""
    aside = path.with_name(f"{path.name}.aside")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not aside.exists():
        path.rename(aside)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    try:
        yield
    finally:
        path.unlink()
        if aside.exists():
            aside.rename(path)


if __name__ == "__main__":
    main(purpose=sys.argv[1])
