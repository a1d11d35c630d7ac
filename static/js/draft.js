// A form that keeps itself as a draft while it grows. One sending at a time; what was typed meanwhile goes with the next, and a sending that
// got no answer is sent again as it was, under the same key. The form says in its data- attributes whether it does so, and its words.
import { askBeforeLeaving, icon, isChanged, newId, say } from "./bits.js";

const REST_MS = 1500;
const AGAIN_MS = 5000;

/** Returns what is to be called when something was typed. `isReady` says whether what stands there can be kept at all. */
export function keepDraft({ form, state, isReady = () => true }) {
  const words = form.dataset;
  let typed = Number("unsaved" in words); // a refused form comes back with what was typed, kept nowhere
  let kept = 0;
  let pending = null;
  let timer = 0;
  let isLeaving = false;
  const isDirty = () => typed > kept;

  function sayState(text, mark, isLocal) {
    state.classList.toggle("is-local", isLocal);
    state.replaceChildren(icon(mark), Object.assign(document.createElement("span"), { textContent: text }));
  }

  async function keep() {
    clearTimeout(timer);
    if (isLeaving || !("autosave" in words) || pending?.isGoing) return;
    if (!pending) {
      if (!isDirty() || !isReady()) return;
      form.elements.request_key.value = newId();
      pending = { body: new URLSearchParams(new FormData(form)), of: typed };
      pending.body.set("then", "auto");
    }
    pending.isGoing = true;
    sayState(words.wordSaving, "arrow-repeat", true);
    const response = await fetch(form.action, { method: "POST", body: pending.body }).catch(() => null);
    if (!response || response.status >= 500) {
      pending.isGoing = false;
      sayState(words.wordOffline, "wifi-off", true);
      timer = setTimeout(keep, AGAIN_MS);
      return;
    }
    const { of } = pending;
    pending = null;
    const answer = /json/.test(response.headers.get("Content-Type") || "") ? await response.json() : null;
    if (response.ok && answer) {
      kept = of;
      form.elements.version.value = answer.version;
      form.elements.request_key.value = newId();
      if (answer.url) {
        form.action = answer.url;
        if (location.pathname !== answer.url) history.replaceState(null, "", answer.url);
      }
      if (isDirty()) timer = setTimeout(keep, REST_MS);
      else sayState(say(words.wordSaved, { at: answer.at }), "cloud-check", false);
    } else {
      sayState([words.wordUnsaved, answer?.faults?.[0]].filter(Boolean).join(": "), "exclamation-octagon", true);
    }
  }

  // A sending under way would race with the page's own: it is let through first.
  form.addEventListener("submit", (event) => {
    if (pending?.isGoing) {
      event.preventDefault();
      const wait = setInterval(() => { if (!pending?.isGoing) { clearInterval(wait); form.requestSubmit(event.submitter); } }, 100);
      return;
    }
    isLeaving = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", () => { isLeaving = false; });
  askBeforeLeaving(form, isDirty);
  if (isDirty()) sayState(words.wordUnsaved, "pencil", true);

  function note() {
    typed += 1;
    sayState(words.wordUnsaved, "pencil", true);
    clearTimeout(timer);
    timer = setTimeout(keep, REST_MS);
  }

  // What was typed before this script was there.
  if ([...form.querySelectorAll("input:not([type=hidden]), textarea")].some(isChanged)) note();
  return note;
}
