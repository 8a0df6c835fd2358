"""Who reaches an item that is not public, and what its own address says; public ways stand in the table of `leaks`."""

import pytest
from django.urls import reverse

from ninghai.files import store_bytes
from tests.disclosure.leaks.answers import body_of
from tests.disclosure.makers import AT, HIDDEN_STATES, published

SECRET = "秘密标题甲乙丙丁"
SECRETS = [SECRET, "秘密正文戊己庚辛", "秘密概述壬癸子丑", "密政办发〔2018〕99号", "秘密附件寅卯辰巳"]


@pytest.fixture
def hidden(request, cast):
    stored = store_bytes(
        data="秘密附件内容".encode(), name="秘密附件寅卯辰巳.txt", media_type="text/plain", by=cast.clerk, at=AT
    )
    return HIDDEN_STATES[request.param](
        cast,
        title=SECRETS[0],
        body=SECRETS[1],
        summary=SECRETS[2],
        document_number=SECRETS[3],
        files=[stored],
    )


@pytest.mark.parametrize("hidden", HIDDEN_STATES, indirect=True)
def test_another_units_people_do_not_reach_the_item_or_its_file(client, cast, hidden):
    client.force_login(cast.other_clerk)

    assert client.get(hidden.attachments.get().get_absolute_url()).status_code == 404
    assert client.get(reverse("disclosure:work-item-detail", args=[hidden.pk])).status_code == 404
    for act in ("submit", "pass", "return"):
        for said in ({}, {"version": hidden.version}, {"version": hidden.version + 1}):
            assert client.post(reverse(f"disclosure:work-item-{act}", args=[hidden.pk]), said).status_code == 404


@pytest.mark.parametrize("hidden", HIDDEN_STATES, indirect=True)
def test_its_own_people_reach_the_file(client, cast, hidden):
    client.force_login(cast.clerk)

    response = client.get(hidden.attachments.get().get_absolute_url())

    assert body_of(response).decode() == "秘密附件内容"


@pytest.mark.parametrize("hidden", ["withdrawn"], indirect=True)
@pytest.mark.parametrize("ask", [{}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_ACCEPT": "application/json"}])
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_withdrawn_item_answers_410_with_the_reason_and_no_content(client, hidden, ask, method):
    response = getattr(client, method)(hidden.get_absolute_url(), **ask)

    assert response.status_code == 410
    shown = body_of(response).decode()
    assert not any(secret in shown for secret in SECRETS)
    assert "数据有误" not in shown  # the explanation is the office's own
    if method == "get":
        assert "撤回原因：内容有误" in shown


def test_an_item_is_not_public_before_its_moment(client, cast, settings):
    item = published(cast, at=AT.replace(year=2019))
    settings.CLOCK_DATE = "2018-12-31"

    assert client.get(item.get_absolute_url()).status_code == 404
    assert item.title not in client.get("/catalogue/").content.decode()
