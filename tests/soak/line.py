"""One connection to the portal, kept open, with the cookies of one person; every request is put down in the tally."""

import http.client
import re
import time
import uuid
from html import unescape
from urllib.parse import urlencode, urljoin, urlsplit

from tests.soak.tally import Tally

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
REDIRECTS = {301, 302, 303}
MAY_HAPPEN = {200, 304, 409}  # 409: two clerks at one draft
PATIENCE = 60  # seconds


class Line:
    def __init__(self, address: str, tally: Tally) -> None:
        self.address, self.tally = address, tally
        self.connection = http.client.HTTPConnection(address, timeout=PATIENCE)
        self.cookies: dict[str, str] = {}
        self.at = ""  # the address of the page in hand

    def get(self, path: str, **headers: str) -> str:
        return self._ask("GET", path, headers=headers)

    def post(self, path: str, form: dict[str, str], *, page: str, file: tuple[str, str, bytes] | None = None) -> str:
        """Send a form of this page, with a file (field, name, bytes) perhaps."""
        fields = form | {"csrfmiddlewaretoken": found(TOKEN, page)}
        headers = {"Referer": f"http://{self.address}{path}"}
        if file is None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            return self._ask("POST", path, headers=headers, body=urlencode(fields).encode())
        body, boundary = multipart(fields, file)
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        return self._ask("POST", path, headers=headers, body=body)

    def forget(self) -> None:
        """As somebody who has never been here."""
        self.cookies.clear()

    def _ask(self, method: str, path: str, *, headers: dict[str, str], body: bytes | None = None) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.perf_counter()
        try:
            self.connection.request(method, path, body, {**headers, **({"Cookie": cookies} if cookies else {})})
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as broken:
            self.connection.close()
            self.tally.note(f"{method} {path}: {broken!r}", status=599, seconds=time.perf_counter() - began)
            return ""
        self._keep(answer)
        self.at = path
        what = f"{method} {path} answered {answer.status}"
        is_known = answer.status in MAY_HAPPEN | REDIRECTS
        self.tally.note(what, status=answer.status, seconds=time.perf_counter() - began, is_known=is_known)
        if answer.status in REDIRECTS:
            target = urlsplit(urljoin(path, answer.headers["Location"]))
            return self._ask("GET", f"{target.path}?{target.query}" if target.query else target.path, headers={})
        return content.decode(errors="replace")

    def _keep(self, answer: http.client.HTTPResponse) -> None:
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            if value in {"", '""'}:
                del self.cookies[name]


def found(pattern: re.Pattern[str], page: str) -> str:
    """What the pattern finds; nothing on a page that has not got it, for which the answer itself is in the tally."""
    match = pattern.search(page)
    return unescape(match[1]) if match else ""


def multipart(fields: dict[str, str], file: tuple[str, str, bytes]) -> tuple[bytes, str]:
    boundary, (field, name, content) = uuid.uuid4().hex, file
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\nContent-Type: image/png\r\n\r\n'
    return "".join(parts).encode() + head.encode() + content + f"\r\n--{boundary}--\r\n".encode(), boundary
