from disclosure.models.annual_report import AnnualReport
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
from disclosure.models.coverage import CoverageCell, CoverageFinding
from disclosure.models.guide import GuideEdition, OpennessOffice
from disclosure.models.item import Item
from disclosure.models.legacy_import import ImportRow, ItemImport
from disclosure.models.request import (
    InformationRequest,
    LetterMaking,
    RemedyAuthority,
    RequestFile,
    RequestInquiry,
    RequestUnit,
)
from disclosure.models.review import Answer, CheckPoint, ContentScan, PublicCheck, Ruling
from disclosure.models.service import GuideMaterial, GuideVersion, OneThing, OneThingStep, Service
from disclosure.models.versions import Attachment, ContentStamp, PublicVersion, SubmittedVersion, VersionFile
from disclosure.models.visitor import Correction, Subscription

__all__ = [
    "AnnualReport",
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
    "GuideEdition",
    "GuideMaterial",
    "GuideVersion",
    "ImportRow",
    "IndexNumberCounter",
    "InformationRequest",
    "Item",
    "ItemImport",
    "LetterMaking",
    "LimitEvent",
    "LimitLaw",
    "OneThing",
    "OneThingStep",
    "OpennessOffice",
    "PublicCheck",
    "PublicVersion",
    "RemedyAuthority",
    "RequestFile",
    "RequestInquiry",
    "RequestUnit",
    "Ruling",
    "Service",
    "SitePage",
    "SubmittedVersion",
    "Subscription",
    "Topic",
    "UpdateRhythm",
    "VersionFile",
]
