// The page of what waits on this device: each entry with its place, whose it is, why it was refused, and the way to give it up.
import { say } from "./bits.js";
import { drop, events, list, me, send, state } from "./outbox.js";

const place = document.querySelector("[data-fo-entries]");
const words = place.dataset;
const clock = new Intl.DateTimeFormat(document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: words.zone });

function make(tag, className, ...inside) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...inside);
  return element;
}

function badge(tone, icon, word) {
  const mark = make("i", `bi bi-${icon}`);
  mark.setAttribute("aria-hidden", "true");
  return make("span", `fo-st is-${tone}`, mark, word);
}

const stateOf = (entry) => entry.state === "refused" ? badge("ng", "x-octagon", words.wordRefused)
  : entry.state === "draft" ? badge("draft", "pencil", words.wordDraft)
  : badge("due", "tablet", words.wordWaiting);

function card(entry) {
  const isRefused = entry.state === "refused";
  const isMine = entry.owner === me;
  const title = make("b", "", entry.label || entry.to);
  const told = [say(words.wordMade, { at: clock.format(new Date(entry.madeAt)) })];
  if (entry.photos.length) told.push(words.wordPhoto);
  if (!isMine) told.push(say(words.wordOther, { who: entry.ownerName }));
  const text = make("div", "fo-grow", title, make("div", "fo-small", told.join(" · ")));
  if (isRefused && isMine) text.append(make("p", "mb-0 fo-ng-ink", entry.reason));
  const row = make("div", "fo-row", text, stateOf(entry));
  if (isMine) {
    const open = make("a", "btn btn-quiet", words.wordOpen);
    open.href = entry.page || "/";
    row.append(open);
    const discard = make("button", "btn btn-quiet", words.wordDiscard);
    discard.type = "button";
    discard.addEventListener("click", () => drop(entry.seq));
    row.append(discard);
  }
  return make("section", "fo-card", make("div", "fo-card-body fo-card-body--all", row));
}

async function draw() {
  const entries = await list();
  place.replaceChildren(...entries.map(card));
  document.querySelector("[data-fo-nothing]").hidden = entries.length > 0;
  document.querySelector("[data-fo-send-now]").hidden = !entries.some((entry) => entry.owner === me);
  document.querySelector("[data-fo-no-network]").hidden = navigator.onLine && location.pathname === "/on-this-device";
  const note = document.querySelector("[data-fo-not-me]");
  note.hidden = !state.isSignedOut && !state.otherName;
  note.querySelector("span").textContent = state.otherName ? say(words.wordSomebody, { who: state.otherName }) : words.wordSignedOut;
}

async function drawPages() {
  if (!("caches" in window)) return;
  const kept = document.querySelector("[data-fo-kept-pages]");
  const pages = await caches.open("floorops-pages-1");
  const rows = [];
  for (const request of await pages.keys()) {
    const path = new URL(request.url).pathname;
    if (["/on-this-device", "/owner-of-the-kept-pages"].includes(path)) continue;
    const name = (await (await pages.match(request)).text()).match(/<title>([^<]*) · FloorOps<\/title>/)?.[1];
    const link = make("a", "fo-grow", new DOMParser().parseFromString(name || path, "text/html").body.textContent);
    link.href = path;
    rows.push(make("li", "", link));
  }
  kept.hidden = rows.length === 0;
  kept.querySelector("ul").replaceChildren(...rows);
}

document.querySelector("[data-fo-send-now]").addEventListener("click", send);
events.addEventListener("changed", draw);
events.addEventListener("state", draw);
draw();
drawPages();
