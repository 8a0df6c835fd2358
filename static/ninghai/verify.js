/* The code is written as it is printed: capital letters, and the hyphen by itself. Computes a file's SHA-256 in the browser and sends
   only that. Where the browser cannot (no secure context, or no script), the form sends the file and the server computes it. */

const CODE = /^[0-9A-Z]{0,8}$/;

for (const input of document.querySelectorAll("input[data-code]")) {
  input.addEventListener("input", (event) => {
    const typed = input.value.normalize("NFKC").toUpperCase().replaceAll(/[\s-]/g, "");
    const isAtEnd = input.selectionStart === input.value.length;
    const isTakenBack = event.inputType?.startsWith("delete");
    if (isAtEnd && !isTakenBack && !event.isComposing && CODE.test(typed)) {
      input.value = typed.length < 4 ? typed : `${typed.slice(0, 4)}-${typed.slice(4)}`;
    }
  });
}

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
