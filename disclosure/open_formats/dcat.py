"""The catalogue as open data (开放数据): a DCAT catalogue of data sets, each with its ways of download.

Names: W3C's Data Catalog Vocabulary 3 in the application profile of DCAT-AP 3, which asks for addresses (IRIs) where a
list of values exists: the EU's authority tables for languages, themes, file types and frequencies, IANA's for media
types, ADMS for the kind of a publisher. Beside them the core metadata of GB/T 21063.3-2007 《政务信息资源目录体系 第3部分：
核心元数据》, under their Chinese names, and what 公共信息资源开放 asks besides: 更新频率, 开放类型, 授权说明.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Max
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosure.catalogue.terms_of_use import TERMS, TERMS_NAME, terms_address
from disclosure.models import CatalogueEntry, GuideVersion, Item, Service
from disclosure.proposals.letter import ENTRY as PROPOSALS
from ninghai.calendar import clock
from ninghai.calendar.reckoning import local_day
from ninghai.web.http import site_of
from ninghai.web.quick_reads import takes_long

JSON_LD = "application/ld+json"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "gbt": "urn:gb-t:21063.3-2007:",
}
AUTHORITY = "http://publications.europa.eu/resource/authority"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types"
FREQUENCY = f"{AUTHORITY}/frequency/IRREG"
LANGUAGE = f"{AUTHORITY}/language/ZHO"
PUBLIC = f"{AUTHORITY}/access-right/PUBLIC"
LOCAL_AUTHORITY = "http://purl.org/adms/publishertype/LocalAuthority"
THEMES = f"{AUTHORITY}/data-theme"
GOVERNMENT, ECONOMY = ("GOVE", "政府和公共部门"), ("ECON", "经济和财政")
FORMATS = {  # by the ending of a download: its media type, its file type, its name
    "csv": ("text/csv", "CSV", "CSV"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX", "Excel"),
    "json": ("application/json", "JSON", "JSON"),
}
FEED = ("application/atom+xml", "ATOM", "Atom")
INTERFACE = ("application/json", "JSON", "JSON 接口")  # a page at a time, which is no file of all
Record = dict[str, Any]


@takes_long
@login_not_required
@require_safe
def dcat(request: HttpRequest) -> JsonResponse:
    """`/catalogue/dcat.jsonld`."""
    record = catalogue(site=site_of(request), at=clock.now())
    response = JsonResponse(record, content_type=JSON_LD, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def catalogue(*, site: str, at: datetime) -> Record:
    """The whole list as one data set, and each kind of information as one."""
    name = f"{settings.COUNTY_NAME}政府信息公开目录"
    return {
        "@context": CONTEXT,
        "@id": site + reverse("disclosure:dcat"),
        "@type": "dcat:Catalog",
        "dct:title": name,
        "dct:description": f"{settings.COUNTY_NAME}主动公开的政府信息，可以检索、查阅、下载。",
        **offered_by(site),
        "dct:language": language(),
        "foaf:homepage": {"@id": site + reverse("disclosure:item-list"), "@type": "foaf:Document"},
        "dcat:themeTaxonomy": {"@id": THEMES, "@type": "skos:ConceptScheme", "dct:title": "数据主题"},
        "dcat:dataset": list(datasets(site=site, at=at)),
        "dcat:service": service(f"{name}开放接口", site=site),
    }


def service(name: str, *, site: str) -> Record:
    """The read-only interface (开放接口)."""
    return {
        "@id": site + "/api/v1/",
        "@type": "dcat:DataService",
        "dct:title": name,
        "dct:description": "只读的开放接口，内容与公开目录的网页一致，不需要登录。",
        **offered_by(site),
        "dct:accessRights": {"@id": PUBLIC, "@type": "dct:RightsStatement"},
        "dcat:theme": theme(*GOVERNMENT),
        "dcat:endpointURL": resource(site + "/api/v1/"),
        "dcat:endpointDescription": resource(site + "/api/v1/schema/"),
    }


Way = tuple[str, tuple[str, str, str]]  # an address, and what is there: media type, file type, name


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """What is offered: its page, what each record of it holds, its ways of download."""

    name: str
    title: str
    theme: str
    summary: str
    page: str
    last: datetime  # when it changed
    ways: Sequence[Way]
    themes: Sequence[tuple[str, str]] = (GOVERNMENT,)


def datasets(*, site: str, at: datetime) -> Iterator[Record]:
    """Each that holds something."""
    found = chain(of_items(site, at=at), of_services(site, at=at), of_proposals(site, at=at))
    return (dataset(each, site=site) for each in found)


def of_items(site: str, *, at: datetime) -> Iterator[DataSet]:
    rows = Item.objects.published(at).order_by().values_list("kind").annotate(Count("pk"), Max("published_at"))
    held = {kind: (count, last) for kind, count, last in rows}
    if not held:
        return
    everything = (sum(count for count, _ in held.values()), max(last for _, last in held.values()))
    yield items_as_data("公开目录", "全部", *everything, site=site, query={})
    for kind in Item.Kind:
        if kind.value in held:
            label = str(kind.label)
            yield items_as_data(label, label, *held[kind.value], site=site, query={"kind": kind.value})


def items_as_data(name: str, theme: str, count: int, last: datetime, *, site: str, query: dict[str, str]) -> DataSet:
    """The catalogue, or what a condition leaves of it; the feed holds only what is newest."""
    title, asked = f"{settings.COUNTY_NAME}政府信息：{name}", f"?{urlencode(query)}" if query else ""
    page, feed = (f"{site}{reverse(f'disclosure:{each}')}{asked}" for each in ("item-list", "feed"))
    export = f"{site}{reverse('disclosure:export')}?"
    ways = [(f"{export}{urlencode({**query, 'format': ending})}", kind) for ending, kind in FORMATS.items()]
    return DataSet(
        name=name,
        title=title,
        theme=theme,
        summary=f"{title}，共 {count} 条，每条含索引号、名称、发文字号、发布机构、日期和内容概述。",
        page=page,
        last=last,
        ways=[*ways, (feed, FEED)],
        themes=(GOVERNMENT, ECONOMY) if query.get("kind") == Item.Kind.FINANCE else (GOVERNMENT,),
    )


def of_services(site: str, *, at: datetime) -> Iterator[DataSet]:
    listed = Service.objects.open_to_the_public(on=local_day(at))
    public = GuideVersion.objects.published().filter(service__in=listed)
    told = public.aggregate(count=Count("service", distinct=True), last=Max("published_at"))
    if told["count"]:
        title = f"{settings.COUNTY_NAME}服务事项和办事指南"
        ways = [(f"{site}/api/v1/services/", INTERFACE), (f"{site}{reverse('disclosure:service-feed')}", FEED)]
        yield DataSet(
            name="办事服务",
            title=title,
            theme="办事服务",
            summary=f"{title}，共 {told['count']} 项，每项含材料、流程、时限、收费、地点和电话，以及公布过的各版。",
            page=site + reverse("disclosure:service-list"),
            last=told["last"],
            ways=ways,
        )


def of_proposals(site: str, *, at: datetime) -> Iterator[DataSet]:
    """Each reply is an item of the catalogue besides."""
    entry = CatalogueEntry.objects.filter(name=PROPOSALS).order_by("pk").first()
    told = Item.objects.published(at).filter(entry=entry).aggregate(count=Count("pk"), last=Max("published_at"))
    if entry and told["count"]:
        title, page = f"{settings.COUNTY_NAME}{PROPOSALS}", site + reverse("disclosure:proposal-results")
        file = site + reverse("disclosure:proposal-results-file")
        ways = [(f"{file}?format={ending}", FORMATS[ending]) for ending in ("csv", "xlsx")]
        feed = f"{site}{reverse('disclosure:feed')}?{urlencode({'entry': entry.code})}"
        yield DataSet(
            name=PROPOSALS,
            title=title,
            theme=PROPOSALS,
            summary=f"{title}，共 {told['count']} 条，每条含类别、届次、编号、事由、主办和协办单位、结果类别和答复的网址。",
            page=page,
            last=told["last"],
            ways=[*ways, (f"{site}/api/v1/proposals/", INTERFACE), (feed, FEED)],
        )


def dataset(of: DataSet, *, site: str) -> Record:
    """One data set under both vocabularies."""
    day = f"{timezone.localtime(of.last):%Y-%m-%d}"
    return {
        **in_dcat(of, day=day),
        **offered_by(site, with_license=False),
        "dcat:distribution": [distribution(address, *kind, site=site) for address, kind in of.ways],
        **in_gbt(of, day=day),
        "gbt:服务信息": site + "/api/v1/schema/",
    }


def in_dcat(of: DataSet, *, day: str) -> Record:
    return {
        "@id": f"{of.page}#dataset",
        "@type": "dcat:Dataset",
        "dct:title": of.title,
        "dct:description": of.summary,
        "dct:identifier": of.page,
        "dct:modified": {"@type": "xsd:date", "@value": day},
        "dct:language": language(),
        "dct:accessRights": {"@id": PUBLIC, "@type": "dct:RightsStatement"},
        "dct:accrualPeriodicity": {"@id": FREQUENCY, "@type": "dct:Frequency"},
        "dcat:theme": [theme(*each) for each in of.themes],
        "dcat:keyword": ["政府信息公开", settings.COUNTY_NAME, of.name],
        "dcat:landingPage": {"@id": of.page, "@type": "foaf:Document"},
    }


def in_gbt(of: DataSet, *, day: str) -> Record:
    return {
        "gbt:名称": of.title,
        "gbt:摘要": of.summary,
        "gbt:提供方": settings.OFFICE_NAME,
        "gbt:分类": of.theme,
        "gbt:标识符": of.page,
        "gbt:元数据标识符": f"{of.page}#metadata",
        "gbt:发布日期": day,
        "gbt:关键字说明": f"政府信息公开，{settings.COUNTY_NAME}，{of.name}",
        "gbt:在线资源链接地址": of.page,
        "gbt:元数据维护方": settings.OFFICE_NAME,
        "gbt:元数据更新日期": day,
        "gbt:更新频率": "不定期",
        "gbt:开放类型": "无条件开放",
        "gbt:格式": "、".join(name for _, (_, _, name) in of.ways),
        "gbt:授权说明": TERMS,
    }


def distribution(address: str, media: str, file_type: str, name: str, *, site: str) -> Record:
    """An address from which the data set can be had: a file of all of it, or what tells a part."""
    is_file = (media, file_type, name) in FORMATS.values()
    return {
        "@id": f"{address}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dct:description": f"{name} 格式",
        "dct:language": language(),
        "dct:license": licence(site),
        "dct:format": {"@id": f"{AUTHORITY}/file-type/{file_type}", "@type": "dct:MediaTypeOrExtent"},
        "dcat:mediaType": {"@id": f"{MEDIA_TYPES}/{media}", "@type": "dct:MediaType"},
        "dcat:accessURL": resource(address),
        **({"dcat:downloadURL": resource(address)} if is_file else {}),
    }


# Who offers it, and on what terms.


def offered_by(site: str, *, with_license: bool = True) -> Record:
    """The publisher and where to ask; a data set's terms stand at its ways of download."""
    described: Record = {"dct:publisher": publisher(site), "dcat:contactPoint": contact(site)}
    return described | {"dct:license": licence(site)} if with_license else described


def publisher(site: str) -> Record:
    return {
        "@id": f"{site}/#publisher",
        "@type": "foaf:Agent",
        "foaf:name": settings.OFFICE_NAME,
        "dct:type": {"@id": LOCAL_AUTHORITY, "@type": "skos:Concept", "skos:prefLabel": "地方政府机关"},
        "foaf:homepage": {"@id": site + reverse("disclosure:home"), "@type": "foaf:Document"},
    }


def contact(site: str) -> Record:
    """Where a visitor reports an error or asks (纠错), and the telephone of the foot of the page where there is one."""
    described = {
        "@id": f"{site}/#contact",
        "@type": ["vcard:Kind", "vcard:Organization"],
        "vcard:fn": settings.OFFICE_NAME,
        "vcard:hasURL": resource(site + reverse("disclosure:correction-new")),
    }
    return described | ({"vcard:note": settings.SITE_CONTACT} if settings.SITE_CONTACT else {})


def licence(site: str) -> Record:
    """The portal's own terms of use, at their address: no licence that others have written is claimed."""
    return {"@id": terms_address(site), "@type": "dct:LicenseDocument", "dct:title": TERMS_NAME}


def language() -> Record:
    return {"@id": LANGUAGE, "@type": "dct:LinguisticSystem"}


def theme(code: str, name: str) -> Record:
    return {
        "@id": f"{THEMES}/{code}",
        "@type": "skos:Concept",
        "skos:prefLabel": name,
        "skos:inScheme": {"@id": THEMES},
    }


def resource(address: str) -> Record:
    return {"@id": address, "@type": "rdfs:Resource"}
