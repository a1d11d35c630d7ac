// The roll call: hours follow the tap, and the foot of the page counts who is here.
import { askBeforeLeaving, isChanged, numberIn } from "./bits.js";

const form = document.querySelector("[data-fo-roll]");
const sum = document.querySelector("[data-fo-roll-sum]");
const marks = [...form.querySelectorAll("[data-fo-mark]")];

const part = (mark, name) => mark.querySelector(`[name$="-${name}"]`);
const presence = (mark) => mark.querySelector("[name$='-presence']:checked")?.value;

// In hundredths of an hour, whole numbers: never floats.
const hundredths = (text) => Math.round(Number(text) * 100);
const written = (value) => `${Math.trunc(value / 100)}.${String(value % 100).padStart(2, "0")}`.replace(/\.?0+$/, "") || "0";

function hoursFollow(mark) {
  const planned = hundredths(mark.dataset.planned);
  const minutes = Number(numberIn(part(mark, "minutes_late").value));
  const how = presence(mark);
  const hours = how === "present" ? planned : how === "late" ? Math.max(planned - Math.round((minutes * 100) / 60), 0) : 0;
  part(mark, "hours").value = written(hours);
}

function count() {
  const rostered = marks.filter((mark) => "rostered" in mark.dataset);
  const here = rostered.filter((mark) => ["present", "late"].includes(presence(mark))).length;
  const rate = rostered.length ? `${(Math.round((here * 1000) / rostered.length) / 10).toFixed(1)} %` : "—";
  const words = { rostered: rostered.length, here, rate };
  sum.textContent = form.dataset.wordSum.replace(/\{(\w+)\}/g, (_, name) => words[name]);
}

form.addEventListener("change", (event) => {
  const mark = event.target.closest("[data-fo-mark]");
  if (!mark) return;
  if (event.target.type === "radio") {
    hoursFollow(mark);
    if (event.target.value === "late") part(mark, "minutes_late").focus();
  } else if (event.target === part(mark, "minutes_late")) hoursFollow(mark);
  count();
});
// What was tapped before this script was there.
for (const mark of marks) if ([...mark.querySelectorAll("[type=radio]")].some(isChanged)) hoursFollow(mark);
count();
// A roll call that was refused, or to which somebody was added, comes back with what was tapped, kept nowhere.
askBeforeLeaving(form, () => "unsaved" in form.dataset || [...form.querySelectorAll("input, textarea")].some(isChanged));
