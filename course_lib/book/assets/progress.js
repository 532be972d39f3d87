/* The page of progress: what this browser has kept, as a table; saved as a file, read in again, cleared. */
(() => {
  "use strict";
  const room = document.querySelector("[data-course-progress]");
  const store = window.courseStore;
  if (!room || !store) return;
  const { course, chapters } = JSON.parse(room.querySelector("script").textContent);
  const said = room.querySelector("[role=status]");
  const part = (name) => room.querySelector(`[data-part=${name}]`);

  function quiz(kept, questions) {
    const answers = Object.values(kept.quiz || {});
    const right = answers.filter((each) => each.right).length;
    if (!questions && !answers.length) return "none";
    return `${right} right, ${answers.length} answered${questions ? ` of ${questions}` : ""}`;
  }

  function cards(kept, all) {
    const begun = Object.keys(kept.cards || {}).length;
    if (!all && !begun) return "none";
    return `${begun} begun${all ? ` of ${all}` : ""}`;
  }

  function show() {
    const { pages } = store.record();
    for (const { page, questions, cards: all } of chapters) {
      const kept = pages[page] || {};
      const row = room.querySelector(`tr[data-page="${CSS.escape(page)}"]`);
      const { read, left } = kept.reading || {};
      const cell = row.cells[1];
      cell.textContent = read ? `read on ${read}` : left ? "left at " : "not yet";
      if (!read && left) {
        const link = document.createElement("a");
        link.href = `${row.querySelector("a").getAttribute("href")}#${left.section}`;
        link.textContent = left.title;
        cell.append(link);
      }
      row.cells[2].textContent = quiz(kept, questions);
      row.cells[3].textContent = cards(kept, all);
    }
    part("lasting").hidden = store.lasting;
  }

  function save() {
    const file = {
      format: 1,
      kind: "progress",
      course,
      name: part("name").value.trim(),
      saved: new Date().toISOString(),
      chapters,
      pages: store.record().pages,
    };
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 2)], { type: "application/json" }));
    link.download = "progress.json";
    link.click();
    URL.revokeObjectURL(link.href);
    said.textContent = "Saved as progress.json, where your browser puts downloads.";
  }

  const plain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  async function load(input) {
    const [chosen] = input.files;
    if (!chosen) return;
    let file = null;
    try {
      file = JSON.parse(await chosen.text());
    } catch (error) {
      file = null;
    }
    input.value = "";
    if (!plain(file) || file.format !== 1 || file.kind !== "progress" || !plain(file.pages)) {
      said.textContent = `${chosen.name} is not a file that this page has saved. Nothing was changed.`;
      return;
    }
    const wrong = store.wrong(file.pages);
    if (wrong) {
      said.textContent = `${chosen.name} was not read in: ${wrong}. Nothing was changed.`;
      return;
    }
    if (Object.keys(store.record().pages).length && !confirm("Put what the file says in place of what this browser keeps?")) return;
    store.replace(file.pages);
    part("name").value = typeof file.name === "string" ? file.name : "";
    said.textContent = `Read in from ${chosen.name}.`;
  }

  function clear() {
    if (!confirm("Forget all that this browser keeps: pages read, answers, cards? This cannot be undone.")) return;
    store.clear();
    said.textContent = "Forgotten.";
  }

  show();
  document.addEventListener("course:progress", show);
  part("actions").hidden = false;
  part("save").addEventListener("click", save);
  part("clear").addEventListener("click", clear);
  part("load").addEventListener("change", (event) => load(event.target));
})();
