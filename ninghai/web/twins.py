"""Pages with a twin: they stand below `/work/` before the units, and in the web admin before the office."""

from django.urls import Resolver404, resolve, reverse

TWINS: dict[str, str] = {}  # the URL name in the admin by that below /work/; each `RecordPage` says its own


def for_the_office(address: str) -> str:
    """Where the office opens what stands at this address; an address that asks for something besides stays as it is."""
    page, mark, part = address.partition("#")
    try:
        found = resolve(page)
    except Resolver404:
        return address
    twin = TWINS.get(found.view_name)
    return f"{reverse(twin, args=[*found.kwargs.values()])}{mark}{part}" if twin else address
