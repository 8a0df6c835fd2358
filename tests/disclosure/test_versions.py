"""What the public reads of an item's life: its versions, what changed, whether it still holds, what is left of it."""

import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from disclosure.catalogue.versions import editions
from disclosure.items.difference import difference
from disclosure.items.lifecycle import change_validity, withdraw_item
from disclosure.items.publication import publish_item
from disclosure.models import Item, PublicVersion
from disclosure.models.states import Validity
from disclosure.privacy.nightly import scan_versions
from ninghai.files import store_bytes
from ninghai.models.state_machine import TransitionError
from tests.disclosure.makers import (
    AT,
    LATER,
    approved,
    drafted,
    published,
    released_at_once,
    reviewed,
    revised,
    updated,
)
from tests.worlds import world

NUMBER = "330226002/2018-00001"
GONE = ["wrong", "secrecy", "personal_data", "duplicate"]
KEPT = ["outdated", "replaced"]


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


def a_file(cast, name, data=b"1"):
    return store_bytes(data=data, name=name, media_type="text/plain", by=cast.clerk, at=AT)


def file_url(stored):
    return reverse("disclosure:attachment", args=[stored.pk])


def ways(number=NUMBER):
    """Every address at which an item's words or files may stand."""
    of_item = [reverse(f"disclosure:item-{page}", args=[number]) for page in ("detail", "history", "compare")]
    return [*of_item, reverse("disclosure:item-version", args=[1, number]), f"{of_item[2]}?from=1&to=2"]


def make_item(cast):
    """Published, then updated once, with another file."""
    old = a_file(cast, "旧表.txt")
    first = published(cast, title="旧的标题", body="第一段不变。\n第二段旧文字。", files=[old])
    revision = {"title": "新的标题", "body": "第一段不变。\n第二段新文字。\n第三段。", "change_note": "更正第二段"}
    return updated(cast, first, **revision, files=[a_file(cast, "新表.txt", b"2")], removed=[])


updated_item = world("updated_item", make_item, on=("cast",))


@pytest.fixture
def item(updated_item):
    return updated_item


def withdraw(item, cast, reason, **said):
    successor = {"replaced_by": published(cast, title="替代它的文件")} if reason == "replaced" else {}
    return withdraw_item(
        item=item, reason=Item.WithdrawalReason(reason), explanation="内部说明不外传", by=cast.office, at=LATER,
        **successor, **said,
    )  # fmt: skip


# --- Versions -----------------------------------------------------------------------------------------


def test_the_page_tells_when_it_was_updated_and_leads_to_its_history(client, item):
    page = client.get(item.get_absolute_url())

    assert "更新时间：2018-11-21" in page.text
    assert f'href="{quote(ways()[1])}"' in page.text


def test_an_item_that_never_changed_has_one_version(client, cast):
    item = published(cast)

    assert "历史版本" not in client.get(item.get_absolute_url()).text
    assert "第1版（现行）" in client.get(ways()[1]).text


@pytest.mark.core
def test_the_history_names_each_version_with_its_dates_and_note(client, item):
    page = client.get(ways()[1]).text

    assert page.index("第2版（现行）") < page.index("<h2>第1版</h2>")
    assert "修改说明：更正第二段" in page
    assert "2018-11-20 10:30 起，至 2018-11-21 10:30" in page


def test_an_earlier_version_is_read_with_its_own_words_and_files(client, item):
    page = client.get(ways()[3])

    assert page.status_code == 200
    assert "第二段旧文字" in page.text
    assert "第三段" not in page.text
    assert "现在请以" in page.text
    assert "旧表.txt" in page.text
    assert "新表.txt" not in page.text


def test_words_that_went_and_came_are_marked_as_such(client, item):
    page = client.get(ways()[4]).text

    assert "第二段<del>旧</del><ins>新</ins>文字。" in page
    assert "<ins>第三段。</ins>" in page
    assert "<del>旧</del><ins>新</ins>的标题" in page
    assert "新增：<ins>新表.txt</ins>" in page


def test_the_difference_of_files_tells_new_gone_and_replaced(cast):
    one = published(cast, files=[a_file(cast, "留.txt"), a_file(cast, "换.txt"), a_file(cast, "去.txt")])
    other = published(cast, files=[a_file(cast, "留.txt"), a_file(cast, "换.txt", b"2"), a_file(cast, "来.txt")])

    files = difference(one.content(), other.content(), at=AT).files

    assert [(each.how, each.label) for each in files] == [
        ("内容有更换", "换.txt"),
        ("新增", "来.txt"),
        ("删去", "去.txt"),
    ]


def test_the_difference_tells_what_is_explained_and_why_it_was_changed(cast):
    policy, gone = published(cast, title="某办法"), published(cast, title="不宜再提的办法")
    one, other = drafted(cast, explains=gone), drafted(cast, explains=policy, change_note="改正所解读的文件")
    withdraw(gone, cast, "secrecy")

    told = [
        (label, [each.text for each in words])
        for label, words in difference(one.content(), other.content(), at=AT).fields
    ]

    assert told == [
        ("所解读的文件", ["已撤回的信息", f"某办法（{policy.index_number}）"]),
        ("修改说明", ["改正所解读的文件"]),
    ]


def test_the_comparison_gives_the_notes_of_the_versions_between(client, cast, item):
    updated(cast, item, body="第三版。", change_note="补充数据", at=LATER.replace(day=22))

    pages = [client.get(f"{ways()[2]}?from={first}&to={second}").text for first, second in ((1, 3), (2, 3))]

    assert ["修改说明：更正第二段" in page for page in pages] == [True, False]
    assert ["修改说明：补充数据" in page for page in pages] == [True, True]


def test_paragraphs_far_from_a_change_are_counted_not_repeated(cast):
    one = published(cast, body="\n".join(f"第{n}段" for n in range(100)))
    other = published(cast, body="\n".join(f"第{n}段" for n in [*range(50), "五十改", *range(51, 100)]))

    lines = difference(one.content(), other.content(), at=AT).lines

    assert [line.how for line in lines] == ["left_out", "kept", "changed", "kept", "left_out"]
    assert (lines[0].stretches[0].text, lines[-1].stretches[0].text) == ("49", "48")


@pytest.mark.parametrize("query", ["", "?from=1", "?from=1&to=9", "?from=a&to=b", "?from=0&to=-1", "?from=%00&to=1"])
def test_versions_that_are_not_there_are_said_to_be_so(client, item, query):
    assert client.get(f"{ways()[2]}{query}").status_code in {400, 404}


def test_a_hidden_version_tells_its_dates_and_nothing_else(client, cast, item):
    updated(cast, item, body="第三版。", hides_old_version=True, at=LATER.replace(day=22))

    history = client.get(ways()[1]).text
    assert history.count("这一版不再供查阅") == 2
    answers = [client.get(address) for address in (*ways()[3:], f"{ways()[2]}?from=2&to=3")]
    assert {answer.status_code for answer in answers} == {404}
    assert not [answer for answer in [*answers, client.get(ways()[1])] if "旧文字" in answer.text]


def test_a_file_of_an_earlier_version_is_there_as_long_as_the_version(client, cast):
    old = a_file(cast, "旧表.txt")
    item = published(cast, files=[old])
    revision = revised(cast, item, body="二")
    revision.attachments.all().delete()
    item = publish_item(item=reviewed(cast, revision), by=cast.office, at=LATER)
    assert client.get(file_url(old)).status_code == 200

    PublicVersion.objects.update(is_hidden=True)
    assert client.get(file_url(old)).status_code == 404


@pytest.mark.parametrize("make", [drafted, approved])
def test_what_is_not_public_has_no_history(client, cast, make):
    make(cast)

    assert {client.get(address).status_code for address in ways()} == {404}


# --- Withdrawal ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("reason", GONE)
def test_of_what_had_to_go_no_word_and_no_file_is_left(client, cast, item, reason, method):
    old = PublicVersion.objects.get().files.get().file
    files = [old, *(each.file for each in item.attachments.all())]
    for address in ways():
        client.get(address)  # whatever is kept of pages is kept now

    withdraw(item, cast, reason, notice="更正后另行公布。")

    answers = [getattr(client, method)(address) for address in ways()]
    assert {answer.status_code for answer in answers} == {410}
    shown = "".join(answer.text for answer in answers)
    assert not [word for word in ("旧文字", "新文字", "新的标题", "旧的标题", "内部说明", "新表") if word in shown]
    assert {client.get(file_url(each)).status_code for each in files} == {404}
    assert "新的标题" not in client.get("/catalogue/?q=标题").text
    if method == "get":
        assert all("更正后另行公布。" in answer.text for answer in answers)


@pytest.mark.parametrize("reason", KEPT)
def test_what_is_outdated_stays_readable_at_its_address_alone(client, cast, item, reason):
    item = withdraw(item, cast, reason)

    page = client.get(item.get_absolute_url())

    assert page.status_code == 200
    assert "第二段新文字" in page.text
    assert f"本信息已撤回（{item.get_withdrawal_reason_display()}）" in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    assert client.get(file_url(item.attachments.first().file)).status_code == 200
    lists = ["/", "/catalogue/", "/catalogue/?q=新的标题", "/feeds/catalogue.xml", "/sitemap.xml"]
    assert not [address for address in lists if "新的标题" in client.get(address).text.replace('value="新的标题"', "")]
    assert ("替代它的文件" in page.text) == (reason == "replaced")


@pytest.mark.parametrize("reason", GONE)
def test_a_text_that_was_kept_can_still_be_closed(client, cast, item, reason):
    kept = withdraw(item, cast, "outdated")

    withdraw(kept, cast, reason)

    assert {client.get(address).status_code for address in ways()} == {410}
    assert client.get(file_url(item.attachments.first().file)).status_code == 404


@pytest.mark.parametrize("reason", GONE)
def test_what_shows_nothing_any_more_is_not_withdrawn_again(cast, item, reason):
    gone = withdraw(item, cast, reason)

    with pytest.raises(TransitionError, match="已撤回"):
        withdraw(gone, cast, "duplicate")


def test_a_kept_text_is_not_kept_once_more(cast, item):
    kept = withdraw(item, cast, "outdated")

    with pytest.raises(ValidationError, match="请选择其他原因"):
        withdraw(kept, cast, "outdated")


def test_a_comparison_of_very_much_shows_the_rest_as_a_whole():
    """What would cost a visitor's page too much is gone or new, paragraph by paragraph, and nothing is left out."""
    texts = [{"fields": {"body": "\n".join(f"{row}{word * 900}" for row in range(40))}, "files": []} for word in "甲乙"]

    lines = difference(texts[0], texts[1], at=AT).lines

    assert {line.how for line in lines} == {"gone", "new"}
    assert len(lines) == 80


# --- Whether it holds -----------------------------------------------------------------------------------


def test_replaced_and_replacing_point_at_each_other(client, cast):
    successor, old = published(cast, title="新办法"), published(cast, title="旧办法")
    said = {"validity": Validity.REPEALED, "effective_on": date(2015, 1, 1), "expires_on": None}
    change_validity(
        item=old, chosen={**said, "repealed_on": AT.date(), "replaced_by": successor}, reason="x", by=cast.office, at=AT
    )

    before, after = client.get(old.get_absolute_url()).text, client.get(successor.get_absolute_url()).text

    assert "本文件自 2018-11-20 起废止，仅供查阅。" in before
    assert f'替代文件：<a href="{successor.get_absolute_url()}">新办法</a>' in before
    assert "本文件替代：" in after
    assert f'<a href="{old.get_absolute_url()}">旧办法</a>' in after


def test_a_document_that_was_withdrawn_is_not_linked(client, cast):
    successor, old = published(cast, title="新办法"), published(cast, title="旧办法")
    said = {"validity": Validity.IN_FORCE, "effective_on": None, "expires_on": None, "repealed_on": None}
    change_validity(item=old, chosen={**said, "replaced_by": successor}, reason="x", by=cast.office, at=AT)
    withdraw(successor, cast, "secrecy")

    assert "新办法" not in client.get(old.get_absolute_url()).text


def test_an_emergency_release_says_so_until_its_review_is_complete(client, cast):
    item = released_at_once(cast, drafted(cast))
    assert "本信息为紧急公开，审查程序正在补办。" in client.get(item.get_absolute_url()).text

    Item.objects.filter(pk=item.pk).update(reviewed_after_at=LATER + timedelta(days=1))
    assert "正在补办" not in client.get(item.get_absolute_url()).text


def test_what_is_not_disclosed_shows_its_grounds(client, cast):
    item = published(
        cast,
        body="",
        method="not_disclosed",
        method_reason="process",
        method_explanation="讨论记录",
        next_review_date=date(2019, 11, 20),
    )

    page = client.get(item.get_absolute_url()).text

    assert "本信息不主动公开，这里只公布名称和理由" in page
    assert [words for words in ("过程性信息", "讨论记录", "2019-11-20") if words not in page] == []


def test_the_note_of_a_hidden_version_is_hidden_too_and_the_last_one_is_looked_at(cast):
    """A note tells what the version after it changed: with a hidden one it goes, the one that is shown is scanned."""
    item = published(cast)
    updated(cast, item, body="第二版", change_note="第一次修改的说明")
    updated(cast, item, body="第三版", change_note="第二次修改的说明", hides_old_version=True)

    shown = editions(Item.objects.get(pk=item.pk))
    assert [each.change_note for each in shown] == ["", "", "第二次修改的说明"]

    item.public_versions.filter(number=2).update(change_note="删去身份证号330226199001011232")
    item.public_versions.filter(number=1).update(change_note="删去身份证号330226199001011232")
    found = scan_versions(Item.objects.get(pk=item.pk))
    assert [(hit.kind, hit.field) for hit in found.hits] == [("id_card", "change_note")]


SHOWN = {"next_review_date": date(2019, 1, 1), "repealed_on": date(2018, 11, 1), "withdrawal_notice": "内容已过时。"}


@pytest.mark.parametrize("name", [*SHOWN, "replaced_by"])
def test_what_is_shown_is_in_the_fingerprint(cast, name):
    item, other = published(cast), published(cast, title="新的文件")
    before = item.content_hash()

    Item.objects.filter(pk=item.pk).update(**{name: SHOWN.get(name, other)})

    assert item.content_hash() != before


def test_no_checksum_stands_bare_on_a_public_page(client, item):
    """It is folded beside its file; only who verifies a paper has it in sight."""
    addresses = ["/", "/catalogue/", *ways()]
    pages = [client.get(address).text for address in addresses]
    folded = r"<details.*?</details>|<script.*?</script>|<[^>]+>"
    in_sight = [re.sub(folded, "", page, flags=re.DOTALL) for page in pages]

    assert any(re.search(r"[0-9a-f]{64}", page) for page in pages)
    assert [place for place, text in zip(addresses, in_sight, strict=True) if re.search(r"[0-9a-f]{40}", text)] == []
