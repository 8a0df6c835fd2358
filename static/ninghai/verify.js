/* Computes a file's SHA-256 in the browser and sends only that. Where the browser cannot (no secure context, or no script), the
   form sends the file and the server computes it. */

const toHex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function sendHashInstead(form, input, target) {
  target.value = toHex(await crypto.subtle.digest("SHA-256", await input.files[0].arrayBuffer()));
  input.value = "";
  form.submit();
}

for (const form of document.querySelectorAll("form[data-hash-file]")) {
  const input = form.elements[form.dataset.hashFile];
  const target = form.elements[form.dataset.hashInto];
  form.addEventListener("submit", (event) => {
    if (!input.files.length || !globalThis.crypto?.subtle) {
      return;
    }
    event.preventDefault();
    sendHashInstead(form, input, target).catch(() => form.submit());
  });
}
