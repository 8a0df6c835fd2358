"""A number that repeats: no page shows the key by which the portal tells the two apart, every page the name for people."""

import re
from functools import reduce

import pytest
from django.urls import reverse

from ninghai.models import Message
from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tasks.notices.correcting import resolve_responsibility
from tasks.notices.issuing import issue_notice, obstacles
from tests.tasks import issued
from tests.tasks.factories import TODAY, signed_in

KEY, NAME = "一（一）1#2", "一（一）1（同号第2条）"


def words_of(response) -> str:
    """What is read on the page: neither addresses nor other attributes."""
    return re.sub(r"<[^>]+>", " ", response.content.decode())


@pytest.fixture
def draft(cast) -> WorkPointNotice:
    """Two rows of a table bear the number 1; 有关部门 of the second is open."""
    notice = issued.draft_notice(cast)
    notice.points.filter(key="一（一）2").update(key=KEY, number="1")
    return notice


@pytest.fixture
def notice(cast, draft) -> WorkPointNotice:
    left = Responsibility.objects.get(point__notice=draft, is_resolved=False)
    resolve_responsibility(responsibility=left, units=[cast.finance], by=cast.office, at=issued.ISSUED_AT)
    issue_notice(notice=draft, by=cast.office, at=issued.ISSUED_AT)
    return draft


def test_the_office_reads_the_name_while_it_corrects_the_draft(cast, draft):
    office, point = signed_in(cast.office), draft.points.get(key=KEY)
    assert any(NAME in sentence for sentence in obstacles(draft, on=TODAY))

    pages = [
        reverse("admin:tasks_workpointnotice_change", args=[draft.pk]),
        reverse("admin:tasks_notice_issue", args=[draft.pk]),
        *(reverse(f"admin:tasks_point_{act}", args=[draft.pk, point.pk]) for act in ("edit", "move", "split", "merge")),
    ]

    for page in pages:
        text = words_of(office.get(page))
        assert NAME in text, page
        assert "#2" not in text, page


def test_everybody_reads_the_name_of_what_was_issued(cast, client, notice):
    year, unit = (
        reverse("tasks:progress-year", args=[2018]),
        reverse("tasks:progress-unit", args=[2018, cast.finance.code]),
    )
    point = reverse("tasks:progress-point", args=[2018, KEY])
    office, clerk = signed_in(cast.office), signed_in(cast.clerk)

    shown = [
        *(client.get(page) for page in (year, unit, point)),
        clerk.get(reverse("tasks:work")),
        clerk.get(WorkPoint.objects.get(key=KEY).task.assignments.get(unit=cast.finance).get_absolute_url()),
        office.get(reverse("admin:tasks_heat_map", args=[2018])),
        office.get(reverse("admin:tasks_heat_map", args=[2018]), {"point": KEY}),
    ]

    keys = WorkPoint.objects.get(key=KEY).task.assignments.values_list(
        "key", flat=True
    )  # 公开编号, by which draws name it
    for response in shown:
        text = reduce(lambda words, key: words.replace(key, ""), keys, words_of(response))
        assert NAME in text, response.request["PATH_INFO"]
        assert "#2" not in text, response.request["PATH_INFO"]
    assert f'href="{point}"' in shown[0].text
    assert not Message.objects.filter(text__contains="#2").exists()
