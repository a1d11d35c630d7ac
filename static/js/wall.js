// A wall screen that nobody watches over: it says when it lost the network, and goes when its link was revoked.
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
let since = null;

function offline() {
  since ??= clock.format(Date.now());
  const state = document.querySelector("[data-fo-state]");
  state.classList.add("is-late");
  state.textContent = `${document.getElementById("wall").dataset.foOffline} ${since}`;
}

for (const failure of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(failure, offline);
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 404) location.reload();
  else offline();
});
document.addEventListener("htmx:afterSwap", () => { since = null; });
