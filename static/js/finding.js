// A new finding: what is typed and photographed is safe on this device at once; sending hands it to the outbox, which sends it when it can.
// Each finding is one entry under an id of its own: a draft while it grows, then on its way, and back here when the server refused it.
import { isChanged, newId, say } from "./bits.js";
import { drop, events, faultOfPhoto, list, me, put } from "./outbox.js";

const GROUP = "finding";
const REST_MS = 400;
const LEAVE_MS = 2500;
const form = document.querySelector("[data-fo-raise]");
const words = form.dataset;
const note = document.querySelector("[data-fo-raise-note]");
const button = document.querySelector("[data-fo-raise-send]");
const photoInput = form.elements.photo;
const photoFault = form.querySelector("[data-fo-photo-fault]");
let own = newId(); // a page kept for use without network carries the same key each time it is opened
let sentOffAt = null;
let photo = null; // {id, blob}
let taking = Promise.resolve();
let timer = 0;
let leaving = 0;

const entries = async () => (await list()).filter((entry) => entry.owner === me && entry.group === GROUP);
const isBegun = () => Boolean(photo) || [...form.querySelectorAll("textarea, input:not([type=radio], [type=hidden], [type=file])")].some(isChanged);

function sayNote(text, { isRefusal = false } = {}) {
  note.hidden = text === "";
  note.classList.toggle("fo-note--ng", isRefusal);
  note.querySelector("span").textContent = text;
  if (text) note.scrollIntoView({ block: "nearest" });
}

function sayFaults(faults) {
  for (const told of form.querySelectorAll("[data-fo-told]")) told.remove();
  for (const input of form.querySelectorAll(".is-invalid")) {
    input.classList.remove("is-invalid");
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-errormessage");
  }
  const inputs = faults.map((fault) => {
    const input = form.querySelector(`[id="div_id_${fault.field}"] [name]`);
    if (!input) return null;
    input.classList.add("is-invalid");
    const told = Object.assign(document.createElement("div"), { className: "invalid-feedback d-block", textContent: fault.detail });
    told.dataset.foTold = "";
    told.id = `${input.id}-told`;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-errormessage", told.id);
    input.closest("[id^=div_id_]").append(told);
    input.closest("details")?.setAttribute("open", "");
    return input;
  });
  inputs.find(Boolean)?.focus();
}

function paintPhoto() {
  const thumb = form.querySelector("[data-fo-thumb]");
  thumb.hidden = !photo;
  if (photo) thumb.querySelector("a").href = thumb.querySelector("img").src = URL.createObjectURL(photo.blob);
  form.elements.photo_id.value = photo?.id || "";
}

async function takePhoto() {
  const [file] = photoInput.files;
  if (!file) return;
  const fault = await faultOfPhoto(file);
  photoInput.value = "";
  photoFault.textContent = fault;
  photoFault.classList.toggle("d-block", fault !== "");
  if (fault) return;
  photo = { id: newId(), blob: file };
  paintPhoto();
}

function entryNow() {
  const kind = form.querySelector("[name=kind]:checked + label");
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "request_key"].includes(name));
  return {
    to: location.pathname,
    photosTo: words.photos,
    group: GROUP,
    slot: own,
    label: [kind?.textContent, form.elements.node.selectedOptions[0]?.textContent, form.elements.text.value].filter(Boolean).join(" · "),
    page: `${location.pathname}#${own}`,
    json: { id: own, typed_at: sentOffAt, fields: Object.fromEntries(fields) },
    photos: photo ? [{ ...photo, name: photo.blob.name }] : [],
  };
}

async function keepDraft() {
  clearTimeout(timer);
  if (form.inert) return;
  if (isBegun()) await put(entryNow(), { isDraft: true }).catch(() => sayNote(words.wordNoRoom, { isRefusal: true }));
  else for (const entry of await entries()) if (entry.slot === own) await drop(entry.seq);
}

form.addEventListener("change", (event) => {
  if (event.target === photoInput) taking = takePhoto().then(keepDraft);
  else keepDraft();
});

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(keepDraft, REST_MS);
});

const lock = (isOnItsWay) => { form.inert = button.disabled = isOnItsWay; };

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  lock(true);
  await taking;
  sayFaults([]);
  sayNote("");
  sentOffAt ??= new Date().toISOString();
  try {
    await put(entryNow());
    leaving = setTimeout(stay, LEAVE_MS);
  } catch {
    lock(false);
    sayNote(words.wordNoRoom, { isRefusal: true });
  }
});

// No answer yet: it waits on this device, and the form is free for the next one.
async function stay() {
  const entry = (await entries()).find((one) => one.slot === own);
  if (!entry) location.assign(words.list); // another page of this device sent it
  else if (entry.state === "refused") fill(entry);
  else clear(words.wordHere);
}

function clear(told) {
  form.reset();
  for (const name of ["item_key", "photo_id"]) form.elements[name].value = "";
  own = newId();
  sentOffAt = photo = null;
  paintPhoto();
  lock(false);
  history.replaceState(null, "", location.pathname);
  sayNote(told);
}

function fill(entry) {
  clearTimeout(leaving);
  own = entry.slot;
  sentOffAt = entry.json.typed_at;
  for (const [name, value] of Object.entries(entry.json.fields)) if (form.elements[name]) form.elements[name].value = value;
  const [kept] = entry.photos;
  photo = kept ? { id: kept.id, blob: kept.blob } : null;
  if (photo) paintPhoto();
  lock(false);
  const isRefusal = entry.state === "refused";
  sayNote(isRefusal ? say(words.wordRefused, { reason: entry.reason }) : words.wordDraft, { isRefusal });
  sayFaults(isRefusal ? entry.faults : []);
}

events.addEventListener("saved", ({ detail }) => {
  const sent = detail.entries.filter((entry) => entry.group === GROUP);
  if (sent.some((entry) => entry.slot === own)) {
    clearTimeout(leaving);
    clear("");
    location.assign(detail.said.url);
  } else if (sent.length && !note.classList.contains("fo-note--ng")) {
    sayNote(detail.said.told);
  }
});

events.addEventListener("refused", async ({ detail }) => {
  const sent = detail.entries.find((entry) => entry.group === GROUP);
  const entry = sent && (await entries()).find((one) => one.seq === sent.seq);
  if (!entry) return;
  if (entry.slot === own || !isBegun()) fill(entry);
  else sayNote(say(words.wordOther, { reason: entry.reason }), { isRefusal: true }); // what is being typed stays
});

async function begin() {
  const kept = (await entries()).filter((entry) => entry.state !== "waiting");
  if (photoInput.files.length) await takePhoto();
  if (isBegun()) return keepDraft(); // typed before this script was there
  const entry = kept.find((one) => `#${one.slot}` === location.hash) || kept.find((one) => one.state === "refused") || kept.at(-1);
  if (entry) fill(entry);
}

begin();
