// A paper page prints itself when asked.
for (const button of document.querySelectorAll("[data-fo-print]")) button.addEventListener("click", () => print());
