/* Copy what stands in a box (components/_copy.html), also in one that htmx has brought later. Where the browser refuses, the words
   are selected, to be copied by hand. */

const SAID = 4000; // milliseconds for which the button says what a press has done
const over = new WeakMap(); // button → its label, and when what its last press has said is over

function select(words) {
  if (words.select) {
    words.select();
  } else {
    window.getSelection().selectAllChildren(words);
  }
}

/* Say it in place of the label, which was read before the first press: a second one may come while it still says what the first has done. */
function say(button, said) {
  const { label, timer } = over.get(button) ?? { label: button.innerHTML };
  window.clearTimeout(timer);
  button.textContent = said;
  const back = () => { button.innerHTML = label; over.delete(button); };
  over.set(button, { label, timer: window.setTimeout(back, SAID) });
}

async function copy(button) {
  const words = button.closest(".copy-box").querySelector("code, input");
  try {
    await navigator.clipboard.writeText(words.value ?? words.textContent);
    say(button, "已复制");
  } catch {
    select(words);
    say(button, "已选中，请复制");
  }
}

function showButtons() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) {
    copy(button);
  }
});

showButtons();
document.addEventListener("htmx:afterSettle", showButtons);
