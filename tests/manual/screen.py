"""A person at a screen: acts by the words that stand there, as the manual tells it, and remembers every word seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Error, FilePayload, Locator, Page, expect

from tests.manual.pictures import save_picture

# What can be read: every text that is shown, what a chooser offers, and what stands in buttons and for screen readers.
WORDS = """() => {
  const seen = [document.title, document.body.innerText];
  for (const each of document.querySelectorAll("option")) seen.push(each.label);
  for (const each of document.querySelectorAll("input[type=submit], [aria-label], [placeholder]"))
    if (each.checkVisibility()) seen.push(each.type === "submit" ? each.value : "", each.ariaLabel || "", each.placeholder || "");
  return seen.join("\\n");
}"""
RING = """(each) => {
  each.style.outline = "3px solid #d4380d";
  each.style.outlineOffset = "4px";
  each.style.borderRadius = "4px";
}"""
MADE_WITHIN = 120  # seconds
PLAIN = "(each) => { each.style.outline = each.style.outlineOffset = each.style.borderRadius = ''; }"


class Hand:
    """Fields, buttons and links are found by their words alone; `within` narrows where they are looked for."""

    def __init__(self, page: Page, seen: list[str]) -> None:
        self.page, self.seen = page, seen
        self.place: Page | Locator = page

    @contextmanager
    def within(self, selector: str, *, words: str = "") -> Iterator[None]:
        """Look only in the first part of the page that this selector names and in which these words stand."""
        self.place = self.page.locator(selector).filter(has_text=words).first
        try:
            yield
        finally:
            self.place = self.page

    def read(self) -> None:
        """Once the page that a click may have begun to open is there."""
        self.page.wait_for_load_state()
        try:
            self.seen.append(self.page.locator("body").evaluate(WORDS))
        except Error:  # it has given way to the next one meanwhile
            self.page.wait_for_load_state()
            self.seen.append(self.page.locator("body").evaluate(WORDS))

    def go(self, address: str) -> None:
        self.page.goto(address)
        self.read()

    def see(self, words: str, *, patience: float | None = None) -> None:
        """These words stand on the page, soon."""
        expect(self.page.get_by_text(words).locator("visible=true").first).to_be_visible(timeout=patience)
        self.read()

    def open_first(self) -> None:
        """The first record of a list of the admin, of rows elsewhere."""
        rows = self.page.locator("#result_list tbody, main .rows .row-title")
        self._click(rows.first.get_by_role("link").first)

    def press(self, button: str) -> None:
        self._click(self.button(button))

    def follow(self, link: str) -> None:
        self._click(self.place.get_by_role("link", name=link).first)

    def unfold(self, summary: str) -> None:
        self._click(self.place.locator("summary").filter(has_text=summary).locator("visible=true").first)

    def fill(self, label: str, text: str) -> None:
        self.field(label).fill(text)

    def tick(self, label: str) -> None:
        self.field(label).check()

    def choose(self, label: str, option: str) -> None:
        """The first that these words are part of."""
        field = self.field(label)
        value = field.locator("option").filter(has_text=option).first.get_attribute("value")
        field.select_option(value)

    def upload(self, label: str, *files: FilePayload) -> None:
        self.field(label).set_input_files(list(files))

    def made(self, link: str) -> Locator:
        """The link to what a worker makes behind the page, which is opened anew until it is offered."""
        found = self.page.get_by_role("link", name=link).first
        for _ in range(MADE_WITHIN):
            if found.is_visible():
                break
            self.page.wait_for_timeout(1000)
            self.page.reload()
        expect(found).to_be_visible()
        self.read()
        return found

    def press_for_ticked(self, action: str) -> None:
        """In a list of the admin: this is done with the first row."""
        self.page.locator("#result_list tbody").get_by_role("checkbox").first.check()
        self.choose("动作", action)
        self.press("执行")

    def button(self, words: str) -> Locator:
        return self.place.get_by_role("button", name=words, exact=True).locator("visible=true").first

    def field(self, label: str) -> Locator:
        return self.place.get_by_label(label).locator("visible=true").first

    def picture(self, path: Path, *, at: Locator | None = None, top: Locator | None = None, above: int = 160) -> None:
        """The screen with what the step is about ringed (`at`); `above` that, or `top`, stands so much of the page."""
        self.read()
        if shown := top or at:
            shown.evaluate("(each, above) => scrollTo(0, each.getBoundingClientRect().top + scrollY - above)", above)
        else:
            self.page.evaluate("scrollTo(0, 0)")
        if at is not None:
            at.evaluate(RING)
        self.page.mouse.move(0, 0)
        save_picture(self.page.screenshot(animations="disabled"), path)
        if at is not None:
            at.evaluate(PLAIN)

    def _click(self, what: Locator) -> None:
        self.read()
        what.click()
        self.page.wait_for_load_state()
        self.read()
