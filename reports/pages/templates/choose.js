// The chooser: the nearest case that was measured, in words; its state is in the address.
(function () {
  "use strict";
  const box = document.querySelector(".chooser");
  if (!box) return;
  const cases = JSON.parse(box.querySelector("script").textContent);
  const fields = [...box.querySelectorAll("select, input")];
  const field = (name) => fields.find((one) => one.name === name);
  const told = box.querySelector("output");
  // As in reports/tables/nearest.py: a layer has a Linear, the neuron alone has none.
  const NO_LINEAR = 2;

  for (const place of new Set(cases.map((one) => one.place))) {
    field("place").append(new Option(place, place));
  }

  function distance(one, sizes, depth) {
    let sum = (one.depth === 0) !== (depth === 0) ? NO_LINEAR : 0;
    sizes.forEach((size, i) => { sum += Math.abs(Math.log2(one.sizes[i] / size)); });
    return sum + Math.abs(Math.log2(Math.max(1, one.depth) / Math.max(1, depth)));
  }

  function answer() {
    const sizes = ["T", "batch", "units"].map((name) => Number(field(name).value));
    const depth = Number(field("depth").value);
    told.replaceChildren();
    if (sizes.some((size) => !(size >= 1)) || !(depth >= 0)) {
      told.textContent = "Give whole numbers: T, batch and units from 1, depth from 0.";
      return;
    }
    const here = cases.filter((one) => one.place === field("place").value);
    let best = here[0];
    for (const one of here) {
      if (distance(one, sizes, depth) <= distance(best, sizes, depth)) best = one;
    }
    const far = distance(best, sizes, depth);
    const lines = [`${best.case}${far ? "" : ", exactly yours"}:`, ...best.lines];
    told.append(...lines.map((line) => {
      const made = document.createElement("p");
      made.textContent = line;
      return made;
    }));
  }

  function keep() {
    const state = new URLSearchParams(fields.map((one) => [one.name, one.value]));
    history.replaceState(null, "", `#at?${state}`);
    answer();
  }

  if (location.hash.startsWith("#at?")) {
    for (const [name, value] of new URLSearchParams(location.hash.slice(4))) {
      const found = field(name);
      if (found) found.value = value;
    }
    if (!field("place").value) field("place").selectedIndex = 0;
  }
  fields.forEach((one) => one.addEventListener("input", keep));
  box.hidden = false;
  answer();
  if (location.hash.startsWith("#at?")) box.scrollIntoView();
})();
