"use strict";
const at = id => document.getElementById(id);
const read = id => JSON.parse(at(id).textContent);
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// --- charts: drawn when they come into view, and again when the window gets narrow; in the dark the style turns them ---
const charts = read("charts");
const dark = matchMedia("(prefers-color-scheme: dark)"), narrow = matchMedia("(max-width: 40rem)");
const drawn = new Map();
const words = { labelColor: "#22262a", titleColor: "#22262a", labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" };
const lines = { gridColor: "#dde1e5", domainColor: "#aab0b6", tickColor: "#aab0b6" };
const settings = () => ({
  background: "transparent", view: { stroke: null }, autosize: { type: "fit", contains: "padding" }, axis: { ...words, ...lines },
  legend: { ...words, orient: "bottom", columns: narrow.matches ? 1 : 3, labelLimit: 260, unselectedOpacity: .25 },
});
async function draw(place) {
  const chart = charts[place.dataset.chart];
  if (!chart) return;
  drawn.get(place)?.finalize();
  drawn.set(place, await vegaEmbed(place, chart, {
    renderer: "svg", config: settings(), tooltip: { theme: dark.matches ? "dark" : "light" },
    actions: { export: true, source: false, compiled: false, editor: false },
  }));
}
const seen = new IntersectionObserver(entries => entries.forEach(entry => {
  if (entry.isIntersecting && !drawn.has(entry.target)) { drawn.set(entry.target, null); draw(entry.target); }
}), { rootMargin: "844px" });
document.querySelectorAll(".chart").forEach(place => seen.observe(place));
narrow.addEventListener("change", () => [...drawn.keys()].forEach(draw));
addEventListener("beforeprint", () => {
  document.querySelectorAll("details.pairs").forEach(one => { one.open = true; });
  document.querySelectorAll(".chart").forEach(place => { if (!drawn.get(place)) draw(place); });
});

// --- switches of the first chart: each offers what there is for those before it ---
const views = read("views"), SWITCHES = ["benchmark", "decoding", "view", "grader"];
function choose() {
  let left = views;
  for (const name of SWITCHES) {
    const select = at(`choose-${name}`), there = [...new Set(left.map(view => view[name]))], wanted = select.value;
    select.replaceChildren(...there.map(value => new Option(value, value)));
    select.value = there.includes(wanted) ? wanted : there[0];
    select.parentElement.hidden = new Set(views.map(view => view[name])).size < 2;
    select.disabled = there.length < 2;
    left = left.filter(view => view[name] === select.value);
  }
  at("view").dataset.chart = left[0].key;
  if (drawn.has(at("view"))) draw(at("view"));
}
if (views.length) {
  SWITCHES.forEach(name => at(`choose-${name}`).addEventListener("change", choose));
  choose();
}

// --- tables: sorted by a click, filtered by words, and downloaded ---
const tables = read("tables-data");
const shown = cell => Array.isArray(cell) ? cell[0] : cell ?? "";
const numeric = value => value !== "" && isFinite(value);
function order(one, other) {
  if (numeric(one) && numeric(other)) return one - other;
  return String(one).localeCompare(String(other), undefined, { numeric: true });
}
function fill(place) {
  const { columns, rows } = tables[place.dataset.table];
  const right = columns.map((_, i) => rows.length > 0 && rows.every(row => shown(row[i]) === "" || numeric(shown(row[i]))));
  const state = { column: -1, up: true, words: "" };
  const body = make("tbody"), count = make("span", { className: "quiet" });
  const heads = columns.map((column, i) => {
    const button = make("button", { type: "button", textContent: column });
    button.addEventListener("click", () => { state.up = state.column === i ? !state.up : true; state.column = i; show(); });
    return make("th", { className: right[i] ? "number" : "", scope: "col" }, button);
  });
  function kept() {
    const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
    const found = rows.filter(row => { const text = row.map(shown).join(" ").toLowerCase(); return words.every(word => text.includes(word)); });
    if (state.column >= 0) found.sort((a, b) => (state.up ? 1 : -1) * order(shown(a[state.column]), shown(b[state.column])));
    return found;
  }
  function show() {
    const found = kept();
    heads.forEach((head, i) => head.setAttribute("aria-sort", i !== state.column ? "none" : state.up ? "ascending" : "descending"));
    body.replaceChildren(...found.slice(0, 500).map(row => make("tr", {}, ...row.map((cell, i) => {
      const text = String(shown(cell)), inside = Array.isArray(cell) ? make("a", { href: cell[1], textContent: text }) : text.slice(0, 400);
      return make("td", { className: right[i] ? "number" : "", title: text.length > 40 ? text.slice(0, 2000) : "" }, inside);
    }))));
    count.textContent = `${Math.min(found.length, 500)} of ${rows.length} rows`;
  }
  const filter = make("input", { type: "search", placeholder: "Filter", ariaLabel: "Filter rows" });
  filter.addEventListener("input", () => { state.words = filter.value; show(); });
  const save = make("button", { type: "button", textContent: "CSV" });
  save.addEventListener("click", () => {
    const quoted = value => `"${String(shown(value)).replaceAll('"', '""')}"`;
    download([columns, ...kept()].map(row => row.map(quoted).join(",")).join("\n") + "\n", `${place.dataset.table}.csv`);
  });
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body);
  place.replaceChildren(make("div", { className: "row screen" }, filter, save, count), make("div", { className: "table", tabIndex: 0 }, table));
  show();
}
function download(text, name) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
for (const place of document.querySelectorAll("[data-table]")) {
  const folded = place.closest("details");
  if (!folded || folded.open) fill(place);
  else folded.addEventListener("toggle", () => { if (!place.firstChild) fill(place); }, { once: true });
}

// --- links open what they lead to; YAML is copied ---
function open() {
  const target = at(decodeURIComponent(location.hash.slice(1)));
  for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
  target?.scrollIntoView();
}
addEventListener("hashchange", open);
if (location.hash) open();
document.querySelectorAll("button.copy").forEach(button => button.addEventListener("click", async () => {
  const text = button.nextElementSibling;
  try { await navigator.clipboard.writeText(text.textContent); button.textContent = "Copied"; }
  catch { getSelection().selectAllChildren(text); button.textContent = "Selected: press Ctrl+C"; }
}));
