"""How long a clerk waits for the first sign of life: from the click to the progress that the page itself shows.

The page is followed as htmx follows it: asked for again when it says so, at the address that it names. What Chromium
needs to draw it is not counted.
"""

import http.client
import re
import time
import uuid
from html import unescape
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from ninghai.models import User
from tasks.models import WorkPointNotice
from tests.bench.page_list import OFFICE
from tests.bench.report_workers import day_before

ASK = "/admin/reports/report/add/"
POLL = re.compile(r'id="progress" data-hx-get="([^"]+)" data-hx-trigger="every ([\d.]+)(ms|s)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
WAITS = "排队中"


class Clerk:
    """Somebody of the office, signed in, before the running web server at `address`."""

    def __init__(self, address: str) -> None:
        client = Client()
        client.force_login(User.objects.get(username=OFFICE))
        self.cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        self.line = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)

    def first_progress(self, *, day: int) -> float:
        """Ask for the county's progress of that day; seconds until the page no longer says that it waits."""
        self.line.close()  # the server may have hung up since the last time
        token = self._found(TOKEN, self._ask("GET", ASK))[1]
        notice = WorkPointNotice.objects.get(year=2018, issued_at__isnull=False)
        form = {"kind": "progress", "notice": notice.pk, "as_of": day_before(day), "form_id": uuid.uuid4()}
        clicked = time.perf_counter()
        page = self._ask("POST", ASK, form=form | {"csrfmiddlewaretoken": token})
        while WAITS in page:
            address, number, unit = self._found(POLL, page).groups()
            time.sleep(float(number) / (1000 if unit == "ms" else 1))
            page = self._ask("GET", unescape(address), headers={"HX-Request": "true"})
        return time.perf_counter() - clicked

    def _ask(
        self, method: str, address: str, *, form: dict[str, object] | None = None, headers: dict[str, str] | None = None
    ) -> str:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        if form:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        self.line.request(method, address, urlencode(form) if form else None, sent)
        answer = self.line.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status == http.HTTPStatus.FOUND:
            return self._ask("GET", answer.headers["Location"])
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{address} answered {answer.status}")
        return text

    @staticmethod
    def _found(pattern: re.Pattern[str], text: str) -> re.Match[str]:
        if found := pattern.search(text):
            return found
        raise RuntimeError(f"the page says nothing like {pattern.pattern}")
