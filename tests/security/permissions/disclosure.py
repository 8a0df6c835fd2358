"""Records of the finance bureau in each state, for the cells about items, corrections, catalogues, and what the public reads."""

import uuid

from disclosure.corrections.services import answer_correction
from disclosure.legacy_import.services import stop_import
from disclosure.models import (
    CatalogueEntry,
    CheckPoint,
    CoverageCell,
    CoverageFinding,
    Item,
    PublicCheck,
    SitePage,
    Topic,
)
from disclosure.models.states import CorrectionStatus
from disclosure.permissions import SUBJECTS
from disclosure.privacy.scans import scan_item
from disclosure.site_columns.contents import LISTED
from ninghai.models import Role
from tests.cast import Cast
from tests.disclosure import makers as disclosure_makers
from tests.disclosure.basic_catalogue.makers import duty, edition_of
from tests.disclosure.legacy_import import makers as older
from tests.disclosure.makers import county_catalogue
from tests.disclosure.test_gate import stored
from tests.ninghai.personal_data import files
from tests.security.permissions.records import SECRET, Ground, Record, visitors


def released(cast: Cast, **fields) -> Item:
    return disclosure_makers.released_at_once(cast, disclosure_makers.drafted(cast, **fields))


LABELS = next(each.states for each in SUBJECTS if each.key == "item")
STATES = {**disclosure_makers.HIDDEN_STATES, "published": disclosure_makers.published, "released": released}


def record_of(cast: Cast, item: Item) -> Record:
    file = item.attachments.first()
    hits = [hit.fingerprint for hit in scan_item(item).hits]
    sent = {
        "version": item.version,
        "seen_hash": item.content_hash(),
        "reason": "情况有变",
        "kind": "legality",
        "explanation": "数据有误",
        "title": "改写",
        "body": "改写",
        "validity": "repealed",
        "repealed_on": "2018-11-20",
        "release_at": "2018-12-01T09:00",
        "confirmed": "on",
        "rule": {"version": item.version, "hit": hits, "reason": "consent", "act": "rule"},
        "withdraw": {"version": item.version, "kind": "wrong", "explanation": "数据有误", "confirmed": "on"},
        "edit": {"version": item.version, "title": "改写", "body": "改写", "kind": "other"},
    }
    args = {"pk": item.pk, "object_id": item.pk, "attachment": file.pk if file else 1}
    return Record(args, sent, {Role.REVIEWER: {"kind": "secrecy"}})  # the one question that a unit's head answers


def make_ground(cast: Cast) -> Ground:
    workbook = stored(cast, files.workbook(), "名单.xlsx")
    records = {
        ("item", state): record_of(cast, make(cast, title=f"{LABELS[state]}的信息", body=SECRET))
        for state, make in STATES.items()
    }
    records["item", "draft"] = record_of(
        cast, disclosure_makers.drafted(cast, files=[workbook], body=f"{SECRET}，证号{files.NUMBER}")
    )
    public = disclosure_makers.published(
        cast, title="有两版的信息", files=[stored(cast, "公开内容".encode(), "说明.txt")]
    )
    public = disclosure_makers.updated(cast, public, body="第二版")
    records |= _corrections(cast, public) | _imports(cast)
    records["", ""] = Record(
        {}, {"form_id": str(uuid.uuid4()), "title": "新的", "kind": "other", "body": "正文"}, of=_public(public)
    )
    catalogue = county_catalogue()
    heading = CatalogueEntry.objects.create(catalogue=catalogue, code="01", name="财政", position=1)
    entry = duty(heading, "0101", "预算", position=2, units=[cast.finance])
    for number, column in enumerate(LISTED, start=2):
        listed = duty(heading, f"01{number:02}", column.label, position=3, site_column=column.label)
        disclosure_makers.published(cast, title=column.label, entry=listed)
    edition_of(catalogue, by=cast.office)
    CoverageCell.objects.create(entry=entry, unit=cast.finance, state="empty", computed_on=disclosure_makers.AT.date())
    CoverageFinding.objects.create(
        entry=entry,
        unit=cast.finance,
        kind="empty",
        opened_on=disclosure_makers.AT.date(),
        words="“预算”空白：还没有公开过。",
    )
    PublicCheck.objects.create(item=public, checked_at=disclosure_makers.AT, open_hits=1, words="手机号1处")
    Topic.objects.get_or_create(code="999", defaults={"path": "其他"})
    CheckPoint.objects.get_or_create(words="有无错别字", defaults={"kind": "legality", "position": 99})
    for column in SitePage.Column:
        SitePage.objects.get_or_create(column=column, defaults={"body": "一、说明\n按规定公开。"})
    own, others = visitors(cast)
    return Ground(records, own, others)


def _public(item: Item) -> dict[str, dict]:
    known = {"index_number": item.index_number, "number": 1}
    of = {f"disclosure:item-{name}": known for name in ("attachments", "history", "detail", "version")}
    of |= {"disclosure:api:item": known, "disclosure:item-compare": {**known, "?": "?from=1&to=2"}}
    edition = {"code": "county", "number": 1, "ending": "xlsx"}
    of |= {f"disclosure:{name}": edition for name in ("one-catalogue", "edition", "edition-file")}
    of |= {"disclosure:sitemap-items": {"number": 0}, "disclosure:list-attachments": {"?": "?q=两版"}}
    return of | {"disclosure:attachment": {"file_id": item.attachments.get().file_id}}


def _corrections(cast: Cast, item: Item) -> dict[tuple[str, str], Record]:
    received, mended = (
        disclosure_makers.corrected(item),
        disclosure_makers.corrected(item, words="第三段也有误，请核对一下。"),
    )
    mended = answer_correction(
        correction=mended,
        to=CorrectionStatus.MENDED,
        answer="已经更正。",
        version=mended.version,
        by=cast.office,
        at=disclosure_makers.AT,
    )
    return {
        ("correction", each.status): Record(
            {"pk": each.pk}, {"version": each.version, "outcome": "explained", "answer": "已经核对，没有错误。"}
        )
        for each in (received, mended)
    }


def _imports(cast: Cast) -> dict[tuple[str, str], Record]:
    checked = older.checked(cast, older.workbook(older.row()))
    stopped = older.checked(cast, older.workbook(older.row(), older.row()))
    stopped = stop_import(item_import=stopped, version=stopped.version, by=cast.office, at=disclosure_makers.AT)
    return {
        ("import", each.status): Record({"pk": each.pk, "object_id": each.pk}, {"version": each.version})
        for each in (checked, stopped)
    }
