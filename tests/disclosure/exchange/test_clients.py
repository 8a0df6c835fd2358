"""Programs that no one here wrote, on the running portal: Schemathesis by the description, and a client of GeoReport v2."""

import pytest
import schemathesis
from django.core.cache import cache
from schemathesis import GenerationMode

from disclosure.models import HotlineCase
from tests.browser import portal
from tests.cast import make_cast
from tests.disclosure.exchange.makers import call_sent, partner
from tests.disclosure.hotline import makers as calls
from tests.disclosure.test_api_description import ask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = portal.TODAY, portal.YESTERDAY
    cache.clear()


@pytest.fixture
def county():
    """A few matters, one of them a platform's; and its key."""
    cast = make_cast()
    for make in (calls.taken, calls.handling, calls.closed):
        make(cast)
    _, key = partner(cast)
    return call_sent(key, client_reference="A-17"), key


def test_schemathesis_finds_every_answer_as_it_is_described(county, monkeypatch):
    monkeypatch.setenv("EXCHANGE_PER_MINUTE", "0")
    with portal.served() as site:
        schema = schemathesis.openapi.from_url(f"{site}/api/open311/v2/schema/")
        operations = [each.ok() for each in schema.get_all_operations()]
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                ask(operation, mode)

    assert {operation.label.replace("/api/open311/v2", "") for operation in operations} == {
        "GET /discovery.{ending}",
        "GET /services.{ending}",
        "GET /services/{service_code}.{ending}",
        "GET /requests.{ending}",
        "POST /requests.{ending}",
        "GET /requests/{service_request_id}.{ending}",
        "GET /tokens/{token}.{ending}",
    }


@pytest.mark.parametrize("written_as", ["json", "xml"])
def test_a_client_that_no_one_here_wrote_reads_services_definitions_and_requests(county, written_as):
    georeport = pytest.importorskip("georeport", reason="of requirements/dev.txt")
    with portal.served() as site:
        client = georeport.GeoReport(f"{site}/api/open311/v2", output_format=written_as)
        services = client.get_service_list()
        definition = client.get_service_definition(services[0]["service_code"])
        found = client.get_service_requests(status="open")
        one = client.get_service_request(found[0]["service_request_id"])
        closed = client.get_service_requests(status="closed")

    assert services[0]["service_name"] == "城市管理"
    assert definition["service_code"] == services[0]["service_code"]
    assert len(found) == HotlineCase.objects.filter(is_open=True).count() == 3
    assert one == found[0]
    assert (closed if written_as == "xml" else closed[0])["agency_responsible"] == "县财政局"
