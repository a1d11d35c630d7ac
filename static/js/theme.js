// Runs in <head> before the first paint: a page that follows the device gets the device's colours without a flash.
{
  const root = document.documentElement;
  if (root.dataset.foTheme === "system") {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
    follow();
    dark.addEventListener("change", follow);
  }
}
