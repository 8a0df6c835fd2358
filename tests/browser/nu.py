"""The Nu checker, the usual judge of HTML, asked about what the server sent for the page that is open (`make html-check`).

It judges the text that the server sent, not what scripts have made of it. `make html-check` puts its archive into NU_JAR; the other
tests look for what it has found once (layout_faults.NOT_HTML).
"""

import atexit
import os
import socket
import subprocess
from dataclasses import dataclass
from functools import cache

from playwright.sync_api import APIRequestContext, Page

from tests.browser.portal import free_port
from tests.faults.processes import wait_until

JAR = os.environ.get("NU_JAR", "")


@dataclass
class Tally:
    """What was asked in this run."""

    pages: int = 0
    errors: int = 0


TALLY = Tally()


def errors(page: Page) -> list[str]:
    """One sentence for each error in what its address answers."""
    answer = page.request.get(page.url, max_redirects=0)
    if not answer.ok or not answer.headers.get("content-type", "").startswith("text/html"):
        return []
    found = judged(page.request, answer.body())
    TALLY.pages += 1
    TALLY.errors += len(found)
    return found


def judged(request: APIRequestContext, text: bytes) -> list[str]:
    answer = request.post(
        f"{checker()}?out=json&level=error", data=text, headers={"Content-Type": "text/html; charset=utf-8"}
    )
    told = answer.json()["messages"]
    return [f"Nu, line {each.get('lastLine')}: {each['message']} {each.get('extract', '').strip()}" for each in told]


@cache
def checker() -> str:
    """The address of the running checker; it ends with this process."""
    port = free_port()
    command = [
        "java",
        "-Dnu.validator.servlet.bind-address=127.0.0.1",
        "-cp",
        JAR,
        "nu.validator.servlet.Main",
        str(port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    atexit.register(process.kill)
    wait_until(lambda: is_open(port))
    return f"http://127.0.0.1:{port}/"


def is_open(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
