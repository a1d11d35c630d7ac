// The number pad beside a form: it repeats name and value of the field that is being filled, and Next walks the fields.
// While it is shown (from 900 px) the device's own keyboard stays away.
const shown = matchMedia("(min-width: 900px)");

function useKeyboard(field) {
  if (field.readOnly) return;
  field.inputMode = shown.matches && matchMedia("(pointer: coarse)").matches ? "none" : "decimal";
}

for (const pad of document.querySelectorAll("[data-fo-pad]")) {
  const form = document.getElementById(pad.dataset.foPad) || pad.closest("form");
  const name = pad.querySelector("[data-fo-pad-name]");
  const value = pad.querySelector("[data-fo-pad-value]");
  const next = pad.querySelector("[data-fo-pad-next]");
  const isShown = (field) => field.offsetParent && !field.closest("details:not([open]) > :not(summary)");
  const fields = () => [...form.querySelectorAll("[data-fo-number]:not([readonly])")].filter(isShown);
  const useKeyboards = () => { for (const field of form.querySelectorAll("[data-fo-number]")) useKeyboard(field); };
  const first = () => {
    const all = fields();
    return all.find((field) => field === document.activeElement) || all.find((field) => field.getAttribute("aria-invalid") === "true") || all[0];
  };
  let active = null;

  const label = (field) => field.getAttribute("aria-label") || document.getElementById(field.getAttribute("aria-labelledby"))?.firstChild.textContent.trim() || form.querySelector(`label[for="${field.id}"]`)?.textContent.trim().replace(/\*$/, "") || "";
  const after = (field) => fields()[fields().indexOf(field) + 1];

  // A field that went out of sight, with its line or its fold, is written into no longer.
  const settle = () => {
    if (active && isShown(active)) return;
    const field = first();
    if (field) take(field);
  };
  const repeat = () => {
    if (!active) return;
    name.textContent = label(active);
    value.textContent = active.value || "—";
    const following = after(active);
    next.textContent = following ? `${next.dataset.foPadNext} · ${label(following)}` : next.dataset.foPadDone;
  };
  const take = (field) => {
    useKeyboard(field);
    active?.closest(".fo-num-box")?.classList.remove("is-active");
    active = field;
    active.closest(".fo-num-box")?.classList.add("is-active");
    repeat();
  };

  useKeyboards();
  shown.addEventListener("change", useKeyboards);
  form.addEventListener("focusin", (event) => { if (event.target.matches("[data-fo-number]:not([readonly])")) take(event.target); });
  form.addEventListener("input", repeat);
  form.addEventListener("fo:shown", settle);

  // Keys do not take the focus away from the field they write into.
  pad.addEventListener("pointerdown", (event) => { if (event.target.closest("button[data-fo-key], [data-fo-pad-next]")) event.preventDefault(); });
  pad.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    settle();
    if (!active || !isShown(active)) return;
    if (button.matches("[data-fo-pad-next]")) {
      (after(active) || form.querySelector("[type=submit]"))?.focus();
      return;
    }
    const key = button.dataset.foKey;
    if (!key) return;
    if (key === "back") active.value = active.value.slice(0, -1);
    else if (key !== "." || !active.value.includes(".")) active.value += key;
    active.dispatchEvent(new Event("input", { bubbles: true }));
    active.dispatchEvent(new Event("change", { bubbles: true }));
  });
  settle();
}
