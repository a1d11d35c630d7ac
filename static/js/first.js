// Runs in <head>, before the first paint.

// A page that follows the device gets the device's colours without a flash.
{
  const root = document.documentElement;
  if (root.dataset.foTheme === "system") {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
    follow();
    dark.addEventListener("change", follow);
  }
}

// A page can be seen, tapped and scanned into before the scripts behind it are there. Such a tap or scan waits for them.
{
  const early = [];
  const hold = (event) => {
    const button = event.target.closest("button[type=button]");
    if (!button) return;
    event.stopImmediatePropagation();
    early.push(() => button.click());
  };
  const holdScan = (event) => {
    const form = event.target;
    if (!form.querySelector("[data-fo-scan]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    early.push(() => form.requestSubmit());
  };
  document.addEventListener("click", hold, true);
  document.addEventListener("submit", holdScan, true);
  document.addEventListener("DOMContentLoaded", () => setTimeout(() => {
    document.removeEventListener("click", hold, true);
    document.removeEventListener("submit", holdScan, true);
    for (const again of early) again();
  }));
}
