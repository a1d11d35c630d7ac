// The outbox of this device. What is answered, noted or photographed is kept here first, under an id of its own, and sent from here: after a
// lost connection, a reload or a new sign-in just as well. Nothing leaves it before the server has it; what the server refused stays, with
// its reason. An entry belongs to the person who made it and is never sent in somebody else's name.
//
// An entry: {id, to, group, slot, label, json, photos: [{id, blob}], isBatch}. `to` takes `json` by POST, or {answers: [json, …]} where
// isBatch says so; `group` and `slot` name the place on a page that shows it; a waiting entry of the same place gives way to a newer one.
// What the server answers as `seen` ([{group, slot, …}]) is remembered, so that a page reloaded without network shows it.
const DATABASE = "floorops";
const BATCH = 40;
const LONGEST_PAUSE_MS = 30000;
const SEEN_DAYS = 3;
const PHOTO_MOST_BYTES = 15 * 1024 * 1024;

const body = document.body.dataset;
export const me = Number(body.foStaff || 0);
export const events = new EventTarget();
export const state = { isOffline: false, isSignedOut: false, otherName: "", isKept: true };
const tell = (kind, detail) => events.dispatchEvent(new CustomEvent(kind, { detail }));

// ── the shelf: IndexedDB; where a browser has none (a private window), memory, and the page warns before it is left ──

const memory = { outbox: new Map(), seen: new Map(), next: 1 };

const opened = new Promise((done, fail) => {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
    request.result.createObjectStore("seen", { keyPath: "key" });
  };
  request.onsuccess = () => done(request.result);
  request.onerror = request.onblocked = () => fail(request.error);
}).catch(() => { state.isKept = false; return null; });

async function shelf(name, mode, work) {
  const database = await opened;
  if (!database) return inMemory(name, work);
  return new Promise((done, fail) => {
    const transaction = database.transaction(name, mode);
    const request = work(transaction.objectStore(name));
    transaction.oncomplete = () => done(request?.result);
    transaction.onerror = transaction.onabort = () => fail(transaction.error);
  });
}

function inMemory(name, work) {
  const rows = memory[name];
  const at = (result) => ({ result, set onsuccess(then) { then(); } });
  return work({
    getAll: () => at([...rows.values()]),
    get: (key) => at(rows.get(key)),
    put: (row) => { const key = name === "seen" ? row.key : row.seq ??= memory.next++; rows.set(key, row); return { result: key }; },
    delete: (key) => { rows.delete(key); return {}; },
    clear: () => { rows.clear(); return {}; },
  })?.result;
}

export const list = () => shelf("outbox", "readonly", (rows) => rows.getAll());
export const listSeen = async (group) => (await shelf("seen", "readonly", (rows) => rows.getAll())).filter((row) => row.owner === me && row.group === group);
export const forgetSeen = () => shelf("seen", "readwrite", (rows) => rows.clear());
export const remember = (rows) => shelf("seen", "readwrite", (kept) => { let last; for (const row of rows) last = kept.put({ at: Date.now(), ...row, owner: me, key: `${row.group} ${row.slot}` }); return last; });

const others = "BroadcastChannel" in window ? new BroadcastChannel("floorops-outbox") : null;
others?.addEventListener("message", () => tell("changed"));

function changed() {
  tell("changed");
  others?.postMessage("changed");
}

/** Keep an entry and send it as soon as that is possible; a draft is kept only. Fails when this device has no room for it. */
export async function put(entry, { isDraft = false } = {}) {
  const made = { photos: [], isBatch: false, ...entry, owner: me, ownerName: body.foStaffName, madeAt: new Date().toISOString(), state: isDraft ? "draft" : "waiting" };
  const givesWay = (row) => entry.slot && row.group === entry.group && row.slot === entry.slot && row.owner === me && !inFlight.has(row.seq);
  // Looked up and replaced in one transaction: of two made in one breath, a draft and what became of it, only the later one stays.
  await shelf("outbox", "readwrite", (rows) => {
    const kept = rows.getAll();
    kept.onsuccess = () => {
      for (const row of kept.result.filter(givesWay)) rows.delete(row.seq);
      rows.put(made);
    };
  });
  changed();
  if (!isDraft) send();
}

/** Take an entry back before it was sent, or give up one that was refused. */
export async function drop(seq) {
  await shelf("outbox", "readwrite", (rows) => rows.delete(seq));
  changed();
}

// A newer entry may have taken the place meanwhile: then there is nothing left to update.
async function update(entry) {
  await shelf("outbox", "readwrite", (rows) => {
    const held = rows.get(entry.seq);
    held.onsuccess = () => { if (held.result) rows.put(entry); };
  });
  changed();
}

/** Send a refused entry once more, with what was corrected in it. */
export async function again(entry, json) {
  await update({ ...entry, json: { ...entry.json, ...json }, state: "waiting", reason: "", code: "", theirs: null });
  send();
}

/** Why a picture cannot be kept, in the page's words, or "" when it can. */
export async function faultOfPhoto(file) {
  if (file.size > PHOTO_MOST_BYTES) return body.foPhotoTooBig.replace("{megabytes}", Math.ceil(file.size / 1048576));
  try {
    (await createImageBitmap(file)).close();
    return "";
  } catch {
    return body.foPhotoNone;
  }
}

// ── sending: one device, one sender, in the order of making ──

const inFlight = new Set();
let token = "";
let tries = 0;
let timer = 0;
let isRunning = false;
let isWanted = false;

export async function send() {
  if (!me) return;
  isWanted = true;
  if (isRunning) return;
  isRunning = true;
  try {
    while (isWanted) {
      isWanted = false;
      await alone(sendAll);
    }
  } finally {
    isRunning = false;
  }
}

const alone = (work) => navigator.locks ? navigator.locks.request("floorops-outbox", work) : work();

async function sendAll() {
  clearTimeout(timer);
  for (;;) {
    const mine = (await list()).filter((entry) => entry.owner === me && entry.state === "waiting");
    if (!mine.length) return say({ isOffline: state.isOffline && tries > 0, isSignedOut: false, otherName: "" });
    const outcome = await sendNext(mine);
    if (outcome === "later") {
      tries += 1;
      say({ isOffline: true });
      timer = setTimeout(send, Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** Math.min(tries, 5)));
      return;
    }
    if (outcome === "hold") return;
    tries = 0;
    say({ isOffline: false, isSignedOut: false, otherName: "" });
  }
}

function say(news) {
  if (Object.entries(news).every(([name, value]) => state[name] === value)) return;
  Object.assign(state, news);
  tell("state");
}

async function sendNext(mine) {
  const [first] = mine;
  const photo = first.photos.find((one) => !one.isSent);
  if (photo) return sendPhoto(first, photo);
  const same = (entry) => entry.isBatch && entry.to === first.to && entry.photos.every((one) => one.isSent);
  const batch = first.isBatch ? mine.slice(0, Math.min(BATCH, mine.findIndex((entry) => !same(entry)) >>> 0)) : [first];
  const sentAt = new Date().toISOString();
  const json = first.isBatch ? { answers: batch.map((entry) => entry.json), sent_at: sentAt } : { ...first.json, sent_at: sentAt };
  for (const entry of batch) inFlight.add(entry.seq);
  const answer = await post(first.to, JSON.stringify(json)).finally(() => inFlight.clear());
  if (typeof answer === "string") return answer;
  if (answer.ok) await saved(batch, answer.said);
  else await refused(batch, answer.said);
  return "sent";
}

async function sendPhoto(entry, photo) {
  const form = new FormData();
  form.append("id", photo.id);
  form.append("photo", photo.blob, photo.name || "photo.jpg");
  inFlight.add(entry.seq);
  const answer = await post(entry.photosTo, form).finally(() => inFlight.clear());
  if (typeof answer === "string") return answer;
  if (answer.ok) await update({ ...entry, photos: entry.photos.map((one) => one.id === photo.id ? { ...one, isSent: true } : one) });
  else await refused([entry], { ...answer.said, errors: [] });
  return "sent";
}

async function saved(batch, said) {
  for (const entry of batch) await shelf("outbox", "readwrite", (rows) => rows.delete(entry.seq));
  if (said.seen) await remember(said.seen);
  tell("saved", { entries: batch, said });
  changed();
}

async function refused(batch, said) {
  const faults = new Map();
  for (const fault of batch[0].isBatch ? said.errors || [] : []) {
    const number = Number(fault.field.split(".")[1]);
    if (batch[number] && !faults.has(number)) faults.set(number, fault);
  }
  const judged = faults.size ? [...faults].map(([number, fault]) => [batch[number], fault]) : batch.map((entry) => [entry, said]);
  for (const [entry, fault] of judged) {
    await update({ ...entry, state: "refused", reason: fault.detail, code: fault.code, field: fault.field || "", faults: said.errors || [], theirs: fault.theirs || null });
  }
  tell("refused", { entries: judged.map(([entry]) => entry), said });
}

// "later": no network, or the server is busy. "hold": nobody or somebody else is signed in. Else what the server said.
async function post(address, content) {
  for (const isSecond of [false, true]) {
    let response;
    try {
      const headers = { "X-CSRFToken": token || csrfOfPage(), "X-FloorOps-Staff": String(me), Accept: "application/json" };
      if (typeof content === "string") headers["Content-Type"] = "application/json";
      response = await fetch(address, { method: "POST", headers, body: content, redirect: "manual" });
    } catch {
      return "later";
    }
    if (response.status >= 500 || response.status === 429 || response.status === 408) return "later";
    if (/json/.test(response.headers.get("Content-Type") || "")) {
      const said = await response.json().catch(() => null);
      if (!said) return "later";
      if (said.code !== "other_person") return { ok: response.ok, said };
    }
    // Signed out, a page too old to be believed, or no such thing any more: ask who is here, and try once more with a fresh token.
    const here = await askWhoIsHere();
    if (here !== "me") return here;
    if (isSecond) return { ok: false, said: { code: "gone", detail: body.foGone } };
  }
  return "later";
}

const csrfOfPage = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

/** "me" with a fresh token, else "later" or "hold". */
export async function askWhoIsHere() {
  let response;
  try {
    response = await fetch("/who", { headers: { Accept: "application/json" }, cache: "no-store" });
  } catch {
    return "later";
  }
  if (response.status >= 500) return "later";
  const who = await response.json().catch(() => ({}));
  token = who.csrf || "";
  if (who.staff === me) return "me";
  say({ isSignedOut: !who.staff, otherName: who.staff ? who.name : "", isOffline: false });
  return "hold";
}

export const freshToken = async () => (await askWhoIsHere()) === "me" ? token : "";

addEventListener("online", () => { tries = 0; send(); });
addEventListener("focus", send);
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
addEventListener("beforeunload", (event) => { if (!state.isKept && memory.outbox.size) event.preventDefault(); });

shelf("seen", "readonly", (rows) => rows.getAll()).then((rows) => {
  const old = rows.filter((row) => row.at < Date.now() - SEEN_DAYS * 86400000);
  if (old.length) shelf("seen", "readwrite", (kept) => { let last; for (const row of old) last = kept.delete(row.key); return last; });
});
send();
