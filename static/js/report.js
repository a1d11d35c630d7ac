// The team daily report: one line at a time, the sum proved while it is typed, the draft kept as it grows.
const form = document.querySelector("[data-fo-report]");
const words = form.dataset;
const tabs = form.querySelector("[data-fo-lines-tabs]");
const blank = document.querySelector("[data-fo-empty-line]");
const total = form.querySelector("[name='lines-TOTAL_FORMS']");
const state = document.querySelector("[data-fo-report-state]");
const lines = () => [...form.querySelectorAll("[data-fo-line]")];
const field = (line, name) => line.querySelector(`[name$='-${name}']`);
const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function icon(name) {
  const mark = document.createElement("i");
  mark.className = `bi bi-${name}`;
  mark.setAttribute("aria-hidden", "true");
  return mark;
}

// --- figures: exact, in whole steps of a millionth; never as floats ---

function parse(text) {
  const plain = text.normalize("NFKC").replace(/。/g, ".").replace(/[,、\s]/g, "");
  const match = /^(\d*)(?:\.(\d{0,6})\d*)?$/.exec(plain);
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
}

form.querySelector("[data-fo-add-line]").addEventListener("click", (event) => {
  event.preventDefault();
  const number = Number(total.value);
  const holder = document.createElement("div");
  holder.innerHTML = blank.innerHTML.replaceAll("__prefix__", number);
  lines().at(-1).after(holder.firstElementChild);
  total.value = number + 1;
  follow(lines()[number]);
  show(number);
});

// --- keeping the draft ---

let typed = 0;
let kept = 0;
let pending = null;
let timer = 0;
let isLeaving = false;
const isDirty = () => typed > kept;
const draft = () => new URLSearchParams(new FormData(form));
const newKey = () => crypto.randomUUID ? crypto.randomUUID() : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

function sayState(text, mark, isLocal) {
  state.classList.toggle("is-local", isLocal);
  state.replaceChildren(icon(mark), Object.assign(document.createElement("span"), { textContent: text }));
}

// A line that was only picked and has no figure yet is left for later; one that has some needs what every line needs.
const figures = (line) => [...line.querySelectorAll("[data-fo-number]")].some((number) => number.value.trim());
const isComplete = (line) => field(line, "good_qty").value && field(line, "attended_hours").value && (field(line, "order").value || field(line, "product").value);
const isReady = () => lines().every((line) => field(line, "drop").checked || !figures(line) || isComplete(line)) && lines().some(figures);

async function keep() {
  clearTimeout(timer);
  if (isLeaving || !("autosave" in words)) return;
  if (!pending) {
    if (!isDirty() || !isReady()) return;
    form.elements.request_key.value = newKey();
    pending = { body: draft(), of: typed };
    pending.body.set("then", "auto");
  }
  sayState(words.wordSaving, "arrow-repeat", true);
  let response = null;
  try {
    response = await fetch(form.action || location.href, { method: "POST", body: pending.body });
  } catch {
    response = null;
  }
  if (!response || response.status >= 500) {
    sayState(words.wordOffline, "wifi-off", true);
    timer = setTimeout(keep, 5000);
    return;
  }
  const isOurs = /json/.test(response.headers.get("Content-Type") || "");
  const of = pending.of;
  pending = null;
  if (response.ok && isOurs) {
    const answer = await response.json();
    kept = of;
    form.elements.version.value = answer.version;
    form.action = answer.url;
    if (location.pathname !== answer.url) history.replaceState(null, "", answer.url);
    form.elements.request_key.value = newKey();
    if (isDirty()) timer = setTimeout(keep, 1500);
    else sayState(say(words.wordSaved, { at: answer.at }), "cloud-check", false);
  } else {
    const faults = isOurs ? (await response.json()).faults : [];
    sayState([words.wordUnsaved, faults[0]].filter(Boolean).join(": "), "exclamation-octagon", true);
  }
}

function changed(event) {
  const line = event.target.closest("[data-fo-line]");
  if (line) {
    prove(line);
    if (event.target.name?.endsWith("-order")) { follow(line); showTabs(lines().indexOf(line)); }
  }
  typed += 1;
  sayState(words.wordUnsaved, "pencil", true);
  clearTimeout(timer);
  timer = setTimeout(keep, 1500);
}
form.addEventListener("input", changed);
form.addEventListener("change", (event) => { if (event.target.matches("select, [type=radio], [type=checkbox]")) changed(event); });
form.addEventListener("submit", () => { isLeaving = true; clearTimeout(timer); });
addEventListener("pageshow", () => { isLeaving = false; });
addEventListener("beforeunload", (event) => { if (!isLeaving && isDirty()) event.preventDefault(); });

for (const line of lines()) { follow(line); prove(line); }
const faulty = lines().findIndex((line) => line.querySelector("[aria-invalid=true]"));
if (lines().length > 1) show(Math.max(faulty, 0));
