"""What every answer of a running portal must carry: `python -m tests.security.header_probe URL [--accounts FILE]`.

Asks public pages, files, refusals and errors, and, with the accounts of the demo, the pages of every role; prints a line
for each and how many hold. The rules are those of the Mozilla Observatory and of our own decisions.
"""

import argparse
import http.client
import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urlsplit

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
OF_FILES = "sandbox; default-src 'none'"
EXACTLY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
YEAR = 365 * 24 * 3600
INLINE = {
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"application/(?:ld\+)?json\")", re.IGNORECASE
    ),
    "an inline style": re.compile(r"<style|<[^>]+\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]+\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a javascript address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
}
PUBLIC = [
    *[
        "/",
        "/catalogue/",
        "/catalogue/?q=预算",
        "/catalogue/basic/",
        "/progress/",
        "/disclosure/",
        "/verify/",
        "/login/",
    ],
    *["/corrections/new/", "/feeds/catalogue.xml", "/sitemap.xml", "/robots.txt", "/api/v1/items/", "/healthz"],
    *[
        "/static/ninghai/site.css",
        "/no-such-page/",
        "/catalogue/item/none/",
        "/api/v1/none/",
        "/%00",
        "/work/",
        "/admin/",
    ],
]
SIGNED_IN = [
    "/start/",
    "/account/",
    "/work/",
    "/work/items/",
    "/work/messages/",
    "/admin/",
    "/no-such-page/",
    "/verify/",
]
ADMIN = [
    *["tasks/workpointnotice", "tasks/assignment", "tasks/assignment/map", "tasks/progressreport", "tasks/scoring"],
    *[
        "disclosure/item",
        "disclosure/item/add",
        "disclosure/catalogueentry/add",
        "reports/report",
        "reports/report/add",
    ],
    *["ninghai/unit", "ninghai/workday/year", "ninghai/user", "ninghai/user/add", "ninghai/auditentry"],
]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    cookies: Sequence[str]
    body: str


def faults(answer: Answer, *, is_https: bool, is_signed_in: bool) -> list[str]:
    """What this answer lacks."""
    found = [
        f"{name} is {answer.headers.get(name)!r}" for name, want in EXACTLY.items() if answer.headers.get(name) != want
    ]
    policy = answer.headers.get("Content-Security-Policy")
    if policy not in {POLICY, OF_FILES}:
        found.append(f"Content-Security-Policy is {policy!r}")
    if not answer.headers.get("Permissions-Policy"):
        found.append("no Permissions-Policy")
    if is_https and not _lasts_a_year(answer.headers.get("Strict-Transport-Security", "")):
        found.append("no HSTS for a year")
    if is_signed_in and "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("may be stored")
    found += [fault for cookie in answer.cookies for fault in _cookie_faults(cookie, is_https=is_https)]
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        found += [what for what, pattern in INLINE.items() if pattern.search(answer.body)]
    return found


def _lasts_a_year(hsts: str) -> bool:
    told = re.search(r"max-age=(\d+)", hsts)
    return bool(told) and int(told[1]) >= YEAR and "includeSubDomains" in hsts


def _cookie_faults(cookie: str, *, is_https: bool) -> Iterator[str]:
    name, said = cookie.partition("=")[0], cookie.lower()
    is_read_or_gone = name.endswith("csrftoken") or "max-age=0" in said
    wants = ["samesite=lax", "path=/"] + ([] if is_read_or_gone else ["httponly"])
    wants += ["secure"] if is_https else []
    yield from (f"cookie {name} without {want}" for want in wants if want not in said)
    if "domain=" in said:
        yield f"cookie {name} names a domain"
    if is_https and not name.startswith("__Host-"):
        yield f"cookie {name} is not tied to its host"


# --- Asking a running portal -----------------------------------------------------------------------------------------


class Stays(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


class Visitor:
    def __init__(self, site: str) -> None:
        self.site, self.jar = site.rstrip("/"), CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), Stays())

    def ask(self, address: str, form: Mapping[str, str] | None = None) -> Answer:
        data = urlencode(form).encode() if form is not None else None
        url = self.site + urllib.request.quote(address, safe="/?=&%")
        request = urllib.request.Request(url, data=data, headers={"Referer": url})  # noqa: S310
        try:
            with self.opener.open(request, timeout=30) as response:
                return _read(response)
        except urllib.error.HTTPError as refused:
            return _read(refused)

    def sign_in(self, username: str, password: str) -> bool:
        self.ask("/login/")
        token = next((each.value for each in self.jar if each.name.endswith("csrftoken")), "") or ""
        form = {"username": username, "password": password, "csrfmiddlewaretoken": token}
        return self.ask("/login/", form).status == 302


def _read(response: http.client.HTTPResponse | urllib.error.HTTPError) -> Answer:
    headers = response.headers
    body = response.read().decode("utf-8", "replace")
    return Answer(response.status or 0, dict(headers.items()), headers.get_all("Set-Cookie") or [], body)


def probed(site: str, accounts: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, str, Answer, list[str]]]:
    """(as whom, address, answer, faults)."""
    is_https = urlsplit(site).scheme == "https"
    visitor = Visitor(site)
    for address in PUBLIC:
        answer = visitor.ask(address)
        yield "anybody", address, answer, faults(answer, is_https=is_https, is_signed_in=False)
    answer = visitor.ask("/work/items/new/", {"title": "a"})
    yield "anybody", "/work/items/new/ (POST)", answer, faults(answer, is_https=is_https, is_signed_in=False)
    for account in accounts:
        visitor = Visitor(site)
        if not visitor.sign_in(account["username"], account["password"]):
            yield account["role"], "/login/ (POST)", visitor.ask("/login/"), ["cannot sign in"]
            continue
        for address in [*SIGNED_IN, *(f"/admin/{page}/" for page in ADMIN)]:
            answer = visitor.ask(address)
            yield account["role"], address, answer, faults(answer, is_https=is_https, is_signed_in=True)


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", help="such as http://127.0.0.1:8000")
    parser.add_argument("--accounts", type=Path, help="var/demo-accounts.json")
    asked = parser.parse_args()
    accounts = json.loads(asked.accounts.read_text(encoding="utf-8")) if asked.accounts else []
    one_per_role = {account["role"]: account for account in accounts}
    good = total = 0
    for who, address, answer, wrong in probed(asked.site, list(one_per_role.values())):
        total, good = total + 1, good + (not wrong)
        tell(f"{answer.status}  {who:9}  {address}  {'；'.join(wrong) or 'ok'}")
    tell(f"{good} of {total} answers carry every wall")
    return 0 if good == total else 1


if __name__ == "__main__":
    sys.exit(main())
