"use strict";
const at = (id) => document.getElementById(id);
const admin = "/_judge/";
const words = {
  open: "open", "under way": "under way", pass: "passed", fail: "failed", warn: "observed",
  error: "could not be judged", skip: "skipped", omit: "does not apply", review: "to review",
};
let id = new URLSearchParams(location.search).get("session") || "";
let shown = "", revealed = "", state = null, source = null, deadline = 0, behind = false, reading = null;
const drawn = {};

/* Build an element; text is set as text, so that nothing of a stranger's becomes markup. */
function h(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((each) => each !== null && each !== undefined));
  return made;
}

/* Draw a part anew only where its data changed, and leave the focus and what is open where they were. */
function draw(part, data, make) {
  const key = JSON.stringify(data === undefined ? null : data);
  if (drawn[part] === key) return;
  drawn[part] = key;
  const place = at(part);
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.key : "";
  const open = [...place.querySelectorAll("details[open]")].map((each) => each.dataset.key);
  const scroll = place.parentElement.scrollTop;
  place.replaceChildren(...[make(data)].flat().filter(Boolean));
  for (const each of place.querySelectorAll("details")) if (open.includes(each.dataset.key)) each.open = true;
  if (held) {
    const again = [...place.querySelectorAll("[data-key]")].find((each) => each.dataset.key === held);
    if (again) again.focus({ preventScroll: true });
  }
  place.parentElement.scrollTop = scroll;
}

async function ask(path, told) {
  const options = told === undefined ? {} : {
    method: "POST", body: JSON.stringify(told), headers: { "Content-Type": "application/json" },
  };
  let answer;
  try {
    answer = await fetch(admin + path, options);
  } catch {
    throw new Error("The judge does not answer. Start it again as before; nothing is lost.");
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.status === 401) { at("enter").hidden = false; at("desk").hidden = true; }
  if (!answer.ok) throw new Error(body.error || `The judge answered ${answer.status}.`);
  return body;
}

function complain(problem) { at("error").textContent = problem ? problem.message : ""; }
function say(text) { at("live").textContent = text; }

async function act(name, told, then) {
  try {
    complain(null);
    const body = await ask(`sessions/${id}/${name}`, told || {});
    await read();
    if (then) then(body);
  } catch (problem) { complain(problem); read().catch(() => {}); }
}

async function start() {
  try {
    const { sessions } = await ask("sessions");
    at("enter").hidden = true;
    complain(null);
    if (!sessions.some((each) => each.id === id)) {
      const open = sessions.filter((each) => !each.finished);
      id = (open[open.length - 1] || sessions[sessions.length - 1] || {}).id || "";
    }
    draw("sessions", [sessions, id], () => sessions.map((each) => h("option", { value: each.id, selected: each.id === id },
      `${each.partner}, ${each.product} ${each.version} (${each.judged} of ${each.scenarios}${each.finished ? ", finished" : ""}) ${each.id.slice(0, 16)}`)));
    if (!id) return say("There is no session. Open one.");
    history.replaceState(null, "", `?session=${id}`);
    await read();
    listen();
  } catch (problem) { complain(problem); setTimeout(() => at("enter").hidden && start(), 2000); }
}

function listen() {
  if (source) source.close();
  source = new EventSource(`${admin}sessions/${id}/events`);
  source.addEventListener("change", () => read().catch(complain));
  source.addEventListener("call", () => read().catch(complain));
  source.onerror = () => say("The judge is not reached at the moment; trying again.");
  source.onopen = () => say("");
}

/* One reading at a time; what changes meanwhile is read once more after it. */
function read() {
  behind = true;
  reading = reading || (async () => {
    try {
      while (behind) {
        behind = false;
        const wanted = [id, shown];
        const found = await ask(`sessions/${id}${shown ? `?scenario=${encodeURIComponent(shown)}` : ""}`);
        if (wanted[0] !== id || wanted[1] !== shown) { behind = true; continue; }
        state = found;
        render();
      }
    } finally { reading = null; }
  })();
  return reading;
}

function render() {
  const { card } = state;
  shown = card.id;
  at("desk").hidden = false;
  const judged = state.scenarios.filter((each) => !["open", "under way"].includes(each.state)).length;
  at("who").textContent = `${state.product}${state.version ? " " + state.version : ""} of ${state.partner}`;
  at("progress").textContent = `${judged} of ${state.scenarios.length} scenarios judged${state.finished ? ", finished" : ""}${state.restored ? "; taken up again after the judge was started anew" : ""}`;
  document.title = `${judged}/${state.scenarios.length} ${state.product}: judge`;
  draw("list", [state.scenarios, shown], list);
  reveal();
  draw("head", [card.id, card.title, card.instruct, card.verifies, card.outcome && card.outcome.status, card.outcome && card.outcome.message, card.note, card.attempts, card.repeat], head);
  buttons();
  const way = card.under_way;
  deadline = way ? Date.now() + way.seconds_left * 1000 : 0;
  draw("wait", way && [way.waiting, way.uncounted, way.counted, way.misses], wait);
  draw("checks", way ? [way.checks, true] : card.outcome ? [card.outcome.checks, false] : null, checks);
  draw("copy", [state.base_url, state.client_id, state.token_urls, state.ca_file], copyable);
  draw("inputs", way && [way.inputs, way.files, way.phase], inputs);
  at("questions").hidden = !card.questions.length;
  draw("asked", [card.id, card.questions], questions);
  draw("calls", [card.calls, card.id === state.last], calls);
  at("result").hidden = !state.result;
  draw("result", state.result, result);
  tick();
}

// The list has a scroll of its own, so that the page itself stays where it is.
function reveal() {
  if (revealed === shown) return;
  revealed = shown;
  const box = at("list").parentElement;
  const one = at("list").querySelector("[aria-current]");
  if (!one) return;
  const top = one.getBoundingClientRect().top - box.getBoundingClientRect().top;
  if (top < 0 || top + one.offsetHeight > box.clientHeight) box.scrollTop += top - box.clientHeight / 3;
}

function list() {
  let group = "";
  return state.scenarios.flatMap((each) => {
    const name = each.id.split("/").slice(0, 2).join(" / ");
    const first = name !== group ? [h("li", { class: "group" }, name)] : [];
    group = name;
    return [...first, h("li", {}, h("button", {
      type: "button", "data-key": each.id, "aria-current": each.id === shown ? "true" : null,
      onclick: () => { shown = each.id; at("skip").hidden = true; read().then(() => at("card").focus({ preventScroll: false })).catch(complain); },
    }, each.title, h("span", { class: "soft which" }, each.id.split("/").slice(2).join("/")), h("span", { class: `state ${each.state.replace(" ", "-")}` }, words[each.state] || each.state)))];
  });
}

function head() {
  const { card } = state;
  return [
    h("h2", { id: "title" }, card.title),
    h("p", { class: "soft" }, h("code", {}, card.id)),
    h("p", {}, card.instruct, card.repeat > 1 ? ` (${card.repeat} times in one go)` : ""),
    h("ul", {}, card.verifies.map((each) => h("li", { class: "soft" }, `${each.id} ${each.strength}: ${each.statement}`))),
    card.note ? h("p", { class: "bad" }, `Note: ${card.note}.`) : null,
    card.outcome ? h("div", { class: `outcome ${card.outcome.status}` },
      h("p", {}, h("strong", {}, words[card.outcome.status] || card.outcome.status),
        card.attempts.length > 1 ? ` at attempt ${card.attempts.length} (before: ${card.attempts.slice(0, -1).map((each) => words[each] || each).join(", ")})` : ""),
      card.outcome.message ? h("p", {}, card.outcome.message) : null) : null,
  ];
}

function buttons() {
  const { card } = state;
  const way = card.under_way, busy = way && way.phase === "judging";
  at("begin").hidden = Boolean(way);
  at("begin").textContent = card.outcome ? "Begin it anew" : "Begin";
  at("begin").disabled = Boolean(state.active);
  at("done").hidden = at("extend").hidden = !way;
  at("done").disabled = at("extend").disabled = Boolean(busy);
  at("done").textContent = busy ? "Being judged …" : way && way.phase === "control" ? "Done, the client is alive" : "Done";
  at("leave").hidden = Boolean(card.outcome) && !way;
  at("leave").disabled = Boolean(busy) || Boolean(state.active && !way);
  at("next").hidden = Boolean(state.active) || !state.next || state.next === card.id;
  at("finish").disabled = Boolean(state.active);
}

function wait() {
  const way = state.card.under_way;
  if (!way) return [];
  return [
    h("p", { class: "waiting" }, way.waiting, " ", h("span", { id: "clock", class: "soft" })),
    way.uncounted ? h("p", { class: "bad" }, `${way.uncounted} calls came with a token of an earlier scenario. They were answered with 401 and do not count. A client that goes on with it has to be started afresh.`) : null,
    way.misses.length ? [h("h3", {}, "Calls that no operation has"), h("ul", {}, way.misses.map((each) => h("li", {}, each)))] : null,
  ].flat();
}

function checks(data) {
  if (!data) return [];
  const [found, early] = data;
  if (!found.length) return [];
  return [
    h("h2", { id: "checks-title" }, early ? "So far" : "What was expected, and what was observed"),
    h("ul", { class: "checks" }, found.map((each) => h("li", {},
      h("span", { class: `state ${each.status}` }, each.is_met ? "met" : early ? "not met yet" : words[each.status] || each.status),
      h("code", {}, each.name), " ", each.expected, each.is_met ? "" : `; observed: ${each.actual}`))),
  ];
}

function copyable() {
  const rows = [
    ["Base URL", state.base_url],
    ...state.token_urls.map((each) => [`Token URL${state.token_urls.length > 1 ? ", " + each.product : ""} (${each.form})`, each.url]),
    ["Client id", state.client_id], ["Client secret", state.client_secret],
    ...(state.ca_file ? [["CA file", state.ca_file]] : []),
  ];
  return [
    h("h2", { id: "copy-title" }, "What the client is given"),
    h("p", { class: "soft" }, "The same for the whole session. Worth nothing anywhere else."),
    h("dl", {}, rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, h("code", {}, value)), h("dd", {}, copier(name, value))])),
  ];
}

function copier(name, value) {
  return h("button", {
    type: "button", "data-key": `copy ${name}`, "aria-label": `Copy ${name}`,
    onclick: async () => {
      try { await navigator.clipboard.writeText(value); say(`${name} is copied.`); }
      catch { say("This browser does not let a page copy; mark the text and copy it."); }
    },
  }, "Copy");
}

function inputs(data) {
  if (!data) return [];
  const way = state.card.under_way;
  const text = JSON.stringify(way.inputs, null, 2);
  return [
    h("h2", { id: "inputs-title" }, way.phase === "control" ? `Inputs of the first call (${way.control})` : `Inputs (${state.card.action})`),
    way.files.length ? h("ul", {}, way.files.map((each, number) => h("li", {},
      h("a", { href: `${admin}sessions/${id}/files/${number}`, download: each.name, "data-key": `file ${number}` }, each.name),
      ` ${each.media_type}, ${each.bytes.toLocaleString("en")} bytes`))) : null,
    h("div", { class: "row" }, copier("Inputs", text)),
    h("pre", { tabindex: "0", role: "region", "aria-label": "Inputs as JSON", "data-key": "inputs json" }, text),
  ];
}

function questions() {
  return state.card.questions.map((each) => h("div", {},
    h("h3", {}, each.question),
    each.answer ? h("p", {}, `Answered ${each.answer} by ${each.who} on ${each.when}.`) : null,
    h("div", { class: "row" }, [["Yes", true], ["No", false]].map(([word, yes]) => h("button", {
      type: "button", "data-key": `${each.question} ${word}`, "aria-label": `${word}: ${each.question}`,
      onclick: () => act("attest", { scenario: state.card.id, question: each.question, who: at("name").value, yes }),
    }, word)))));
}

function calls(data) {
  const [found, mine] = data;
  if (!mine) return [];
  return [
    h("h2", { id: "calls-title" }, `Calls (${found.length})`),
    found.length ? null : h("p", { class: "soft" }, "None has arrived yet."),
    ...found.slice().reverse().map((each) => h("details", { "data-key": `call ${each.id}` },
      h("summary", { "data-key": `summary ${each.id}` }, `${each.at} ${each.line} → ${each.status || "connection closed"} in ${each.milliseconds} ms${each.counts ? "" : " (does not count)"}`),
      h("pre", { tabindex: "0", role: "region", "aria-label": `Request ${each.id}` }, each.request),
      h("pre", { tabindex: "0", role: "region", "aria-label": `Answer ${each.id}` }, each.response))),
  ];
}

function result(data) {
  if (!data) return [];
  return [
    h("h2", { id: "result-title" }, data.verdict.replaceAll("_", " ").toLowerCase().replace(/^./, (first) => first.toUpperCase())),
    h("p", {}, data.reason), h("p", { class: "soft" }, data.scope),
    data.problem ? h("p", { class: "bad" }, `No certificate bundle: ${data.problem}`) : null,
    h("ul", {}, data.files.map((each) => h("li", {}, h("a", { href: `${admin}sessions/${id}/run/${each.path}`, "data-key": each.path }, each.name)))),
    h("p", { class: "soft" }, "In the folder ", h("code", {}, data.folder)),
  ];
}

function tick() {
  const place = at("clock");
  if (!place || !deadline) return;
  const left = Math.max(0, Math.round((deadline - Date.now()) / 1000));
  place.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left`;
}

at("begin").onclick = () => act("begin", { scenario: shown }, () => at("card").focus());
at("done").onclick = () => act("done");
at("extend").onclick = () => act("extend");
at("next").onclick = () => { shown = state.next; read().then(() => at("card").focus()).catch(complain); };
at("leave").onclick = () => { at("skip").hidden = false; at("reason").focus(); };
at("stay").onclick = () => { at("skip").hidden = true; at("leave").focus(); };
at("skip").onsubmit = (event) => {
  event.preventDefault();
  act("skip", { scenario: shown, reason: at("reason").value, absent: at("absent").checked }, () => {
    at("skip").hidden = true; at("reason").value = ""; at("absent").checked = false; at("card").focus();
  });
};
at("finish").onclick = () => { say("The report is being written."); act("finish", {}, () => { say("The session is finished."); at("card").focus(); }); };
at("another").onclick = async () => {
  try { id = (await ask("sessions", {})).id; shown = ""; for (const each in drawn) delete drawn[each]; await start(); } catch (problem) { complain(problem); }
};
at("sessions").onchange = () => { id = at("sessions").value; shown = ""; for (const each in drawn) delete drawn[each]; start(); };
at("enter").onsubmit = async (event) => {
  event.preventDefault();
  try { await ask("enter", { code: at("code").value }); at("code").value = ""; await start(); } catch (problem) { complain(problem); }
};
setInterval(tick, 1000);
start();
