"""The public address of an item, as `reverse` would write it: long lists and exports write it a million times a minute."""

import re
from functools import cache
from urllib.parse import quote

from django.urls import reverse

SAFE = "!$&'()*+,;=/~:@"  # as Django's own `reverse` quotes
PLAIN = re.compile(r"[0-9A-Za-z_.~/-]*", re.ASCII)  # written as it is, as nearly all numbers are


@cache
def _below() -> str:
    return reverse("disclosure:item-detail", args=["-"]).removesuffix("-/")


def address_in(index_number: str) -> str:
    written = index_number if PLAIN.fullmatch(index_number) else quote(index_number, safe=SAFE)
    return f"{_below()}{written}/"
