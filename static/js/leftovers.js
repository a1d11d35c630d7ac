// The end of an order: beside each material stands what nobody accounts for yet. What counts is counted by the server.
const form = document.querySelector("[data-fo-leftovers]");
if (form) {
  const MICRO = 1e6; // quantities have at most six decimals, so sums are made in millionths
  const plain = (text) => text.normalize("NFKC").replace(/。/g, ".").replace(/−/g, "-").replace(/[,\s]/g, "");
  const micros = (text) => Math.round((Number(plain(text)) || 0) * MICRO);

  function draw(item) {
    const open = item.querySelector("[data-fo-open]");
    const said = [...item.querySelectorAll("[data-fo-part]")].reduce((sum, field) => sum + micros(field.value), 0);
    const left = micros(item.dataset.held) - micros(item.dataset.used) - said;
    const words = (left / MICRO).toLocaleString("en", { maximumFractionDigits: 6 });
    if (open.textContent !== words) open.textContent = words;
    open.classList.toggle("fo-bad", left !== 0);
  }

  const items = [...form.querySelectorAll("[data-fo-item]")];
  form.addEventListener("input", (event) => {
    const item = event.target.closest("[data-fo-item]");
    if (item) draw(item);
  });
  items.forEach(draw);
}
