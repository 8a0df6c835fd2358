"""The portal closes for a while and opens again, by one command, without database or restart; nothing typed is lost."""

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from ninghai.operations.maintenance import closing, is_closed
from tests.disclosure.makers import published


@pytest.fixture(autouse=True)
def _file(settings, tmp_path) -> None:
    settings.MAINTENANCE_FILE = str(tmp_path / "var" / "maintenance")
    cache.clear()


@pytest.mark.parametrize("address", ["/", "/catalogue/", "/login/", "/work/", "/admin/", "/nothing/", "/display/"])
def test_every_page_says_until_when(address):
    """Without a query: the database may be away."""
    call_command("maintenance", "on", until="2030-01-02T18:30", reason="升级系统。")
    response = Client().get(address)

    assert response.status_code == 503
    assert "升级系统。预计1月2日 18:30恢复" in response.content.decode()
    assert int(response["Retry-After"]) > 60
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_kept_pages_are_closed_too_and_come_back(cast):
    published(cast, title="2018年部门预算")
    before = Client().get("/catalogue/")
    call_command("maintenance", "on")
    assert Client().get("/catalogue/").status_code == 503
    assert Client().get("/catalogue/", headers={"If-None-Match": before["ETag"]}).status_code == 503

    call_command("maintenance", "off")
    assert Client().get("/catalogue/").content == before.content


def test_the_health_address_stays(db):
    call_command("maintenance", "on")

    assert Client().get("/healthz").status_code == 200


def test_programs_are_told_in_their_own_shape():
    call_command("maintenance", "on")
    response = Client().get("/api/v1/items/")

    assert (response.status_code, response.json()["error"]["code"]) == (503, "maintenance")


def test_what_was_typed_meanwhile_can_be_copied_but_no_password():
    call_command("maintenance", "on")
    page = Client().post("/work/items/new/", {"title": "写了一半的标题", "password": "a secret"}).content.decode()

    assert "写了一半的标题" in page
    assert "a secret" not in page


def test_an_empty_file_closes_and_so_does_a_broken_one(settings, tmp_path):
    for text in ("", "{", "[]", '"words"', "null"):
        settings.MAINTENANCE_FILE = str(tmp_path / "closed")
        (tmp_path / "closed").write_text(text)
        response = Client().get("/login/")
        assert (response.status_code, response["Retry-After"]) == (503, "600")


def test_a_time_of_day_is_today(capsys):
    call_command("maintenance", "on", until="18:30")
    assert closing().until.endswith("T18:30")

    with pytest.raises(CommandError, match="看不懂时间"):
        call_command("maintenance", "on", until="下午")
    call_command("maintenance", "status")
    call_command("maintenance", "off")
    call_command("maintenance", "off")
    assert not is_closed()
    assert capsys.readouterr().out.splitlines()[1:] == [
        "正在停机维护。",
        "已恢复开放。",
        "没有处于维护状态，不需要恢复。",
    ]
