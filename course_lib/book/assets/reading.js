/* What has been read: a reader marks a chapter at its foot, a tick shows it in the sidebar, and a chapter that was left
 * half-way offers to go on there. Kept is that mark and that one place, in this browser alone. */
(() => {
  "use strict";
  const store = window.courseStore;
  const button = document.querySelector("[data-course-read]");
  const page = button?.dataset.courseRead;

  const nameOf = (address) => new URL(address, location.href).pathname.split("/").pop().replace(/\.html$/, "");

  function ticks() {
    for (const link of document.querySelectorAll(".bd-links a.reference.internal")) {
      const read = Boolean(store.get(nameOf(link.href), "reading", "read"));
      const tick = link.querySelector(".course-tick");
      if (read && !tick) {
        link.insertAdjacentHTML("beforeend", ' <span class="course-tick" role="img" aria-label="read">✓</span>');
      } else if (!read && tick) tick.remove();
    }
  }

  const kept = (id) => store.get(page, "reading", id);

  function mark() {
    const read = Boolean(kept("read"));
    button.setAttribute("aria-pressed", String(read));
    button.textContent = read ? "Read ✓" : "Mark as read";
    button.setAttribute("aria-label", read ? "Read. Press to take the mark away" : "Mark as read");
  }

  /** The last heading above the middle of the window; undefined on the first screen. */
  function place() {
    if (scrollY < innerHeight) return undefined;
    const headings = [...document.querySelectorAll(".bd-article section[id] > :is(h2, h3)")];
    const last = headings.filter((each) => each.getBoundingClientRect().top < innerHeight / 2).pop();
    const section = last?.closest("section");
    if (!section || section.classList.contains("course-foot")) return undefined;
    const words = last.cloneNode(true);
    for (const link of words.querySelectorAll(".headerlink")) link.remove();
    return { section: section.id, title: words.textContent.trim() };
  }

  function leave() {
    const read = kept("read");
    const now = read ? undefined : place();
    // On the first screen nothing is known anew: who comes back, looks and goes keeps the old place.
    if (now || (read && kept("left"))) store.set(page, "reading", "left", now);
  }

  function offer() {
    const left = kept("left");
    if (!left || kept("read") || location.hash || !document.getElementById(left.section)) return;
    const line = document.createElement("p");
    line.className = "course-left";
    const link = document.createElement("a");
    link.href = `#${left.section}`;
    link.textContent = left.title;
    line.append("You left at ", link, ".");
    document.querySelector(".bd-article .course-tools, .bd-article h1")?.after(line);
  }

  ticks();
  document.addEventListener("course:progress", ticks);
  if (!button) return;

  button.closest("p").hidden = false;
  mark();
  offer();
  document.addEventListener("course:progress", mark);
  button.addEventListener("click", () => {
    store.set(page, "reading", "read", kept("read") ? undefined : new Date().toISOString().slice(0, 10));
    const said = button.parentElement.querySelector("[role=status]");
    said.textContent = store.lasting ? "" : "This browser keeps nothing: the mark lasts as long as this page is open.";
  });
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
})();
