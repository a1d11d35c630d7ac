// The instrument strip: the plant's wall clock and how much of the shift is gone. The server's words and hours, the browser's ticks.
const strip = document.querySelector("[data-fo-clock]");

if (strip) {
  const lag = Number(strip.dataset.foNow) * 1000 - Date.now();
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: strip.dataset.foZone });
  const face = strip.querySelector("[data-fo-face]");
  const line = strip.querySelector("[data-fo-gone]");

  const tick = () => {
    const now = Date.now() + lag;
    face.textContent = clock.format(now);
    if (line) {
      const starts = Number(strip.dataset.foStarts) * 1000;
      const ends = Number(strip.dataset.foEnds) * 1000;
      const gone = Math.min(100, Math.max(0, Math.floor((now - starts) * 100 / (ends - starts))));
      line.setAttribute("width", `${gone}%`);
      line.parentNode.setAttribute("aria-label", strip.dataset.foGoneLabel.replace("0%", `${gone}%`));
    }
    setTimeout(tick, 60000 - (now % 60000) + 50);
  };
  tick();
}
