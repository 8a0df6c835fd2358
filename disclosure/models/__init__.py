from disclosure.models.attachment import Attachment
from disclosure.models.basic_catalogue import (
    Audience,
    BasicCatalogue,
    CatalogueEdition,
    CatalogueEntry,
    Channel,
    EntryUnit,
    LimitEvent,
    LimitLaw,
    Rhythm,
)
from disclosure.models.content_stamp import ContentStamp
from disclosure.models.correction import Correction
from disclosure.models.coverage import CoverageCell, CoverageFinding
from disclosure.models.index_number import IndexNumberCounter
from disclosure.models.item import Item
from disclosure.models.older_items import ImportRow, ItemImport
from disclosure.models.personal_data import ContentScan, PublicCheck, Ruling
from disclosure.models.review import Answer, CheckPoint
from disclosure.models.site_page import SitePage
from disclosure.models.topic import Topic
from disclosure.models.version import PublicVersion, SubmittedVersion, VersionFile

__all__ = [
    "Answer",
    "Attachment",
    "Audience",
    "BasicCatalogue",
    "CatalogueEdition",
    "CatalogueEntry",
    "Channel",
    "CheckPoint",
    "ContentScan",
    "ContentStamp",
    "Correction",
    "CoverageCell",
    "CoverageFinding",
    "EntryUnit",
    "ImportRow",
    "IndexNumberCounter",
    "Item",
    "ItemImport",
    "LimitEvent",
    "LimitLaw",
    "PublicCheck",
    "PublicVersion",
    "Rhythm",
    "Ruling",
    "SitePage",
    "SubmittedVersion",
    "Topic",
    "VersionFile",
]
