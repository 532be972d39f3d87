/* Gradient descent with momentum on L = (x² + condition · y²) / 2, with noise in the gradient where wanted. */

/** Numbers of the standard normal distribution, by Box and Muller's method. */
function normal(seed) {
  const draw = uniform(seed);
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - draw()));
    return radius * Math.cos(2 * Math.PI * draw());
  };
}

/** Positions (start included), the loss at each, and the rate beyond which the steep axis diverges. */
function compute({ lr, momentum, nesterov, condition, noise, seed, steps, start }) {
  const curvature = [1, condition];
  const draw = normal(seed);
  const position = [...start];
  const velocity = [0, 0];
  const path = [[...position]];
  for (let step = 0; step < steps; step += 1) {
    for (const axis of [0, 1]) {
      const gradient = curvature[axis] * position[axis] + (noise > 0 ? noise * draw() : 0);
      velocity[axis] = momentum * velocity[axis] + gradient;
      position[axis] -= lr * (nesterov ? gradient + momentum * velocity[axis] : velocity[axis]);
    }
    path.push([...position]);
  }
  const loss = path.map(([x, y]) => (x * x + condition * y * y) / 2);
  const steepest = Math.max(1, condition);
  const edge = (2 * (1 + momentum)) / (steepest * (nesterov ? 1 + 2 * momentum : 1));
  return { path, loss, edge };
}

function mount(el, model) {
  explore(el, model, "Descent on a valley", (root, settings, changed, says) => {
    const field = (name, options) =>
      numberControl({ label: name, value: settings[name], ...options }, (value) => {
        settings[name] = value;
        changed();
      });
    const map = chart(280);
    const curve = chart(280);
    let kept = null;
    const keep = button("Keep this path to compare", () => {
      kept = compute(settings);
      changed();
    });
    root.append(
      make("div", { class: "ce-charts" }, map.node, curve.node),
      says,
      make(
        "div",
        { class: "ce-controls" },
        field("lr", { min: 0.001, max: 2, log: true, least: 0 }),
        field("momentum", { min: 0, max: 0.99 }),
        field("condition", { min: 1, max: 1000, log: true }),
        field("noise", { min: 0, max: 5 }),
        field("steps", { min: 1, max: 300, whole: true }),
        field("seed", { min: 0, max: 99, whole: true }),
        tickControl({ label: "Nesterov", value: settings.nesterov }, (value) => {
          settings.nesterov = value;
          changed();
        }),
        keep,
      ),
    );
    return () => {
      const { path, loss, edge } = compute(settings);
      const [x0, y0] = settings.start;
      const wide = 1.25 * Math.max(Math.abs(x0), 0.1);
      const high = Math.max(4 * Math.abs(y0), 0.3);
      const ellipses = (sx, sy) =>
        series(9, (index) => {
          const level = 0.02 * 2.6 ** index * (wide ** 2 / 4);
          return make("ellipse", {
            class: "ce-contour",
            cx: sx(0),
            cy: sy(0),
            rx: sx(Math.sqrt(2 * level)) - sx(0),
            ry: sy(0) - sy(Math.sqrt((2 * level) / settings.condition)),
          });
        });
      const ends = (sx, sy) => [
        make("rect", { class: "ce-mark", x: sx(x0) - 4, y: sy(y0) - 4, width: 8, height: 8 }),
        make("path", { class: "ce-line ce-mark", d: `M${sx(0) - 5} ${sy(0) - 5}l10 10m0 -10l-10 10` }),
      ];
      const as = (found, style, name, dots) => ({
        path: { xs: found.path.map((at) => at[0]), ys: found.path.map((at) => at[1]), style, dots },
        loss: { xs: found.loss.map((_, step) => step), ys: found.loss, style, name },
      });
      const drawn = [...(kept ? [as(kept, "kept", "kept", false)] : []), as({ path, loss }, "1", "now", true)];
      const last = loss[loss.length - 1];
      const moving = settings.lr > edge ? "diverges" : settings.lr === edge ? "neither converges nor diverges" : "converges";
      const fate = settings.lr === 0 ? "does not move" : moving;
      const sentence =
        `Rate ${short(settings.lr)} ${fate}${settings.noise > 0 && fate === "converges" ? ", as far as the noise lets it" : ""}: ` +
        `the edge lies at ${short(edge)}. After ${settings.steps} ${settings.steps === 1 ? "step" : "steps"} the loss is ${short(last)}; it began at ${short(loss[0])}.`;
      map.draw({
        x: { label: "θ₁ (gentle axis)", from: -wide, to: wide },
        y: { label: "θ₂ (steep axis)", from: -high, to: high },
        lines: drawn.map((each) => each.path),
        behind: ellipses,
        before: ends,
        label: `The valley from above, with the path from the start (square) towards the minimum (cross). ${sentence}`,
      });
      const all = drawn.flatMap((each) => each.loss.ys).filter(Number.isFinite);
      curve.draw({
        x: { label: "step", from: 0, to: Math.max(...drawn.map((each) => each.loss.xs.length - 1)) },
        y: { label: "loss", ...rangeOf(all.map((value) => Math.min(value, 1e6 * loss[0])), true, 1e-12) },
        lines: drawn.map((each) => (drawn.length > 1 ? each.loss : { ...each.loss, name: "" })),
        label: `The loss over the steps, on a logarithmic axis. ${sentence}`,
      });
      return sentence;
    };
  });
}
mount.compute = compute;
