"""Which page an error report is about: its address within the portal, and the item that it shows, if it shows one."""

from datetime import datetime
from urllib.parse import unquote

from django.urls import Resolver404, resolve

from disclosure.models import Item

LONGEST = 300
ITEM_PAGES = frozenset({"disclosure:item-detail"})


def page_address(text: str) -> str:
    """The address as it is kept: a path within the portal; anything else counts as the home page."""
    address = unquote(text.strip())  # after this a harmless address may hold what no database keeps
    if not (_is_within(text.strip()) and _is_within(address)):
        return "/"
    return address.partition("#")[0][:LONGEST]


def _is_within(text: str) -> bool:
    return text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()


def item_at(address: str, *, at: datetime) -> Item | None:
    """The published item that the page shows."""
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return None
    if match.view_name not in ITEM_PAGES:
        return None
    items = Item.objects.published(at).select_related("unit")
    return items.for_list().filter(index_number=match.kwargs["index_number"]).first()
