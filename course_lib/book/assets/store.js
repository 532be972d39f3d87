/* What a reader has done, kept in this browser and nowhere else: pages read, questions answered, cards learnt.
 *
 * A value belongs to a page, a kind and an id. A page is the chapter's name, such as "03-annealing"; a kind is "reading",
 * "quiz" or "cards", and checkOf says what its values are. Each value has a key of its own: a page may not see at once
 * what another has just written, nor what the last page of the same tab has, and would undo it if it wrote more than the
 * value that it means. Where the browser keeps nothing (a private window, say), values live as long as the page.
 *
 * Whenever a value changes, here or in another tab, the document receives "course:progress".
 */
window.courseStore = (() => {
  "use strict";
  const FORMAT = 1;
  const PREFIX = `training-dynamics ${FORMAT} `;
  const TRIAL = "training-dynamics trial";
  const PAUSE = 20; // milliseconds in which what another tab writes together arrives together

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

  const each = (inside) => (holder, name) =>
    object(holder, name || "“pages”") ||
    Object.entries(holder).map(([key, value]) => inside(value, `“${key}”${name && ` of ${name}`}`, key)).find(Boolean) ||
    "";
  const ofKind = (kind) => each((value, name, id) => checkOf(kind, id)(value, name));
  const ofPage = each((values, name, kind) => ofKind(kind)(values, name));

  const keyOf = (...names) => PREFIX + JSON.stringify(names);
  const unsaved = new Map(); // what the browser did not take, by key; null for what it did not remove
  let lasts; // unknown until the browser has kept something, or refused to

  /** All keys of what is kept, those included that no page writes. */
  function keys() {
    let kept = [];
    try {
      kept = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    } catch (error) {
      /* no storage */
    }
    return [...new Set([...kept, ...unsaved.keys()])].sort();
  }

  /** The value under a key; undefined where there is none, or a broken one (edited by hand, say): no page shall fail. */
  function under(key, kind, id) {
    try {
      const value = JSON.parse(unsaved.has(key) ? unsaved.get(key) : localStorage.getItem(key));
      return checkOf(kind, id)(value, "") ? undefined : value;
    } catch (error) {
      return undefined;
    }
  }

  /** The page, kind and id that a key names; null where it is no key of ours. */
  function namesIn(key) {
    try {
      const names = JSON.parse(key.slice(PREFIX.length));
      return names.length === 3 && keyOf(...names.map(String)) === key ? names : null;
    } catch (error) {
      return null;
    }
  }

  /** Put a value under a key; undefined removes what is there. */
  function put(key, value) {
    const text = value === undefined ? null : JSON.stringify(value);
    try {
      if (text === null) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
      unsaved.delete(key);
    } catch (error) {
      unsaved.set(key, text);
    }
    lasts = !unsaved.size;
  }

  const tell = () => document.dispatchEvent(new CustomEvent("course:progress"));

  /** Put other pages in place of all that is kept. */
  function replace(pages) {
    const entries = Object.entries(pages).flatMap(([page, kinds]) =>
      Object.entries(kinds).flatMap(([kind, values]) =>
        Object.entries(values).map(([id, value]) => [keyOf(page, kind, id), value]),
      ),
    );
    const wanted = new Map(entries);
    for (const key of keys()) if (!wanted.has(key)) put(key, undefined);
    for (const [key, value] of wanted) put(key, value);
    tell();
  }

  function tried() {
    try {
      localStorage.setItem(TRIAL, "");
      localStorage.removeItem(TRIAL);
      return true;
    } catch (error) {
      return false;
    }
  }

  let coming;
  function heard({ key }) {
    if (key !== null && !key.startsWith(PREFIX)) return; // null where a tab has emptied the whole storage
    coming ??= setTimeout(() => {
      coming = undefined;
      tell();
    }, PAUSE);
  }
  addEventListener("storage", heard);

  return {
    /** Whether what is written outlives the page: what the last write said; before the first, what a trial says. */
    get lasting() {
      // Once and not each time: other tabs are told of every trial, and would try in turn, without end.
      return (lasts ??= tried());
    },
    /** A value; undefined where there is none. */
    get: (page, kind, id) => under(keyOf(page, kind, id), kind, id),
    /** Set one value; undefined removes it. */
    set(page, kind, id, value) {
      put(keyOf(page, kind, id), value);
      tell();
    },
    /** All that is kept: {format, pages: {page: {kind: {id: value}}}}. */
    record() {
      const pages = Object.create(null); // any word may be the name of a page
      for (const key of keys()) {
        const [page, kind, id] = namesIn(key) || [];
        const value = under(key, kind, id);
        if (value === undefined) continue;
        const kinds = (pages[page] ||= Object.create(null));
        (kinds[kind] ||= Object.create(null))[id] = value;
      }
      return { format: FORMAT, pages };
    },
    /** What is wrong with the first entry, of pages from elsewhere, that no page would write; "" if all is right. */
    wrong: (pages) => each(ofPage)(pages, ""),
    replace,
    /** Forget everything. */
    clear: () => replace({}),
  };
})();
