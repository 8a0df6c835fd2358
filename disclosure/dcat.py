"""The catalogue as open data (开放数据): a DCAT catalogue of data sets, each with its ways of download.

Names: W3C's Data Catalog Vocabulary 3; beside them the core metadata of GB/T 21063.3-2007 《政务信息资源目录体系 第3部分：
核心元数据》, under their Chinese names, and what 公共信息资源开放 asks besides: 更新频率, 开放类型, 授权说明.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Max
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosure.models import Item
from ninghai import clock
from ninghai.http import site_of

JSON_LD = "application/ld+json"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "gbt": "urn:gb-t:21063.3-2007:",
}
FORMATS = {
    "csv": ("text/csv", "CSV"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
    "json": ("application/json", "JSON"),
}
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/IRREG"
TERMS = "政府主动公开的信息，任何人都可以免费查阅、下载和利用，引用时请注明来源。"
Record = dict[str, Any]


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
    sets = list(datasets(site=site, at=at))
    return {
        "@context": CONTEXT,
        "@id": site + reverse("disclosure:dcat"),
        "@type": "dcat:Catalog",
        "dct:title": name,
        "dct:description": f"{settings.COUNTY_NAME}主动公开的政府信息，可以检索、查阅、下载。",
        "dct:publisher": publisher(),
        "dct:language": "zh-CN",
        "dct:license": TERMS,
        "foaf:homepage": {"@id": site + reverse("disclosure:item-list")},
        "dcat:dataset": sets,
        "dcat:service": {
            "@id": site + "/api/v1/",
            "@type": "dcat:DataService",
            "dct:title": f"{name}开放接口",
            "dcat:endpointURL": {"@id": site + "/api/v1/"},
            "dcat:endpointDescription": {"@id": site + "/api/v1/schema/"},
        },
    }


def datasets(*, site: str, at: datetime) -> Iterator[Record]:
    """Each that holds something."""
    rows = Item.objects.published(at).order_by().values_list("kind").annotate(Count("pk"), Max("published_at"))
    held = {kind: (count, last) for kind, count, last in rows}
    if not held:
        return
    everything = (sum(count for count, _ in held.values()), max(last for _, last in held.values()))
    yield dataset("公开目录", "全部", *everything, site=site, query={})
    for kind in Item.Kind:
        if kind.value in held:
            yield dataset(str(kind.label), str(kind.label), *held[kind.value], site=site, query={"kind": kind.value})


def dataset(name: str, theme: str, count: int, last: datetime, *, site: str, query: dict[str, str]) -> Record:
    """One data set under both vocabularies."""
    page = f"{site}{reverse('disclosure:item-list')}{f'?{urlencode(query)}' if query else ''}"
    title = f"{settings.COUNTY_NAME}政府信息：{name}"
    summary = f"{title}，共 {count} 条，每条含索引号、名称、发文字号、发布机构、日期和内容概述。"
    day = f"{timezone.localtime(last):%Y-%m-%d}"
    return {
        **in_dcat(name, title, summary, page=page, theme=theme, day=day),
        "dcat:distribution": list(distributions(site=site, query=query)),
        **in_gbt(name, title, summary, page=page, theme=theme, day=day),
        "gbt:服务信息": site + "/api/v1/schema/",
    }


def in_dcat(name: str, title: str, summary: str, *, page: str, theme: str, day: str) -> Record:
    return {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:title": title,
        "dct:description": summary,
        "dct:identifier": page,
        "dct:modified": {"@type": "xsd:date", "@value": day},
        "dct:publisher": publisher(),
        "dct:accrualPeriodicity": {"@id": FREQUENCY},
        "dcat:theme": theme,
        "dcat:keyword": ["政府信息公开", settings.COUNTY_NAME, name],
        "dcat:landingPage": {"@id": page},
    }


def in_gbt(name: str, title: str, summary: str, *, page: str, theme: str, day: str) -> Record:
    return {
        "gbt:名称": title,
        "gbt:摘要": summary,
        "gbt:提供方": settings.OFFICE_NAME,
        "gbt:分类": theme,
        "gbt:标识符": page,
        "gbt:元数据标识符": f"{page}#metadata",
        "gbt:发布日期": day,
        "gbt:关键字说明": f"政府信息公开，{settings.COUNTY_NAME}，{name}",
        "gbt:在线资源链接地址": page,
        "gbt:元数据维护方": settings.OFFICE_NAME,
        "gbt:元数据更新日期": day,
        "gbt:更新频率": "不定期",
        "gbt:开放类型": "无条件开放",
        "gbt:格式": "CSV、Excel、JSON、Atom",
        "gbt:授权说明": TERMS,
    }


def distributions(*, site: str, query: dict[str, str]) -> Iterator[Record]:
    for ending, (media, name) in FORMATS.items():
        address = f"{site}{reverse('disclosure:export')}?{urlencode({**query, 'format': ending})}"
        yield distribution(address, media, name, way="dcat:downloadURL")
    feed = f"{site}{reverse('disclosure:feed')}{f'?{urlencode(query)}' if query else ''}"
    yield distribution(feed, "application/atom+xml", "Atom", way="dcat:accessURL")


def distribution(address: str, media: str, name: str, *, way: str) -> Record:
    return {
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dcat:mediaType": media,
        way: {"@id": address},
        "dct:license": TERMS,
    }


def publisher() -> Record:
    return {"@type": "foaf:Agent", "foaf:name": settings.OFFICE_NAME}
