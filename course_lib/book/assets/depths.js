/* The three depths as tabs. A reader's choice holds for every chapter, in every window, until another is chosen. */
(() => {
  "use strict";
  const KEY = "training-dynamics:depth";
  const groups = [];
  let chosen = "standard";

  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch (error) {
      return null; // a browser that keeps nothing: the choice lasts as long as the page
    }
  }

  function choose(depth, focus) {
    chosen = depth;
    for (const { tabs, group } of groups) {
      for (const tab of tabs) {
        const selected = tab.dataset.depth === depth;
        tab.setAttribute("aria-selected", String(selected));
        tab.tabIndex = selected ? 0 : -1;
        document.getElementById(tab.getAttribute("aria-controls")).hidden = !selected;
        if (selected && focus === group) tab.focus();
      }
    }
  }

  function take(depth, focus) {
    choose(depth, focus);
    try {
      localStorage.setItem(KEY, depth);
    } catch (error) {
      /* as above */
    }
  }

  function onKey(event, tabs, group) {
    const at = tabs.indexOf(event.currentTarget);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    take(tabs.at(next % tabs.length).dataset.depth, group);
  }

  for (const group of document.querySelectorAll(".depths")) {
    const list = document.createElement("div");
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", "How deep");
    const tabs = [...group.querySelectorAll(":scope > .depth")].map((panel) => {
      const heading = panel.querySelector(".depth-name");
      const tab = document.createElement("button");
      tab.type = "button";
      tab.id = `${panel.id}-tab`;
      tab.dataset.depth = panel.dataset.depth;
      tab.append(...[...heading.childNodes].map((child) => child.cloneNode(true)));
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      panel.tabIndex = 0;
      heading.hidden = true;
      list.append(tab);
      return tab;
    });
    for (const tab of tabs) {
      tab.addEventListener("click", () => take(tab.dataset.depth));
      tab.addEventListener("keydown", (event) => onKey(event, tabs, group));
    }
    group.prepend(list);
    groups.push({ group, tabs });
  }

  const known = (depth) => groups.some(({ tabs }) => tabs.some((tab) => tab.dataset.depth === depth));
  const last = remembered();
  choose(known(last) ? last : chosen);
  window.addEventListener("storage", (event) => {
    if (event.key === KEY && known(event.newValue)) choose(event.newValue);
  });
})();
