"""Every page timed through Django's own client: the middle of some openings, and the queries of one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from ninghai.models import User
from tests.bench.page_list import Page, page_list
from tests.bench.timing import timed

ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Opened:
    """A page, by the name of its address and the account that opened it."""

    name: str
    who: str
    queries: int
    times: Sequence[float]

    @property
    def median(self) -> float:
        return median(self.times)

    @property
    def best(self) -> float:
        return min(self.times)


def every_page() -> list[Opened]:
    """Rendered each time, the public ones too."""
    with override_settings(PUBLIC_PAGES=frozenset()):
        return list(opened(page_list()))


def opened(pages: Sequence[Page]) -> Iterator[Opened]:
    clients = {name: visitor(name) for name in {page.who for page in pages}}
    for page in pages:
        yield open_page(clients[page.who], page)


def visitor(username: str = "") -> Client:
    """A browser of this account, or of somebody without one."""
    client = Client(SERVER_NAME="127.0.0.1")
    if username:
        client.force_login(User.objects.get(username=username))
    return client


def open_page(client: Client, page: Page) -> Opened:
    """The first opening warms up and is counted in queries, the others in time."""
    address = reverse(page.name, args=page.arguments)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address, page.query)
    queries = len(captured)  # before the next request forgets them
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {page.who or 'a visitor'} with {response.status_code}")
    times = [timed(lambda: client.get(address, page.query)) for _ in range(ROUNDS)]
    return Opened(f"{page.name}{'?' if page.query else ''}{'&'.join(page.query)}", page.who, queries, times)
