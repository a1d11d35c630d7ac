// A check sheet: every tap goes into this device's outbox first and says "on this device" until the server has it. Other people's answers
// come in while the page is open; where two answered the same, both are shown and a person decides. Handing in needs the server.
import { again, askWhoIsHere, drop, events, faultOfPhoto, list, listSeen, me, put, remember, send, state } from "./outbox.js";
import { watch } from "./sheet-sync.js";
import { icon, newId, say } from "./bits.js";
import { Slot } from "./slot.js";

const NOTE_REST_MS = 4000;
const DRAFT_REST_MS = 400;
const form = document.querySelector("[data-fo-sheet]");
const words = { ...form.dataset, ...form.querySelector("[data-fo-words]").dataset };
const slots = [...form.querySelectorAll("[data-fo-slot]")].map((cell) => new Slot(cell));
const byKey = new Map(slots.map((slot) => [slot.key, slot]));
const rows = [...form.querySelectorAll("[data-fo-item]")];
const slotsOf = new Map(rows.map((row) => [row, slots.filter((slot) => slot.row === row)]));
const dockState = document.querySelector("[data-fo-dock-state]");
const note = document.querySelector("[data-fo-sheet-note]");
const others = document.querySelector("[data-fo-others]");
const submitButton = document.querySelector("[data-fo-submit]");
const nextLink = document.querySelector("[data-fo-next]");
const missingBox = document.querySelector("[data-fo-missing]");

let entries = new Map(); // slot → what waits on this device for it
let isCut = false;       // the server did not answer when it was last asked
let onEmpty = null;      // what waits for everything to be with the server
let isLocked = false;    // the sheet was handed in meanwhile

// ── what a row, a phase and the dock say ──

function sayAbove(text) {
  note.hidden = text === "";
  note.querySelector("span").textContent = text;
}

function sayDock() {
  const count = Math.max(entries.size, giving);
  const drafts = Math.max([...entries.values()].filter((entry) => entry.state === "draft").length, givingDrafts);
  const refused = [...entries.values()].filter((entry) => entry.state === "refused").length;
  const isOffline = isCut || state.isOffline;
  const [mark, text] = refused ? ["x-octagon", say(words.wordRefusedCount, { count: refused })]
    : state.isSignedOut ? ["person-x", say(words.wordSignedOut, { count })]
    : state.otherName ? ["person-x", say(words.wordOther, { who: state.otherName })]
    : isOffline ? ["wifi-off", say(count ? words.wordOffline : words.wordOfflineNone, { count })]
    : drafts && drafts === count ? ["pencil", say(words.wordDrafts, { count })]
    : count ? ["tablet", say(words.wordWaiting, { count })]
    : ["cloud-check", words.wordAllSaved];
  dockState.classList.toggle("is-local", count > 0 || isOffline);
  dockState.replaceChildren(icon(mark), Object.assign(document.createElement("span"), { textContent: text }));
}

const isDone = (row) => slotsOf.get(row).every((slot) => slot.isAnswered);

function sayProgress() {
  const open = rows.filter((row) => "required" in row.dataset && !isDone(row));
  const openSlots = open.flatMap((row) => slotsOf.get(row)).filter((slot) => !slot.isAnswered);
  document.querySelector("[data-fo-answered]").textContent = slots.filter((slot) => slot.isAnswered).length;
  document.querySelector("[data-fo-open]").textContent = say(words.wordOpen, { count: openSlots.length });
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
  for (const area of document.querySelectorAll("[data-fo-area]")) sayArea(area);
  for (const row of rows) lockRounds(slotsOf.get(row));
  sayMissing(open);
  return open;
}

// What was said to be missing is struck out as it is answered; one that names no item stays until the sheet is handed in again.
function sayMissing(open) {
  const links = [...missingBox.querySelectorAll("a")];
  if (missingBox.hidden || !links.length) return;
  const done = links.filter((link) => !open.some((row) => row.dataset.item === link.dataset.item));
  for (const link of done) link.closest("li").remove();
  const count = links.length - done.length;
  missingBox.hidden = count === 0;
  if (done.length) missingBox.querySelector("h2 span").textContent = say(words.wordMissing, { count });
}

function sayPhase(phase) {
  const own = slots.filter((slot) => slot.phase === phase.dataset.foPhase);
  const answered = own.filter((slot) => slot.isAnswered);
  const wrong = answered.filter((slot) => slot.isAbnormal);
  const isClosed = own.every((slot) => !slot.isRequired || slot.isAnswered);
  phase.querySelector("[data-fo-phase-answered]").textContent = answered.length;
  phase.querySelector("[data-fo-phase-ng]").hidden = wrong.length === 0;
  phase.querySelector("[data-fo-phase-ng-count]").textContent = wrong.length;
  phase.querySelector("[data-fo-phase-done]").hidden = !isClosed || wrong.length > 0;
  const late = phase.querySelector("[data-fo-phase-late]");
  if (late) late.hidden = isClosed || wrong.length > 0;
  const good = (answered.length - wrong.length) * 100 / own.length;
  phase.querySelector(".good").setAttribute("width", `${good}%`);
  phase.querySelector(".over").setAttribute("x", `${good}%`);
  phase.querySelector(".over").setAttribute("width", `${wrong.length * 100 / own.length}%`);
}

const slotsIn = (head) => slots.filter((slot) => slot.phase === head.dataset.phase && slot.area === head.dataset.foArea);

function sayArea(head) {
  const own = slotsIn(head);
  head.querySelector("[data-fo-area-answered]").textContent = own.filter((slot) => slot.isAnswered).length;
  const rest = coveredByBulk(own);
  const button = head.querySelector("[data-fo-all-ok]");
  if (!button) return;
  button.hidden = rest.length < 2;
  button.querySelector("span").textContent = say(own.some((slot) => !slot.isSingle) ? words.wordAllOkRound : words.wordAllOk, { count: rest.length, round: rest[0]?.round || 1 });
}

// A later round is not stamped before the one before it.
function lockRounds(own) {
  own.forEach((slot, index) => {
    const isClosed = index > 0 && own[index - 1].value === "";
    slot.cell.classList.toggle("is-closed", isClosed);
    for (const input of slot.inputs) input.disabled = isClosed && slot.value === "";
  });
}

function sayEntry(slot, entry) {
  if (entry.state === "refused") {
    slot.sayState(words.wordRefused, "x-octagon", true);
    if (entry.theirs) showConflict(slot, entry);
    else slot.sayFault(entry.reason, entry.field.split(".").at(-1));
  } else if (entry.state === "draft") {
    slot.sayState(slot.lacks === "photo" ? words.wordPhotoNeeded : words.wordNote, "pencil", true);
  } else {
    slot.sayState(words.wordHere, "tablet", true);
  }
}

async function refresh() {
  const kept = await list();
  const mine = kept.filter((entry) => entry.owner === me && entry.group === words.group);
  const before = entries;
  entries = new Map(mine.map((entry) => [entry.slot, entry]));
  for (const [key, entry] of entries) if (byKey.has(key)) sayEntry(byKey.get(key), entry);
  for (const key of before.keys()) if (!entries.has(key)) byKey.get(key)?.sayKnown();
  const foreign = kept.filter((entry) => entry.owner !== me && entry.group === words.group);
  others.hidden = foreign.length === 0;
  if (foreign.length) others.querySelector("span").textContent = say(words.wordForeign, { count: foreign.length, who: [...new Set(foreign.map((entry) => entry.ownerName))].join(", ") });
  sayDock();
  if (!entries.size && !giving && onEmpty) {
    const then = onEmpty;
    onEmpty = null;
    then();
  }
}

let giving = 0; // on their way into the outbox
let givingDrafts = 0;

// ── giving answers ──

const entryOf = (slot, isBulk) => ({
  to: words.answers,
  photosTo: words.photos,
  group: words.group,
  slot: slot.key,
  label: `${words.place} · ${slot.number} ${slot.row.querySelector(".q").textContent.trim()}`,
  page: location.pathname,
  isBatch: true,
  json: { ...slot.answer(newId(), isBulk), version: Number(words.version) },
  photos: slot.photo?.blob ? [{ id: slot.photo.id, blob: slot.photo.blob, name: slot.photo.blob.name }] : [],
});

async function give(slot, { isBulk = false, isDraft = false } = {}) {
  if (isLocked) return sayAbove(words.wordStopped);
  slot.sayFault("");
  slot.row.querySelector(`[data-fo-conflict="${slot.key}"]`)?.remove();
  slot.sayState(isDraft ? words.wordNote : words.wordHere, isDraft ? "pencil" : "tablet", true);
  giving += 1;
  givingDrafts += Number(isDraft);
  sayDock();
  try {
    await put(entryOf(slot, isBulk), { isDraft });
  } catch {
    slot.sayFault(words.wordNoRoom, "photo");
  }
  giving -= 1;
  givingDrafts -= Number(isDraft);
  await refresh();
}

/** Something on the row changed: keep it, or say what is missing before it can be kept. */
async function touched(slot) {
  clearTimeout(slot.timer);
  slot.timer = 0;
  slot.mark();
  const waiting = entries.get(slot.key);
  const isSame = (kept) => kept && kept.value === slot.value && (!slot.isAbnormal || (kept.note === slot.noteText && (kept.photo || null) === (slot.photo?.id || null)));
  if (isSame(waiting ? (waiting.state === "waiting" ? waiting.json : null) : slot.known)) return sayProgress();
  if (slot.value === "" && !slot.known) {
    if (waiting) await drop(waiting.seq);
    if (waiting?.state !== "waiting") slot.sayState("", "", false);
  } else {
    await give(slot, { isDraft: slot.lacks !== "" });
  }
  return sayProgress();
}

function moveOn(open, from) {
  const following = open.find((row) => rows.indexOf(row) > rows.indexOf(from)) || open[0];
  following?.scrollIntoView({ block: "center" });
}

const slotAt = (element) => byKey.get(element.closest("[data-fo-panel]")?.dataset.foPanel || element.closest("[data-fo-slot]")?.dataset.foSlot || element.dataset.foNa);

form.addEventListener("change", async (event) => {
  const slot = slotAt(event.target);
  if (!slot) return;
  if (event.target.matches("[data-fo-photo]")) await photographed(slot, event.target);
  else if (event.target.matches("[data-fo-note]")) noteChanged(slot);
  else if (event.target.closest("[data-fo-finding]")) { if ((entries.has(slot.key) || slot.isRaisedHere) && !slot.lacks) await give(slot); }
  else if (slot.type === "number" && !event.isTrusted) typed(slot, false); // a key of the pad: the number goes on
  else await valueChanged(slot, event.target);
});

async function valueChanged(slot, input) {
  if (input.matches("[data-fo-na]") && input.checked) slot.value = "na";
  slot.mark();
  const open = sayProgress();
  if (slot.isAbnormal) slot.panel?.querySelector("[data-fo-note]").focus({ preventScroll: true });
  else if (slot.isSingle && ["radio", "checkbox"].includes(input.type)) moveOn(open, slot.row);
  await touched(slot);
}

function noteChanged(slot) {
  clearTimeout(slot.timer);
  if (!slot.isAbnormal || (slot.noteText === slot.note && entries.get(slot.key)?.state !== "draft")) return;
  touched(slot);
}

form.addEventListener("input", (event) => {
  const slot = slotAt(event.target);
  const isNote = event.target.matches("[data-fo-note]");
  if (!slot || !(isNote || (["text", "number"].includes(slot.type) && event.target.name?.startsWith("value-")))) return;
  if (isNote) for (const chip of slot.panel.querySelectorAll("[data-fo-quick]")) chip.setAttribute("aria-pressed", String(chip.dataset.foQuick === slot.noteText));
  typed(slot, isNote);
});

// What is being typed is safe at once; it goes to the server when the field is left or the hand rests.
function typed(slot, isNote) {
  clearTimeout(slot.timer);
  slot.timer = setTimeout(() => {
    slot.mark();
    if (slot.value !== "") give(slot, { isDraft: true });
    slot.timer = setTimeout(() => (isNote ? noteChanged(slot) : touched(slot)), NOTE_REST_MS);
  }, DRAFT_REST_MS);
}

form.addEventListener("focusout", (event) => {
  const slot = slotAt(event.target);
  if (slot?.timer && slot.type === "number" && !event.target.matches("[data-fo-note]")) touched(slot);
});

async function photographed(slot, input) {
  const [file] = input.files;
  if (!file) return;
  const fault = await faultOfPhoto(file);
  input.value = "";
  if (fault) return slot.sayFault(fault, "photo");
  slot.photo = { id: newId(), blob: file };
  slot.paintPhoto();
  const open = await touched(slot);
  if (slot.type === "photo") moveOn(open, slot.row);
}

form.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-fo-quick]");
  const set = event.target.closest("[data-fo-set]");
  const wrong = event.target.closest("[data-fo-row-ng]");
  const label = event.target.closest("[data-fo-cell-label]");
  if (chip) {
    const slot = slotAt(chip);
    slot.panel.querySelector("[data-fo-note]").value = chip.dataset.foQuick;
    for (const other of slot.panel.querySelectorAll("[data-fo-quick]")) other.setAttribute("aria-pressed", String(other === chip));
    noteChanged(slot);
  } else if (set) {
    const slot = slotAt(set);
    slot.value = set.dataset.foSet;
    touched(slot);
    if (set.dataset.foSet === "ng") slot.panel.querySelector("[data-fo-note]").focus({ preventScroll: true });
    else slot.close();
  } else if (wrong) {
    const own = slotsOf.get(wrong.closest("[data-fo-item]"));
    const slot = own.find((one) => one.value === "") || own.at(-1);
    slot.open();
    if (slot.value === "") { slot.value = "ng"; touched(slot); }
    slot.panel.querySelector("[data-fo-note]").focus({ preventScroll: true });
  } else if (label) {
    // A box that has its answer opens what can be changed about it.
    const slot = slotAt(label);
    if (slot.value === "") return;
    event.preventDefault();
    if (slot.panel && !slot.panel.hidden && !slot.isAbnormal) slot.close();
    else slot.open();
  }
});

// ── all OK in this area, and its undo ──

function coveredByBulk(own) {
  const open = own.filter((slot) => slot.value === "" && !slot.mustLook && (slot.type === "ok_ng" || slot.type === "tick") && !slot.cell.classList.contains("is-closed"));
  const round = Math.min(...open.map((slot) => slot.round));
  return open.filter((slot) => slot.round === round);
}

document.addEventListener("click", async (event) => {
  const all = event.target.closest("[data-fo-all-ok]");
  const undo = event.target.closest("[data-fo-undo]");
  const head = (all || undo)?.closest("[data-fo-area]");
  if (!head) return;
  if (all) {
    head.foGiven = coveredByBulk(slotsIn(head));
    for (const slot of head.foGiven) slot.value = "ok";
    const button = head.querySelector("[data-fo-undo]");
    button.hidden = false;
    button.querySelector("span").textContent = say(words.wordUndo, { count: head.foGiven.length });
    for (const slot of head.foGiven) await give(slot, { isBulk: true });
  } else {
    head.querySelector("[data-fo-undo]").hidden = true;
    // One that somebody looked at since keeps what was said there.
    for (const slot of (head.foGiven || []).filter((one) => one.value === "ok")) {
      slot.value = "";
      await give(slot);
    }
  }
  sayProgress();
});

// ── two answers to the same: shown, and decided by a person ──

function showConflict(slot, entry) {
  if (slot.row.querySelector(`[data-fo-conflict="${slot.key}"]`)) return;
  const box = document.querySelector("[data-fo-conflict-form]").content.firstElementChild.cloneNode(true);
  box.dataset.foConflict = slot.key;
  box.querySelector("span").textContent = entry.reason;
  const [theirs, mine] = box.querySelectorAll("button");
  theirs.addEventListener("click", async () => {
    box.remove();
    await drop(entry.seq);
    slot.paintKnown(entry.theirs);
    sayProgress();
  });
  mine.addEventListener("click", async () => {
    box.remove();
    slot.known = entry.theirs;
    await again(entry, { replaces: entry.theirs.id });
  });
  slot.row.append(box);
}

// ── what the server has, one's own and other people's ──

function painted(row) {
  const slot = byKey.get(row.slot);
  if (!slot || slot.known?.id === row.id) return;
  // What waits here was given without having seen theirs: the server will say so, and nobody's answer is painted over.
  if (entries.has(row.slot) || slot.timer) return;
  slot.paintKnown(row);
}

function take(seen) {
  for (const row of seen) painted(row);
  sayProgress();
}

events.addEventListener("saved", async ({ detail }) => {
  const own = detail.entries.filter((entry) => entry.group === words.group);
  if (!own.length) return;
  await refresh();
  for (const row of detail.said.seen || []) {
    const slot = byKey.get(row.slot);
    if (!slot) continue;
    if (entries.has(row.slot)) slot.known = row.value === "" ? null : row;
    else slot.paintKnown(row);
  }
  sayProgress();
  sayAbove("");
});

events.addEventListener("refused", ({ detail }) => {
  if (detail.said.code === "sheet_locked") lock(detail.said.detail);
  refresh();
});
events.addEventListener("changed", refresh);
events.addEventListener("state", sayDock);

function lock(text) {
  isLocked = true;
  sayAbove(`${text} ${words.wordStopped}`);
}

watch({
  address: words.state,
  mark: words.mark,
  onContact: (isHere) => {
    if (isCut === !isHere) return;
    isCut = !isHere;
    if (isHere) send();
    sayDock();
  },
  onNews: async (news) => {
    if (news.locked && !isLocked) lock(news.locked);
    if (!news.seen.length) return;
    await remember(news.seen);
    take(news.seen);
  },
});

// ── handing in ──

nextLink.addEventListener("click", (event) => {
  const row = document.getElementById(nextLink.getAttribute("href").slice(1));
  if (!row) return;
  event.preventDefault();
  row.scrollIntoView({ block: "center" });
  row.querySelector("[data-fo-slot]:not(.is-given) input, [data-fo-slot] input")?.focus({ preventScroll: true });
});

submitButton.addEventListener("click", async (event) => {
  event.preventDefault();
  await Promise.all(slots.filter((slot) => slot.timer).map(touched));
  if (await askWhoIsHere() !== "me") {
    sayAbove(say(state.isSignedOut ? words.wordSignedOut : words.wordSubmitOffline, { count: entries.size }));
    return;
  }
  await refresh();
  const stuck = [...entries.values()].find((entry) => entry.state !== "waiting");
  if (stuck) {
    sayAbove(words.wordSubmitStuck);
    byKey.get(stuck.slot)?.row.scrollIntoView({ block: "center" });
  } else if (entries.size) {
    onEmpty = handIn;
    send();
  } else {
    handIn();
  }
});

async function handIn() {
  const token = (await fetch("/who", { cache: "no-store" }).then((response) => response.json()).catch(() => ({}))).csrf;
  const response = token && await fetch(words.submit, { method: "POST", headers: { "X-CSRFToken": token, "X-FloorOps-Staff": String(me), "Content-Type": "application/json" }, body: "{}", redirect: "manual" }).catch(() => null);
  if (!response) return sayAbove(words.wordSubmitOffline);
  const said = await response.json().catch(() => ({}));
  if (response.ok) return location.reload();
  missingBox.hidden = false;
  missingBox.querySelector("h2 span").textContent = said.detail || words.wordSubmitOffline;
  missingBox.querySelector("ul").replaceChildren(...(said.items || []).map((missing) => {
    const link = Object.assign(document.createElement("a"), { href: `#row-${missing.item}.1`, textContent: missing.label });
    const entry = document.createElement("li");
    link.dataset.item = missing.item;
    entry.append(link);
    return entry;
  }));
  missingBox.querySelector("h2").focus();
}

// ── the page as it was left on this device ──

async function restore() {
  const seen = (await listSeen(words.group)).filter((row) => row.saved_at > words.mark);
  await refresh();
  // A browser may fill in after a reload what stood here before. That is kept already, with its note and photo; anything else was tapped
  // before this script was there, and counts as what is tapped now.
  const left = new Map([...seen.map((row) => [row.slot, row.value]), ...[...entries].map(([key, entry]) => [key, entry.json.value])]);
  const tapped = slots.filter((slot) => slot.isChanged && slot.value !== (left.get(slot.key) ?? slot.known?.value));
  for (const row of seen) {
    const slot = byKey.get(row.slot);
    if (tapped.includes(slot)) slot.known = row.value === "" ? null : row;
    else painted(row);
  }
  for (const slot of tapped) await (slot.type === "text" || slot.type === "number" ? typed(slot, false) : touched(slot));
  await refresh();
  for (const [key, entry] of entries) byKey.get(key)?.paintLocal(entry);
  await refresh();
  for (const slot of slots) slot.mark();
  sayProgress();
}

document.addEventListener("visibilitychange", () => { if (document.hidden) for (const slot of slots) if (slot.timer) touched(slot); });
sayProgress();
restore();
