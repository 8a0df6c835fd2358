/* A file field takes what is dropped on it, shows what was chosen with the size of each, and lets one of them go again before it is
   sent. Files of a second choice come to those of the first. Without it the browser's own field does the same by one choice. */

const MEGABYTE = 1024 * 1024;

class FileField {
  constructor(frame) {
    this.frame = frame;
    this.input = frame.querySelector("input");
    this.chosen = [];
    this.list = document.createElement("ul");
    this.list.className = "files";
    this.list.setAttribute("aria-live", "polite");
    frame.after(this.list);
    this.input.addEventListener("change", () => this.take([...this.input.files]));
    frame.addEventListener("drop", (event) => this.drop(event));
    for (const [name, isOver] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
      frame.addEventListener(name, () => frame.classList.toggle("over", isOver));
    }
  }

  drop(event) {
    this.take([...event.dataTransfer.files]);
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  take(files) {
    const known = this.input.multiple ? this.chosen : [];
    const fresh = files.filter((file) => !known.some((each) => isSame(each, file)));
    this.put(this.input.multiple ? [...known, ...fresh] : files.slice(0, 1));
  }

  put(files) {
    const kept = new DataTransfer();
    files.forEach((file) => kept.items.add(file));
    this.chosen = files;
    this.input.files = kept.files;
    this.show();
  }

  show() {
    this.list.replaceChildren(...this.chosen.map((file) => this.row(file)));
    const total = this.chosen.reduce((sum, file) => sum + file.size, 0);
    if (total > Number(this.input.dataset.mostBytes || Infinity)) {
      this.list.append(said(`这些文件合计 ${inMegabytes(total)}，超过一次能上传的大小，请分次添加。`));
    }
  }

  row(file) {
    const row = said(`${file.name}（${inMegabytes(file.size)}）${this.complaint(file)}`);
    if (this.input.multiple) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button--plain";
      button.textContent = "不传这个";
      button.setAttribute("aria-label", `不传“${file.name}”`);
      button.addEventListener("click", () => this.put(this.chosen.filter((each) => each !== file)));
      row.append(" ", button);
    }
    return row;
  }

  complaint(file) {
    const kinds = this.input.accept.split(",").filter((kind) => kind.startsWith("."));
    if (kinds.length && !kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) {
      return "：不接受这种类型的文件，不会添加";
    }
    return file.size > Number(this.input.dataset.largest || Infinity) ? "：文件过大，不会添加" : "";
  }
}

function said(text) {
  const row = document.createElement("li");
  row.append(text);
  return row;
}

// Chosen twice; two photographs of one name, from two folders, are two.
function isSame(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}

function inMegabytes(size) {
  return size < MEGABYTE / 10 ? `${Math.max(1, Math.round(size / 1024))} KB` : `${(size / MEGABYTE).toFixed(1)} MB`;
}

/* What is dropped beside the field would open in place of the page, and what was typed would be gone. */
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
}
for (const frame of document.querySelectorAll(".drop")) {
  new FileField(frame);
}
