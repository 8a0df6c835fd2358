/* The menu of a filter closes when one goes on elsewhere, or with Escape. */

function closeFilters(except) {
  for (const menu of document.querySelectorAll(".filter-chip > details[open]")) {
    if (menu !== except) {
      menu.open = false;
    }
  }
}

document.addEventListener("click", (event) => closeFilters(event.target.closest(".filter-chip > details")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest(".filter-chip > details[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* In a table of records that belong to this one, a field has no label; its column names it. */

function labelOf(field) {
  return document.querySelector(`label[for="${field.id}"]`) ?? columnOf(field.closest("td"));
}

function columnOf(cell) {
  const column = cell?.className.match(/field-(\w+)/)?.[1];
  const heading = column ? `th.column-${column}` : "thead th:last-child"; // the last is for deleting
  return cell?.closest("table").querySelector(heading);
}

for (const field of document.querySelectorAll(".inline-related td :is(input, select, textarea):not([type=hidden])")) {
  const label = labelOf(field);
  if (label?.matches("th")) {
    label.id ||= `${field.id}_column`;
    field.setAttribute("aria-labelledby", label.id);
  }
}

/* What Django draws in place of a select with a search (select2) has no name; it is named as the select is. */

function nameChoosers() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = labelOf(select);
    const drawn = select.nextElementSibling;
    if (!label || !drawn?.matches(".select2")) {
      continue;
    }
    label.id ||= `${select.id}_label`;
    const chooser = drawn.querySelector(".select2-selection");
    chooser?.setAttribute("aria-labelledby", `${label.id} ${chooser.getAttribute("aria-labelledby") ?? ""}`.trim());
    drawn.querySelector(".select2-search__field")?.setAttribute("aria-label", label.textContent.trim());
    drawn.querySelector("span.select2-selection__rendered")?.setAttribute("aria-labelledby", label.id);
    nameChosen(drawn.querySelector("ul.select2-selection__rendered"), label);
  }
}

/* A list with more in it than its items is none: what was chosen is a group instead. */
function nameChosen(chosen, label) {
  chosen?.setAttribute("role", "group");
  chosen?.setAttribute("aria-labelledby", label.id);
  for (const each of chosen?.querySelectorAll(":scope > li") ?? []) {
    each.setAttribute("role", "presentation");
  }
}

/* Django puts the cursor into the first field of a new record; of a form that was refused it belongs where something is wrong. */

window.addEventListener("load", () => {
  nameChoosers();
  document.querySelector("#content [aria-invalid=true][autofocus]")?.focus();
  window.django?.jQuery?.(document).on("change", "select.admin-autocomplete", () => window.setTimeout(nameChoosers));
});
