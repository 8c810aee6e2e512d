// Filters for all tables of the page at once: a row is shown where its cells agree with the choice.
(function () {
  "use strict";
  const bar = document.querySelector(".filters");
  if (!bar) return;
  const NAMES = ["suite", "neuron", "T", "batch"];
  const tables = [...document.querySelectorAll("section.place table")].map((table) => {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    return { rows: [...table.tBodies[0].rows], at: NAMES.map((name) => column(heads, name)) };
  });

  function column(heads, name) {
    const exact = heads.indexOf(name);
    return exact < 0 && name === "neuron" ? heads.indexOf("neuron/method") : exact;
  }

  // A cell may list several values, or name a neuron with its method.
  function values(row, at, name) {
    const text = row.cells[at].textContent.trim();
    return name === "neuron" ? [text.split("/")[0]] : text.split(", ");
  }

  function number(text) {
    return Number(text.replace(/\u00a0/g, ""));
  }

  const places = [...document.querySelectorAll("section.place")];
  const selects = NAMES.map((name, i) => {
    const found = new Set();
    for (const { rows, at } of tables) {
      if (at[i] >= 0) rows.forEach((row) => values(row, at[i], name).forEach((v) => found.add(v)));
    }
    const order = name === "T" || name === "batch" ? (a, b) => number(a) - number(b) : undefined;
    return choice(name, [...found].sort(order).map((v) => [v, v]));
  });
  const device = choice("device", places.map((p, i) => [p.querySelector("h2").textContent, i]));
  const told = document.createElement("output");
  told.setAttribute("aria-live", "polite");

  function choice(name, options) {
    const label = document.createElement("label"), select = document.createElement("select");
    select.name = name;
    select.append(new Option("all", ""), ...options.map(([text, value]) => new Option(text, value)));
    select.addEventListener("change", apply);
    label.append(name + " ", select);
    bar.append(label, " ");
    return select;
  }

  function apply() {
    places.forEach((place, i) => {
      place.hidden = device.value !== "" && Number(device.value) !== i;
    });
    let shown = 0, all = 0;
    for (const { rows, at } of tables) {
      for (const row of rows) {
        row.hidden = selects.some((select, i) =>
          select.value && at[i] >= 0 && !values(row, at[i], NAMES[i]).includes(select.value));
        shown += row.hidden ? 0 : 1;
        all += 1;
      }
    }
    told.textContent = shown === all ? "" : `${shown} of ${all} rows of the tables`;
  }

  bar.append(told);
  bar.hidden = false;
})();
