/* A notice beside its text: after a tap only the page's middle is fetched (htmx), both panes keep their place and show the open point and its words. Without this script each tap is a page. */

let paneTop = 0;

function middle(pane, target) {
  const place = target.getBoundingClientRect();
  const frame = pane.getBoundingClientRect();
  return pane.scrollTop + place.top - frame.top - (frame.height - Math.min(place.height, frame.height)) / 2;
}

function isOut(pane, target) {
  const place = target.getBoundingClientRect();
  const frame = pane.getBoundingClientRect();
  return place.top < frame.top || place.bottom > frame.bottom;
}

/* The open point takes the focus: the letters are for it, and a screen reader says its name. */
function showOpenPoint() {
  const pane = document.querySelector("[data-pane]");
  const point = document.querySelector(".point");
  const words = document.getElementById("here");
  if (pane && point && pane.scrollHeight > pane.clientHeight + 1) {
    pane.scrollTop = paneTop;
    if (isOut(pane, point)) {
      pane.scrollTop += point.getBoundingClientRect().top - pane.getBoundingClientRect().top - 8;
    }
  }
  if (words) {
    const source = words.closest(".source");
    source.scrollTop = middle(source, words);
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const pane = document.querySelector("[data-pane]");
  paneTop = pane ? pane.scrollTop : 0;
  event.detail.shouldSwap = true; // a refusal or a conflict is a page like others, with everything typed
  event.detail.isError = false;
});

document.addEventListener("htmx:afterSettle", () => {
  showOpenPoint();
  const point = document.querySelector(".point");
  if (point) {
    point.focus({ preventScroll: true });
    if (!matchMedia("(min-width: 64rem)").matches) {
      point.scrollIntoView({ block: "start" });
    }
  } else {
    scrollTo(0, 0);
  }
});

showOpenPoint();
if (location.search.includes("point=") && document.querySelector(".point")) {
  document.querySelector(".point").focus({ preventScroll: true });
}
