from disclosure.models.basic_catalogue import (
    Audience,
    BasicCatalogue,
    CatalogueEdition,
    CatalogueEntry,
    Channel,
    EntryUnit,
    IndexNumberCounter,
    LimitEvent,
    LimitLaw,
    SitePage,
    Topic,
    UpdateRhythm,
)
from disclosure.models.correction import Correction
from disclosure.models.coverage import CoverageCell, CoverageFinding
from disclosure.models.item import Item
from disclosure.models.legacy_import import ImportRow, ItemImport
from disclosure.models.review import Answer, CheckPoint, ContentScan, PublicCheck, Ruling
from disclosure.models.versions import Attachment, ContentStamp, PublicVersion, SubmittedVersion, VersionFile

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
    "Ruling",
    "SitePage",
    "SubmittedVersion",
    "Topic",
    "UpdateRhythm",
    "VersionFile",
]
