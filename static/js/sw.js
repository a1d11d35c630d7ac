// The service worker, served at /sw.js: without a network the pages that were kept for their owner open and reload from this device.
// Pages come from the network whenever it answers. Only pages that say so (X-FloorOps-Keep: whose) are kept, for one person at a time,
// and they are dropped on sign-out. What is written never passes through here: that is the outbox's work (outbox.js).
const PAGES = "floorops-pages-1";
const FILES = "floorops-files-1";
const OWNER = "/owner-of-the-kept-pages";
const DEVICE = "/on-this-device";
const MOST_PAGES = 16;
const PATIENCE_MS = 8000;
const HASH = /\.[0-9a-f]{12}(?=\.\w+$)/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith("floorops-") && name !== PAGES && name !== FILES) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === "POST" && (address.pathname === "/sign-out" || address.pathname === "/language")) event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (address.pathname.startsWith("/static/")) event.respondWith(file(request, address));
  else if (request.mode === "navigate") event.respondWith(page(event, address));
});

self.addEventListener("message", (event) => {
  const { keepFiles = [], keepPages = [], isForgotten = false } = event.data || {};
  if (isForgotten) event.waitUntil(forget());
  else event.waitUntil(Promise.all([...keepFiles.map(keepFile), ...keepPages.map(keepPage)]));
});

async function page(event, address) {
  if (address.pathname === "/sign-in") event.waitUntil(forget());
  const kept = await find(address);
  try {
    const response = await soon(fetch(event.request), kept ? PATIENCE_MS : 0);
    event.waitUntil(keep(address, response.clone()));
    return response;
  } catch (fault) {
    const instead = kept || await find(new URL(DEVICE, self.location));
    if (instead) return instead;
    throw fault;
  }
}

// A network that does not answer is as good as none, when there is something to show instead.
function soon(answer, milliseconds) {
  if (!milliseconds) return answer;
  return Promise.race([answer, new Promise((_, fail) => setTimeout(() => fail(new Error("no answer")), milliseconds))]);
}

const find = async (address) => (await caches.open(PAGES)).match(address.pathname);

async function keep(address, response) {
  const owner = response.headers.get("X-FloorOps-Keep");
  if (!response.ok || response.redirected || !owner) return;
  let pages = await caches.open(PAGES);
  const before = await pages.match(OWNER);
  if (before && await before.text() !== owner) {
    await forget();
    pages = await caches.open(PAGES);
  }
  await pages.put(OWNER, new Response(owner));
  await pages.delete(address.pathname);
  await pages.put(address.pathname, response);
  const known = (await pages.keys()).filter((request) => ![OWNER, DEVICE].includes(new URL(request.url).pathname));
  for (const request of known.slice(0, Math.max(0, known.length - MOST_PAGES))) await pages.delete(request);
}

async function keepPage(path) {
  if (await find(new URL(path, self.location))) return;
  const response = await fetch(path, { credentials: "same-origin" }).catch(() => null);
  if (!response) return;
  // What the page is made of is kept with it: it may never have been open here.
  const parts = (await response.clone().text()).matchAll(/(?:src|href)="(\/static\/[^"#?]+)"/g);
  await Promise.all([keep(new URL(path, self.location), response), ...[...parts].map(([, part]) => keepFile(part))]);
}

const forget = () => caches.delete(PAGES);

// A name with a hash never changes its content; without one the network goes first.
async function file(request, address) {
  const files = await caches.open(FILES);
  const kept = await files.match(address.pathname);
  if (kept && HASH.test(address.pathname)) return kept;
  try {
    const response = await fetch(request);
    if (response.ok) await putFile(files, address.pathname, response.clone());
    return response;
  } catch (fault) {
    if (kept) return kept;
    throw fault;
  }
}

async function putFile(files, path, response) {
  await files.put(path, response);
  if (!HASH.test(path)) return;
  const name = path.replace(HASH, "");
  for (const request of await files.keys()) {
    const other = new URL(request.url).pathname;
    if (other !== path && HASH.test(other) && other.replace(HASH, "") === name) await files.delete(request);
  }
}

async function keepFile(path) {
  const files = await caches.open(FILES);
  if (await files.match(path)) return;
  const response = await fetch(path).catch(() => null);
  if (response?.ok) await putFile(files, path, response);
}
