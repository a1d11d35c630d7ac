// The work log: a row more of next-day work, and the draft kept as it grows.
import { keepDraft } from "./draft.js";

const form = document.querySelector("[data-fo-log]");
const rows = form.querySelector("[data-fo-rows]");
const blank = document.querySelector("[data-fo-empty-row]");
const total = form.querySelector("[name='to_dos-TOTAL_FORMS']");

form.querySelector("[data-fo-add-row]").addEventListener("click", (event) => {
  const number = Number(total.value);
  event.preventDefault();
  const holder = document.createElement("div");
  holder.innerHTML = blank.innerHTML.replaceAll("__prefix__", number);
  rows.append(holder.querySelector("[data-fo-row]"));
  total.value = number + 1;
  rows.lastElementChild.querySelector("input:not([type=hidden])").focus();
});

form.addEventListener("input", keepDraft({ form, state: document.querySelector("[data-fo-log-state]") }));
