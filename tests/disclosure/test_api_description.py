"""Schemathesis asks the running portal whatever the API's description allows, and what it forbids."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.browser import portal
from tests.cast import make_cast
from tests.disclosure.makers import published, withdrawn
from tests.disclosure.proposals import makers as proposals
from tests.disclosure.service_guides import makers as service_guides
from tests.sizes import examples

EXAMPLES = 25
LONGEST_LINE = 4000  # characters; gunicorn takes 4094 for a request line
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


@pytest.mark.django_db(transaction=True)
def test_every_answer_fits_the_description(settings_of_the_day):
    cast = make_cast()
    for number in range(3):
        published(cast, title=f"预算{number}")
    withdrawn(cast, title="撤回")
    service_guides.published(cast)
    proposals.made_public(cast, proposals.replied(cast))
    with portal.served() as site:
        schema = schemathesis.openapi.from_url(f"{site}/api/v1/schema/")
        operations = [each.ok() for each in schema.get_all_operations()]
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                ask(operation, mode)

    assert {operation.label for operation in operations} == {
        "GET /api/v1/items/",
        "GET /api/v1/items/{index_number}/",
        "GET /api/v1/units/",
        "GET /api/v1/topics/",
        "GET /api/v1/entries/",
        "GET /api/v1/services/",
        "GET /api/v1/services/{code}/",
        "GET /api/v1/proposals/",
        "GET /api/v1/knowledge/",
        "GET /api/v1/knowledge/{number}/",
    }


def ask(operation, mode: GenerationMode) -> None:
    if mode == GenerationMode.NEGATIVE and not (operation.query or operation.path_parameters):
        return  # nothing in it can be wrong

    @settings(
        max_examples=examples(EXAMPLES) if operation.query or operation.path_parameters else 1,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def asked(case) -> None:
        assume(len(case.as_curl_command()) < LONGEST_LINE)  # a longer one is refused before the API sees it
        case.call_and_validate(checks=CHECKS)

    asked()


@pytest.fixture
def settings_of_the_day(settings) -> None:
    settings.CLOCK_DATE, settings.CLOCK_SINCE = portal.TODAY, portal.YESTERDAY
