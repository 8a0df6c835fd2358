"""Machines of this machine: network namespaces on one bridge that stands in a namespace too, so that nothing gets out."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

NETWORK = "10.77.0"


class Host:
    def __init__(self, name: str, number: int) -> None:
        self.name, self.address = f"ng{os.getpid() % 10000}-{name}", f"{NETWORK}.{number}"

    def command(self, arguments: Sequence[str], *, user: str = "") -> list[str]:
        as_user = ["runuser", "-u", user, "--"] if user else []
        return ["ip", "netns", "exec", self.name, *as_user, *map(str, arguments)]

    def run(self, *arguments: str, user: str = "", env: Mapping[str, str] | None = None, typed: str = "") -> str:
        done = subprocess.run(
            self.command(arguments, user=user), env=env, input=typed, cwd=None if env else "/",
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout


@contextmanager
def network(hosts: Sequence[Host]) -> Iterator[None]:
    """Make the machines and their cables; take all of them away at the end."""
    switch = Host("switch", 254)
    made: list[str] = []
    try:
        for host in (switch, *hosts):
            ip("netns", "add", host.name)
            made.append(host.name)
            ip("-n", host.name, "link", "set", "lo", "up")
        ip("-n", switch.name, "link", "add", "br0", "type", "bridge")
        ip("-n", switch.name, "link", "set", "br0", "up")
        for number, host in enumerate(hosts):
            port = f"p{number}"
            ip("-n", host.name, "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", switch.name)
            ip("-n", switch.name, "link", "set", port, "master", "br0", "up")
            ip("-n", host.name, "addr", "add", f"{host.address}/24", "dev", "eth0")
            ip("-n", host.name, "link", "set", "eth0", "up")
        yield
    finally:
        for name in made:
            subprocess.run(["ip", "netns", "del", name], check=False)


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)
