// Copies the address of the page. Without a secure connection browsers keep the clipboard to themselves: then the address is shown and
// marked, and taken the old way where that still works.
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.hidden = false;
    field.select();
    return document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("[data-fo-copy]")) {
  const within = button.parentElement;
  const field = within.querySelector("[data-fo-copy-address]");
  const said = within.querySelector("[data-fo-copy-said]");
  button.addEventListener("click", async () => {
    field.value = location.href;
    said.textContent = await copied(field) ? said.dataset.foCopied : said.dataset.foByHand;
  });
}
