/* A form with data-autosave keeps what is typed in it by itself; without this script its button does.

   It saves a few seconds after a change, and when the page is left. The button and links wait for a saving under way,
   so that no two ever contradict each other: whichever comes second knows the version that the first one made. A saving
   without an answer, or while the server cannot save, is sent again as it was, which the server takes for the same
   one. When somebody else has changed the record, nothing more is saved until the person has compared both. */

const PAUSE = 3000; // milliseconds after the last key
const LONGEST = 15000; // without a pause
const PATIENCE = 8000; // for an answer
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "version", "supplement", "remove", "index_number", "word_text", "former_body"]);

const SIGNED_OUT = "登录已过期，还没有保存。您填写的内容还在本页：请在新窗口登录，再回到这里，会继续自动保存。";
const WHY_NOT_NOW = { 429: "操作过于频繁，", 503: "系统暂时不能保存，", 507: "服务器的存储空间不足，" };
const NOT_NOW = "还没有保存，您填写的内容还在本页，过一会儿会自动再保存；要离开本页的，请先复制。";
const COMPARE = "已停止自动保存，您填写的内容还在本页；点“保存草稿”可以与最新内容对照。";

class Autosave {
  constructor(form) {
    this.form = form;
    this.words = form.querySelector("[data-autosave-words]");
    this.kept = "unsaved" in form.dataset ? null : this.typed(); // what the server has
    this.unheard = null; // what was sent and not answered
    this.underWay = null;
    this.stopped = false; // somebody else was faster
    this.leaving = false; // a button was pressed
    this.pause = this.longest = 0;
    if (this.isUnsaved) {
      this.later();
    }
    form.addEventListener("input", () => this.later());
    form.addEventListener("change", () => this.later());
    form.addEventListener("submit", (event) => this.letGo(event));
    document.addEventListener("click", (event) => this.holdBack(event));
    window.addEventListener("pagehide", () => this.save());
    window.addEventListener("beforeunload", (event) => this.warn(event));
    document.addEventListener("visibilitychange", () => this.save());
  }

  fields() {
    return [...new FormData(this.form)].filter(([, value]) => typeof value === "string");
  }

  typed() {
    return JSON.stringify(this.fields().filter(([name]) => !NOT_TYPED.has(name)));
  }

  get isUnsaved() {
    return this.unheard !== null || this.typed() !== this.kept;
  }

  later(pause = PAUSE) {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.save(), pause);
    this.longest ||= setTimeout(() => this.save(), LONGEST);
  }

  /* One saving at a time; what was typed meanwhile is saved after it. */
  save() {
    clearTimeout(this.pause);
    clearTimeout(this.longest);
    this.longest = 0;
    if (!this.isUnsaved || this.leaving || this.stopped || this.underWay) {
      return;
    }
    this.unheard ||= { typed: this.typed(), body: new URLSearchParams(this.fields()) };
    this.renewToken();
    this.underWay = this.send(this.unheard).finally(() => {
      this.underWay = null;
    });
  }

  async send({ typed, body }) {
    const token = this.form.elements.csrfmiddlewaretoken.value;
    body.delete("csrfmiddlewaretoken");
    const signal = AbortSignal.timeout(PATIENCE);
    try {
      const address = this.form.dataset.autosave;
      const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token }, keepalive: true, signal });
      const isOurs = answer.headers.get("Content-Type")?.includes("json");
      this.hear(answer.status, isOurs ? await answer.json() : {}, typed);
    } catch {
      this.say("网络不通，还没有保存；恢复后会自动保存。", true);
      this.later();
    }
  }

  hear(status, told, typed) {
    const sent = this.unheard;
    this.unheard = null;
    if (status === 200) {
      this.form.elements.version.value = told.version;
      this.kept = typed;
      this.say(`已自动保存 ${new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" })}`);
      if (this.isUnsaved) {
        this.later();
      }
    } else if (status === 403 && !told.words) {
      this.say(SIGNED_OUT, true);
      this.offerLogin();
    } else if (status === 422) {
      this.say(`还没有保存。${told.words}`, true);
    } else if (status === 429 || status >= 500) {
      this.unheard = sent; // perhaps it was saved before something broke
      this.say(`${WHY_NOT_NOW[status] ?? "系统暂时出错，"}${NOT_NOW}`, true);
      this.later(LONGEST);
    } else {
      this.stopped = true;
      this.say(`${told.words || "现在不能修改。"}${COMPARE}`, true);
    }
  }

  /* The button's turn: after the saving under way, or the one without an answer, with the version that it made. */
  letGo(event) {
    if (this.unheard && !this.underWay && !this.waited) {
      this.save();
    }
    if (!this.underWay) {
      this.renewToken();
      this.leaving = true;
      return;
    }
    event.preventDefault();
    if (!this.waited) {
      this.waited = true;
      this.underWay.finally(() => this.form.requestSubmit(event.submitter));
    }
  }

  /* A link's turn, likewise: what was typed during the saving under way is saved when the page is left after it. */
  holdBack(event) {
    const link = event.target.closest("a[href]:not([target], [href^='#'])");
    const opensHere = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (link && opensHere && this.underWay && !event.defaultPrevented) {
      event.preventDefault();
      this.underWay.finally(() => link.click());
    }
  }

  /* Whoever has signed in again meanwhile has a new token in the cookie. */
  renewToken() {
    const cookie = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
    if (cookie) {
      this.form.elements.csrfmiddlewaretoken.value = cookie[1];
    }
  }

  /* The browser asks before it throws away what could not be saved, or not yet. */
  warn(event) {
    const isTrouble = this.words.classList.contains("errorlist");
    const waits = this.underWay && this.typed() !== this.unheard?.typed;
    if (!this.leaving && this.isUnsaved && (isTrouble || waits)) {
      event.preventDefault();
    }
  }

  say(words, isTrouble = false) {
    this.words.classList.toggle("errorlist", isTrouble);
    if (this.words.textContent !== words) {
      this.words.textContent = words;
    }
  }

  offerLogin() {
    const link = document.createElement("a");
    link.href = this.form.dataset.login;
    link.target = "_blank";
    link.textContent = "在新窗口登录";
    this.words.append(" ", link);
  }
}

/* Reading a long form through takes a slow telephone 40 ms: what is on the page is seen first. */
requestAnimationFrame(() => {
  setTimeout(() => {
    for (const form of document.querySelectorAll("form[data-autosave]")) {
      new Autosave(form);
    }
  });
});
