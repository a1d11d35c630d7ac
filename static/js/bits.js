// Small things that several scripts need.

export const newId = () => crypto.randomUUID ? crypto.randomUUID() : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

export const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export function icon(name) {
  const mark = document.createElement("i");
  mark.className = `bi bi-${name}`;
  mark.setAttribute("aria-hidden", "true");
  return mark;
}

const MARKS = { "＋": "+", "－": "-", "−": "-", "．": ".", "。": ".", "，": ",", "、": "," };

/** What a Chinese keyboard writes for digits, signs, points and commas, as everybody reads it; all else stays as it is. */
export const plainMarks = (text) => text.trim().replace(/[０-９＋－−．。，、]/g, (mark) => MARKS[mark] ?? String(mark.charCodeAt(0) - 0xff10));

/** A typed number in plain digits, "" where the server would find none: commas stand between thousands only, nothing is guessed. */
export function numberIn(text) {
  const plain = plainMarks(text);
  if (plain.includes(",") && !/^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(plain)) return "";
  const bare = plain.replaceAll(",", "");
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(bare) ? bare : "";
}

/** Whether somebody changed this field since the page came, were it before a script could hear of it. */
export const isChanged = (input) => (["radio", "checkbox"].includes(input.type) ? input.checked !== input.defaultChecked : input.value !== input.defaultValue);

/** The browser asks before the page is left while `isUnsaved` says so; not when the form itself is on its way. */
export function askBeforeLeaving(form, isUnsaved) {
  let isSending = false;
  form.addEventListener("submit", (event) => { if (!event.defaultPrevented) isSending = true; });
  addEventListener("pageshow", () => { isSending = false; });
  addEventListener("beforeunload", (event) => { if (!isSending && isUnsaved()) event.preventDefault(); });
}
