// Rows typed one after the other: an item's name and unit beside its code, Enter for the next field and behind the last one a new row,
// Ctrl and Enter to send. A scanner is a keyboard that ends with Enter.
const form = document.querySelector("[data-fo-lines]");
const body = form.querySelector("[data-fo-lines-body]");
const total = form.querySelector("[name$='-TOTAL_FORMS']");
const blank = document.querySelector("[data-fo-line-blank]");
const known = new Map([...document.querySelectorAll("#items option")].map((option) => [option.value, option]));
const fieldsOf = (row) => [...row.querySelectorAll("input:not([type=hidden]), select")].filter((field) => field.offsetParent !== null);
const itemOf = (row) => row.querySelector("[name$='-item']");

function follow(row) {
  const option = known.get(itemOf(row).value.trim());
  const name = row.querySelector("[data-fo-line-name]");
  if (option) name.textContent = option.textContent;
  else if (!itemOf(row).value.trim()) name.textContent = "";
  for (const box of row.querySelectorAll(".fo-num-box")) {
    if (box.querySelector("[name$='-loss_percent']")) continue;
    let unit = box.querySelector("span");
    if (!unit) box.append(unit = document.createElement("span"));
    if (option) unit.textContent = option.dataset.unit;
  }
}

function add() {
  const holder = document.createElement("template");
  holder.innerHTML = blank.innerHTML.replaceAll("__prefix__", total.value);
  const row = holder.content.querySelector("tr");
  body.append(row);
  total.value = Number(total.value) + 1;
  itemOf(row).focus();
}

form.querySelector("[data-fo-line-add]").addEventListener("click", (event) => {
  event.preventDefault();
  add();
});

body.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fo-line-out]");
  if (!button) return;
  const row = button.closest("[data-fo-line]");
  // The row stays, without its item: the numbers of the others keep their places.
  for (const field of row.querySelectorAll("input")) field.value = "";
  row.hidden = true;
});

body.addEventListener("change", (event) => {
  const row = event.target.closest("[data-fo-line]");
  if (row && event.target === itemOf(row)) follow(row);
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.ctrlKey) { event.preventDefault(); form.requestSubmit(); return; }
  const row = event.target.closest("[data-fo-line]");
  if (!row || event.target.matches("button")) return;
  event.preventDefault();
  const rows = [...body.querySelectorAll("[data-fo-line]:not([hidden])")];
  const fields = fieldsOf(row);
  const next = fields[fields.indexOf(event.target) + 1];
  const below = rows[rows.indexOf(row) + 1];
  if (event.target === itemOf(row)) follow(row);
  if (next) { next.focus(); next.select?.(); }
  else if (below) itemOf(below).focus();
  else add();
});

for (const row of body.querySelectorAll("[data-fo-line]")) follow(row);
