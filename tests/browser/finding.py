"""What a visitor does in the catalogue, at any width, with script and without: find, narrow, print."""

from playwright.sync_api import Page, expect

from disclosure.models import Item


def search(page: Page, words: str) -> None:
    page.goto("/")
    page.get_by_label("查找政府信息").fill(words)
    page.get_by_role("button", name="搜索").click()


def narrow(page: Page, kind: Item.Kind) -> None:
    """By the kind of information; the links lie folded on a phone, and everywhere without script."""
    page.wait_for_load_state()  # on a wide screen the script unfolds them
    choices = page.get_by_role("region", name="信息类型")
    if not choices.is_visible():
        page.locator(".narrowing > summary").click()
    choices.get_by_role("link", name=kind.label).click()


def assert_prints_alone(page: Page, title: str) -> None:
    """On paper stands the text, and nothing to click on."""
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    for chrome in (page.locator(".site-nav"), page.locator(".site-search"), page.get_by_role("link", name="本页纠错")):
        expect(chrome).to_be_hidden()
