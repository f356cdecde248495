"use strict";

for (const form of document.querySelectorAll("form.filters")) {
  const rows = [...document.querySelectorAll(`#${form.dataset.for} tbody tr`)];
  const words = rows.map((row) => row.textContent.toLowerCase());
  const apply = () => {
    const wanted = [...new FormData(form)].filter(([name, value]) => name !== "q" && value);
    const search = form.elements.q.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, index) => {
      const fits = wanted.every(([name, value]) => row.dataset[name] === value);
      row.hidden = !(fits && words[index].includes(search));
      shown += row.hidden ? 0 : 1;
    });
    const noun = form.dataset.noun;
    form.querySelector("output").textContent =
      shown === rows.length ? `${shown} ${noun}` : `${shown} of ${rows.length} ${noun}`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
}

function select(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

for (const button of document.querySelectorAll("button.copy")) {
  const command = button.closest(".curl").querySelector("pre");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command.textContent);
      button.textContent = "Copied";
    } catch {
      select(command);
      button.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2500);
  });
}

function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
window.addEventListener("hashchange", openTarget);
openTarget();

let closed = [];
window.addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("article.card details:not([open])")];
  for (const each of closed) each.open = true;
});
window.addEventListener("afterprint", () => {
  for (const each of closed) each.open = false;
});
