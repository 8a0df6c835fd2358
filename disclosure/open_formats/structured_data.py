"""What a page says to machines in the words of schema.org (JSON-LD).

It stands in a data block, which no browser runs and which a Content-Security-Policy therefore lets be; `<`, `>` and `&` are
written as escapes, so that no text of an item can end the block.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from disclosure.catalogue.item_page import breadcrumb, published_moment, source_of
from disclosure.models import Attachment, Item
from disclosure.models.states import Validity

ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
CONTEXT = "https://schema.org"
FORCE = {Validity.IN_FORCE: "InForce", Validity.EXPIRED: "NotInForce", Validity.REPEALED: "NotInForce"}
WITHDRAWN = "NotInForce"  # what keeps its text at its address is no ground for anything any more
Record = dict[str, Any]


def data_block(record: Record) -> SafeString:
    """The record as an element for the page's head."""
    text = json.dumps(record, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


def item_record(item: Item, files: Iterable[Attachment], *, site: str) -> Record:
    """An item at its address: a policy document as legislation, anything else as an article, with its files and its place."""
    record = {
        "@type": "Article",
        **facts(item, site=site),
        "associatedMedia": [media(each, site=site) for each in files],
        "includedInDataCatalog": {"@type": "DataCatalog", "name": f"{settings.COUNTY_NAME}政府信息公开目录"},
        **(legislation(item) if item.kind == Item.Kind.DOCUMENT else {}),
    }
    return {"@context": CONTEXT, "@graph": [_filled(record), trail(item, site=site)]}


def facts(item: Item, *, site: str) -> Record:
    changed = item.updated_at or item.published_at
    return {
        "name": item.title,
        "headline": item.title,
        "identifier": item.index_number,
        "url": site + item.get_absolute_url(),
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "abstract": item.summary,
        "datePublished": published_moment(item).isoformat(),
        "dateModified": changed.isoformat() if changed else "",
        "dateCreated": str(item.formed_date or ""),
        "genre": item.get_kind_display(),
        "about": item.topic.path if item.topic else "",
        "publisher": {"@type": "GovernmentOrganization", "name": item.unit.name},
        "sourceOrganization": {"@type": "Organization", "name": source_of(item)},
    }


def legislation(item: Item) -> Record:
    """What a policy document says besides: its number, and whether it holds."""
    force = WITHDRAWN if item.keeps_text else FORCE[Validity(item.validity)]
    return {
        "@type": "Legislation",
        "legislationIdentifier": item.document_number,
        "legislationLegalForce": f"{CONTEXT}/{force}",
    }


def media(attachment: Attachment, *, site: str) -> Record:
    return {
        "@type": "MediaObject",
        "name": attachment.label,
        "contentUrl": site + attachment.get_absolute_url(),
        "encodingFormat": attachment.file.media_type,
        "contentSize": str(attachment.file.size),
        "sha256": attachment.file.sha256,
    }


def trail(item: Item, *, site: str) -> Record:
    """Where the page stands (面包屑)."""
    places = [(name, address or item.get_absolute_url()) for name, address in breadcrumb(item)]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": site + address}
            for position, (name, address) in enumerate(places, start=1)
        ],
    }


def _filled(record: Record) -> Record:
    return {name: value for name, value in record.items() if value not in ("", None, [])}
