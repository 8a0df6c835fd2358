"""The office's side of disclosure, each room's own."""

from disclosure.annual_reports import admin as annual_reports
from disclosure.annual_reports import waiting as waiting_annual_reports
from disclosure.appeals import admin as appeals
from disclosure.appeals import waiting as waiting_appeals
from disclosure.basic_catalogue import admin as basic_catalogue
from disclosure.basic_catalogue import entry_admin
from disclosure.corrections import admin as corrections
from disclosure.coverage import admin as coverage
from disclosure.exchange import admin as exchange
from disclosure.hotline import admin as hotline
from disclosure.hotline import waiting as waiting_hotline
from disclosure.hotline.figures import pages as hotline_figures
from disclosure.interaction import admin as interaction
from disclosure.items import admin as items
from disclosure.items import waiting
from disclosure.knowledge import admin as knowledge
from disclosure.knowledge import waiting as waiting_knowledge
from disclosure.legacy_import import admin as legacy_import
from disclosure.proposals import admin as proposals
from disclosure.proposals import waiting as waiting_proposals
from disclosure.public_opinion import admin as public_opinion
from disclosure.public_opinion import waiting as waiting_opinions
from disclosure.requests.desk import waiting as waiting_requests
from disclosure.requests.office import admin as office_requests
from disclosure.review import admin as review
from disclosure.service_guides import admin as service_guides
from disclosure.service_guides import waiting as waiting_service_guides
from disclosure.site_columns import admin as site_columns

__all__ = [
    "annual_reports",
    "appeals",
    "basic_catalogue",
    "corrections",
    "coverage",
    "entry_admin",
    "exchange",
    "hotline",
    "hotline_figures",
    "interaction",
    "items",
    "knowledge",
    "legacy_import",
    "office_requests",
    "proposals",
    "public_opinion",
    "review",
    "service_guides",
    "site_columns",
    "waiting",
    "waiting_annual_reports",
    "waiting_appeals",
    "waiting_hotline",
    "waiting_knowledge",
    "waiting_opinions",
    "waiting_proposals",
    "waiting_requests",
    "waiting_service_guides",
]
