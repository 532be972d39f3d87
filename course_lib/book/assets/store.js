/* What a reader has done, kept in this browser and nowhere else: pages read, questions answered, cards learnt.
 *
 * One record under one key: {format, pages: {page: {kind: {id: value}}}}. A page is the chapter's name, such as
 * "03-annealing"; a kind is "reading", "quiz" or "cards"; what a value is, whoever owns the kind decides. Values are
 * plain data. Where the browser keeps nothing (a private window, say), the record lives as long as the page.
 *
 * Whenever the record changes, here or in another tab, the document receives "course:progress".
 */
window.courseStore = (() => {
  "use strict";
  const KEY = "training-dynamics";
  const FORMAT = 1;
  const empty = () => ({ format: FORMAT, pages: {} });
  let unsaved = null;
  let lasts; // unknown until the browser has kept something, or refused to

  function read() {
    if (unsaved) return unsaved;
    try {
      const record = JSON.parse(localStorage.getItem(KEY));
      if (record && record.format === FORMAT && typeof record.pages === "object" && record.pages) return record;
    } catch (error) {
      /* no storage, or not ours: begin anew */
    }
    return empty();
  }

  const tell = () => document.dispatchEvent(new CustomEvent("course:progress"));

  function write(record) {
    try {
      localStorage.setItem(KEY, JSON.stringify(record));
      unsaved = null;
    } catch (error) {
      unsaved = record;
    }
    lasts = !unsaved;
    tell();
  }

  function tried() {
    try {
      localStorage.setItem(KEY + ":try", "");
      localStorage.removeItem(KEY + ":try");
      return true;
    } catch (error) {
      return false;
    }
  }

  // The key is null where a tab has emptied the whole storage.
  addEventListener("storage", ({ key }) => (key === KEY || key === null) && tell());

  return {
    /** Whether what is written outlives the page: what the last write said; before the first, what a trial says. */
    get lasting() {
      // Once and not each time: other tabs are told of every trial, and would try in turn, without end.
      return (lasts ??= tried());
    },
    /** All values of a kind on a page, by id; a copy. */
    all: (page, kind) => ({ ...((read().pages[page] || {})[kind] || {}) }),
    /** Set one value; undefined removes it. */
    set(page, kind, id, value) {
      const record = read();
      const values = ((record.pages[page] ||= {})[kind] ||= {});
      if (value === undefined) delete values[id];
      else values[id] = value;
      write(record);
    },
    /** The whole record; a copy. */
    record: () => structuredClone(read()),
    /** Forget a page, or everything. */
    clear(page) {
      const record = page === undefined ? empty() : read();
      if (page !== undefined) delete record.pages[page];
      write(record);
    },
  };
})();
