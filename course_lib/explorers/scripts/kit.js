/* The parts that explorers are made of: controls, a chart, a sentence that says what is seen.
 *
 * No file of this folder imports another: the host puts this one before an explorer's, as one script of a page or as
 * one module of a widget. Nothing is looked up by an id, so that an explorer may stand on a page twice.
 */
const DRAWN = new Set(["svg", "g", "path", "line", "circle", "ellipse", "rect", "text"]);

function make(tag, attributes = {}, ...children) {
  const node = DRAWN.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== false && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** A number as a reader wants it: three digits, and powers of ten only where zeros would have to be counted. */
function short(value) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "no number";
  const size = Math.abs(value);
  const plain = size === 0 || (size >= 1e-4 && size < 1e6);
  const text = plain ? String(Number(value.toPrecision(3))) : value.toExponential(1).replace(".0e", "e").replace("e+", "e");
  return text.replaceAll("-", "−");
}

const series = (length, value) => Array.from({ length }, (_, index) => value(index));

/** Uniform numbers from 0 to below 1, the same for the same seed: mulberry32 (T. Ettinger, public domain). */
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}

/** A slider and beside it a number, kept in step: JupyterLab keeps the arrow keys from sliders, not from numbers. */
function numberControl({ label, name = label, value, min, max, log, whole, least = min }, changed) {
  const places = whole && !log ? max - min : 400;
  const valueAt = (place) => {
    const part = place / places;
    const at = log ? min * (max / min) ** part : min + (max - min) * part;
    return whole ? Math.round(at) : Number(at.toPrecision(3));
  };
  const placeOf = (at) => {
    const part = log ? Math.log(Math.max(at, min) / min) / Math.log(max / min) : (at - min) / (max - min);
    return Math.round(places * part);
  };
  const slider = make("input", { type: "range", min: 0, max: places, "aria-label": `${name}, slider` });
  const number = make("input", { type: "number", "aria-label": name, inputmode: whole ? "numeric" : "decimal" });
  const wrong = make("span", { class: "ce-wrong", role: "status" });
  const keepStep = () => {
    const digit = log ? Math.floor(Math.log10(value > 0 ? value : min * 100)) - 1 : Math.round(Math.log10(max)) - 2;
    number.step = whole ? 1 : Number(`1e${digit}`);
    slider.setAttribute("aria-valuetext", short(value));
  };
  const show = () => {
    number.value = value;
    slider.value = placeOf(value);
    keepStep();
  };
  const judge = (text) => {
    const given = text.trim() === "" ? NaN : Number(text);
    const right = given >= least && given <= max && (!whole || Number.isInteger(given));
    wrong.textContent = right ? "" : `${name}: ${whole ? "a whole number" : "a number"} from ${short(least)} to ${short(max)}`;
    number.setAttribute("aria-invalid", String(!right));
    return right ? given : undefined;
  };
  slider.addEventListener("input", () => {
    const [place, last] = [Number(slider.value), value];
    value = valueAt(place);
    // A notch that is less than a whole number still counts as one, or a key would do nothing.
    if (whole && value === last) value = Math.min(Math.max(last + Math.sign(place - placeOf(last)), least), max);
    slider.value = placeOf(value);
    number.value = value;
    judge(number.value);
    keepStep();
    changed(value);
  });
  number.addEventListener("input", () => {
    const given = judge(number.value);
    if (given === undefined) return;
    value = given;
    slider.value = placeOf(value);
    keepStep();
    changed(value);
  });
  number.addEventListener("change", () => {
    if (judge(number.value) === undefined) show();
    judge(number.value);
  });
  show();
  return make("div", { class: "ce-control" }, make("label", {}, make("span", {}, label), number), slider, wrong);
}

function choiceControl({ label, value, options }, changed) {
  const select = make("select", { change: () => changed(select.value) });
  for (const [name, words] of Object.entries(options)) {
    select.append(make("option", { value: name, selected: name === value }, words));
  }
  return make("label", { class: "ce-choice" }, make("span", {}, label), select);
}

function tickControl({ label, value }, changed) {
  const box = make("input", { type: "checkbox", change: () => changed(box.checked) });
  box.checked = value;
  return make("label", { class: "ce-tick" }, box, make("span", {}, label));
}

function button(words, pressed, label) {
  return make("button", { type: "button", "aria-label": label, click: pressed }, words);
}

/** Code with a button that copies it. */
function codeBox(label) {
  const code = make("code");
  const said = make("span", { role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      said.textContent = "Copied.";
    } catch {
      // A page that came without https has no clipboard: the reader's own keys copy what is marked.
      getSelection().selectAllChildren(code);
      said.textContent = "Marked: copy it with Ctrl+C or ⌘C.";
    }
  };
  const node = make(
    "div",
    { class: "ce-code" },
    make("pre", { tabindex: 0, "aria-label": label, role: "region" }, code),
    button("Copy the Python", copy),
    said,
  );
  const set = (text) => {
    if (code.textContent !== text) said.textContent = "";
    code.textContent = text;
  };
  return { node, set };
}

function ticks({ from, to, log }, wanted) {
  if (log) {
    const low = Math.log10(from);
    const high = Math.log10(to);
    const every = Math.max(1, Math.ceil((high - low) / wanted));
    const steps = high - low < 2 && wanted > 3 ? [1, 2, 5] : [1];
    const decades = series(Math.floor(high) - Math.floor(low) + 1, (index) => Math.floor(low) + index);
    return decades
      .filter((decade) => decade % every === 0)
      .flatMap((decade) => steps.map((step) => Number(`${step}e${decade}`)))
      .filter((value) => value >= from * 0.999 && value <= to * 1.001);
  }
  const rough = (to - from) / Math.max(wanted, 1);
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * size >= rough * 0.999) * size;
  const first = Math.ceil(from / step - 1e-9);
  return series(Math.floor(to / step + 1e-9) - first + 1, (index) => (first + index) * step);
}

/** A range that holds all the values, with a little air; on a logarithmic axis, of those above zero. */
function rangeOf(values, log, floor = 0) {
  const usable = values.filter((value) => Number.isFinite(value) && (!log || value > floor));
  if (!usable.length) return { from: log ? 0.1 : 0, to: 1, log };
  let from = usable.reduce((one, other) => Math.min(one, other));
  let to = usable.reduce((one, other) => Math.max(one, other));
  if (log) return { from: from / 1.3, to: Math.max(to * 1.3, from * 2), log };
  from = Math.min(from, 0);
  return { from, to: to > from ? to + (to - from) * 0.12 : from + 1, log };
}

/** A chart that draws itself anew whenever it is told to or its room changes. */
function chart(height = 260) {
  const svg = make("svg", { role: "img", class: "ce-chart" });
  const node = make("div", { class: "ce-room" }, svg);
  let latest = null;
  const redraw = () => {
    const width = Math.floor(node.clientWidth);
    if (latest && width > 0) drawChart(svg, width, width < 430 ? Math.max(170, Math.round(height * 0.85)) : height, latest);
  };
  const draw = (spec) => {
    latest = spec;
    redraw();
  };
  new ResizeObserver(redraw).observe(node);
  return { node, draw };
}

function drawChart(svg, width, height, { x, y, lines, label, behind, before, within }) {
  const narrow = within || width < 430;
  const names = lines.map((line) => (narrow || !line.name ? 0 : line.name.length));
  const left = 56;
  const right = 12 + 6.8 * Math.max(0, ...names);
  const top = narrow ? 12 : 8;
  const [w, h] = [Math.max(width - left - right, 40), height - top - 42];
  const scale = ({ from, to, log }, size) => (value) => {
    const part = log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
    return Math.max(-9999, Math.min(9999, part * size)); // a path that diverges must not overflow the drawing
  };
  const sx = scale(x, w);
  const up = scale(y, h);
  const sy = (value) => h - up(value);
  const axes = make("g", { class: "ce-axes" });
  for (const value of ticks(x, w / 60)) {
    const at = left + sx(value);
    axes.append(
      make("line", { x1: at, x2: at, y1: top, y2: top + h }),
      make("text", { x: at, y: top + h + 16, "text-anchor": "middle" }, short(value)),
    );
  }
  for (const value of ticks(y, h / 36)) {
    const at = top + sy(value);
    axes.append(
      make("line", { x1: left, x2: left + w, y1: at, y2: at }),
      make("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, short(value)),
    );
  }
  axes.append(
    make("text", { x: left + w / 2, y: height - 6, "text-anchor": "middle" }, x.label),
    make("text", { x: 12, y: top + h / 2, "text-anchor": "middle", transform: `rotate(-90 12 ${top + h / 2})` }, y.label),
  );
  const plot = make("svg", { x: left, y: top, width: w, height: h, overflow: "hidden" });
  if (behind) plot.append(...behind(sx, sy, w, h));
  const labels = [];
  for (const line of lines) {
    const points = line.xs
      .map((at, index) => [at, line.ys[index]])
      .map(([a, b]) => (Number.isFinite(b) && (!y.log || b > 0) ? [sx(a), sy(b)] : null));
    let pen = "M";
    const path = points.map((point) => {
      const drawn = point ? `${pen}${point[0].toFixed(1)} ${point[1].toFixed(1)}` : "";
      pen = point ? "L" : "M";
      return drawn;
    });
    plot.append(make("path", { class: `ce-line ce-${line.style}`, d: path.join("") }));
    if (line.dots) {
      for (const point of points.filter(Boolean)) {
        plot.append(make("circle", { class: `ce-dot ce-${line.style}`, cx: point[0], cy: point[1], r: 2.2 }));
      }
    }
    const last = points.findLast((point) => point && point[0] <= w && point[1] >= 0 && point[1] <= h);
    if (line.name && last) labels.push({ line, at: last[1] + top });
  }
  if (before) plot.append(...before(sx, sy, w, h));
  labels.sort((one, other) => one.at - other.at);
  labels.forEach((each, index) => {
    const above = index ? labels[index - 1].at + 14 : 0;
    const beside = index && index === labels.length - 1 ? 16 : -6; // the lowest name under its line, others over theirs
    each.at = Math.min(Math.max(each.at + (narrow ? beside : 4), above, top + 10), top + h - 4);
  });
  const written = labels.map(({ line, at }) =>
    make(
      "text",
      { class: `ce-name ce-${line.style}`, x: narrow ? left + w - 4 : left + w + 6, y: at, "text-anchor": narrow ? "end" : "start" },
      line.name,
    ),
  );
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  svg.setAttribute("aria-label", label);
  svg.replaceChildren(axes, plot, ...written);
}

/** Build an explorer in `el`: `build` fills its root, and returns a function that draws the settings and returns the
 * sentence that says what is seen.
 *
 * It gets the root, the settings, what to call when they have changed, and where the sentence stands. `model` is a
 * widget's, or what a page has in its place.
 */
function explore(el, model, title, build) {
  let settings;
  const start = () => {
    settings = structuredClone(model.get("settings"));
    const says = make("p", { class: "ce-says", role: "status" });
    const root = make("div", { class: "ce-root", role: "group", "aria-label": title });
    let waiting;
    const changed = () => {
      const sentence = draw();
      clearTimeout(waiting);
      // Not at each notch of a slider: a screen reader would read every sentence to its end.
      waiting = setTimeout(() => says.replaceChildren(sentence), 350);
      model.set("settings", structuredClone(settings));
      model.save_changes();
    };
    const draw = build(root, settings, changed, says);
    root.prepend(make("p", { class: "ce-title" }, title));
    el.replaceChildren(root);
    says.append(draw());
  };
  start();
  model.on("change:settings", () => {
    if (JSON.stringify(model.get("settings")) !== JSON.stringify(settings)) start();
  });
}
