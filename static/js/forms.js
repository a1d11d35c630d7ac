// Forms: the first fault gets the focus, a choice that sends itself does so, and a line of lost contact is said where it can be read.
import { plainMarks } from "./bits.js";

function focusFirstFault(within) {
  const heading = within.querySelector("[role=alert] [tabindex='-1']");
  const field = within.querySelector("[aria-invalid=true]:not([type=hidden])");
  (field || heading)?.focus();
}

if (!document.querySelector("[autofocus]")) focusFirstFault(document);
document.addEventListener("htmx:afterSettle", (event) => focusFirstFault(event.detail.elt));

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-fo-autosend]");
  if (form && event.target.matches("select, [type=date], [type=month], [type=radio], [type=checkbox]")) form.requestSubmit();
});

// Figures typed with a Chinese keyboard stand as everybody reads them; the server takes either.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-fo-number]")) return;
  const plain = plainMarks(event.target.value);
  if (plain !== event.target.value) event.target.value = plain;
});

// One press, one request: the button says so until the next page or answer comes.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.foSending) { event.preventDefault(); return; }
  form.dataset.foSending = "1";
});
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("[data-fo-sending]")) delete form.dataset.foSending; });
document.addEventListener("htmx:afterRequest", (event) => { delete event.detail.elt.closest("form")?.dataset.foSending; });

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, () => {
    const place = document.getElementById("refusals");
    const words = document.body.dataset;
    const note = document.createElement("div");
    note.className = "fo-note fo-note--ng mb-3";
    note.setAttribute("role", "alert");
    note.textContent = failure === "htmx:responseError" ? words.foFailed : words.foOffline;
    place?.replaceChildren(note);
  });
}
