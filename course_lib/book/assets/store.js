/* What a reader has done, kept in this browser and nowhere else: pages read, questions answered, cards learnt.
 *
 * One record under one key: {format, pages: {page: {kind: {id: value}}}}. A page is the chapter's name, such as
 * "03-annealing"; a kind is "reading", "quiz" or "cards", and checkOf says what its values are. Where the browser keeps
 * nothing (a private window, say), the record lives as long as the page.
 *
 * Whenever the record changes, here or in another tab, the document receives "course:progress".
 */
window.courseStore = (() => {
  "use strict";
  const KEY = "training-dynamics";
  const FORMAT = 1;

  // A check returns "" for a value that is right, and else what is wrong with it, by the name it is given.
  const plain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const said = (value) => {
    const text = value === undefined ? "missing" : JSON.stringify(value);
    return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
  };
  const check = (should, right) => (value, name) => (right(value) ? "" : `${name} is ${said(value)}; it should be ${should}`);
  const object = check("an object", plain);
  const text = check("text", (value) => typeof value === "string");
  const yesOrNo = check("true or false", (value) => typeof value === "boolean");
  const isWhole = (value) => Number.isSafeInteger(value) && value >= 0;
  const whole = check("a whole number, 0 or more", isWhole);
  const wholes = check("a list of whole numbers, 0 or more", (value) => Array.isArray(value) && value.every(isWhole));
  const factor = check("a number, 1 or more", (value) => Number.isFinite(value) && value >= 1);
  const day = check("a day such as 2026-03-09", (value) => {
    if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
    const then = new Date(`${value}T00:00Z`); // a browser may take the 30th of February for the 2nd of March
    return !Number.isNaN(then.getTime()) && then.toISOString().startsWith(value);
  });
  const fields = (checks, needed) => (value, name) => {
    if (!plain(value)) return object(value, name);
    const asked = Object.entries(checks).filter(([field]) => needed || field in value);
    return asked.map(([field, right]) => right(value[field], `“${field}” of ${name}`)).find(Boolean) || "";
  };

  const place = fields({ section: text, title: text }, true);
  const answer = fields({ chosen: wholes, right: yesOrNo, tries: whole, when: text }, true);
  const card = fields({ learnt: whole, easiness: factor, interval: whole, repetitions: whole, first: day, due: day }, false);
  const nothing = check("absent: no page keeps such an entry", () => false);

  /** The check of the values that pages keep of a kind under an id. */
  function checkOf(kind, id) {
    if (kind === "quiz") return answer;
    if (kind === "cards") return card;
    if (kind === "reading" && id === "read") return day;
    if (kind === "reading" && id === "left") return place;
    return nothing;
  }

  /** Of the pages of a record the sound part, and what is wrong with each entry that is not in it. */
  function sift(pages) {
    const wrong = [];
    const sound = (value, words) => (words ? void wrong.push(words) : value);
    function inside(holder, name, keep) {
      if (!plain(holder)) return sound(holder, object(holder, name || "“pages”"));
      const kept = Object.entries(holder).map(([key, value]) => [key, keep(value, `“${key}”${name && ` of ${name}`}`, key)]);
      return Object.fromEntries(kept.filter(([, value]) => value !== undefined));
    }
    const ofKind = (values, name, kind) =>
      inside(values, name, (value, itsName, id) => sound(value, checkOf(kind, id)(value, itsName)));
    return { pages: inside(pages, "", (kinds, name) => inside(kinds, name, ofKind)) || {}, wrong };
  }

  const empty = () => ({ format: FORMAT, pages: {} });
  let unsaved = null;
  let last = { kept: null, record: empty() }; // what the storage held, and the record in it
  let lasts; // unknown until the browser has kept something, or refused to

  /** The record in what the storage holds. A broken entry in it (edited by hand, say) is left out: no page shall fail. */
  function understood(kept) {
    let record = null;
    try {
      record = JSON.parse(kept);
    } catch (error) {
      return empty();
    }
    return record?.format === FORMAT ? { format: FORMAT, pages: sift(record.pages).pages } : empty();
  }

  function read() {
    if (unsaved) return unsaved;
    let kept = null;
    try {
      kept = localStorage.getItem(KEY);
    } catch (error) {
      /* no storage: begin anew */
    }
    if (kept !== last.kept) last = { kept, record: understood(kept) };
    return last.record;
  }

  const tell = () => document.dispatchEvent(new CustomEvent("course:progress"));

  function write(record) {
    const kept = JSON.stringify(record);
    try {
      localStorage.setItem(KEY, kept);
      unsaved = null;
      last = { kept, record };
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
    /** All values of a kind on a page, by id, to be read and not changed. */
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
    /** What is wrong with the first entry, of pages from elsewhere, that no page would write; "" if all is right. */
    wrong: (pages) => sift(pages).wrong[0] || "",
    /** Put other pages in place of all that is kept. */
    replace: (pages) => write({ format: FORMAT, pages }),
    /** Forget everything. */
    clear: () => write(empty()),
  };
})();
