// The grid of the plan: a row more, the unit of the chosen order, the product only where there is no order.
const form = document.querySelector("[data-fo-plan]");
const body = form.querySelector("[data-fo-rows]");
const total = form.querySelector("[name='rows-TOTAL_FORMS']");
const blank = document.querySelector("[data-fo-empty-row]");
const field = (row, name) => row.querySelector(`[name$='-${name}']`);

function follow(row) {
  const order = field(row, "order");
  row.querySelector("[data-fo-product]").hidden = order.value !== "";
  const box = field(row, "planned_qty").closest(".fo-num-box");
  let unit = box.querySelector("span");
  if (!unit) box.append(unit = document.createElement("span"));
  if (order.value) unit.textContent = order.selectedOptions[0].dataset.unit || "";
}

form.querySelector("[data-fo-add-row]").addEventListener("click", (event) => {
  event.preventDefault();
  const number = Number(total.value);
  const holder = document.createElement("template");
  holder.innerHTML = blank.innerHTML.replaceAll("__prefix__", number);
  const row = holder.content.querySelector("tr");
  const last = body.lastElementChild;
  body.append(row);
  total.value = number + 1;
  if (last) field(row, "team").value = field(last, "team").value;
  follow(row);
  field(row, "team").focus();
});

body.addEventListener("change", (event) => {
  const row = event.target.closest("[data-fo-row]");
  if (row && event.target.name.endsWith("-order")) follow(row);
});

for (const row of body.querySelectorAll("[data-fo-row]")) follow(row);
