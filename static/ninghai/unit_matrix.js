/* The heat map by keyboard: Tab enters it once, arrows move from cell to cell, Enter opens. Without this script Tab reaches every cell. */

const PAGE = 10; // rows of PageUp and PageDown

const map = document.querySelector("[data-heat-map]");
const here = document.querySelector("[data-here]");

/* The links by row and column; heads are cells like the others. */
function places(table) {
  return [...table.rows]
    .filter((row) => row.querySelector("a"))
    .map((row) => {
      const skip = Number(row.dataset.skip || 0);
      return [...row.cells].reduce((links, cell) => {
        links[cell.cellIndex + skip] = cell.querySelector("a");
        return links;
      }, []);
    });
}

const rows = map ? places(map) : [];
const heads = rows[0] || [];

function placeOf(link) {
  const cell = link.closest("th, td");
  const row = cell.parentElement;
  return [rows.findIndex((links) => links.includes(link)), cell.cellIndex + Number(row.dataset.skip || 0)];
}

/* The next link from a place in a direction, past cells that ask nothing of anybody. */
function next(row, column, down, right) {
  for (let y = row + down, x = column + right; y >= 0 && y < rows.length && x >= 0 && x < width; y += down, x += right) {
    if (rows[y][x]) {
      return rows[y][x];
    }
  }
  return null;
}

const width = Math.max(0, ...rows.map((links) => links.length));

function wanted(event, row, column) {
  const last = rows.length - 1;
  const whole = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case "ArrowRight": return next(row, column, 0, 1);
    case "ArrowLeft": return next(row, column, 0, -1);
    case "ArrowDown": return next(row, column, 1, 0);
    case "ArrowUp": return next(row, column, -1, 0);
    case "Home": return next(whole ? 0 : row, -1, 0, 1);
    case "End": return next(whole ? last : row, width, 0, -1);
    case "PageDown": return next(Math.min(row + PAGE, last) - 1, column, 1, 0) || next(last + 1, column, -1, 0);
    case "PageUp": return next(Math.max(row - PAGE, 0) + 1, column, -1, 0) || next(-1, column, 1, 0);
    default: return undefined;
  }
}

/* Whose cell it is, in words: beside the map for the eye, and spoken. */
function tell(link) {
  const [row, column] = placeOf(link);
  const point = rows[row].find(Boolean);
  const unit = heads[column];
  here.textContent = link === point || row === 0 ? link.textContent : `${point.textContent} ${unit.textContent}：${link.textContent}`;
}

function enter(link) {
  map.querySelector("a[tabindex='0']")?.setAttribute("tabindex", "-1");
  link.setAttribute("tabindex", "0");
}

if (map) {
  map.setAttribute("role", "grid");
  for (const link of map.querySelectorAll("a")) {
    link.setAttribute("tabindex", "-1");
  }
  enter(map.querySelector("td a") || map.querySelector("a"));
  for (const words of document.querySelectorAll("[data-keys]")) {
    words.hidden = false;
  }
  map.addEventListener("keydown", (event) => {
    const link = event.target.closest("a");
    const goal = link && !event.altKey && !event.shiftKey ? wanted(event, ...placeOf(link)) : undefined;
    if (goal !== undefined) {
      event.preventDefault();
      goal?.focus();
    }
  });
  map.addEventListener("focusin", (event) => {
    const link = event.target.closest("a");
    if (link) {
      enter(link);
      tell(link);
    }
  });
  map.addEventListener("mouseover", (event) => {
    const link = event.target.closest("td a");
    if (link) {
      tell(link);
    }
  });
}
