/* Titles while somebody types, in the browser's own list of suggestions (<datalist>); the field works without them. */

const WAIT = 150; // milliseconds after the last key
const SHORTEST = 2; // characters

function showTitles(list, titles) {
  list.replaceChildren(...titles.map((title) => new Option(title, title)));
}

function newList(field) {
  const list = document.createElement("datalist");
  list.id = `${field.id}_titles`;
  field.after(list);
  field.setAttribute("list", list.id);
  return list;
}

function suggestFor(field) {
  const list = document.getElementById(field.getAttribute("list")) ?? newList(field);
  let waiting = 0;
  let asked = new AbortController();

  async function ask() {
    asked.abort();
    asked = new AbortController();
    try {
      const address = `${field.dataset.suggest}?${new URLSearchParams({ q: field.value })}`;
      const answer = await fetch(address, { signal: asked.signal });
      if (answer.ok) {
        showTitles(list, (await answer.json()).titles);
      }
    } catch {
      // a newer question is on its way, or the line is down: no suggestion is no harm
    }
  }

  field.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (event.isComposing || field.value.trim().length < SHORTEST) {
      return;
    }
    waiting = setTimeout(ask, WAIT);
  });
  field.addEventListener("compositionend", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  });
}

for (const field of document.querySelectorAll("input[data-suggest]")) {
  suggestFor(field);
}
