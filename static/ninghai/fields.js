/* Comforts of single fields (components/_field.html): how much is written of how much may be, and numbers at a tap. Everything is heard at
   the document, so that a field which comes later has them too; without this script one types, and the server says what is too much. */

function count(field) {
  const words = field.parentElement.querySelector(".count");
  if (!words) {
    return;
  }
  const most = Number(field.dataset.longest);
  const pairs = field.value.match(/[\uD800-\uDBFF]/g) ?? []; // a rare character counts once
  const typed = field.value.length - pairs.length;
  const [shown, warning] = words.children;
  shown.textContent = `${typed}/${most}`;
  const said = typed > most ? `已超过${most}字，请写短一些。` : "";
  if (warning.textContent !== said) {
    warning.textContent = said;
  }
}

function showTap(taps, field) {
  for (const tap of taps.querySelectorAll("button")) {
    tap.setAttribute("aria-pressed", String(tap.value === field.value));
  }
}

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-longest]")) {
    count(target);
  }
  const taps = target.id && document.querySelector(`[data-sets="${target.id}"]`);
  if (taps) {
    showTap(taps, target);
  }
});

document.addEventListener("click", (event) => {
  const tap = event.target.closest("[data-sets] button");
  if (tap) {
    const field = document.getElementById(tap.parentElement.dataset.sets);
    field.value = tap.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

for (const field of document.querySelectorAll("[data-longest]")) {
  count(field);
}
for (const taps of document.querySelectorAll("[data-sets]")) {
  showTap(taps, document.getElementById(taps.dataset.sets));
}
