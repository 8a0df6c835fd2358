/* The inspector's sheet adds up while points are tapped. Without it the total stands as of the last saving. */

const sheet = document.querySelector("form[data-score]");

function given(criterion) {
  const chosen = criterion.querySelector("input:checked");
  return chosen ? Number(chosen.value) || 0 : 0;
}

function isVetoed() {
  return Boolean(sheet.querySelector('[data-kind="veto"] input:checked'));
}

function points() {
  let total = 100;
  for (const criterion of sheet.querySelectorAll("[data-kind]")) {
    total += criterion.dataset.kind === "bonus" ? given(criterion) : criterion.dataset.kind === "deduction" ? -given(criterion) : 0;
  }
  return Math.min(100, Math.max(0, total));
}

function addUp() {
  if (isVetoed()) {
    sheet.elements.score.value = "0分，单项否决";
    return;
  }
  const total = points();
  sheet.elements.score.value = `${total}分，${total >= Number(sheet.dataset.passMark) ? "合格" : "不合格"}`;
}

if (sheet) {
  sheet.addEventListener("change", addUp);
  addUp();
}
