// A toast tells what happened and goes after six seconds; it stays while it is pointed at or focused.
const STAYS_MS = 6000;

function start(toast) {
  let timer;
  const go = () => { timer = setTimeout(() => toast.remove(), STAYS_MS); };
  const stay = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stay);
  toast.addEventListener("pointerleave", go);
  toast.addEventListener("focusin", stay);
  toast.addEventListener("focusout", go);
  go();
}

function startAll(within) {
  for (const toast of within.querySelectorAll("[data-fo-toast]:not([data-fo-started])")) {
    toast.dataset.foStarted = "1";
    start(toast);
  }
}

startAll(document);
document.addEventListener("htmx:load", () => startAll(document));
