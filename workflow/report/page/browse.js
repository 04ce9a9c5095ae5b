"use strict";
const at = id => document.getElementById(id);
const page = JSON.parse(at("page").textContent);
const names = page.models.map(model => model.name);
const asked = new URLSearchParams(location.hash.slice(1));
const [base, tuned] = page.pairs[0] || [names[0], names[1] || names[0]];
const sides = { left: { model: asked.get("left") || base, at: 0 }, right: { model: asked.get("right") || tuned, at: 0 } };
const UNFINISHED = ["truncated", "interrupted", "no answer", "timeout", "error"];

// --- what the files of data/ call ---
const problems = []; // in order: id, number, parts, and of every model [n, right, disagreed on, status at the rate]
let shown = null; // the problem that is open: what it is, and its samples by model
function listed(id, number, parts, counts) { problems.push({ id, number, parts, counts }); }
function problem(about) { Object.assign(shown, about); }
function sample(model, one) { (shown.samples[model] ||= []).push(one); }
function tally(model, answers, others) { shown.tallies[model] = { answers, others }; }
function load(file) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: `data/${file}`, onload: resolve, onerror: reject });
    document.head.append(script);
    script.addEventListener("load", () => script.remove());
  });
}

// --- which problems ---
const solved = (one, model) => (one.counts[names.indexOf(model)] || [0, 0, 0])[1] > 0;
const OF_PROBLEMS = {
  all: () => true,
  left: one => solved(one, sides.left.model) && !solved(one, sides.right.model),
  right: one => solved(one, sides.right.model) && !solved(one, sides.left.model),
  both: one => solved(one, sides.left.model) && solved(one, sides.right.model),
  neither: one => !solved(one, sides.left.model) && !solved(one, sides.right.model),
  disagree: one => Object.values(sides).some(side => (one.counts[names.indexOf(side.model)] || [0, 0, 0])[2] > 0),
};
function list(wanted) {
  const kept = problems.filter(OF_PROBLEMS[at("which").value]);
  at("problem").replaceChildren(...kept.map(one => new Option(one.id, one.id)));
  at("said").textContent = kept.length ? "" : "There is no such problem.";
  at("problem").disabled = at("any").disabled = !kept.length;
  if (!kept.length) return;
  at("problem").value = kept.some(one => one.id === wanted) ? wanted : kept[0].id;
  return open(at("problem").value);
}
let opening = Promise.resolve(); // one after the other: a file that is being loaded belongs to the problem that asked for it
const open = id => opening = opening.then(() => opened(id));
async function opened(id) {
  const one = problems.find(problem => problem.id === id);
  if (!shown || shown.id !== id) {
    shown = { id, samples: Object.create(null), tallies: Object.create(null) }; // a model may be called as what every object has
    try { for (let part = 0; part < one.parts; part++) await load(`p${one.number}-${part}.js`); }
    catch { at("said").textContent = `data/p${one.number} cannot be read: is the folder complete?`; }
    for (const samples of Object.values(shown.samples)) samples.sort((a, b) => a.sample_index - b.sample_index);
    Object.values(sides).forEach(side => { side.at = 0; });
    at("question").textContent = shown.question;
    at("gold").textContent = (shown.golds || []).join("  or  ") || "whatever passes the tests";
    at("about").textContent = [shown.stratum && `stratum: ${shown.stratum}`, shown.guess !== null && `chance of one guess: ${percent(shown.guess)}`].filter(Boolean).join("; ");
    at("images").replaceChildren(...(shown.images || []).map(file => Object.assign(new Image(), { src: `data/${file}`, alt: "Image of the problem" })));
  }
  Object.keys(sides).forEach(show);
  const hash = new URLSearchParams({ problem: id, left: sides.left.model, right: sides.right.model, which: at("which").value, kind: at("kind").value });
  history.replaceState(null, "", `#${hash}`);
}

// --- one sample of either side ---
const own = one => one.verdicts.find(verdict => verdict[0] === page.grader) || one.verdicts[0];
const OF_SAMPLES = {
  all: () => true,
  right: one => own(one)[1],
  wrong: one => !own(one)[1] && !UNFINISHED.includes(own(one)[2]),
  unfinished: one => UNFINISHED.includes(own(one)[2]),
  disagree: one => new Set(one.verdicts.map(verdict => verdict[1])).size > 1,
};
const kept = side => (shown.samples[side.model] || []).filter(OF_SAMPLES[at("kind").value]);
const many = (number, what) => `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
const percent = share => `${+(100 * share).toPrecision(2)}%`;
const STATUS = { solvable: `solved at ${percent(page.rate)} or more`, "not at this rate": `solved at less than ${percent(page.rate)}`, undecided: `not settled whether at ${percent(page.rate)}` };
function cell(label, text, kind = "") {
  const made = Object.assign(document.createElement("td"), { textContent: text ?? "", className: kind });
  made.dataset.label = label;
  return made;
}
function answered(model, n) {
  const { answers, others } = shown.tallies[model] || { answers: [], others: 0 };
  const line = (many, what, kind) => {
    const made = document.createElement("li"), number = Object.assign(document.createElement("span"), { className: "many", textContent: `${many} of ${n}` });
    number.style.setProperty("--share", 100 * many / n);
    made.append(number, Object.assign(document.createElement("span"), { className: `what ${kind}`, textContent: what }));
    return made;
  };
  const lines = answers.map(([answer, correct, many]) => line(many, `${answer} ${correct ? "✓" : "✗"}`, correct ? "right" : ""));
  return others ? [...lines, line(others, "other answers, or none", "quiet")] : lines;
}
function labelled([verdict, reviewers, judge]) {
  const who = judge ? "a model" : reviewers === 1 ? "one reviewer" : `${reviewers} reviewers`;
  return `reasoning ${verdict || "without a majority"} (${who})`;
}
function show(name) {
  const side = sides[name], place = at(name), part = selector => place.querySelector(selector), found = kept(side);
  const every = shown.samples[side.model] || [], one = problems.find(problem => problem.id === shown.id);
  const [n, right, disagree, status] = one.counts[names.indexOf(side.model)] || [0, 0, 0];
  side.at = Math.min(side.at, Math.max(found.length - 1, 0));
  part(".model").value = side.model;
  part(".tally").replaceChildren(...answered(side.model, n));
  part(".counts").textContent = `${right} of ${many(n, "sample")} right${status ? `: ${STATUS[status]} (all problems at once)` : ""}${page.graders.length > 1 ? `, graders disagree on ${disagree}` : ""}; ${every.length} of ${n} can be read here`;
  part(".place").textContent = found.length ? `${side.at + 1} of ${found.length}` : "none of this kind";
  part(".sample").hidden = !found.length;
  part(".previous").disabled = part(".next").disabled = found.length < 2;
  if (!found.length) return;
  const sample = found[side.at], answer = own(sample)[3];
  part("tbody").replaceChildren(...sample.verdicts.map(([grader, correct, reason, answer, detail]) => {
    const row = document.createElement("tr");
    row.append(cell("grader", grader), cell("verdict", correct ? "✓ right" : "✗ wrong", correct ? "right" : "wrong"), cell("reason", detail ? `${reason}: ${detail}` : reason), cell("answer", answer));
    return row;
  }));
  part(".facts").textContent = [`sample ${sample.sample_index}`, sample.tokens !== null && many(sample.tokens, "token"), sample.turns && many(sample.turns, "turn"), sample.solved_turn && `solved at turn ${sample.solved_turn}`, sample.finish_reason && `ended by ${sample.finish_reason}`, sample.label && labelled(sample.label)].filter(Boolean).join(", ");
  if (sample.messages) { part(".response").replaceChildren(...transcript(sample.messages)); part(".response").scrollTop = 0; return; }
  const begin = answer ? sample.text.lastIndexOf(answer) : -1, end = begin + (answer || "").length, mark = document.createElement("mark");
  mark.textContent = begin < 0 ? "" : sample.text.slice(begin, end);
  part(".response").replaceChildren(...(begin < 0 ? [sample.text] : [sample.text.slice(0, begin), mark, sample.text.slice(end)]));
  part(".response").scrollTop = 0;
}
// --- an episode: every text is put in as text ---
const SHORT = 1500, LINE = 80; // characters of a tool's or user's message, and of a call, that are shown unfolded
function made(tag, kind, ...inside) { const one = Object.assign(document.createElement(tag), { className: kind }); one.append(...inside); return one; }
function folded(summary, text) { return made("details", "", made("summary", "quiet", summary), made("div", "text", text)); }
function transcript(messages) {
  let turn = 0;
  return messages.map(({ role, text, calls }) => {
    const own = role === "assistant", most = own ? Infinity : SHORT;
    const block = made("div", `message ${own ? "own" : ""}`, made("div", "quiet", own ? `${role}, turn ${++turn}` : role));
    if (text) block.append(made("div", "text", text.slice(0, most)));
    if (text.length > most) block.append(folded(many(text.length - most, "more character"), text.slice(most)));
    for (const [name, given] of calls || []) block.append(folded(`${name || "a tool"}(${given.length > LINE ? `${given.slice(0, LINE)}…` : given})`, given));
    return block;
  });
}
function step(name, by) {
  const length = kept(sides[name]).length;
  if (length) sides[name].at = (sides[name].at + by + length) % length;
  show(name);
}
const any = length => Math.floor(Math.random() * length);

// --- controls ---
for (const name of Object.keys(sides)) {
  const part = selector => at(name).querySelector(selector);
  if (!names.includes(sides[name].model)) sides[name].model = names[0];
  part(".model").append(...page.models.map(model => new Option(model.label === model.name ? model.name : `${model.label} (${model.name})`, model.name)));
  part(".model").addEventListener("change", event => { sides[name].model = event.target.value; sides[name].at = 0; list(shown?.id); });
  part(".previous").addEventListener("click", () => step(name, -1));
  part(".next").addEventListener("click", () => step(name, 1));
}
function turn(by) {
  const select = at("problem"), next = select.selectedIndex + by;
  if (next >= 0 && next < select.options.length) { select.selectedIndex = next; open(select.value); }
}
at("problem").addEventListener("change", event => open(event.target.value));
at("before").addEventListener("click", () => turn(-1));
at("after").addEventListener("click", () => turn(1));
at("any").addEventListener("click", () => { at("problem").selectedIndex = any(at("problem").options.length); open(at("problem").value); });
at("which").addEventListener("change", () => list(shown?.id));
at("kind").addEventListener("change", () => Object.entries(sides).forEach(([name, side]) => { side.at = 0; show(name); }));
at("draw").addEventListener("click", () => Object.entries(sides).forEach(([name, side]) => { side.at = any(Math.max(kept(side).length, 1)); show(name); }));
addEventListener("hashchange", () => { const wanted = new URLSearchParams(location.hash.slice(1)).get("problem"); if (wanted !== shown?.id) list(wanted); });
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || ["INPUT", "SELECT"].includes(event.target.tagName)) return;
  if (event.key === "j") turn(1);
  else if (event.key === "k") turn(-1);
  else if (event.key === "r") at("draw").click();
});

(async () => {
  try { for (let part = 0; part < page.lists; part++) await load(`list-${part}.js`); }
  catch { at("said").textContent = "data/ cannot be read: is the folder complete?"; }
  for (const id of ["which", "kind"]) if ([...at(id).options].some(one => one.value === asked.get(id))) at(id).value = asked.get(id);
  const wanted = problems.find(one => one.id === asked.get("problem"));
  if (wanted && !OF_PROBLEMS[at("which").value](wanted)) at("which").value = "all";
  if (problems.length) list(asked.get("problem"));
})();
