/* Django writes Python's True, False and None as the words of its yes/no pictures; they are said in Chinese here. */

const WORDS = { True: "是", False: "否", None: "未定" };

for (const picture of document.querySelectorAll("img[alt]")) {
  if (picture.alt in WORDS) {
    picture.alt = WORDS[picture.alt];
  }
}
