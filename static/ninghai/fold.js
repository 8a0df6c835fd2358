/* In the elder mode (长者模式), what is looked at now and then stays folded until it is wanted: filters, histories, the list of all lists.
   What is chosen stays in sight. Without this script all of it stands open. */

if (document.querySelector("link[data-display=elder]")) {
  for (const each of document.querySelectorAll("details[data-fold]")) {
    each.open = each.querySelector("li.selected:not(:first-child)") !== null;
  }
}
