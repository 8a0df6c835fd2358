/* Comforts of single fields (components/_field.html): how much is written of how much may be, numbers at a tap, a long list of units narrowed
   by typing. Everything is heard at the document, so that a field which htmx brings has them too; without this script there are the plain fields. */

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

/* Units, to be ticked or chosen (components/_unit_finder.html). What is chosen stays in sight whatever one types. */

const FEW = 8; // are seen at a glance
const RECENT = "recent-units";
const MOST_RECENT = 5;
const REMEMBERS = /^\/(work|admin)\//.test(location.pathname); // what the public chooses is kept nowhere

class UnitList {
  constructor(frame) {
    this.frame = frame;
    this.list = frame.nextElementSibling;
    this.select = this.list.matches("select:not([multiple])") ? this.list : null;
    this.choices = this.select ? [...this.select.options].filter((option) => option.value) : [...this.list.querySelectorAll("label[for]")];
    this.before = this.chosen.map(nameOf);
    frame.hidden = this.choices.length <= FEW;
    this.offerRecent();
  }

  get chosen() {
    return this.select ? this.choices.filter((choice) => choice.value === this.select.value) : this.choices.filter((choice) => choice.control.checked);
  }

  get lately() {
    return this.chosen.map(nameOf).filter((name) => !this.before.includes(name));
  }

  narrow(words) {
    const chosen = this.chosen;
    const fitting = this.choices.filter((choice) => nameOf(choice).includes(words));
    const shown = this.choices.filter((choice) => fitting.includes(choice) || chosen.includes(choice));
    if (this.select) {
      const { value } = this.select; // taking options away chooses others
      this.select.replaceChildren(...[...this.select.options].filter((option) => !option.value), ...shown);
      this.select.value = value;
    } else {
      this.choices.forEach((choice) => { choice.parentElement.hidden = !shown.includes(choice); });
    }
    this.frame.querySelector("[aria-live]").textContent = words && (fitting.length ? `${fitting.length}个符合` : "没有符合的");
    return fitting;
  }

  choose(choice) {
    if (this.select) {
      this.select.append(...(choice.isConnected ? [] : [choice])); // narrowed away
      this.select.value = choice.value;
    } else {
      choice.control.checked = true;
    }
    (this.select ?? choice.control).dispatchEvent(new Event("change", { bubbles: true }));
  }

  offerRecent() {
    const names = REMEMBERS ? recent() : [];
    const offered = this.choices.filter((choice) => names.includes(nameOf(choice)) && !this.chosen.includes(choice));
    const place = this.frame.querySelector("p");
    place.hidden = !offered.length;
    place.append(...offered.map((choice) => this.button(choice)));
  }

  button(choice) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = nameOf(choice);
    button.addEventListener("click", () => this.choose(choice));
    return button;
  }
}

function nameOf(choice) {
  return choice.textContent.trim();
}

function recent() {
  try {
    return JSON.parse(localStorage.getItem(RECENT)) ?? [];
  } catch {
    return []; // the browser keeps nothing
  }
}

const lists = new WeakMap(); // frame → UnitList

function setUpLists() {
  for (const frame of document.querySelectorAll("[data-narrow]")) {
    if (!lists.has(frame)) {
      lists.set(frame, new UnitList(frame));
    }
  }
}

/* Enter chooses the first that fits, and sends nothing: what stands there is no answer. */
document.addEventListener("keydown", (event) => {
  const frame = event.key === "Enter" && !event.isComposing && event.target.closest("[data-narrow]");
  if (frame && event.target.matches("input")) {
    event.preventDefault();
    const [first] = event.target.value.trim() ? lists.get(frame).narrow(event.target.value.trim()) : [];
    if (first) {
      lists.get(frame).choose(first);
    }
  }
});

document.addEventListener("submit", ({ target }) => {
  const lately = [...target.querySelectorAll("[data-narrow]")].flatMap((frame) => lists.get(frame)?.lately ?? []);
  if (REMEMBERS && lately.length) {
    const names = [...new Set([...lately, ...recent()])].slice(0, MOST_RECENT);
    try {
      localStorage.setItem(RECENT, JSON.stringify(names));
    } catch {
      // the browser keeps nothing
    }
  }
});

document.addEventListener("input", ({ target }) => {
  const frame = target.closest("[data-narrow]");
  if (frame) {
    lists.get(frame).narrow(target.value.trim());
  }
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

document.addEventListener("htmx:afterSettle", setUpLists);
setUpLists();
for (const field of document.querySelectorAll("[data-longest]")) {
  count(field);
}
for (const taps of document.querySelectorAll("[data-sets]")) {
  showTap(taps, document.getElementById(taps.dataset.sets));
}
