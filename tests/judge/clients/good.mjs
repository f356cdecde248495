// A client of all three APIs with Node's own fetch, written apart from the others.
import { readFileSync } from "node:fs";

const context = JSON.parse(readFileSync(process.env.HARNESS_JUDGE_CONTEXT, "utf8"));
const { inputs } = context;
const FINAL = new Set(["06", "10", "12", "13", "15", "19", "51", "52", "53"]);
const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
let token = null;
let ends = 0;

async function fetchToken() {
  const fields = { grant_type: "client_credentials", client_id: context.client_id, client_secret: context.client_secret };
  const isForm = context.token_form === "form";
  const answer = await patiently(() => fetch(context.token_url, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json" },
    body: isForm ? new URLSearchParams(fields).toString() : JSON.stringify(fields),
  }));
  if (answer.status !== 200) throw new Error(`token: ${answer.status}`);
  const told = await answer.json();
  token = told.access_token;
  ends = Date.now() + (told.expires_in - 1) * 1000;
}

async function patiently(send) {
  for (let attempt = 0; ; attempt++) {
    const answer = await send();
    if (![429, 503].includes(answer.status) || attempt === 3) return answer;
    const told = answer.headers.get("retry-after");
    const seconds = told === null ? 0.15 * 2 ** attempt : /^\d+$/.test(told) ? Number(told) : (Date.parse(told) - Date.now()) / 1000;
    await sleep(Math.max(seconds, 0) + Math.random() * 0.05);
  }
}

async function call(method, path, { body, headers = {} } = {}) {
  const once = async () => {
    if (token === null || Date.now() >= ends) await fetchToken();
    return fetch(context.base_url + path, { method, redirect: "manual", body: body?.(), headers: { authorization: `Bearer ${token}`, ...headers } });
  };
  let answer = await patiently(once);
  if (answer.status === 401) {
    token = null;
    answer = await once();
  }
  return answer;
}

const json = (value) => ({ body: () => JSON.stringify(value), headers: { "content-type": "application/json; charset=utf-8" } });

// Parts of JSON have no file name, which FormData would give to every blob.
function multipart(parts) {
  const boundary = `node${Math.random().toString(16).slice(2)}`;
  return {
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body: () => {
      const pieces = [];
      const add = (head, content) => pieces.push(Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), content, Buffer.from("\r\n"));
      for (const [name, value] of Object.entries(parts)) add(`content-disposition: form-data; name="${name}"\r\ncontent-type: application/json`, Buffer.from(JSON.stringify(value)));
      for (const each of inputs.files ?? []) add(`content-disposition: form-data; name="files"; filename="${each.name}"\r\ncontent-type: ${each.media_type}`, readFileSync(each.path));
      pieces.push(Buffer.from(`--${boundary}--\r\n`));
      return Buffer.concat(pieces);
    },
  };
}

function check(claim) {
  const digits = [...`80840${claim.providerNPI}`].reverse().map(Number);
  const total = digits.reduce((sum, digit, place) => sum + (place % 2 ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit), 0);
  if (!/^\d{10}$/.test(claim.providerNPI) || total % 10) throw new Error("providerNPI");
  if (!claim.claimId || !/^[A-Za-z0-9]{5}$/.test(claim.payerId)) throw new Error("claimId or payerId");
  for (const name of ["dateOfService", "patientDateOfBirth"]) {
    const day = new Date(`${claim[name]}T00:00:00Z`);
    if (!/^\d{4}-\d\d-\d\d$/.test(claim[name]) || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== claim[name]) throw new Error(name);
  }
  const count = (inputs.files ?? []).length;
  if (count < 1 || count > 10) throw new Error("files");
}

const DENTAL = "/dental/attachments/v1/attachments/documents";
const MEDICAL = "/medicalnetwork/attachments";
const HEALTH = { dental: "/dental/attachments/v1/healthcheck", medical: `${MEDICAL}/submission/v1/healthcheck`, "prior-auth": "/rcm/prior-authorization/v1/healthcheck" };

const create = () => (check(inputs.claim), call("POST", DENTAL, multipart({ request: inputs.claim })));
const search = (ids) => call("POST", `${DENTAL}/search`, json({ attachmentIds: ids }));
const upload = () => call("POST", `${MEDICAL}/submission/v1/uploads`, multipart({ request: inputs.request }));
const status = (id, fieldset = "detail") => call("GET", `${MEDICAL}/status/v1/${encodeURIComponent(id)}?fieldset=${fieldset}`);
const ask = (where, body) => {
  const what = json(body);
  return call("POST", `/rcm/prior-authorization/v1/${where}`, { ...what, headers: { ...what.headers, "X-Optum-Tenant-Id": inputs.tenantId } });
};

function lastCode(body) {
  const one = Array.isArray(body) ? body : [body];
  const list = one[0]?.status ?? one;
  return list[list.length - 1].statusCode;
}

const actions = {
  token: fetchToken,
  health: () => call("GET", HEALTH[context.product]),
  "dental.create": create,
  "dental.create-image-intelligence": () => (check(inputs.claim), call("POST", `${DENTAL}/image-intelligence`, multipart({ request: inputs.claim, fileMetadata: inputs.fileMetadata }))),
  "dental.search": () => search(inputs.attachmentIds),
  "dental.create-then-search": async () => {
    const created = await create();
    if (!created.ok) return created;
    const told = await created.json();
    const names = (inputs.files ?? []).map((each) => each.name);
    return search(inputs.choose ? [told.attachmentIds[names.indexOf(inputs.choose.equals)]] : [told.attachmentControlNumber]);
  },
  "medical.upload": upload,
  "medical.upload-then-poll": async () => {
    const uploaded = await upload();
    if (!uploaded.ok) return uploaded;
    const told = await uploaded.json();
    const id = uploaded.headers.get("x-trace-id") ?? told.attachmentId.split("_")[0];
    for (let poll = 0; poll < 6; poll++) {
      const answer = await status(id);
      if (FINAL.has(lastCode(await answer.json()))) break;
      await sleep(0.2 * 1.3 ** poll);
    }
  },
  "medical.status": () => status(inputs.traceId, "summary"),
  "medical.search": async () => {
    const answer = await call("POST", `${MEDICAL}/status/v1/metadata`, json(inputs.query));
    if (!inputs.choose || answer.status !== 200) return answer;
    const hit = (await answer.json()).find((each) => each.transactionDetails[inputs.choose.property] === inputs.choose.equals);
    return status(hit.traceId);
  },
  "prior-auth.inquire": () => ask("inquiry", inputs.request),
  "prior-auth.submit": () => ask("submission", inputs.request),
  "prior-auth.inquire-x12": () => ask("inquiry/x12", { x12: inputs.x12 }),
  "prior-auth.submit-x12": () => ask("submission/x12", { x12: inputs.x12 }),
};

const action = actions[context.action];
if (action === undefined) process.exit(64);
try {
  for (let n = 0; n < context.repeat; n++) {
    const answer = await action();
    if (answer && answer.status >= 400) process.exitCode = 1;
  }
} catch (problem) {
  console.error(problem.message);
  process.exitCode = 1;
}
