/* The kinds of schedule that the composer stacks: their formulas, as in course_lib.schedules, and their arguments. */

const ramp = (t, steps) => Math.min(t / (steps - 1), 1);
const between = (from, to, part) => (part === 1 ? to : from + (to - from) * part);
const cosine = (part) => (1 - Math.cos(Math.PI * part)) / 2;
const triangle = (t, size) => 1 - Math.abs((t % (2 * size)) / size - 1);

/** Python's rounding, halves to the even neighbour. */
function roundEven(value) {
  const low = Math.floor(value);
  const rest = value - low;
  return rest === 0.5 ? low + (low % 2) : Math.round(value);
}

/** The last step of each phase of one cycle. */
function phaseEnds({ steps, pct_start, three_phase }) {
  const peak = Math.max(roundEven(pct_start * steps) - 1, 0);
  return three_phase ? [peak, 2 * peak, steps - 1] : [peak, steps - 1];
}

function phases(t, ends, values, anneal) {
  const reached = ends.indexOf(t); // before the phases: the first may have no steps of its own
  if (reached >= 0) return values[reached + 1];
  const phase = ends.findIndex((end) => t < end);
  if (phase < 0) return values[values.length - 1];
  const start = phase ? ends[phase - 1] : 0;
  const part = (t - start) / Math.max(ends[phase] - start, 1);
  return values[phase] + (values[phase + 1] - values[phase]) * (anneal === "cos" ? cosine(part) : part);
}

function cycleRate(t, piece) {
  const first = piece.max_lr / piece.div_factor;
  const values = [first, piece.max_lr, ...(piece.three_phase ? [first] : []), first / piece.final_div_factor];
  return phases(t, phaseEnds(piece), values, piece.anneal);
}

const cycleMomentum = (t, piece) =>
  phases(t, phaseEnds(piece), [0.95, 0.85, 0.95, ...(piece.three_phase ? [0.95] : [])], piece.anneal);

function restarts(t, { max_lr, min_lr, T_0, T_mult, shrink }) {
  let [start, length, cycle] = [0, T_0, 0];
  if (T_mult === 1) {
    cycle = Math.floor(t / T_0);
    start = cycle * T_0;
  }
  while (T_mult > 1 && t >= start + length) {
    start += length;
    length *= T_mult;
    cycle += 1;
  }
  return min_lr + ((max_lr - min_lr) * shrink ** cycle * (1 + Math.cos((Math.PI * (t - start)) / length))) / 2;
}

function warmStableDecay(t, { lr, final_lr, warmup_steps, decay_steps, steps }) {
  if (t < warmup_steps) return warmup_steps === 1 ? lr : between(lr / warmup_steps, lr, ramp(t, warmup_steps));
  return between(lr, final_lr, ramp(Math.max(t - (steps - decay_steps), 0), decay_steps));
}

const order = (low, high) => (piece) =>
  piece[low] > piece[high] ? `${low} must be at most ${high} (${piece[high]}), got ${piece[low]}` : "";
const long = (piece) => (piece.steps < 2 ? `steps must be at least 2, got ${piece.steps}` : "");

const USUAL_CYCLE = { pct_start: 0.3, div_factor: 25, final_div_factor: 10000, anneal: "cos", three_phase: false };

/* For each kind: its name for people, its arguments with values to begin with, the rate at its step t; which arguments
 * may be left out in Python; whether its length is its argument total_steps; and what is wrong with it, if anything. */
const KINDS = {
  Constant: { words: "constant", start: { lr: 0.1 }, rate: (t, p) => p.lr },
  LinearWarmup: {
    words: "warm-up",
    start: { start_lr: 0, lr: 0.1 },
    total: true,
    rate: (t, p) => between(p.start_lr, p.lr, ramp(t, p.steps)),
    wrong: [long, order("start_lr", "lr")],
  },
  StepDecay: {
    words: "step",
    start: { lr: 0.1, step_size: 30, gamma: 0.5 },
    rate: (t, p) => p.lr * p.gamma ** Math.floor(t / p.step_size),
  },
  ExponentialDecay: {
    words: "exponential",
    start: { lr: 0.1, gamma: 0.95, every: 1 },
    usual: { every: 1 },
    rate: (t, p) => p.lr * p.gamma ** (t / p.every),
  },
  LinearDecay: {
    words: "linear",
    start: { lr: 0.1, final_lr: 0 },
    total: true,
    rate: (t, p) => between(p.lr, p.final_lr, ramp(t, p.steps)),
    wrong: [long, order("final_lr", "lr")],
  },
  CosineAnnealing: {
    words: "cosine",
    start: { lr: 0.1, final_lr: 0 },
    total: true,
    rate: (t, p) => between(p.lr, p.final_lr, cosine(ramp(t, p.steps))),
    wrong: [long, order("final_lr", "lr")],
  },
  PolynomialDecay: {
    words: "polynomial",
    start: { lr: 0.1, final_lr: 0, power: 2 },
    total: true,
    rate: (t, p) => p.final_lr + (p.lr - p.final_lr) * (1 - ramp(t, p.steps)) ** p.power,
    wrong: [long, order("final_lr", "lr")],
  },
  InverseSqrtDecay: {
    words: "inverse square root",
    start: { lr: 0.1, warmup_steps: 10 },
    rate: (t, p) => p.lr * Math.min((t + 1) / p.warmup_steps, 1 / Math.sqrt((t + 1) / p.warmup_steps)),
  },
  Triangular: {
    words: "triangular",
    start: { base_lr: 0.01, max_lr: 0.1, step_size: 25 },
    rate: (t, p) => p.base_lr + (p.max_lr - p.base_lr) * triangle(t, p.step_size),
    wrong: [order("base_lr", "max_lr")],
  },
  Triangular2: {
    words: "triangular2",
    start: { base_lr: 0.01, max_lr: 0.1, step_size: 25 },
    rate: (t, p) =>
      p.base_lr + ((p.max_lr - p.base_lr) / 2 ** Math.floor(t / (2 * p.step_size))) * triangle(t, p.step_size),
    wrong: [order("base_lr", "max_lr")],
  },
  ExpRange: {
    words: "exp_range",
    start: { base_lr: 0.01, max_lr: 0.1, step_size: 25, gamma: 0.99 },
    rate: (t, p) => p.gamma ** t * (p.base_lr + (p.max_lr - p.base_lr) * triangle(t, p.step_size)),
    wrong: [order("base_lr", "max_lr")],
  },
  SGDR: {
    words: "warm restarts (SGDR)",
    start: { max_lr: 0.1, min_lr: 0, T_0: 25, T_mult: 2, shrink: 1 },
    usual: { T_mult: 1, shrink: 1 },
    rate: restarts,
    wrong: [order("min_lr", "max_lr")],
  },
  OneCycle: {
    words: "one cycle",
    start: { max_lr: 0.5, ...USUAL_CYCLE },
    usual: USUAL_CYCLE,
    total: true,
    rate: cycleRate,
    wrong: [
      long,
      (p) => (p.max_lr > 0 ? "" : "max_lr must be above 0, got 0"),
      (p) => (p.three_phase && p.pct_start >= 0.5 ? `pct_start must be below 1/2 with three phases, got ${p.pct_start}` : ""),
      (p) => (phaseEnds(p).at(-2) >= p.steps - 1 ? `pct_start must leave a step for the way down, got ${p.pct_start}` : ""),
    ],
  },
  warmup_stable_decay: {
    words: "warm-up, stable, decay",
    start: { lr: 0.1, warmup_steps: 10, decay_steps: 20, final_lr: 0 },
    usual: { final_lr: 0 },
    total: true,
    rate: warmStableDecay,
    wrong: [
      (p) =>
        p.steps > p.warmup_steps + p.decay_steps ? "" : `steps must be more than warmup_steps and decay_steps together, got ${p.steps}`,
      order("final_lr", "lr"),
    ],
  },
};

const RATE = { min: 1e-5, max: 10, log: true, least: 0 };
const COUNT = { min: 1, max: 5000, whole: true, log: true };
const FIELDS = {
  lr: RATE,
  start_lr: RATE,
  final_lr: RATE,
  base_lr: RATE,
  max_lr: RATE,
  min_lr: RATE,
  gamma: { min: 0.01, max: 1, least: 1e-6 },
  shrink: { min: 0.01, max: 1, least: 1e-6 },
  power: { min: 0.1, max: 10, log: true, least: 1e-3 },
  step_size: COUNT,
  every: COUNT,
  warmup_steps: COUNT,
  decay_steps: { ...COUNT, least: 2 },
  T_0: COUNT,
  T_mult: { min: 1, max: 5, whole: true },
  pct_start: { min: 0.01, max: 0.99, least: 0.001 },
  div_factor: { min: 1, max: 1000, log: true },
  final_div_factor: { min: 1, max: 1e6, log: true },
};
