"""What an answer of Django's test client lacks, by the rules of the probe."""

from typing import Any

from tests.security.header_probe import Answer, faults


def lacking(response: Any, *, is_https: bool = True, is_signed_in: bool = False) -> list[str]:
    body = "" if response.streaming else response.content.decode(errors="replace")
    cookies = [morsel.OutputString() for morsel in response.cookies.values()]
    answer = Answer(response.status_code, dict(response.items()), cookies, body)
    return faults(answer, is_https=is_https, is_signed_in=is_signed_in)
