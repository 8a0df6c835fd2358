/* Small comforts of the public pages; every page works without them. */

const TEXT_SIZE = "text-size";

function applyTextSize(size) {
  document.documentElement.dataset.textSize = size;
  for (const button of document.querySelectorAll("[data-set-text-size]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTextSize === size));
  }
}

function setTextSize(size) {
  localStorage.setItem(TEXT_SIZE, size);
  applyTextSize(size);
}

function showTools() {
  for (const tools of document.querySelectorAll("[data-tools]")) {
    tools.hidden = false;
  }
  if (document.querySelector("[data-set-text-size]")) {
    applyTextSize(localStorage.getItem(TEXT_SIZE) || "medium");
  }
}

/* On a wide screen there is room for what narrows a list; on a phone, and in the elder mode, it stays folded until it is wanted. */
function openWhenWide() {
  const isElder = document.querySelector("link[data-display=elder]");
  if (!isElder && window.matchMedia("(min-width: 62rem)").matches) {
    for (const each of document.querySelectorAll("details[data-open-when-wide]")) {
      each.open = true;
    }
  }
}

/* A part that a link leads to is opened. */
function openTarget() {
  document.querySelector("details:target")?.setAttribute("open", "");
}

window.addEventListener("hashchange", openTarget);
document.addEventListener("click", (event) => {
  if (event.target.closest('a[href^="#"]')?.hash === window.location.hash) {
    openTarget(); // once more to the same place
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-set-text-size], button[data-print]");
  if (!button) {
    return;
  }
  if (button.dataset.setTextSize) {
    setTextSize(button.dataset.setTextSize);
  } else {
    window.print();
  }
});

showTools();
openWhenWide();
openTarget();
document.body.addEventListener("htmx:afterSettle", showTools);
