"use strict";
// Filters live in the address, so that a link keeps them; a fragment opens whatever hides its target.
const find = document.getElementById("find");
const verdict = document.getElementById("verdict");
const level = document.getElementById("level");
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
  const query = new URLSearchParams();
  for (const [name, value] of [["find", find.value], ["verdict", verdict.value], ["level", level.value]]) {
    if (value) query.set(name, value);
  }
  try {
    history.replaceState(null, "", `${query.size ? `?${query}` : location.pathname}${location.hash}`);
  } catch { /* a page in a frame may have no history to write to */ }
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

const asked = new URLSearchParams(location.search);
find.value = asked.get("find") ?? "";
verdict.value = asked.get("verdict") ?? "";
level.value = asked.get("level") ?? "";
document.querySelector(".filter").addEventListener("submit", (event) => event.preventDefault());
for (const control of [find, verdict, level]) control.addEventListener("input", filter);
if (asked.size) filter();
addEventListener("hashchange", open);
addEventListener("beforeprint", () => document.querySelectorAll("details.clause").forEach((each) => { each.open = true; }));
open();
