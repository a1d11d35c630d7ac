// The month of a roster: arrow keys walk from day to day and person to person, and today comes into view.
const grid = document.querySelector("[data-fo-roster]");

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function cellAt(row, column) {
  return grid.tBodies[0].rows[row]?.cells[column]?.querySelector("a") ?? null;
}

grid?.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const cell = event.target.closest("td");
  if (!cell) return;
  let [row, column] = [cell.parentElement.sectionRowIndex, cell.cellIndex];
  let next = null;
  if (step) {
    do { row += step[0]; column += step[1]; next = cellAt(row, column); }
    while (!next && grid.tBodies[0].rows[row]?.cells[column]);
  } else if (event.key === "Home") next = cellAt(row, 1);
  else if (event.key === "End") next = cellAt(row, cell.parentElement.cells.length - 1);
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// One stop of the tabulator key for the whole grid: the day that was left last.
if (grid) {
  const days = [...grid.querySelectorAll("tbody a")];
  const first = document.getElementById(location.hash.slice(1)) ?? grid.querySelector("tbody td:nth-child(2) a");
  for (const day of days) day.tabIndex = day === first ? 0 : -1;
  grid.addEventListener("focusin", (event) => {
    if (!event.target.matches("tbody a")) return;
    for (const day of days) day.tabIndex = day === event.target ? 0 : -1;
  });
  const frame = grid.closest(".fo-table-scroll");
  const there = location.hash ? first?.closest("td") : grid.querySelector("thead [aria-current]");
  if (there) frame.scrollLeft = there.offsetLeft - frame.clientWidth / 2;
  if (location.hash && first) first.focus({ preventScroll: true });
}
