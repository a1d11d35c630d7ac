// A check sheet: each tap is sent as it is made, under an id of its own, one request at a time and in order. A request that got lost is
// sent again with the same ids, so that nothing is kept twice. A row says "saved" only after the server said so.
const form = document.querySelector("[data-fo-sheet]");
const words = form.dataset;
const rows = [...form.querySelectorAll("[data-fo-row]")];
const dockState = document.querySelector("[data-fo-dock-state]");
const note = document.querySelector("[data-fo-sheet-note]");
const submitButton = document.querySelector("[data-fo-submit]");
const nextLink = document.querySelector("[data-fo-next]");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: words.zone });

const waiting = new Map(); // row → the answer to send next
let flight = [];           // pairs of row and answer in the request under way, or to be sent again
let isSending = false;
let isStopped = false;     // the sheet is locked: nothing more will be taken
let tries = 0;
let timer = 0;
let isOffline = false;
let onEmpty = null;

const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const radios = (row) => [...row.querySelectorAll("input[type=radio]")];
const value = (row) => radios(row).find((radio) => radio.checked)?.value || "";
const noteOf = (row) => row.querySelector("[data-fo-note]").value.trim();
const lacksNote = (row) => value(row) === "ng" && !noteOf(row);
const isDirty = (row) => waiting.has(row) || flight.some(([sent]) => sent === row) || row.dataset.sendingPhoto === "1";
const isAnswered = (row) => value(row) !== "" && !lacksNote(row);
const newId = () => crypto.randomUUID ? crypto.randomUUID() : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

function icon(name) {
  const mark = document.createElement("i");
  mark.className = `bi bi-${name}`;
  mark.setAttribute("aria-hidden", "true");
  return mark;
}

function sayRow(row, text, mark, isLocal) {
  const place = row.querySelector("[data-fo-row-state]");
  place.replaceChildren(icon(mark), ` ${text}`);
  place.classList.toggle("is-local", isLocal);
}

function sayFault(row, text) {
  const place = row.querySelector("[data-fo-row-fault]");
  place.textContent = text;
  place.classList.toggle("d-block", text !== "");
  row.querySelector("[data-fo-note]").classList.toggle("is-invalid", text !== "");
}

function sayAbove(text) {
  note.hidden = text === "";
  note.querySelector("span").textContent = text;
}

const unsaved = () => rows.filter((row) => isDirty(row) || lacksNote(row)).length;

function sayDock() {
  const count = unsaved();
  dockState.classList.toggle("is-local", count > 0);
  const text = count === 0 ? words.wordAllSaved : say(isOffline ? words.wordOffline : words.wordWaiting, { count });
  dockState.replaceChildren(icon(count === 0 ? "cloud-check" : isOffline ? "wifi-off" : "arrow-repeat"), Object.assign(document.createElement("span"), { textContent: text }));
}

function sayProgress() {
  const open = rows.filter((row) => "required" in row.dataset && !isAnswered(row));
  document.querySelector("[data-fo-answered]").textContent = rows.filter(isAnswered).length;
  document.querySelector("[data-fo-open]").textContent = say(words.wordOpen, { count: open.length });
  for (const row of rows) row.classList.toggle("is-next", row === open[0]);
  nextLink.hidden = open.length === 0;
  submitButton.classList.toggle("btn-primary", open.length === 0);
  submitButton.classList.toggle("btn-quiet", open.length > 0);
  submitButton.classList.toggle("fo-hide-phone", open.length > 0);
  if (open.length) {
    nextLink.href = `#${open[0].id}`;
    nextLink.querySelector("span").textContent = say(words.wordNext, { number: open[0].dataset.number });
  }
  for (const phase of document.querySelectorAll("[data-fo-phase]")) sayPhase(phase);
  return open;
}

function sayPhase(phase) {
  const own = rows.filter((row) => row.dataset.phase === phase.dataset.foPhase);
  const answered = own.filter(isAnswered);
  const wrong = answered.filter((row) => value(row) === "ng");
  const isDone = own.every((row) => !("required" in row.dataset) || isAnswered(row));
  phase.querySelector("[data-fo-phase-answered]").textContent = answered.length;
  phase.querySelector("[data-fo-phase-ng]").hidden = wrong.length === 0;
  phase.querySelector("[data-fo-phase-ng-count]").textContent = wrong.length;
  phase.querySelector("[data-fo-phase-done]").hidden = !isDone || wrong.length > 0;
  const late = phase.querySelector("[data-fo-phase-late]");
  if (late) late.hidden = isDone || wrong.length > 0;
  const good = (answered.length - wrong.length) * 100 / own.length;
  phase.querySelector(".good").setAttribute("width", `${good}%`);
  phase.querySelector(".over").setAttribute("x", `${good}%`);
  phase.querySelector(".over").setAttribute("width", `${wrong.length * 100 / own.length}%`);
}

function give(row) {
  if (isStopped) return;
  if (lacksNote(row)) {
    waiting.delete(row);
    sayRow(row, words.wordNote, "pencil", true);
    sayDock();
    return;
  }
  sayFault(row, "");
  waiting.set(row, {
    id: newId(),
    item: row.dataset.item,
    round: Number(row.dataset.round),
    value: value(row),
    note: value(row) === "ng" ? noteOf(row) : "",
    photo: value(row) === "ng" ? row.dataset.photo || null : null,
    answered_at: new Date().toISOString(),
  });
  sayRow(row, isOffline ? words.wordUnsaved : words.wordSaving, "arrow-repeat", true);
  sayDock();
  send();
}

async function send() {
  if (isSending || isStopped) return;
  if (!flight.length) {
    flight = [...waiting.entries()];
    waiting.clear();
  }
  if (!flight.length) return settle();
  isSending = true;
  clearTimeout(timer);
  let response = null;
  try {
    response = await fetch(words.answers, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ answers: flight.map(([, answer]) => answer) }),
    });
  } catch {
    response = null;
  }
  isSending = false;
  await judge(response);
}

async function judge(response) {
  if (!response || response.status >= 500 || response.status === 429) return later();
  const isOurs = /json/.test(response.headers.get("Content-Type") || "") && !response.redirected;
  if (!isOurs) { sayAbove(words.wordSignedOut); return later(); }
  tries = 0;
  isOffline = false;
  sayAbove("");
  if (response.ok) {
    for (const [row, answer] of flight) {
      row.dataset.answered = "";
      if (!waiting.has(row)) sayRow(row, say(words.wordSaved, { at: clock.format(new Date(answer.answered_at)), who: words.who }), "check2", false);
    }
    flight = [];
  } else {
    refuse(await response.json());
  }
  sayDock();
  send();
}

// All or none was kept: rows that were refused say why, the others go again.
function refuse(problem) {
  const refused = new Map((problem.errors || []).map((fault) => [Number(fault.field.split(".")[1]), fault.detail]));
  if (!refused.size) {
    isStopped = true;
    sayAbove(`${problem.detail} ${words.wordStopped}`);
    for (const [row] of flight) sayRow(row, words.wordStopped, "x-octagon", true);
    return;
  }
  flight.forEach(([row], number) => {
    if (!refused.has(number)) return;
    sayFault(row, refused.get(number));
    sayRow(row, words.wordStopped, "x-octagon", true);
  });
  flight = flight.filter((_, number) => !refused.has(number));
}

function later() {
  isOffline = true;
  tries += 1;
  for (const [row] of [...flight, ...waiting]) sayRow(row, words.wordUnsaved, "wifi-off", true);
  sayDock();
  timer = setTimeout(send, Math.min(30000, 1000 * 2 ** Math.min(tries, 5)));
}

function settle() {
  sayDock();
  const then = onEmpty;
  onEmpty = null;
  then?.();
}

function moveOn(open, from) {
  const following = open.find((row) => rows.indexOf(row) > rows.indexOf(from)) || open[0];
  following?.scrollIntoView({ block: "center" });
}

form.addEventListener("change", (event) => {
  const row = event.target.closest("[data-fo-row]");
  if (!row) return;
  if (event.target.type === "radio") {
    row.classList.toggle("is-ng", event.target.value === "ng");
    give(row);
    const open = sayProgress();
    if (event.target.value === "ng") row.querySelector("[data-fo-note]").focus({ preventScroll: true });
    else moveOn(open, row);
  } else if (event.target.matches("[data-fo-photo]")) {
    sendPhoto(row, event.target.files[0]);
  } else if (event.target.matches("[data-fo-note]")) {
    noteChanged(row);
  }
});

const kept = new WeakMap(rows.map((row) => [row, noteOf(row)]));
function noteChanged(row) {
  clearTimeout(row.foTimer);
  if (value(row) !== "ng" || kept.get(row) === noteOf(row)) return;
  kept.set(row, noteOf(row));
  give(row);
  sayProgress();
}

form.addEventListener("input", (event) => {
  const row = event.target.closest("[data-fo-row]");
  if (!row || !event.target.matches("[data-fo-note]")) return;
  for (const chip of row.querySelectorAll("[data-fo-quick]")) chip.setAttribute("aria-pressed", chip.dataset.foQuick === noteOf(row));
  sayRow(row, words.wordUnsaved, "pencil", true);
  clearTimeout(row.foTimer);
  row.foTimer = setTimeout(() => noteChanged(row), 1200);
});

form.addEventListener("click", (event) => {
  const row = event.target.closest("[data-fo-row]");
  const chip = event.target.closest("[data-fo-quick]");
  if (chip) {
    row.querySelector("[data-fo-note]").value = chip.dataset.foQuick;
    row.querySelector("[data-fo-note]").dispatchEvent(new Event("input", { bubbles: true }));
    noteChanged(row);
  } else if (event.target.closest(".fo-add") && row.foPhoto) {
    event.preventDefault();
    sendPhoto(row, row.foPhoto);
  }
});

async function sendPhoto(row, file) {
  if (!file || isStopped) return;
  const body = new FormData();
  body.append("photo", file);
  row.dataset.sendingPhoto = "1";
  row.foPhoto = null;
  sayRow(row, words.wordPhoto, "arrow-repeat", true);
  sayDock();
  let response = null;
  try {
    response = await fetch(words.photos, { method: "POST", headers: { "X-CSRFToken": token }, body });
  } catch {
    response = null;
  }
  delete row.dataset.sendingPhoto;
  row.querySelector("[data-fo-photo]").value = "";
  if (response?.ok && /json/.test(response.headers.get("Content-Type") || "")) {
    const { id, url } = await response.json();
    row.dataset.photo = id;
    const thumb = row.querySelector("[data-fo-thumb]");
    thumb.hidden = false;
    thumb.querySelector("a").href = thumb.querySelector("img").src = url;
    sayFault(row, "");
    give(row);
  } else if (response && response.status < 500 && /json/.test(response.headers.get("Content-Type") || "")) {
    sayFault(row, (await response.json()).detail);
    sayRow(row, words.wordStopped, "x-octagon", true);
  } else {
    row.foPhoto = file;
    sayFault(row, words.wordPhotoFailed);
    sayRow(row, words.wordUnsaved, "wifi-off", true);
  }
  sayDock();
}

nextLink.addEventListener("click", (event) => {
  const row = document.getElementById(nextLink.getAttribute("href").slice(1));
  if (!row) return;
  event.preventDefault();
  row.scrollIntoView({ block: "center" });
  radios(row)[0].focus({ preventScroll: true });
});

// Handing in waits until every tap is kept; the server then says what is missing.
submitButton.addEventListener("click", (event) => {
  for (const row of rows) if (row.foTimer) noteChanged(row);
  if (!waiting.size && !flight.length) return;
  event.preventDefault();
  onEmpty = () => form.requestSubmit(submitButton);
  send();
});

addEventListener("online", send);
addEventListener("focus", () => { if (flight.length) send(); });
let isLeaving = false;
form.addEventListener("submit", () => { isLeaving = true; });
addEventListener("pageshow", () => { isLeaving = false; });
addEventListener("beforeunload", (event) => { if (!isLeaving && !isStopped && unsaved() > 0) event.preventDefault(); });
sayProgress();
