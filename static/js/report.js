// The team daily report: one line at a time, the sum proved while it is typed, the draft kept as it grows.
import { icon, numberIn, say } from "./bits.js";
import { keepDraft } from "./draft.js";

const form = document.querySelector("[data-fo-report]");
const words = form.dataset;
const tabs = form.querySelector("[data-fo-lines-tabs]");
const blank = document.querySelector("[data-fo-empty-line]");
const total = form.querySelector("[name='lines-TOTAL_FORMS']");
const lines = () => [...form.querySelectorAll("[data-fo-line]")];
const field = (line, name) => line.querySelector(`[name$='-${name}']`);

// --- figures: exact, in whole steps of a millionth; never as floats ---

function parse(text) {
  const match = /^\+?(\d*)(?:\.(\d{0,6})\d*)?$/.exec(numberIn(text));
  return match && (match[1] || match[2]) ? BigInt(match[1] || "0") * 1000000n + BigInt((match[2] || "").padEnd(6, "0")) : null;
}

function shown(value) {
  const sign = value < 0n ? "-" : "";
  const digits = (value < 0n ? -value : value).toString().padStart(7, "0");
  const rest = digits.slice(-6).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -6).replace(/\B(?=(\d{3})+$)/g, ",")}${rest ? `.${rest}` : ""}`;
}

function prove(line) {
  const place = line.querySelector("[data-fo-sum]");
  const parts = ["good_qty", "rework_qty", "scrap_qty"].map((name) => parse(field(line, name).value));
  const start = parse(field(line, "counter_start").value);
  const end = parse(field(line, "counter_end").value);
  if (parts[0] === null) { place.replaceChildren(); return; }
  const sum = parts.reduce((whole, part) => whole + (part ?? 0n), 0n);
  const produced = start !== null && end !== null ? end - start : null;
  const [tone, mark, text] = produced === null ? ["run", "plus-slash-minus", words.wordSum]
    : produced === sum ? ["ok", "check-lg", words.wordProved] : ["ng", "x-lg", words.wordWrong];
  const badge = document.createElement("span");
  badge.className = `fo-st is-${tone}`;
  badge.append(icon(mark), say(text, { sum: shown(sum), produced: produced === null ? "" : shown(produced) }));
  place.replaceChildren(badge);
}

// --- what each line is about ---

function follow(line) {
  const order = field(line, "order");
  const chosen = order.selectedOptions[0];
  line.querySelector("[data-fo-product]").hidden = order.value !== "";
  for (const name of ["planned_qty", "good_qty", "rework_qty", "scrap_qty", "recovered_qty", "counter_start", "counter_end"]) {
    const box = field(line, name).closest(".fo-num-box");
    let unit = box.querySelector("span");
    if (!unit) box.append(unit = document.createElement("span"));
    unit.textContent = chosen?.dataset.unit || "";
  }
}

const nameOf = (line, number) => field(line, "order").selectedOptions[0]?.dataset.number || field(line, "product").value || say(words.wordLine, { number: number + 1 });

function showTabs(active) {
  const all = lines();
  tabs.hidden = all.length < 2;
  tabs.replaceChildren(...all.map((line, number) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.className = "fo-chip";
    tab.setAttribute("aria-pressed", number === active);
    if (line.querySelector("[aria-invalid=true]")) tab.append(icon("exclamation-octagon"));
    tab.append(nameOf(line, number));
    tab.addEventListener("click", () => show(number));
    return tab;
  }));
}

function show(active) {
  lines().forEach((line, number) => { line.hidden = number !== active; });
  showTabs(active);
  const line = lines()[active];
  const first = line.querySelector("[aria-invalid=true]:not([type=hidden])") || field(line, "good_qty");
  first.focus({ preventScroll: true });
  // The field that has the focus already says nothing when it is given it again.
  form.dispatchEvent(new Event("fo:shown"));
}

// --- stops: a row more, and their sum in the place of typed hours ---

const times = (stop) => ["starts", "ends"].map((name) => { const [hours, minutes] = field(stop, name).value.split(":"); return minutes === undefined ? null : Number(hours) * 60 + Number(minutes); });

function addUpStops(line) {
  const stops = [...line.querySelectorAll("[data-fo-stop]")].map(times).filter(([starts, ends]) => starts !== null && ends !== null);
  const hours = field(line, "downtime_hours");
  const reasons = line.querySelectorAll("[name$='-downtime_reason']");
  hours.readOnly = stops.length > 0;
  for (const reason of reasons) reason.disabled = stops.length > 0;
  if (!stops.length) return;
  const minutes = stops.reduce((sum, [starts, ends]) => sum + (ends > starts ? ends - starts : ends - starts + 1440), 0);
  hours.value = String(Math.round(minutes * 100 / 60) / 100);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fo-add-stop]");
  if (!button) return;
  const line = button.closest("[data-fo-line]");
  const rows = line.querySelectorAll("[data-fo-stop]");
  const count = line.querySelector("[name$='-stops-TOTAL_FORMS']");
  const row = rows[rows.length - 1].cloneNode(true);
  const number = Number(count.value);
  for (const part of row.querySelectorAll("[name], [id], [for]")) {
    for (const name of ["name", "id", "for"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(/-stops-\d+-/, `-stops-${number}-`));
    }
    if (part.matches("input, select")) part.value = "";
  }
  count.value = number + 1;
  rows[rows.length - 1].after(row);
  row.querySelector("input").focus();
});

form.querySelector("[data-fo-add-line]").addEventListener("click", (event) => {
  event.preventDefault();
  const number = Number(total.value);
  const holder = document.createElement("div");
  holder.innerHTML = blank.innerHTML.replaceAll("__prefix__", number);
  lines().at(-1).after(holder.firstElementChild);
  total.value = number + 1;
  for (const button of lines()[number].querySelectorAll("[data-fo-add-stop]")) button.hidden = false;
  follow(lines()[number]);
  show(number);
});

// --- keeping the draft ---

// A line that was only picked and has no figure yet is left for later; one that has some needs what every line needs.
const figures = (line) => [...line.querySelectorAll("[data-fo-number]")].some((number) => number.value.trim());
const isComplete = (line) => field(line, "good_qty").value && field(line, "attended_hours").value && (field(line, "order").value || field(line, "product").value);
const isReady = () => lines().every((line) => field(line, "drop").checked || !figures(line) || isComplete(line)) && lines().some(figures);

const typed = keepDraft({ form, state: document.querySelector("[data-fo-report-state]"), isReady });

function changed(event) {
  const line = event.target.closest("[data-fo-line]");
  if (line) {
    prove(line);
    if (event.target.closest("[data-fo-stop]")) addUpStops(line);
    if (event.target.name?.endsWith("-order")) { follow(line); showTabs(lines().indexOf(line)); }
  }
  typed();
}
form.addEventListener("input", changed);
form.addEventListener("change", (event) => { if (event.target.matches("select, [type=radio], [type=checkbox]")) changed(event); });

for (const line of lines()) { follow(line); prove(line); addUpStops(line); }
for (const button of form.querySelectorAll("[data-fo-add-stop]")) button.hidden = false;
const faulty = lines().findIndex((line) => line.querySelector("[aria-invalid=true]"));
if (lines().length > 1) show(Math.max(faulty, 0));
