"""A form sent as a browser does: with the version of the record that its page showed."""

import re
from typing import Any

from django.test import Client

FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
VERSION = re.compile(r'name="version" value="(\d+)"')


def post_as_seen(
    client: Client, address: str, form: dict[str, Any] | None = None, *, page: str = "", **how: Any
) -> Any:
    """Open the page on which the form stands (the address itself, if none is named), and send it."""
    shown = client.get(page or address).text
    own = [each for each in FORM.findall(shown) if f'action="{address}"' in each]
    found = next((match[1] for each in [*own, shown] if (match := VERSION.search(each))), "")
    return client.post(address, {"version": found, **(form or {})}, **how)
