"""The user manual cannot grow stale: what it quotes stands on a screen, what it shows exists, and every flow of it is played."""

from tests.manual.chapters import IN_WORDS, MANUAL, PICTURES, flows, flows_of
from tests.manual.portal_words import is_on_a_screen

MOST_BYTES = 5_000_000
FLOWS = flows()
WRITTEN = [*FLOWS, *(flow for chapter in IN_WORDS for flow in flows_of(chapter))]


def test_every_picture_is_shown_once_and_every_picture_shown_exists():
    shown = [picture for flow in FLOWS for picture in flow.pictures]

    assert sorted(shown) == sorted(picture.name for picture in PICTURES.iterdir())


def test_the_pictures_are_small():
    assert sum(picture.stat().st_size for picture in PICTURES.iterdir()) < MOST_BYTES


def test_a_flow_says_who_does_what_where_and_shows_it():
    wanted = ("**谁**", "**在哪里**", "\n1. ")

    assert [(flow.title, words) for flow in WRITTEN for words in wanted if words not in flow.text] == []
    assert [flow.title for flow in FLOWS if len(flow.pictures) != 1] == []


def test_what_a_flow_quotes_stands_in_the_portal():
    assert [(flow.title, words) for flow in WRITTEN for words in flow.quoted if not is_on_a_screen(words)] == []


def test_words_that_no_screen_has_are_noticed():
    assert not is_on_a_screen("提交给局长")
    assert is_on_a_screen("签署个人信息审查意见：同意公开")


def test_the_manual_and_its_play_have_the_same_flows():
    from tests.manual.play import PLAY, picture_of

    assert sorted(picture_of(flow) for flow in PLAY) == sorted(picture for flow in FLOWS for picture in flow.pictures)


def test_some_flows_are_played_in_their_order_whatever_the_order_of_their_names():
    from tests.manual.play import PLAY, flows_named, name_of

    assert [name_of(flow) for flow in flows_named(["public-find", "unit-to-do"])] == ["unit-to-do", "public-find"]
    assert flows_named([]) == PLAY


def test_the_first_page_leads_to_every_chapter():
    contents = (MANUAL / "README.md").read_text(encoding="utf-8")

    assert [flow.chapter for flow in WRITTEN if f"]({flow.chapter})" not in contents] == []
