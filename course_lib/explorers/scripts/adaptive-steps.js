/* Six update rules on the bowl (x² + condition · y²) / 2, and the rate that each gives to each of the two parameters. */

/* Each rule: the update of one parameter from its state, its gradient and the step's number, and the rate at which the
 * (averaged) gradient was taken. Constants are the defaults of course_lib.optimizers, and momentum 0.9. */
const RULES = {
  SGD: (state, gradient, lr) => [lr * gradient, lr],
  Momentum: (state, gradient, lr) => {
    state.velocity = 0.9 * (state.velocity || 0) + gradient;
    return [lr * state.velocity, lr];
  },
  AdaGrad: (state, gradient, lr) => {
    state.sum = (state.sum || 0) + gradient ** 2;
    const rate = lr / (Math.sqrt(state.sum) + 1e-10);
    return [rate * gradient, rate];
  },
  RMSprop: (state, gradient, lr) => {
    state.square = 0.99 * (state.square || 0) + (1 - 0.99) * gradient ** 2;
    const rate = lr / (Math.sqrt(state.square) + 1e-8);
    return [rate * gradient, rate];
  },
  Adam: (state, gradient, lr, t) => {
    state.mean = 0.9 * (state.mean || 0) + (1 - 0.9) * gradient;
    state.square = 0.999 * (state.square || 0) + (1 - 0.999) * gradient ** 2;
    const rate = lr / (Math.sqrt(state.square / (1 - 0.999 ** t)) + 1e-8);
    return [(rate * state.mean) / (1 - 0.9 ** t), rate];
  },
  DiffGrad: (state, gradient, lr, t) => {
    const friction = 1 / (1 + Math.exp(-Math.abs((state.before || 0) - gradient)));
    state.before = gradient;
    const [update, rate] = RULES.Adam(state, gradient, lr, t);
    return [friction * update, friction * rate];
  },
};

/** For each method its path (start included), and at each step the rates of both parameters. */
function compute({ rates, condition, steps, start }) {
  const curvature = [1, condition];
  return Object.fromEntries(
    Object.entries(rates).map(([method, lr]) => {
      const position = [...start];
      const states = [{}, {}];
      const path = [[...position]];
      const effective = [];
      for (let t = 1; t <= steps; t += 1) {
        const taken = states.map((state, axis) => RULES[method](state, curvature[axis] * position[axis], lr, t));
        taken.forEach(([update], axis) => (position[axis] -= update));
        path.push([...position]);
        effective.push(taken.map(([, rate]) => rate));
      }
      return [method, { path, effective }];
    }),
  );
}

function mount(el, model) {
  explore(el, model, "Adaptive steps", (root, settings, changed, says) => {
    const [map, curve] = [chart(290), chart(290)];
    const methods = Object.keys(RULES);
    const set = (name) => (value) => {
      settings[name] = value;
      changed();
    };
    const row = (method, index) => {
      const rate = numberControl({ label: "lr", name: `lr of ${method}`, value: settings.rates[method], min: 0.001, max: 2, log: true, least: 0 }, (value) => {
        settings.rates[method] = value;
        changed();
      });
      const tick = tickControl({ label: method, value: settings.shown.includes(method) }, (on) => {
        settings.shown = methods.filter((each) => (each === method ? on : settings.shown.includes(each)));
        changed();
      });
      const sample = make("svg", { class: "ce-sample", width: 34, height: 10, "aria-hidden": "true" });
      sample.append(make("path", { class: `ce-line ce-${index + 1}`, d: "M1 5H33" }));
      tick.append(sample);
      return make("div", { class: "ce-method", role: "group", "aria-label": method }, tick, rate);
    };
    root.append(
      make("div", { class: "ce-charts" }, map.node, curve.node),
      says,
      make(
        "div",
        { class: "ce-controls" },
        numberControl({ label: "condition", value: settings.condition, min: 1, max: 1000, log: true }, set("condition")),
        numberControl({ label: "steps", value: settings.steps, min: 1, max: 300, whole: true }, set("steps")),
        choiceControl(
          { label: "rates shown", value: settings.method, options: Object.fromEntries(methods.map((name) => [name, name])) },
          set("method"),
        ),
      ),
      make("div", { class: "ce-controls" }, ...methods.map(row)),
    );
    return () => {
      const found = compute(settings);
      const { condition, start, method, steps } = settings;
      const [wide, high] = start.map((at) => 1.3 * Math.max(Math.abs(at), 0.1));
      const loss = ([x, y]) => (x * x + condition * y * y) / 2;
      const ends = settings.shown.map((name) => `${name} ${short(loss(found[name].path.at(-1)))}`);
      const rates = found[method].effective;
      const [gentle, steep] = rates.at(-1);
      const sentence =
        `Loss after ${steps} ${steps === 1 ? "step" : "steps"}, from ${short(loss(start))}: ${ends.join(", ") || "no method is shown"}. ` +
        `${method} ends with a rate of ${short(gentle)} for θ₁ and ${short(steep)} for θ₂.`;
      const bowl = (sx, sy) =>
        series(8, (index) => {
          const level = loss(start) * 1.5 * 0.42 ** index;
          return make("ellipse", {
            class: "ce-contour",
            cx: sx(0),
            cy: sy(0),
            rx: sx(Math.sqrt(2 * level)) - sx(0),
            ry: sy(0) - sy(Math.sqrt((2 * level) / condition)),
          });
        });
      map.draw({
        x: { label: "θ₁ (gentle axis)", from: -wide, to: wide },
        y: { label: "θ₂ (steep axis)", from: -high, to: high },
        lines: settings.shown.map((name) => ({
          xs: found[name].path.map((at) => at[0]),
          ys: found[name].path.map((at) => at[1]),
          style: methods.indexOf(name) + 1,
        })),
        behind: bowl,
        before: (sx, sy) => [
          make("rect", { class: "ce-mark", x: sx(start[0]) - 4, y: sy(start[1]) - 4, width: 8, height: 8 }),
          make("path", { class: "ce-line ce-mark", d: `M${sx(0) - 5} ${sy(0) - 5}l10 10m0 -10l-10 10` }),
        ],
        label: `The bowl from above, with a path for each method from the start (square) towards the minimum (cross). ${sentence}`,
      });
      curve.draw({
        x: { label: "step", from: 1, to: Math.max(steps, 2) },
        y: { label: `rate of ${method}`, ...rangeOf(rates.flat(), true, 1e-12) },
        lines: [0, 1].map((axis) => ({
          xs: rates.map((_, index) => index + 1),
          ys: rates.map((pair) => pair[axis]),
          style: axis ? "2" : "1",
          name: axis ? "θ₂, steep" : "θ₁, gentle",
        })),
        label: `The rate that ${method} gives to each parameter, on a logarithmic axis: ${short(gentle)} for the gentle θ₁ and ${short(steep)} for the steep θ₂ at the end.`,
      });
      return sentence;
    };
  });
}
mount.compute = compute;
