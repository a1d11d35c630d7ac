// Asks every few seconds what others answered on this sheet, while somebody looks at it.
const EVERY_MS = 4000;

export function watch({ address, mark, onContact, onNews }) {
  let since = mark;

  async function look() {
    if (!document.hidden) {
      try {
        const response = await fetch(`${address}?since=${encodeURIComponent(since)}`, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "manual" });
        onContact(true);
        if (response.ok) {
          const news = await response.json();
          since = news.mark;
          await onNews(news);
        }
      } catch {
        onContact(false);
      }
    }
    setTimeout(look, EVERY_MS);
  }

  setTimeout(look, EVERY_MS);
  addEventListener("offline", () => onContact(false));
}
