/* Work by keyboard: a letter presses what is marked `data-key`, Enter what is marked "enter" unless the focus is on something that has an Enter of its own; not while somebody is typing, nor when the keys are switched off. Without this script everything is a link or a button. */

const KEYS_KEPT = "notice-shortcuts";
const OWN_ENTER = "a, button, input, select, summary, textarea";

function typing(element) {
  return element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

/* What is folded away is opened first; a field takes the cursor, everything else is pressed. */
function press(target) {
  const fold = target.closest("details");
  if (fold && !target.matches("summary")) {
    fold.open = true;
  }
  if (typing(target)) {
    target.focus();
  } else {
    target.click();
  }
}

function keysAreOn() {
  return document.querySelector("[data-shortcuts-on]") && localStorage.getItem(KEYS_KEPT) !== "off";
}

document.addEventListener("keydown", (event) => {
  if (!keysAreOn() || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || typing(event.target)) {
    return;
  }
  const key = event.key.toLowerCase();
  const isEnter = key === "enter" && !event.target.matches(OWN_ENTER);
  const target = isEnter || /^[a-z]$/.test(key) ? document.querySelector(`[data-key="${key}"]`) : null;
  if (target) {
    event.preventDefault();
    press(target);
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-shortcuts-on]")) {
    localStorage.setItem(KEYS_KEPT, event.target.checked ? "on" : "off");
  }
});

/* What unfolds below what one reads (the form of a return) comes into sight, and lies over nothing. */
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.open && event.target.closest(".decision")) {
      event.target.closest(".decision").scrollIntoView({ block: "nearest" });
    }
  },
  true,
);

function showKeys() {
  for (const panel of document.querySelectorAll("[data-shortcuts]")) {
    panel.hidden = false;
    panel.querySelector("[data-shortcuts-on]").checked = localStorage.getItem(KEYS_KEPT) !== "off";
  }
}

showKeys();
document.addEventListener("htmx:afterSettle", showKeys);
