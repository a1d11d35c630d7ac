// A spot check: what is tapped is safe on this device at once; saving hands it to the outbox, which sends it when it can, under one id.
import { newId, say } from "./bits.js";
import { drop, events, faultOfPhoto, list, me, put } from "./outbox.js";

const GROUP = "spot-check";
const LEAVE_MS = 2500;
const form = document.querySelector("[data-fo-spot]");
const words = { ...form.dataset, ...form.querySelector("[data-fo-words]").dataset };
const note = document.querySelector("[data-fo-spot-note]");
const button = document.querySelector("[data-fo-spot-save]");
const rows = [...form.querySelectorAll("[data-fo-object]")];
const photos = new Map(); // object → {id, blob}
let timer = 0;
let place = form.elements.node.value;
let own = newId(); // a page kept for use without network carries the same id each time it is opened

const valueOf = (row) => row.querySelector("input[type=radio][name^=value-]:checked")?.value || "";
const noteOf = (row) => row.querySelector("[data-fo-note]").value.trim();

function sayNote(text, { isRefusal = false } = {}) {
  note.hidden = text === "";
  note.toggleAttribute("data-refusal", isRefusal);
  note.querySelector("span").textContent = text;
}

// What was refused, and the offer to save it so, hold for what stood there then.
function withdraw() {
  delete button.dataset.anyway;
  if (button.dataset.word) button.textContent = button.dataset.word;
  if (note.hasAttribute("data-refusal")) sayNote("");
}

function sayFault(row, text) {
  const place = row.querySelector("[data-fo-fault]");
  place.textContent = text;
  place.classList.toggle("d-block", text !== "");
  row.querySelector("[data-fo-note]").classList.toggle("is-invalid", text !== "");
}

function paint() {
  for (const row of rows) row.classList.toggle("is-ng", valueOf(row) === "ng");
  document.querySelector("[data-fo-spot-answered]").textContent = rows.filter((row) => valueOf(row) !== "").length;
}

function paintPhoto(row) {
  const photo = photos.get(row);
  const thumb = row.querySelector("[data-fo-thumb]");
  thumb.hidden = !photo;
  if (photo) thumb.querySelector("a").href = thumb.querySelector("img").src = URL.createObjectURL(photo.blob);
}

function answerOf(row) {
  const value = valueOf(row);
  const answer = { item: row.dataset.foObject, value, note: value === "ng" ? noteOf(row) : "" };
  if (value !== "ng") return answer;
  answer.photo = photos.get(row)?.id || null;
  if (row.querySelector("[data-fo-finding-wanted]").checked) {
    answer.finding = { owner: row.querySelector("[data-fo-owner]").value, due_at: row.querySelector("[data-fo-due]").value, severity: row.querySelector("[data-fo-severity]:checked")?.value || "", is_safety: row.querySelector("[data-fo-safety]").checked };
  }
  return answer;
}

const entryOf = (slot) => {
  const answered = rows.filter((row) => valueOf(row) !== "");
  return {
    to: form.getAttribute("action"),
    photosTo: words.photos,
    group: GROUP,
    slot,
    label: `${words.wordTitle} · ${form.elements.node.selectedOptions[0]?.textContent || ""}`,
    page: location.pathname,
    json: { id: own, node: Number(form.elements.node.value), version: Number(words.version), checked_at: new Date().toISOString(), answers: answered.map(answerOf) },
    photos: answered.filter((row) => photos.has(row) && valueOf(row) === "ng").map((row) => ({ ...photos.get(row), name: photos.get(row).blob.name })),
  };
};

const draft = () => put(entryOf("draft"), { isDraft: true }).catch(() => sayNote(words.wordNoRoom));

// A place with a checklist of its own has a page of its own; what was tapped by the other checklist says nothing about it.
async function toOtherPage(select) {
  if (select.selectedOptions[0].dataset.version === words.version) return false;
  const asked = select.value;
  select.value = place;
  if (!navigator.onLine) sayNote(words.wordOther);
  else {
    clearTimeout(timer);
    for (const entry of await list()) if (entry.owner === me && entry.group === GROUP && entry.slot === "draft") await drop(entry.seq);
    location.assign(`${form.getAttribute("action")}?node=${asked}`);
  }
  return true;
}

form.addEventListener("change", async (event) => {
  if (event.target === form.elements.node) {
    if (await toOtherPage(event.target)) return;
    place = event.target.value;
  }
  const row = event.target.closest("[data-fo-object]");
  if (event.target.matches("[data-fo-photo]")) {
    const [file] = event.target.files;
    const fault = file ? await faultOfPhoto(file) : "";
    sayFault(row, fault);
    if (file && !fault) photos.set(row, { id: newId(), blob: file });
    event.target.value = "";
    paintPhoto(row);
  } else if (row && event.target.name?.startsWith("value-")) {
    sayFault(row, "");
    if (event.target.value === "ng") row.querySelector("[data-fo-note]").focus({ preventScroll: true });
  }
  withdraw();
  paint();
  draft();
});

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(draft, 400);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  const lacking = rows.filter((row) => valueOf(row) === "ng" && !noteOf(row));
  for (const row of lacking) sayFault(row, words.wordNote);
  if (lacking.length) return lacking[0].querySelector("[data-fo-note]").focus();
  const open = rows.filter((row) => "required" in row.dataset && valueOf(row) === "");
  if (open.length === rows.length) return sayNote(words.wordNothing, { isRefusal: true });
  if (open.length && !button.dataset.anyway) {
    sayNote(say(words.wordPart, { objects: open.map((row) => row.dataset.label).join(", ") }), { isRefusal: true });
    button.dataset.anyway = "1";
    button.dataset.word ??= button.textContent;
    button.textContent = words.wordAnyway;
    return;
  }
  button.disabled = true;
  try {
    await put(entryOf(own));
  } catch {
    button.disabled = false;
    return sayNote(words.wordNoRoom);
  }
  for (const entry of await list()) if (entry.owner === me && entry.group === GROUP && entry.slot === "draft") await drop(entry.seq);
  setTimeout(kept, LEAVE_MS);
});

// Not sent yet: it stays here, and the form is free for the next one.
function kept() {
  sayNote(words.wordHere);
  own = newId();
  button.disabled = false;
  withdraw();
  for (const row of rows) {
    for (const radio of row.querySelectorAll("[name^=value-]")) radio.checked = false;
    row.querySelector("[data-fo-note]").value = "";
    photos.delete(row);
    paintPhoto(row);
  }
  paint();
}

events.addEventListener("saved", ({ detail }) => {
  if (detail.entries.some((entry) => entry.group === GROUP && entry.slot === own)) location.assign(words.list);
});

events.addEventListener("refused", restore);

async function restore() {
  const mine = (await list()).filter((entry) => entry.owner === me && entry.group === GROUP);
  const entry = mine.find((one) => one.state === "refused") || mine.find((one) => one.state === "draft");
  if (!entry) return;
  if (entry.state === "refused") own = entry.json.id;
  if (form.querySelector(`option[value="${entry.json.node}"][data-version="${words.version}"]`)) form.elements.node.value = place = String(entry.json.node);
  for (const answer of entry.json.answers) {
    const row = rows.find((one) => one.dataset.foObject === answer.item);
    if (!row) continue;
    for (const radio of row.querySelectorAll("[name^=value-]")) radio.checked = radio.value === answer.value;
    row.querySelector("[data-fo-note]").value = answer.note;
    const photo = entry.photos.find((one) => one.id === answer.photo);
    if (photo) photos.set(row, { id: photo.id, blob: photo.blob });
    paintPhoto(row);
  }
  for (const fault of entry.faults || []) {
    const row = rows.find((one) => one.dataset.foObject === entry.json.answers[Number(fault.field.split(".")[1])]?.item);
    if (row) sayFault(row, fault.detail);
  }
  button.disabled = false;
  sayNote(entry.state === "refused" ? say(words.wordRefused, { reason: entry.reason }) : words.wordDraft);
  paint();
}

paint();
restore();
