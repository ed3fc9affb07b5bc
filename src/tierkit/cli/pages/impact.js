"use strict";
(() => {
  const table = document.getElementById("movers");
  if (!table) return;
  const body = table.tBodies[0];
  const buttons = [...table.tHead.querySelectorAll("button")];
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const value = (row, at) => row.cells[at].dataset.value;

  const sort = (at, descending) => {
    const rows = [...body.rows];
    const turn = descending ? -1 : 1;
    rows.sort((a, b) => turn * collator.compare(value(a, at), value(b, at)) || a.dataset.row - b.dataset.row);
    body.append(...rows);
    buttons.forEach((button, place) => {
      const way = place !== at ? "none" : descending ? "descending" : "ascending";
      button.closest("th").setAttribute("aria-sort", way);
    });
    table.dataset.sort = `${buttons[at].dataset.key}-${descending ? "descending" : "ascending"}`;
  };

  buttons.forEach((button, at) => button.addEventListener("click", () => {
    sort(at, button.closest("th").getAttribute("aria-sort") === "ascending");
  }));

  // a link may say how to sort: #sort=key-descending
  const wanted = /^#sort=([a-z]+)-(ascending|descending)$/.exec(location.hash);
  const at = wanted ? buttons.findIndex((button) => button.dataset.key === wanted[1]) : -1;
  if (at >= 0) sort(at, wanted[2] === "descending");

  const search = document.getElementById("search");
  const nobody = document.getElementById("nobody");
  search.addEventListener("input", () => {
    const text = search.value.trim().toLocaleLowerCase();
    let shown = 0;
    for (const row of body.rows) {
      row.hidden = !row.textContent.toLocaleLowerCase().includes(text);
      shown += !row.hidden;
    }
    nobody.hidden = shown > 0;
  });
  table.dataset.ready = String(body.rows.length);
})();
