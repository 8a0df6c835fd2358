"""A form that comes back refused: it says why, and the cursor stands where something is wrong."""

from playwright.sync_api import Page

from tests.browser import axe
from tests.browser.objections import objections

FORMS_OF_A_PAGE = 2
# The forms with something that must be typed; those that htmx sends leave the page where it is.
FORMS = """[...document.querySelectorAll("main form[method=post]:not([data-hx-post], #changelist-form)")].filter(
  (form) => [...form.elements].some((each) => each.required && each.matches("input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), textarea, select")))"""
# Empties what must be filled in and sends the form, past the browser's own checks.
SEND_EMPTY = f"""(number) => {{
  const form = {FORMS}[number];
  for (const each of form.elements) if (each.required && !["radio", "checkbox"].includes(each.type)) each.value = "";
  form.noValidate = true;
  form.requestSubmit(form.querySelector(".button--primary[type=submit], .default[type=submit]") || form.querySelector("[type=submit]"));
}}"""
MISPLACED = """() => {
  const wrong = [...document.querySelectorAll("[aria-invalid=true]")].filter((each) => each.checkVisibility() && each.type !== "hidden");
  const here = document.activeElement;
  return wrong.length === 0 || wrong.some((each) => each === here) ? "" : `${wrong[0].name} is wrong, the cursor is in ${here.name || here.tagName}`;
}"""


def objections_to_refusals(page: Page) -> list[str]:
    """Send the first forms of the page that is open empty, and look at what comes back; with `make axe` as at any page."""
    address, found = page.url, []
    for number in range(min(page.evaluate(f"{FORMS}.length"), FORMS_OF_A_PAGE)):
        if page.url != address or number:
            page.goto(address)
        with page.expect_navigation():
            page.evaluate(SEND_EMPTY, number)
        if page.locator("[aria-invalid=true]").count():
            told = [page.evaluate(MISPLACED), *(objections(page) if axe.IS_WHOLE else ())]
            found += [f"form {number + 1} sent empty: {each}" for each in told if each]
        else:
            found.append(f"form {number + 1} was sent empty, and no field says why it was refused")
    return found
