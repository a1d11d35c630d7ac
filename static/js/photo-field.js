// A photo field says that something was chosen: its own words are hidden behind the camera button.
for (const field of document.querySelectorAll("input[type=file][data-fo-file]")) {
  const word = field.closest("label").querySelector("[data-fo-file-word]");
  const empty = word.textContent;
  field.addEventListener("change", () => { word.textContent = field.files.length ? field.dataset.foFile : empty; });
}
