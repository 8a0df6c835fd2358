"""One visitor who sends anything, and what came of it."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client
from hypothesis import given, settings

from ninghai.models import User
from tests.run_totals import CLASSES, SHOWN
from tests.security.hostile.forms import KEPT, Form, spoilt
from tests.security.hostile.values import AS_MARKUP, SAME_EACH_TIME, queries
from tests.security.permissions.asking import let_go, sign_in

SHOWN_AGAIN = {200, 409, 422}
REFUSED = {403, 404, 409, 422, 429}


@dataclass
class Trial:
    """`answers` counts the inputs by the class of the answer's status."""

    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    answers: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*CLASSES, SHOWN), 0))

    def sign_in(self, user: User | None) -> None:
        if user is not None:
            sign_in(self.client, user)

    def parameters(self, address: str, names: list[str], *, many: int) -> None:
        """Ask the page so often, with anything."""

        @settings(max_examples=many, **SAME_EACH_TIME)
        @given(query=queries(names))
        def ask(query: str) -> None:
            self.bear(lambda: self.client.get(address, QUERY_STRING=query), (address, query))

        ask()

    def form(self, form: Form, *, many: int) -> None:
        """Send the form so often, spoilt each time in another way: it comes back with what was typed, or was taken."""

        @settings(max_examples=many, **SAME_EACH_TIME)
        @given(sent=spoilt(form))
        def send(sent: tuple[dict[str, str], bool]) -> None:
            fields, has_words = sent
            self.bear(
                lambda: self.client.post(form.address, fields), (form.address, fields), keeps=KEPT if has_words else ""
            )

        send()

    def refusal(self, address: str, fields: dict[str, str], *, keeps: str) -> str:
        """What is wrong with the answer to a form that can only be refused; nothing where it is 422 and keeps what was typed."""
        signed_in = copy(self.client.cookies)
        with transaction.atomic():
            answer = self.client.post(address, fields)
            body = "" if answer.streaming else answer.content.decode(errors="replace")
            let_go(answer)
            transaction.set_rollback(True)
        self.client.cookies = signed_in
        is_lost = answer.status_code == 422 and keeps not in body
        if answer.status_code in REFUSED and not is_lost:
            return ""
        return f"{answer.status_code} {address} {sorted(fields)}{' lost what was typed' if is_lost else ''}"

    def bear(self, ask: Callable[[], Any], what: object, *, keeps: str = "") -> None:
        """No error of ours; nothing comes back as markup or as a header; nothing typed is lost. What is done is undone."""
        signed_in = copy(self.client.cookies)
        with transaction.atomic():
            answer = ask()
            self.answers[f"{answer.status_code // 100}xx"] += 1
            body = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")
            let_go(answer)
            transaction.set_rollback(True)
        self.client.cookies = signed_in
        assert answer.status_code < 500, (what, answer.exc_info)
        assert "Set-Cookie: a=b" not in answer.headers.get("Location", ""), what
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            assert not [mark for mark in AS_MARKUP if mark in body], what
            if keeps and answer.status_code in SHOWN_AGAIN:
                assert keeps in body, (answer.status_code, what)
                self.answers[SHOWN] += 1
