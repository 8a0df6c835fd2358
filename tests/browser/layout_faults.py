"""What an eye would object to on a page: a missing heading, something wider than the screen, words that are not Chinese."""

import re
from collections.abc import Callable, Sequence

from playwright.sync_api import Page, ViewportSize

from tests.browser import axe, nu
from tests.browser.people import WIDTHS

# A tablet, the smallest telephone, and a desk at 400 % (WCAG 2.1, 1.4.10).
REFLOW = ({"width": 768, "height": 1024}, {"width": 360, "height": 740}, {"width": 320, "height": 640})
EVERY_WIDTH: Sequence[ViewportSize] = (*WIDTHS, *REFLOW)
Judge = Callable[[Page], list[str]]
WHEN_ASKED: Judge = axe.violations if axe.IS_WHOLE else lambda page: []
# Names of formats and programs that have no Chinese name.
ALLOWED = {
    "Atom",
    "CSV",
    "Chrome",
    "Excel",
    "JSON",
    "Linux",
    "PDF",
    "Python",
    "SHA",
    "Word",
    "XLSX",
    "docx",
    "html",
    "jpeg",
    "macOS",
    "pptx",
    "xlsx",
}
# The accounts of the cast.
ACCOUNTS = {"auditor", "clerk", "finance", "head", "inspector", "office", "security", "signer", "system", "town"}
WORD = re.compile(r"[A-Za-z]{4,}")
# Hashes, the codes of papers, 统一编号, names of files: no words of a language.
CODE = re.compile(
    r"\b[A-Z]{4}\d\d-\d{4}-\d{4}\b|\b[0-9a-f]{64}\b|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b|\b\w+\.(?:txt|pdf)\b", re.ASCII
)

# Every text that a person can see or hear, apart from what is code by its nature: hashes, programs, addresses, file and user names.
READ = """() => {
  const CODE = "code, pre, bdi, .hash, .digest, .field-username, .field-code, .field-website, script, style, noscript";
  const seen = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const around = texts.currentNode.parentElement;
    const words = texts.currentNode.data.trim();
    if (words && !around.closest(CODE) && around.checkVisibility()) seen.push(words);
  }
  for (const each of document.querySelectorAll("[aria-label], [title], [alt], [placeholder], input[type=submit]")) {
    if (each.closest(CODE) || !each.checkVisibility()) continue;
    for (const name of ["aria-label", "title", "alt", "placeholder"]) seen.push(each.getAttribute(name) || "");
    if (each.type === "submit") seen.push(each.value);
  }
  return [document.title, ...seen];
}"""
WIDER = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return "";
  const isCut = (each) => {
    for (let above = each.parentElement; above && above !== document.body; above = above.parentElement)
      if (getComputedStyle(above).overflowX !== "visible") return true;
    return false;
  };
  const wide = [...document.body.querySelectorAll("*")].filter(
    (each) => each.getBoundingClientRect().right > root.clientWidth + 1 && !isCut(each));
  const told = wide.slice(-3).map((each) => `${each.tagName}.${each.className} ${each.textContent.trim().slice(0, 30)}`);
  return `${root.scrollWidth} > ${root.clientWidth}: ${told.join(" | ")}`;
}"""

# What the standard of HTML (and the Nu checker by it) forbids, and browsers forgive; each was on a page once.
NOT_HTML = """() => {
  const found = [];
  const MADE_BY_DJANGO = ".select2, .selector, .datetimeshortcuts, .calendarbox, .clockbox";  // by its scripts
  const tell = (what, each) => each.closest(MADE_BY_DJANGO) || found.push(`${what}: ${each.outerHTML.slice(0, 90)}`);
  const tellAll = (what, which) => document.querySelectorAll(which).forEach((each) => tell(what, each));
  for (const each of document.querySelectorAll("*"))
    for (const name of each.getAttributeNames())
      if (name.startsWith("hx-") || name.startsWith("on")) tell(`attribute ${name}`, each);
  tellAll("autocomplete of what nobody types", "input[type=hidden][autocomplete]:not([name$=_FORMS])");  // there Django's script puts it
  tellAll("nothing but items in a list", ":is(ul, ol) > :not(li, script, template)");
  tellAll("a list outside of its list", "li:not(:is(ul, ol, menu) > li)");
  tellAll("a block within a line", ":is(p, span, button, label, summary) :is(div, p, ul, ol, table, section, form)");
  tellAll("a link or button within another", ":is(a, button) :is(a, button, input:not([type=hidden]), select, textarea)");
  tellAll("a name for what has no role", ":is(pre, p, div, span):not([role]):is([aria-label], [aria-labelledby])");
  for (const each of document.querySelectorAll("option:not([label])")) if (!each.textContent.trim()) tell("an option without words", each);
  for (const each of document.querySelectorAll("select[required]:not([multiple], [size])")) {
    const first = each.options[0];
    if (!first || (first.value && first.textContent.trim())) tell("a list that asks for a choice and has no first one of nothing", each);
  }
  for (const each of document.querySelectorAll("th, caption, legend, h1, h2, h3, h4, h5, h6, label"))
    if (!each.textContent.trim() && !each.querySelector("input, img[alt], svg[aria-label]") && !each.getAttribute("aria-label")) tell("empty", each);
  for (const each of document.querySelectorAll("label[for]")) {
    // Django's chooser of several gives its list another name.
    const meant = document.getElementById(each.htmlFor) || document.getElementById(`${each.htmlFor}_from`);
    if (!meant || meant.type === "hidden" || !("labels" in meant)) tell("a label of nothing", each);
  }
  let above = 0;
  for (const each of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const level = Number(each.tagName[1]);
    if (level > above + 1) tell(`level ${level} below ${above}`, each);
    above = level;
  }
  const isFound = !document.querySelector("meta[name=robots][content*=noindex]");  // pages for nobody's search need none
  if (document.querySelectorAll("meta[name=description i]").length !== 1 && isFound) found.push("not one description");
  return [...new Set(found)];
}"""


def look(page: Page, *, at: Sequence[ViewportSize] = EVERY_WIDTH, judge: Judge = WHEN_ASKED) -> list[str]:
    """The faults of the page that is open, at every width; axe judges at each as well (with `make axe`, else where it is named).

    With `make html-check` the Nu checker judges it, and nobody else.
    """
    page.wait_for_load_state()
    if nu.JAR:
        return nu.errors(page)
    headings, faults = page.evaluate("document.querySelectorAll('h1').length"), []
    if headings != 1:
        faults.append(f"{headings} headings of the first level")
    if foreign := foreign_words(page):
        faults.append(f"not Chinese: {', '.join(foreign)}")
    faults += page.evaluate(NOT_HTML)
    for size in at:
        if page.viewport_size != size:
            page.set_viewport_size(size)
        faults += [*too_wide(page), *judge(page)]
    page.set_viewport_size(WIDTHS[0])
    return faults


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways at the width that is set."""
    wider = page.evaluate(WIDER)
    return [f"too wide at {page.viewport_size['width']}: {wider}"] if wider else []


def foreign_words(page: Page) -> list[str]:
    found = {word for text in page.evaluate(READ) for word in WORD.findall(CODE.sub(" ", text))}
    return sorted(found - ALLOWED - ACCOUNTS)
