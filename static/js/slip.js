// The counter: a scanner is a keyboard that ends with Enter. A code that is read brings its line's quantity to hand, a badge its receiver;
// Enter in a quantity goes back to the scan box, in an empty one it takes all that is left; Ctrl and Enter post the slip.
import { numberIn } from "./bits.js";

for (const field of document.querySelectorAll("[data-fo-select]")) field.select();

// A scanner that finds nothing focused writes into the scan box.
function takeStray(box) {
  document.addEventListener("keydown", (event) => {
    if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey || document.activeElement !== document.body) return;
    box.focus();
    box.select();
  });
}
const check = document.querySelector("[data-fo-check]");
if (check) takeStray(check);

const slip = document.querySelector("[data-fo-slip]");
if (slip) {
  const BURST_MS = 60;
  const SHORTEST_BARCODE = 8; // digits of the shortest article number, EAN-8
  const form = slip.querySelector("form[method=post]");
  const scan = slip.querySelector("[data-fo-scan]");
  const said = slip.querySelector("[data-fo-scan-said]");
  const receiver = document.querySelector("[data-fo-receiver]");
  const pin = document.querySelector("[data-fo-pin]");
  const count = document.querySelector("[data-fo-count]");
  const rows = [...slip.querySelectorAll("[data-fo-row]")];
  const quantityOf = (row) => row.querySelector("[data-fo-quantity]");

  const codes = new Map();
  for (const row of rows) for (const code of row.dataset.codes.split("\n")) if (code && !codes.has(code.toLowerCase())) codes.set(code.toLowerCase(), row);
  const badges = new Map((receiver?.dataset.badges || "").split("\n").filter(Boolean).map((line) => line.toLowerCase().split("\t")));

  // A label's code may come as the address of its page; what stands last in it is the code.
  const bare = (text) => (/^https?:\/\//i.test(text) ? decodeURIComponent(text.replace(/[?#].*$/, "").replace(/\/+$/, "").split("/").pop()) : text).trim().toLowerCase();

  // --- figures on the page; what counts is counted by the server ---

  function draw(row) {
    const bar = row.querySelector("[data-fo-bar]");
    if (!bar) return;
    const quota = Number(row.dataset.limit) + Number(row.dataset.supplement);
    const drawn = Number(row.dataset.drawn);
    let now = 0;
    for (let next = row; next && (next === row || next.querySelector("[data-fo-bar]") === null); next = rows[rows.indexOf(next) + 1]) {
      now += (Number(numberIn(quantityOf(next)?.value || "")) || 0) * Number(next.dataset.factor);
    }
    const whole = Math.max(quota, drawn + now) || 1;
    const within = Math.max(Math.min(now, quota - drawn), 0);
    const set = (name, from, length) => {
      const part = bar.querySelector(`.${name}`);
      part.setAttribute("x", `${(from * 100) / whole}%`);
      part.setAttribute("width", `${Math.max((length * 100) / whole, 0)}%`);
    };
    set("used", 0, drawn);
    set("now", drawn, within);
    set("over", drawn + within, now - within);
  }

  function drawAll() {
    rows.forEach(draw);
    if (!count) return;
    const filled = rows.filter((row) => Number(numberIn(quantityOf(row)?.value || ""))).length;
    count.textContent = filled ? (filled === 1 ? slip.dataset.wordLine : slip.dataset.wordLines.replace("{count}", filled)) : "";
  }

  function put(field, value) {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // --- what was scanned ---

  function found(text) {
    const code = bare(text);
    if (badges.has(code)) {
      receiver.value = badges.get(code);
      (pin || receiver).focus();
      return true;
    }
    const row = codes.get(code);
    const field = row && quantityOf(row);
    if (!field) return false;
    field.focus();
    field.select();
    row.scrollIntoView({ block: "nearest" });
    return true;
  }

  function read(text) {
    said.textContent = "";
    if (found(text)) { scan.value = ""; return; }
    said.textContent = slip.dataset.wordUnknown.replace("{code}", text.trim());
    scan.focus();
    scan.value = text.trim();
    scan.select();
  }

  scan.form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (scan.value.trim()) read(scan.value);
  });

  // A code that a scanner writes behind a typed quantity is taken off again. Digits alone are a code when they are as many as a barcode has,
  // which no quantity has, or came faster than a hand types.
  let strokes = [];
  function scannedBehind(field) {
    const text = field.value.trim();
    const known = [...codes.keys(), ...badges.keys()].filter((code) => text.toLowerCase().endsWith(code)).sort((a, b) => b.length - a.length);
    for (const code of known) {
      const last = strokes.slice(-code.length);
      const isFast = last.length === code.length && last.every((at, index) => index === 0 || at - last[index - 1] < BURST_MS);
      if (isFast || code.length >= SHORTEST_BARCODE || !/^[\d.]+$/.test(code)) return code;
    }
    const address = /https?:\/\/\S+$/i.exec(text);
    return address && (codes.has(bare(address[0])) || badges.has(bare(address[0]))) ? address[0] : "";
  }

  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches("[data-fo-quantity]")) return;
    if (event.key.length === 1) strokes.push(event.timeStamp);
    if (event.key !== "Enter" || event.ctrlKey || event.isComposing) return;
    event.preventDefault();
    const code = scannedBehind(field);
    strokes = [];
    if (code) {
      put(field, field.value.trim().slice(0, -code.length));
      read(code);
      return;
    }
    if (!field.value.trim()) put(field, field.closest("[data-fo-row]").dataset.most);
    scan.focus();
  });
  form.addEventListener("focusin", () => { strokes = []; });

  // --- ways without a scanner ---

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fo-take], [data-fo-leave]");
    if (!button) return;
    let row = button.closest("tr");
    while (!row.matches("[data-fo-row]")) row = row.previousElementSibling;
    const field = quantityOf(row);
    put(field, button.matches("[data-fo-take]") ? row.dataset.most : "");
    field.focus();
  });
  form.addEventListener("input", drawAll);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); form.requestSubmit(); }
  });
  takeStray(scan);
  receiver?.addEventListener("change", () => { if (receiver.value) pin?.focus(); });
  drawAll();
}
