"""A scan's attempts: noted before they are made, bounded, and never a verdict where nothing is known of the content."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from disclosure.models import ContentScan
from disclosure.privacy import scans
from disclosure.privacy.scans import INTERRUPTED, TOO_COSTLY, look_at_once, queue_scans, scan_of
from ninghai.files.sandbox.limits import Interrupted
from ninghai.files.sandbox.running import parse_in_sandbox
from ninghai.models import Job, JobStatus, StoredFile
from ninghai.personal_data import scan
from tests.disclosure.makers import drafted, in_review
from tests.disclosure.test_gate import stored
from tests.jobs.background import scan_waiting
from tests.ninghai.personal_data.files import NUMBER


@pytest.fixture
def file(cast):
    return stored(cast, f"这里有{NUMBER}".encode(), "说明.txt")


@pytest.fixture
def meeting(monkeypatch):
    """What the parser does with every file from now on."""

    def meet(what):
        def parse(function, source, **asked):
            return parse_in_sandbox(f"tests.ninghai.sandbox.parsers:{what}", source, limits=asked["limits"])

        monkeypatch.setattr(scan, "parse_in_sandbox", parse if what else parse_in_sandbox)

    return meet


def later(**ago) -> None:
    """The pause since the last attempt is over."""
    Job.objects.update(next_try_at=Now() - timedelta(**ago))


def tried(file) -> ContentScan:
    scan_waiting()
    return scan_of(file)


def test_a_process_that_was_killed_is_no_verdict(file, meeting):
    meeting("be_killed")
    scan_of(file)

    scan = tried(file)
    assert (scan.job.tries, scan.scanned_at, scan.unreadable) == (1, None, [])
    assert scan_waiting() == 0, "not again at once"
    meeting("")
    later(hours=1)

    assert tried(file).hits[0]["kind"] == "id_card"


def test_what_ends_every_process_is_said_to_be_so_and_tried_again_the_day_after(file, meeting):
    meeting("be_killed")
    scan_of(file)
    for _ in range(5):
        later(days=0, hours=3)
        scan_waiting()

    assert scan_of(file).unreadable == [INTERRUPTED]
    later(hours=20)
    assert scan_waiting() == 0
    meeting("")
    later(days=2)
    assert tried(file).hits


def test_a_scheduler_that_stops_gives_its_attempt_back(file, meeting):
    meeting("be_stopped")
    scan_of(file)

    assert [tried(file).job.tries for _ in range(3)] == [0, 0, 0]


def test_a_file_that_is_missing_for_a_moment_is_no_verdict(file):
    path, aside = file.file.path, f"{file.file.path}.aside"
    scan = scan_of(file)
    scans.Path(path).rename(aside)
    look_at_once([file])
    assert tried(file).unreadable == []
    scans.Path(aside).rename(path)
    later(hours=1)

    assert tried(file).hits
    assert ContentScan.objects.get().pk == scan.pk


def come_again(cast) -> StoredFile:
    """The file is discarded, and somebody uploads the same bytes."""
    StoredFile.objects.all().delete()
    again = stored(cast, f"这里有{NUMBER}".encode(), "说明.txt")
    scan_of(again)
    queue_scans()
    return again


def test_what_was_looked_into_and_discarded_is_looked_into_again_when_it_comes_again(cast, file):
    scan_of(file)
    assert tried(file).hits

    again = come_again(cast)

    assert scan_of(again).job.status == JobStatus.QUEUED
    assert tried(again).hits


def test_what_comes_again_while_a_worker_still_looks_is_looked_into_for_itself(cast, file, monkeypatch):
    look, came = scans.look_in_sandbox, []

    def slow(**asked):
        monkeypatch.setattr(scans, "look_in_sandbox", look)
        looked = look(**asked)
        came.append(come_again(cast))
        return looked

    scan_of(file)
    monkeypatch.setattr(scans, "look_in_sandbox", slow)
    scan_waiting()

    assert tried(came[0]).hits


def test_what_costs_too_much_is_tried_twice_and_then_said_to_be_so(file, meeting):
    meeting("swallow")
    scan_of(file)

    assert tried(file).unreadable == []
    later(hours=1)
    assert tried(file).unreadable == [TOO_COSTLY]


def test_an_attempt_is_noted_before_it_is_made(file, monkeypatch):
    noted = []

    def look(**asked):
        noted.append(Job.objects.get(kind="scan").tries)
        raise Interrupted("killed")

    monkeypatch.setattr(scans, "look_in_sandbox", look)
    scan_of(file)
    scan_waiting()

    assert noted == [1]


def test_nobody_waits_for_a_look_into_a_large_file(file, monkeypatch):
    monkeypatch.setattr(scans, "LARGEST_AT_ONCE", file.size - 1)

    look_at_once([file])

    assert scan_of(file).job is None
    assert tried(file).hits


def test_the_page_waits_once_and_then_leaves_it_to_the_scheduler(cast, file, meeting):
    meeting("compute")
    item = drafted(cast, files=[file])
    look_at_once([file])
    meeting("fail")

    look_at_once([file])

    assert scan_of(file).scanned_at is None
    meeting("")
    assert tried(file).hits
    assert item.attachments.exists()


@pytest.mark.parametrize("of", ["work", "office"])
def test_the_page_says_how_far_it_is_and_asks_again(client, cast, of, monkeypatch):
    monkeypatch.setattr(scans, "PATIENCE", 0)
    item = in_review(cast, files=[stored(cast, b"x", "a.txt"), stored(cast, b"y", "b.txt")])
    client.force_login(cast.head if of == "work" else cast.office)
    url = reverse("disclosure:work-item-detail" if of == "work" else "admin:disclosure_item_change", args=[item.pk])

    page = client.get(url).text
    assert "正在检查附件：共2个，已检查0个" in page
    assert f'data-hx-get="{url}?waited=1"' in page  # also below a form that came back
    scan_waiting()

    after = client.get(f"{url}?waited=1").text
    assert "附件已检查完" in after
    assert "hx-get" not in after.partition('id="progress"')[2].partition("</div>")[0]
