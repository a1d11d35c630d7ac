// On every page: how much waits on this device to be sent, and the service worker that keeps pages for a time without network.
import { events, forgetSeen, list, me } from "./outbox.js";

const pill = document.querySelector("[data-fo-device]");

async function count() {
  if (!pill) return;
  const waiting = await list();
  const refused = waiting.filter((entry) => entry.state === "refused" && entry.owner === me);
  pill.hidden = waiting.length === 0;
  pill.classList.toggle("is-ng", refused.length > 0);
  pill.querySelector("b").textContent = waiting.length;
}

events.addEventListener("changed", count);
events.addEventListener("state", count);
count();

async function startWorker() {
  await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  const { active } = await navigator.serviceWorker.ready;
  if (!me) {
    active.postMessage({ isForgotten: true });
    return;
  }
  // The first page of a visit came before its keeper: what it is made of is kept now.
  const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name)).filter((address) => address.origin === location.origin && address.pathname.startsWith("/static/"));
  const asked = [...document.querySelectorAll("[data-fo-keep]")].slice(0, 3).map((link) => new URL(link.dataset.foKeep || link.href, location).pathname);
  active.postMessage({ keepFiles: [...new Set(loaded.map((address) => address.pathname))], keepPages: [...new Set(["/on-this-device", ...(document.body.dataset.foKept === "1" ? [location.pathname] : []), ...asked])] });
}

// Nobody is signed in here: what the last person saw goes; what they wrote and was not sent yet stays and waits for them.
if (!me) forgetSeen();
if ("serviceWorker" in navigator) startWorker().catch(() => {});
