"use strict";
// Filters live in the address, so that a link keeps them; a fragment opens whatever hides its target.
function filtering(form) {
  const [find, verdict, level] = ["find", "verdict", "level"].map((id) => document.getElementById(id));
  const controls = [find, verdict, level];
  const items = [...document.querySelectorAll(".catalogue > li")];

  function filter() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const text = item.dataset.filter.toLowerCase();
      const fits = words.every((word) => text.includes(word)) &&
        (!verdict.value || item.dataset.verdict === verdict.value) &&
        (!level.value || item.dataset.level === level.value);
      item.hidden = !fits;
      shown += fits;
    }
    document.getElementById("count").value = `${shown} of ${items.length} clauses`;
    const query = new URLSearchParams(controls.filter((each) => each.value).map((each) => [each.id, each.value]));
    try {
      history.replaceState(null, "", `${query.size ? `?${query}` : location.pathname}${location.hash}`);
    } catch { /* a page in a frame may have no history to write to */ }
  }

  const asked = new URLSearchParams(location.search);
  for (const control of controls) {
    control.value = asked.get(control.id) ?? "";
    control.addEventListener("input", filter);
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  if (asked.size) filter();
}

function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let node = target; node; node = node.parentElement) {
    if (node.tagName === "DETAILS") node.open = true;
    if (node.hidden) node.hidden = false;
  }
  target.scrollIntoView();
  target.querySelector("summary")?.focus({ preventScroll: true });
}

const form = document.querySelector(".filter");
if (form) filtering(form);
addEventListener("hashchange", open);
addEventListener("beforeprint", () => document.querySelectorAll("details.clause").forEach((each) => { each.open = true; }));
open();
