// A click on the head of a column, or Enter on it, sorts its table: up, then down.
(function () {
  "use strict";
  for (const table of document.querySelectorAll("table")) {
    const body = table.tBodies[0];
    if (!table.tHead || body.rows.length < 3) continue;
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(body, heads, at));
      head.append(button);
    });
  }

  // The first number of a cell: of a ratio the ratio itself, not its interval.
  function number(text) {
    const found = text.replace(/(\d)[\s\u00a0](?=\d{3})/g, "$1").match(/-?\d+(\.\d+)?(e[-+]?\d+)?/);
    return found ? Number(found[0]) : null;
  }

  function sort(body, heads, at) {
    const down = heads[at].getAttribute("aria-sort") === "ascending";
    const texts = new Map([...body.rows].map((row) => [row, row.cells[at].textContent.trim()]));
    const told = [...texts.values()].filter((text) => text && text !== "\u2013");
    const begun = told.filter((text) => /^(-?\d|at least)/.test(text)).length;
    const key = begun * 2 > told.length ? number : (text) => text;
    const rows = [...texts].map(([row, text]) => ({ row, key: key(text) }));
    const missing = rows.filter((one) => one.key === null);
    const known = rows.filter((one) => one.key !== null).sort((one, other) =>
      (one.key < other.key ? -1 : one.key > other.key ? 1 : 0) * (down ? -1 : 1));
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[at].setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...[...known, ...missing].map((one) => one.row));
  }
})();
