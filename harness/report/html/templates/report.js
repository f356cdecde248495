"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const FIRST = 25;
const CHUNK = 100;
const RESULTS = { passed: ["pass", "met"], failed: ["fail", "not met"], observed: ["warn", "observed"], waived: ["waived", "waived"], untested: ["omit", "untested"], untestable: ["omit", "untestable"] };

function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
const badge = (kind, text) => node("span", { class: `badge ${kind}` }, text);
const link = (where, text, kind = "") => node("a", { href: `#${new URLSearchParams(where)}`, class: kind }, text);
const duration = (seconds) => (seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`);

/* The bodies were escaped when the page was written; nothing else is ever put in as markup. */
function fill(place, markup) {
  place.insertAdjacentHTML("beforeend", markup);
  for (const button of place.querySelectorAll("button.copy")) button.hidden = false;
}

const requirements = data.requirements.map(([id, statement, strength, result, reason, source]) => ({ id, statement, strength, result, reason, source, cases: [] }));
const cases = data.cases.map(([id, result, api, title, message, cause, requests, seconds, needs, kind]) => ({ id, result, api, title, message, cause, requests, seconds, needs, kind }));
for (const each of cases) for (const at of each.needs) requirements[at].cases.push(each.id);
for (const each of cases) each.words = `${each.id} ${each.title} ${each.message} ${each.needs.map((at) => requirements[at].id).join(" ")}`.toLowerCase();
for (const each of requirements) each.words = `${each.id} ${each.statement} ${each.reason} ${each.source}`.toLowerCase();

function caseBody(item, place) {
  const body = data.caseBodies[item.id];
  if (body) fill(place, body);
  else if (item.requests) place.append(node("p", { class: "note" }, `Its ${item.requests === 1 ? "exchange is" : `${item.requests} exchanges are`} in evidence.har and record.jsonl, under the name of the case.`));
  else place.append(node("p", { class: "note" }, item.message || "No request was sent for it."));
  if (!item.needs.length) return;
  const facts = node("dl", { class: "facts" });
  for (const at of item.needs.slice(0, 8)) {
    const { id, statement, source } = requirements[at];
    facts.append(node("div", {}, node("dt", {}, link({ list: "requirements", q: id }, id)), node("dd", {}, statement, " ", node("span", { class: "note" }, source))));
  }
  if (item.needs.length > 8) facts.append(node("div", {}, node("dt", {}, "and"), node("dd", {}, `${item.needs.length - 8} requirements more`)));
  place.append(node("h3", {}, "What it verifies"), facts);
}

function requirementBody(item, place) {
  if (item.reason) place.append(node("p", {}, item.reason));
  place.append(node("p", { class: "note" }, `Source: ${item.source}`));
  if (!item.cases.length) place.append(node("p", { class: "note" }, "No case of this run speaks of it."));
  else {
    const shown = node("ul", { class: "follows" });
    for (const id of item.cases.slice(0, 12)) shown.append(node("li", {}, link({ case: id }, id, "mono")));
    place.append(shown);
    if (item.cases.length > 12) place.append(link({ list: "cases", q: item.id }, `all ${item.cases.length.toLocaleString("en")} cases`));
  }
}

const constraints = data.constraints.map(([id, result, exercised, total, tree]) => ({ id, result, exercised, total, tree, words: id.toLowerCase() }));
const SHARES = { all: ["pass", "all"], some: ["warn", "some"], none: ["omit", "none"] };
const SIDES = { both: ["pass", "both sides"], within: ["warn", "only within"], beyond: ["warn", "only beyond"], nothing: ["omit", "neither side"] };

function branch([name, seen, total, exercised, below]) {
  if (seen) return node("li", {}, node("code", {}, name), " ", badge(...SIDES[seen]));
  const shown = SHARES[exercised === total ? "all" : exercised ? "some" : "none"][0];
  const folded = node("details", {}, node("summary", {}, node("code", {}, name), " ", badge(shown, `${exercised.toLocaleString("en")} of ${total.toLocaleString("en")}`)));
  folded.addEventListener("toggle", () => { if (folded.open && folded.childElementCount === 1) folded.append(node("ul", {}, ...below.map(branch))); });
  return node("li", {}, folded);
}
const constraintBody = (item, place) => place.append(node("ul", { class: "tree" }, ...item.tree.map(branch)));

const LISTS = {
  constraints: {
    items: constraints, root: document.getElementById("constraint-list"), body: constraintBody, noun: "operations",
    face: (item) => [badge(...SHARES[item.result]), node("span", { class: "said" }, node("span", { class: "mono" }, item.id)), node("span", { class: "sum note" }, `${item.exercised.toLocaleString("en")} of ${item.total.toLocaleString("en")} from both sides`)],
  },
  cases: {
    items: cases, root: document.getElementById("case-list"), body: caseBody, noun: "cases",
    face: (item) => [badge(item.result, data.labels[item.result]), node("span", { class: "said" }, node("span", { class: "mono" }, item.id), node("span", { class: "note" }, item.message || item.title)), node("span", { class: "sum note" }, `${item.requests.toLocaleString("en")} ${item.requests === 1 ? "request" : "requests"}, ${duration(item.seconds)}`)],
  },
  requirements: {
    items: requirements, root: document.getElementById("requirement-list"), body: requirementBody, noun: "requirements",
    face: (item) => [badge(...RESULTS[item.result]), node("span", { class: "said" }, node("span", {}, node("b", { class: "mono" }, item.id), ` ${item.statement}`)), node("span", { class: "sum note" }, `${item.strength}, ${item.cases.length.toLocaleString("en")} ${item.cases.length === 1 ? "case" : "cases"}`)],
  },
};

function toggle(list, item, row, open) {
  const button = row.firstElementChild;
  let body = row.querySelector(":scope > .body");
  if (!body) {
    body = node("div", { class: "body" });
    list.body(item, body);
    row.append(body);
  }
  body.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
}

function rowOf(list, item) {
  const button = node("button", { type: "button", "aria-expanded": "false" }, ...list.face(item));
  const row = node("li", { class: item.result }, button);
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    toggle(list, item, row, open);
    if (open && list === LISTS.cases) remember({ ...state(list), case: item.id });
  });
  return row;
}

function state(list) {
  const found = Object.fromEntries([...new FormData(list.form)].filter(([, value]) => value));
  if (found.order === "worst") delete found.order;
  return { list: list.name, ...found, ...(list.cause ? { cause: list.cause } : {}), ...(list.kind ? { kind: list.kind } : {}) };
}
const remember = (where) => history.replaceState(null, "", `#${new URLSearchParams(where)}`);

function choose(list) {
  const wanted = [...new FormData(list.form)].filter(([name, value]) => name !== "q" && name !== "order" && value);
  const search = list.form.elements.q.value.trim().toLowerCase();
  list.fitting = list.items.filter((item) => wanted.every(([name, value]) => item[name] === value) && item.words.includes(search) && (!list.cause || item.cause === list.cause) && (!list.kind || item.kind === list.kind));
  const order = list.form.elements.order?.value;
  if (order === "slow") list.fitting.sort((one, other) => other.seconds - one.seconds);
  if (order === "name") list.fitting.sort((one, other) => (one.id < other.id ? -1 : 1));
}

function draw(list, least = FIRST) {
  choose(list);
  list.root.replaceChildren();
  list.drawn = 0;
  more(list, least);
  const all = list.items.length.toLocaleString("en");
  const some = list.fitting.length.toLocaleString("en");
  const of = list.cause ? " of one cause" : list.kind ? " of workflows" : "";
  list.form.querySelector("output").textContent = some === all ? `${all} ${list.noun}` : `${some} of ${all} ${list.noun}${of}`;
  list.empty.hidden = list.fitting.length > 0;
  list.form.querySelector(".clear").hidden = list.fitting.length === list.items.length && !list.form.elements.q.value;
}

function more(list, count = CHUNK) {
  const next = list.fitting.slice(list.drawn, list.drawn + count);
  list.root.append(...next.map((item) => rowOf(list, item)));
  list.drawn += next.length;
  const left = list.fitting.length - list.drawn;
  list.more.hidden = left <= 0;
  list.more.firstElementChild.textContent = `Show ${Math.min(CHUNK, left)} more of ${left.toLocaleString("en")}`;
}

function clear(list) {
  list.form.reset();
  list.cause = list.kind = "";
  draw(list);
}

for (const [name, list] of Object.entries(LISTS)) {
  if (!list.root) { delete LISTS[name]; continue; }
  const id = list.root.id;
  Object.assign(list, { name, cause: "", kind: "", form: document.querySelector(`form[data-for="${id}"]`), empty: document.querySelector(`.empty[data-of="${id}"]`), more: document.querySelector(`.more[data-of="${id}"]`) });
  list.form.hidden = false;
  list.form.addEventListener("input", () => { draw(list); remember(state(list)); });
  list.form.addEventListener("submit", (event) => event.preventDefault());
  list.more.firstElementChild.addEventListener("click", () => more(list));
  for (const button of [list.form.querySelector(".clear"), list.empty.querySelector(".clear")]) button.addEventListener("click", () => { clear(list); remember({ list: name }); list.form.elements.q.focus(); });
  list.form.querySelector(".link").addEventListener("click", (event) => { remember(state(list)); copy(event.currentTarget, location.href, "Copy link"); });
  draw(list);
}

function select(target) {
  const range = document.createRange();
  range.selectNodeContents(target);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

async function copy(button, text, name, target) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    if (target) select(target);
    button.textContent = target ? "Selected: press Ctrl+C" : "See the address bar";
  }
  setTimeout(() => { button.textContent = name; }, 2500);
}

for (const button of document.querySelectorAll("button.copy")) button.hidden = false;
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("button.copy");
  if (button) copy(button, button.previousElementSibling.textContent, "Copy", button.previousElementSibling);
});

const causes = [...document.querySelectorAll("details[data-cause]")];
function openCause(each) {
  const body = each.querySelector(":scope > .body");
  if (!body.firstElementChild) fill(body, data.causeBodies[each.dataset.cause] || "");
}
for (const each of causes) each.addEventListener("toggle", () => { if (each.open) openCause(each); });

function showCase(list, id, filters) {
  const item = list.items.find((each) => each.id === id);
  if (!item) return;
  if (!filters) clear(list);
  if (!list.fitting.includes(item)) clear(list);
  const place = list.fitting.indexOf(item);
  if (place >= list.drawn) {
    // A link into the middle of thousands needs no row of those before it.
    list.root.append(rowOf(list, item));
  }
  const row = [...list.root.children].find((each) => each.querySelector(".mono").textContent === id);
  toggle(list, item, row, true);
  row.scrollIntoView({ block: "start" });
  row.firstElementChild.focus({ preventScroll: true });
}

function showList(list, where) {
  list.form.reset();
  for (const [name, value] of where) if (list.form.elements[name]) list.form.elements[name].value = value;
  list.cause = where.get("cause") || "";
  list.kind = where.get("kind") || "";
  draw(list);
}

function go() {
  const where = new URLSearchParams(location.hash.slice(1));
  const list = LISTS[where.get("list")];
  if (list) {
    showList(list, where);
    if (where.get("case")) showCase(list, where.get("case"), true);
    else list.root.closest("section").scrollIntoView();
  } else if (where.get("case") && LISTS.cases) showCase(LISTS.cases, where.get("case"), false);
  else if (where.get("cause")) {
    const found = document.getElementById(`cause-${where.get("cause")}`);
    if (!found) { if (LISTS.cases) { showList(LISTS.cases, where); LISTS.cases.root.closest("section").scrollIntoView(); } return; }
    found.open = true;
    openCause(found);
    found.scrollIntoView();
    found.querySelector("summary").focus({ preventScroll: true });
  }
}
addEventListener("hashchange", go);
go();

let closed = [];
addEventListener("beforeprint", () => {
  closed = causes.slice(0, 5).filter((each) => !each.open);
  for (const each of closed) { openCause(each); each.open = true; }
});
addEventListener("afterprint", () => { for (const each of closed) each.open = false; });
