/* Copy what stands in a box (components/_copy.html). Where the browser refuses, the words are selected, to be copied by hand. */

function select(words) {
  window.getSelection().selectAllChildren(words);
}

async function copy(button, label) {
  const words = button.closest(".copy-box").querySelector("code");
  try {
    await navigator.clipboard.writeText(words.textContent);
    button.textContent = "已复制";
  } catch {
    select(words);
    button.textContent = "已选中，请复制";
  }
  window.setTimeout(() => { button.innerHTML = label; }, 2000);
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  const label = button.innerHTML; // before the first press: a second one may come while it says what the first has done
  button.addEventListener("click", () => copy(button, label));
}
