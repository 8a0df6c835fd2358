/* Work by keyboard: a letter presses what is marked `data-key`, unless somebody is typing or has switched the letters off. Without this script everything is a link or a button. */

const KEYS_KEPT = "notice-shortcuts";
const keysPanel = document.querySelector("[data-shortcuts]");
const keysOn = document.querySelector("[data-shortcuts-on]");

function typing(element) {
  return element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

/* What is folded away is opened first; a field takes the cursor, everything else is pressed. */
function press(target) {
  const fold = target.closest("details");
  if (fold) {
    fold.open = true;
  }
  if (typing(target)) {
    target.focus();
  } else {
    target.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (!keysOn || !keysOn.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || typing(event.target)) {
    return;
  }
  const key = event.key.toLowerCase();
  if (!/^[a-z]$/.test(key)) {
    return;
  }
  const asked = new CustomEvent("shortcut", { detail: key, cancelable: true });
  const target = document.querySelector(`[data-key="${key}"]`);
  if (!document.dispatchEvent(asked)) {
    event.preventDefault(); // the page has an order of its own
  } else if (target) {
    event.preventDefault();
    press(target);
  }
});

if (keysPanel) {
  keysPanel.hidden = false;
  keysOn.checked = localStorage.getItem(KEYS_KEPT) !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem(KEYS_KEPT, keysOn.checked ? "on" : "off"));
}
