/* The correction desk by keyboard (`keys.js`): one letter for each act of the point in which the reader is. */

const points = [...document.querySelectorAll(".point")];

/* The point that has the focus, else the one that the address names. */
function here() {
  const named = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  return document.activeElement.closest(".point") || (named && named.closest(".point"));
}

function go(point) {
  if (point) {
    point.focus();
    point.scrollIntoView({ block: "nearest" });
  }
}

function step(by) {
  const place = points.indexOf(here());
  go(points[place < 0 ? 0 : place + by]);
}

function next() {
  const point = here();
  const link = (point && point.querySelector("[data-next]")) || document.querySelector("[data-next]");
  const target = link && document.getElementById(link.hash.slice(1));
  if (target) {
    location.hash = link.hash;
    go(target);
  } else if (link) {
    link.click(); // on another page of the tree
  }
}

/* An act behind a closed fold is opened to be seen, a fold's own heading hands the focus on to its first field. */
function act(key) {
  const point = here();
  const target = point && point.querySelector(`[data-key="${key}"]`);
  if (!target) {
    return false;
  }
  target.click();
  if (target.matches("summary")) {
    target.parentElement.querySelector("input[type=date]").focus();
  }
  return true;
}

document.addEventListener("shortcut", (event) => {
  const key = event.detail;
  if (key === "j" || key === "k") {
    step(key === "j" ? 1 : -1);
  } else if (key === "n") {
    next();
  } else {
    act(key);
  }
  event.preventDefault();
});

function follow() {
  const named = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  if (named && named.matches(".point")) {
    named.focus({ preventScroll: true });
  }
}

window.addEventListener("hashchange", follow);
follow();
