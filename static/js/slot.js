// One box of a check sheet: an item in one of its rounds. It reads what stands on the page and paints what is kept; it sends nothing.
import { icon, isChanged, numberIn, say } from "./bits.js";

const words = { ...document.querySelector("[data-fo-sheet]").dataset, ...document.querySelector("[data-fo-words]").dataset };
const more = document.querySelector("[data-fo-more]");
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: words.zone });
export const clockOf = (moment) => clock.format(new Date(moment));

// What is no number is neither too low nor too high.
const numberOf = (text) => Number(numberIn(text) || NaN);

export class Slot {
  constructor(cell) {
    this.cell = cell;
    this.key = cell.dataset.foSlot;
    this.type = cell.dataset.type;
    this.row = cell.closest("[data-fo-item]");
    this.item = this.row.dataset.item;
    this.round = Number(cell.dataset.round);
    this.number = this.row.dataset.number;
    this.phase = this.row.dataset.phase;
    this.area = this.row.dataset.area || "";
    this.isRequired = "required" in this.row.dataset;
    this.mustLook = "mustLook" in this.row.dataset;
    this.known = cell.dataset.answer ? { id: cell.dataset.answer, value: cell.dataset.value, note: cell.dataset.note || "", photo: cell.dataset.photo || null, finding: cell.dataset.finding || "" } : null;
    this.photo = this.known?.photo ? { id: this.known.photo } : null;
    this.note = this.known?.note || "";
    this.timer = 0;
    this.asked = new Set(); // ids of the answers sent from here that choose what becomes of their finding
  }

  get inputs() { return [...this.row.querySelectorAll(`[name="value-${this.key}"]`)]; }
  get isSingle() { return this.row.dataset.rounds === "1"; }

  get value() {
    const [first] = this.inputs;
    if (!first) return this.photo ? "photo" : this.isNotAvailable ? "na" : "";
    if (first.type === "radio") return this.inputs.find((one) => one.checked)?.value || "";
    if (this.isNotAvailable) return "na";
    if (first.type === "checkbox") return first.checked ? "ok" : "";
    return first.value.trim();
  }

  set value(value) {
    const [first] = this.inputs;
    const notAvailable = this.row.querySelector(`[data-fo-na="${this.key}"]`);
    if (notAvailable) notAvailable.checked = value === "na";
    if (!first) return;
    if (first.type === "radio") for (const one of this.inputs) one.checked = one.value === value;
    else if (first.type === "checkbox") first.checked = value === "ok";
    else if (value !== "na" && document.activeElement !== first) first.value = value;
    else if (value === "na") first.value = "";
    this.mark();
  }

  get isNotAvailable() { return Boolean(this.row.querySelector(`[data-fo-na="${this.key}"]`)?.checked); }
  get isChanged() { return [...this.inputs, ...this.row.querySelectorAll(`[data-fo-na="${this.key}"]`)].some(isChanged); }
  get isAnswered() { return this.value !== "" && this.lacks === ""; }

  /** Whether this answer means that something is wrong; the server judges by the same limits. */
  get isAbnormal() {
    const { value } = this;
    const { low, high, today } = this.row.dataset;
    if (value === "" || value === "na") return false;
    if (this.type === "ok_ng") return value === "ng";
    if (this.type === "number") return (low !== "" && numberOf(value) < Number(low)) || (high !== "" && numberOf(value) > Number(high));
    if (this.type === "choice") return this.inputs.some((one) => one.checked && "abnormal" in one.dataset);
    if (this.type === "date") return value < today;
    return false;
  }

  /** What an abnormal answer still needs before it can be kept: "note", "photo" or "". */
  get lacks() {
    if (!this.isAbnormal) return "";
    if ("noteOnNg" in this.row.dataset && !this.noteText) return "note";
    return "photoOnNg" in this.row.dataset && !this.photo ? "photo" : "";
  }

  get noteText() { return (this.panel ? this.panel.querySelector("[data-fo-note]").value : this.note).trim(); }

  /** The fields below the item: note, photo, finding. Made when they are first needed. */
  open() {
    if (this.panel) {
      this.panel.hidden = false;
      return this.panel;
    }
    this.panel = more.content.firstElementChild.cloneNode(true);
    this.panel.dataset.foPanel = this.key;
    for (const element of this.panel.querySelectorAll("[id]")) element.id = `${element.id}-${this.key}`;
    for (const element of this.panel.querySelectorAll("[for]")) element.htmlFor = `${element.htmlFor}-${this.key}`;
    for (const element of this.panel.querySelectorAll("[aria-describedby]")) element.setAttribute("aria-describedby", `${element.getAttribute("aria-describedby")}-${this.key}`);
    for (const element of this.panel.querySelectorAll("[data-name]")) element.name = `${element.dataset.name}-${this.key}`;
    this.panel.querySelector("[data-fo-note]").value = this.note;
    this.addChips(JSON.parse(this.row.dataset.quick || "[]"));
    this.addRound();
    const severity = this.panel.querySelector(`[data-fo-severity][value="${this.row.dataset.severity}"]`);
    if (severity) severity.checked = true;
    this.row.append(this.panel);
    this.paintPhoto();
    this.paintFinding();
    return this.panel;
  }

  addChips(quick) {
    const chips = this.panel.querySelector("[data-fo-chips]");
    chips.hidden = quick.length === 0;
    for (const text of quick) {
      const chip = document.createElement("button");
      Object.assign(chip, { type: "button", className: "fo-chip", textContent: text });
      chip.dataset.foQuick = text;
      chip.setAttribute("aria-pressed", String(text === this.note));
      chips.append(chip);
    }
  }

  // In a grid of rounds the panel says which round it speaks of, and what else its box can be.
  addRound() {
    const head = this.panel.querySelector("[data-fo-round]");
    const choice = this.panel.querySelector("[data-fo-choice]");
    if (this.isSingle || this.type === "number") choice.remove();
    else choice.hidden = false;
    head.hidden = this.isSingle;
    head.textContent = say(words.wordRound, { round: this.round });
    if (this.type !== "ok_ng") for (const button of choice.querySelectorAll('[data-fo-set="ng"], [data-fo-set="na"]')) button.remove();
  }

  close() { if (this.panel) this.panel.hidden = true; }

  mark() {
    const isAbnormal = this.isAbnormal;
    this.cell.classList.toggle("is-ng", isAbnormal);
    this.cell.classList.toggle("is-na", this.value === "na");
    this.cell.classList.toggle("is-given", this.value !== "");
    this.row.classList.toggle("is-ng", Boolean(this.row.querySelector("[data-fo-slot].is-ng")));
    if (isAbnormal) this.open();
    else if (this.isSingle) this.close();
    this.paintFinding();
  }

  sayState(text, mark, isLocal) {
    const place = this.row.querySelector(`[data-fo-slot-state="${this.key}"]`);
    if (!place) return;
    // Below a box of a grid there is room for a sign only; the words stand on its title and in the dock.
    place.replaceChildren(...(text ? [icon(mark), document.createTextNode(isLocal && !this.isSingle ? "" : ` ${text}`)] : []));
    place.title = isLocal ? text : "";
    place.classList.toggle("is-local", isLocal);
  }

  /** A fault beside the field it speaks of: the note, the photo or, where there is no panel, the value itself. */
  sayFault(text, field = "note") {
    const own = field === "value" || field === "round" ? this.row.querySelector("[data-fo-value-fault]") : null;
    if (!own && (text || this.panel)) this.open();
    for (const place of [own, this.panel?.querySelector("[data-fo-fault]")]) {
      if (!place) continue;
      place.textContent = place === own || !own ? text : "";
      place.classList.toggle("d-block", place.textContent !== "");
    }
    this.panel?.querySelector("[data-fo-note]").classList.toggle("is-invalid", text !== "" && field === "note");
    for (const input of this.inputs) if (field === "value") input.setAttribute("aria-invalid", text ? "true" : "false");
  }

  paintPhoto() {
    const thumbs = [this.panel?.querySelector("[data-fo-thumb]"), this.type === "photo" ? this.cell.querySelector("[data-fo-thumb]") : null];
    if (this.photo && !this.photo.url) this.photo.url = this.photo.blob ? URL.createObjectURL(this.photo.blob) : `/files/${this.photo.id}`;
    for (const thumb of thumbs) {
      if (!thumb) continue;
      thumb.hidden = !this.photo;
      if (this.photo) thumb.querySelector("a").href = thumb.querySelector("img").src = this.photo.url;
    }
  }

  // The number stands where it was asked for, so that nothing below moves away from under a finger.
  paintFinding() {
    const form = this.panel?.querySelector("[data-fo-finding]");
    if (!form) return;
    this.panel.querySelector(".fo-evidence").hidden = form.hidden = !this.isAbnormal;
    const number = this.known?.finding || "";
    const made = form.querySelector("[data-fo-finding-made]");
    made.hidden = !number;
    if (number) Object.assign(made.querySelector("a"), { href: `/findings/${number}`, textContent: number });
    form.querySelector("[data-fo-finding-wanted]").closest("label").hidden = Boolean(number);
    form.classList.toggle("is-settled", Boolean(number) && !this.isRaisedHere);
  }

  /** Whether the finding came of an answer of this page: its raiser may still choose owner, due and severity. */
  get isRaisedHere() { return this.asked.has(this.known?.id); }

  /** What goes to the server. */
  answer(id, isBulk = false) {
    const finding = this.isAbnormal ? this.findingAsked() : undefined;
    if (finding) this.asked.add(id);
    return {
      id,
      item: this.item,
      round: this.round,
      value: this.value,
      note: this.isAbnormal ? this.noteText : "",
      photo: this.isAbnormal || this.type === "photo" ? this.photo?.id || null : null,
      is_bulk: isBulk,
      replaces: this.known?.id || null,
      answered_at: new Date().toISOString(),
      ...(finding === undefined ? {} : { finding }),
    };
  }

  findingAsked() {
    const form = this.panel?.querySelector("[data-fo-finding]");
    if (!form || (this.known?.finding ? !this.isRaisedHere : !form.querySelector("[data-fo-finding-wanted]").checked)) return null;
    return { owner: form.querySelector("[data-fo-owner]").value, due_at: form.querySelector("[data-fo-due]").value, severity: form.querySelector("[data-fo-severity]:checked")?.value || "", is_safety: form.querySelector("[data-fo-safety]").checked };
  }

  /** Paint an answer as the server knows it: one's own after it was saved, or another person's. */
  paintKnown(kept) {
    this.known = kept.value === "" ? null : kept;
    this.note = kept.note;
    if (this.photo?.id !== kept.photo) this.photo = kept.photo ? { id: kept.photo } : null;
    else if (this.photo) delete this.photo.blob;
    this.value = kept.value;
    // What was said of an NG stays at hand for a change of mind, also when the OK between was saved.
    const field = this.panel?.querySelector("[data-fo-note]");
    if (field && this.isAbnormal && document.activeElement !== field) field.value = kept.note;
    this.paintPhoto();
    this.paintFinding();
    this.sayFault("");
    this.sayKnown();
  }

  sayKnown() {
    if (!this.known?.at) return this.sayState("", "", false);
    const text = this.isSingle ? say(words.wordSaved, { at: this.known.at, who: this.known.who }) : `${this.known.at} ${this.known.initials}`;
    this.sayState(text, "check2", false);
  }

  /** Paint what waits on this device. */
  paintLocal(entry) {
    const { json } = entry;
    const photo = entry.photos.at(-1);
    this.note = json.note;
    this.photo = photo ? { id: photo.id, blob: photo.blob } : json.photo ? { id: json.photo } : null;
    if (this.panel) this.panel.querySelector("[data-fo-note]").value = json.note;
    this.value = json.value;
    this.paintPhoto();
  }
}
