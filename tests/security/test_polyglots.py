"""Files that are more than one thing, through the pages: refused, or published without what they carried.

Shown by downloading what the public gets and searching it, unpacked and in every disguise, for the mark and the number.
`make polyglots` prints what became of each: shape, what happened, what the public downloads.
"""

import uuid
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from disclosure.items.drafting import draft_item
from disclosure.models import Answer, Item, Ruling
from disclosure.models.states import ItemStatus
from disclosure.privacy.rulings import rule_on_hits
from disclosure.privacy.scans import look_into_files, open_hits, scan_item
from disclosure.review.services import answer_item, pass_item
from ninghai.models import PublicCopy, StoredFile
from ninghai.personal_data.hit import DataKind
from tests.disclosure.makers import AT
from tests.disclosure.test_work import TYPED
from tests.jobs.background import make_waiting_copies, scan_waiting
from tests.ninghai.sanitizing.honest import HONEST, WORDS
from tests.ninghai.sanitizing.polyglots import AROUND, MARK, NUMBER, PAYLOADS, Polyglot, polyglots
from tests.ninghai.sanitizing.unfolding import everything_in
from tests.run_totals import POLYGLOTS

REFUSED, STOPPED, CLEAN, LEAK = "refused at upload", "refused before review", "published clean", "published with it"
PAYLOADS_HERE = ("zip", "html", "exe")
HEADS = "host\thidden in it\twhere\twhat happened\twhat the public downloads"
pytestmark = pytest.mark.django_db
told: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def _table():
    """With `-s`, the table stands at the end."""
    yield
    print(f"\n{HEADS}", *told, sep="\n")  # noqa: T201


def note(polyglot: Polyglot, end: str, *, downloads: str = "nothing") -> str:
    told.append("\t".join((polyglot.host, polyglot.payload, polyglot.place, end, downloads)))
    return end


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    settings.RATE_LIMITS = {}


def taken(client, cast, host: str, data: bytes) -> StoredFile | None:
    """What the form of an item takes, alone; None where it refuses."""
    before = set(StoredFile.objects.values_list("pk", flat=True))
    client.force_login(cast.clerk)
    sent = {**TYPED, "title": "", "form_id": uuid.uuid4(), "uploads": [SimpleUploadedFile(host, data)]}
    page = client.post("/work/items/new/", sent)  # without a title: the file is kept, and no item is made
    assert page.status_code == 422
    return StoredFile.objects.exclude(pk__in=before).first()


def published(client, cast, files: list[StoredFile]) -> Item:
    """With those of the files that come through; pictures are looked at by a person."""
    item = draft_item(
        unit=cast.finance, form_id=uuid.uuid4(), by=cast.clerk, at=AT, attachments=files, title="公开说明", body="正文"
    )
    look_into_files(item)
    make_waiting_copies()
    scan_item(item)
    scan_waiting()
    hits = scan_item(item).hits
    notes = {hit.fingerprint for hit in hits if hit.kind == DataKind.HIDDEN_DATA and "批注：财政局 说明" in hit.text}
    pictures = {hit.fingerprint for hit in hits if hit.kind == DataKind.PICTURE}
    for fingerprints, reason in ((notes, Ruling.Reason.NOT_PERSONAL), (pictures, Ruling.Reason.LOOKED_AT)):
        if fingerprints:
            rule_on_hits(item=item, fingerprints=fingerprints, reason=reason, by=cast.clerk, at=AT)
    scan = scan_item(item)
    stopped = {hit.attachment_id for hit in open_hits(scan.hits, item)} | {
        each.pk for each in item.attachments.all() if each.label in dict(scan.unreadable)
    }
    assert scan.waiting == []
    item.attachments.filter(pk__in=[*stopped]).delete()
    return through_review(client, cast, item)


def through_review(client, cast, item: Item) -> Item:
    client.force_login(cast.clerk)
    client.post(reverse("disclosure:work-item-submit", args=[item.pk]), {"version": item.version})
    item.refresh_from_db()
    item = pass_item(item=item, seen_hash=item.content_hash(), by=cast.head, at=AT)
    for kind in (Answer.Kind.PERSONAL_DATA, Answer.Kind.LEGALITY):
        answer_item(item=item, kind=kind, seen_hash=item.content_hash(), by=cast.office, at=AT)
    item.refresh_from_db()
    client.force_login(cast.office)
    client.post(reverse("admin:disclosure_item_publish", args=[item.pk]), {"version": item.version})
    item.refresh_from_db()
    assert item.status == ItemStatus.PUBLISHED
    return item


def downloaded(client, item: Item) -> dict[uuid.UUID, bytes]:
    """What anybody gets, by the file as it was uploaded."""
    client.logout()
    found = {}
    for attachment in item.attachments.all():
        response = client.get(reverse("disclosure:attachment", args=[attachment.file_id]))
        assert response.status_code == 200
        found[attachment.original_id or attachment.file_id] = b"".join(response)
    return found


def in_turn(host: str) -> Iterator[Polyglot]:
    """Three payloads around a file, and one of them in turn at each place within: all are crossed where copies are tried."""
    for number, (place, of_place) in enumerate(groupby(polyglots(host), key=attrgetter("place"))):
        made = [each for each in of_place if each.payload in PAYLOADS_HERE]
        yield from made if place in AROUND else made[number % len(made) :][:1] if made else ()


def what_became(polyglot: Polyglot, public: bytes | None) -> str:
    """Of one that the form took."""
    if public is None:
        return note(polyglot, STOPPED)
    leaks = any(MARK in piece or NUMBER in piece for piece in everything_in(public))
    words = f"{len(public)} bytes, {'WITH' if leaks else 'without'} what was hidden"
    return note(polyglot, LEAK if leaks else CLEAN, downloads=words)


@pytest.mark.parametrize("host", [name for name in HONEST if not name.endswith(".txt")])
def test_nothing_smuggled_reaches_the_public(client, cast, host, record_property):
    ends: Counter[str] = Counter()
    accepted = {}
    for polyglot in in_turn(host):
        file = taken(client, cast, host, polyglot.data)
        if file is None:
            ends[note(polyglot, REFUSED)] += 1
        else:
            accepted[file.pk] = (polyglot, file)
    public = downloaded(client, published(client, cast, [file for _, file in accepted.values()]))
    became = {str(polyglot): what_became(polyglot, public.get(pk)) for pk, (polyglot, _) in accepted.items()}
    ends.update(became.values())
    record_property(POLYGLOTS, dict(ends))

    assert [each for each, end in became.items() if end == LEAK] == []
    assert sum(ends.values()) >= len(PAYLOADS)


@pytest.mark.parametrize("host", [name for name in HONEST if not name.endswith(".txt")])
def test_an_honest_file_is_published_with_its_words_and_its_chain_of_hashes(client, cast, host):
    file = taken(client, cast, host, HONEST[host]())
    assert file is not None

    item = draft_item(
        unit=cast.finance, form_id=uuid.uuid4(), by=cast.clerk, at=AT, attachments=[file], title="公开说明", body="正文"
    )
    look_into_files(item)
    make_waiting_copies()
    attachment = item.attachments.get()
    chain = PublicCopy.objects.get(copy=attachment.file)

    assert (attachment.original or attachment.file) == file
    assert (chain.original_sha256, chain.copy_sha256) == (file.sha256, attachment.file.sha256)
    assert chain.made_at is not None
    assert chain.made_by
    with attachment.file.file.open("rb") as copy:
        data = copy.read()
    assert (
        host.endswith((".jpg", ".png"))
        or any(WORDS.encode() in piece for piece in everything_in(data))
        or host.endswith(".pdf")
    )
