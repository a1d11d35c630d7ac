// The draft of a template: items change places by drag or by their buttons, without a round trip; saving keeps the order of the page.
const form = document.querySelector("[data-fo-template]");
const words = form.dataset;
const state = document.querySelector("[data-fo-draft-state]");
const moved = document.querySelector("[data-fo-moved]");
const itemsOf = (block) => block.querySelector("[data-fo-items]");
const blocks = () => [...form.querySelectorAll("[data-fo-block]")];
let isDirty = false;
let isSending = false;

function mark() {
  isDirty = true;
  state.textContent = words.wordUnsaved;
}

form.addEventListener("input", mark);
form.addEventListener("submit", () => { isSending = true; });
addEventListener("beforeunload", (event) => { if (isDirty && !isSending) event.preventDefault(); });

function settle(item) {
  const block = item.closest("[data-fo-block]");
  item.querySelector("[data-fo-item-block]").value = block.dataset.foBlock;
  const all = [...form.querySelectorAll("[data-fo-item]")];
  const figures = { key: item.dataset.foItem, at: all.indexOf(item) + 1, all: all.length };
  moved.textContent = words.wordMoved.replace(/\{(\w+)\}/g, (_, name) => figures[name]);
  mark();
}

// One place up or down; at the end of its phase an item goes on into the next one.
function step(item, by) {
  const block = item.closest("[data-fo-block]");
  const neighbour = by < 0 ? item.previousElementSibling : item.nextElementSibling;
  const next = blocks()[blocks().indexOf(block) + by];
  if (neighbour) neighbour[by < 0 ? "before" : "after"](item);
  else if (next) itemsOf(next)[by < 0 ? "append" : "prepend"](item);
  else return;
  settle(item);
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fo-step]");
  if (!button) return;
  event.preventDefault();
  step(button.closest("[data-fo-item]"), Number(button.dataset.foStep));
  button.focus();
  button.scrollIntoView({ block: "nearest" });
});

// --- drag: pointer events, so that a finger does what a mouse does ---

let dragged = null;
let over = null;

function place(x, y) {
  const under = document.elementFromPoint(x, y);
  const item = under?.closest("[data-fo-item]");
  if (item) return item;
  const block = under?.closest("[data-fo-block]");
  return block ? itemsOf(block) : null;
}

function point(target) {
  over?.classList.remove("is-over");
  over = target;
  over?.classList.add("is-over");
}

form.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-fo-grip]");
  if (!grip || event.button) return;
  event.preventDefault();
  dragged = grip.closest("[data-fo-item]");
  dragged.classList.add("is-dragged");
  grip.setPointerCapture(event.pointerId);
});

form.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const target = place(event.clientX, event.clientY);
  point(target === dragged ? null : target);
  const edge = 80;
  if (event.clientY < edge) scrollBy(0, -16);
  else if (event.clientY > innerHeight - edge) scrollBy(0, 16);
});

function drop(isKept) {
  if (!dragged) return;
  const item = dragged;
  const target = over;
  item.classList.remove("is-dragged");
  point(null);
  dragged = null;
  if (!isKept || !target) return;
  if (target.matches("[data-fo-item]")) target.before(item);
  else target.append(item);
  settle(item);
}

form.addEventListener("pointerup", () => drop(true));
form.addEventListener("pointercancel", () => drop(false));
