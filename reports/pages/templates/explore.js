// One chart per machine and device: choose it, switch methods on and off, read values off.
(function () {
  "use strict";
  const COLOURS = { LIF: "#D55E00", "SPSN-SB": "#0072B2", "SPSN-GS": "#009E73", ReLU: "#444444" };
  const SPARE = ["#B0578D", "#A66F00", "#2E86B5"];
  // Markers about the origin: methods are told apart without colour.
  const MARKS = [
    "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z", "M-5 -5H5V5H-5Z", "M0 -6L6 5H-6Z", "M0 -6L6 0L0 6L-6 0Z",
    "M0 6L6 -5H-6Z", "M-6 -2H-2V-6H2V-2H6V2H2V6H-2V2H-6Z", "M-6 -5L6 0L-6 5Z", "M6 -5L-6 0L6 5Z",
  ];
  const LEFT = 64, RIGHT = 704, TOP = 14, BOTTOM = 368;

  function draw(parent, name, attributes, text) {
    const made = document.createElementNS(parent.namespaceURI, name);
    for (const key of Object.keys(attributes)) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    return parent.appendChild(made);
  }

  function short(value) {
    return Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
  }

  // A logarithmic scale and its ticks: decades, or 1, 2, 5 where there are few.
  function scale(values, from, to) {
    const low = Math.log10(Math.min(...values)), high = Math.log10(Math.max(...values));
    const pad = Math.max(0.04 * (high - low), 0.04);
    const at = (v) => from + ((to - from) * (Math.log10(v) - low + pad)) / (high - low + 2 * pad);
    const ticks = [];
    for (let d = Math.floor(low); d <= high; d += 1) {
      for (const m of high - low > 2.5 ? [1] : [1, 2, 5]) {
        const tick = m * 10 ** d;
        if (Math.log10(tick) >= low - pad && Math.log10(tick) <= high + pad) ticks.push(tick);
      }
    }
    return { at, ticks };
  }

  function explore(box) {
    const charts = JSON.parse(box.querySelector("script").textContent);
    const select = box.querySelector("select"), svg = box.querySelector("svg");
    const methods = box.querySelector("fieldset"), output = box.querySelector("output");
    const names = [...new Set(charts.flatMap((chart) => chart.series.map((s) => s.name)))].sort();
    const looks = [...new Set(charts.flatMap((chart) => chart.series.map((s) => s.look)))];
    const spare = looks.filter((look) => !(look in COLOURS));
    const colour = (look) => COLOURS[look] || SPARE[spare.indexOf(look) % SPARE.length];
    const mark = (name) => MARKS[names.indexOf(name) % MARKS.length];
    const off = new Set();
    let shown = [];  // of each visible series, its points
    let row = 0, column = 0;

    function tell(r, c) {
      svg.querySelectorAll(".at").forEach((point) => point.classList.remove("at"));
      if (!shown.length) return;
      row = (r + shown.length) % shown.length;
      column = Math.min(Math.max(c, 0), shown[row].length - 1);
      const { node, words } = shown[row][column];
      node.classList.add("at");
      output.textContent = words;
    }

    function render() {
      const chart = charts[select.value];
      svg.replaceChildren();
      output.textContent = "";
      shown = [];
      const series = chart.series.filter((s) => !off.has(s.name));
      const points = series.flatMap((s) => s.points);
      if (!points.length) {
        draw(svg, "text", { x: 360, y: 200, "text-anchor": "middle" }, "No method is chosen.");
        return;
      }
      const x = scale(points.map((p) => p[0]), LEFT, RIGHT);
      const y = scale(points.flatMap((p) => [p[1], p[2] || p[1], p[3] || p[1]]), BOTTOM, TOP);
      for (const t of x.ticks) {
        draw(svg, "path", { d: `M${x.at(t)} ${TOP}V${BOTTOM}`, class: "grid" });
        draw(svg, "text", { x: x.at(t), y: BOTTOM + 18, "text-anchor": "middle" }, short(t));
      }
      for (const t of y.ticks) {
        draw(svg, "path", { d: `M${LEFT} ${y.at(t)}H${RIGHT}`, class: "grid" });
        draw(svg, "text", { x: LEFT - 6, y: y.at(t) + 4, "text-anchor": "end" }, short(t));
      }
      draw(svg, "text", { x: 384, y: 408, "text-anchor": "middle" }, chart.axis);
      draw(svg, "text", { x: 8, y: TOP + 2 }, chart.unit);
      for (const s of series) {
        const paint = colour(s.look);
        const line = s.points.map((p) => `${x.at(p[0])} ${y.at(p[1])}`).join("L");
        draw(svg, "path", { d: "M" + line, class: "line", stroke: paint });
        const r = shown.length;
        shown.push(s.points.map((p, c) => {
          if (p[2] !== null) {
            draw(svg, "path", { d: `M${x.at(p[0])} ${y.at(p[2])}V${y.at(p[3])}`, stroke: paint });
          }
          const node = draw(svg, "path", {
            d: mark(s.name), fill: paint, class: "mark",
            transform: `translate(${x.at(p[0])} ${y.at(p[1])})`,
          });
          const interval = p[2] === null ? "no interval" : `${short(p[2])}, ${short(p[3])}`;
          const flags = p[4] ? ` (${p[4]})` : "";
          const place = `${chart.letter} = ${String(p[0]).replace(/\B(?=(\d{3})+$)/g, "\u00a0")}`;
          const words = `${s.name}, ${place}: ${short(p[1])} ${chart.unit} [${interval}]${flags}`;
          draw(node, "title", {}, words);
          node.addEventListener("pointerenter", () => tell(r, c));
          return { node, words };
        }));
      }
    }

    charts.forEach((chart, i) => select.append(new Option(chart.title, i)));
    for (const name of names) {
      const label = document.createElement("label"), check = document.createElement("input");
      check.type = "checkbox";
      check.checked = true;
      check.addEventListener("change", () => {
        if (check.checked) off.delete(name); else off.add(name);
        render();
      });
      const key = draw(svg, "svg", { viewBox: "-8 -8 16 16", class: "key" });
      draw(key, "path", { d: mark(name), fill: colour(name.split("/")[0]) });
      label.append(check, key, name);
      methods.append(label);
    }
    select.addEventListener("change", render);
    svg.addEventListener("focus", () => tell(row, column));
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
      if (!(event.key in step)) return;
      event.preventDefault();
      tell(row + step[event.key][0], column + step[event.key][1]);
    });
    render();
    box.hidden = false;
  }

  document.querySelectorAll(".explore").forEach(explore);
})();
