/* A recorded range test, two thresholds on it, and what training at a grid of constant rates did. */

/** For each rate trained with: mean, lowest and highest accuracy, and whether it lies within the thresholds. */
function compute({ low, high, results }) {
  const rows = results.map(({ lr, accuracies }) => ({
    lr,
    mean: accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length,
    lowest: Math.min(...accuracies),
    highest: Math.max(...accuracies),
    inside: lr >= low && lr <= high,
  }));
  const best = (some) => some.reduce((one, other) => (other.mean > one.mean ? other : one), some[0]);
  const within = rows.filter((row) => row.inside);
  return { rows, best: best(rows), bestInside: best(within) ?? null, worstInside: within.length ? best(within.map((row) => ({ ...row, mean: -row.mean }))).lr : null };
}

function mount(el, model) {
  explore(el, model, "Range-test reader", (root, settings, changed, says) => {
    const { curve, read } = settings;
    const [first, last] = [curve.lr[0], curve.lr.at(-1)];
    const grid = settings.results.map((row) => row.lr);
    const [from, to] = [Math.min(first, ...grid), Math.max(last, ...grid)];
    const x = { label: "learning rate", from: from / 1.2, to: to * 1.2, log: true };
    const [loss, accuracy] = [chart(230), chart(190)];
    const places = make("div", { class: "ce-controls" });
    let shown = false;
    const build = () => {
      const field = (name, label) =>
        numberControl({ label, value: settings[name], min: from, max: to, log: true }, (value) => {
          settings[name] = value;
          changed();
        });
      places.replaceChildren(field("low", "lower threshold"), field("high", "upper threshold"));
    };
    build();
    const known = Object.entries(read);
    const show = button("Show what course_lib reads", () => {
      shown = !shown;
      show.setAttribute("aria-pressed", shown);
      changed();
    });
    show.setAttribute("aria-pressed", "false");
    root.append(loss.node, accuracy.node, says, places, ...(known.length ? [make("div", { class: "ce-row" }, show)] : []));
    const percent = (value) => `${(100 * value).toFixed(1)} %`;
    return () => {
      if (settings.low > settings.high) return "The lower threshold lies above the upper one.";
      const { rows, best, bestInside, worstInside } = compute(settings);
      const within = rows.filter((row) => row.inside);
      const worst = rows.find((row) => row.lr === worstInside);
      const count = `${within.length} of the ${rows.length} rates that were trained with`;
      const about = within.length
        ? `${count} ${within.length === 1 ? "lies" : "lie"} within your thresholds: ` +
          (within.length > 1
            ? `from ${percent(worst.mean)} at ${short(worst.lr)} to ${percent(bestInside.mean)} at ${short(bestInside.lr)}. `
            : `${short(bestInside.lr)} reached ${percent(bestInside.mean)}. `)
        : `${count} lie within your thresholds. `;
      const sentence = `${about}${best.inside ? "The best of all is among them." : `The best of all, ${short(best.lr)} with ${percent(best.mean)}, lies outside.`}`;
      const told = shown ? ` course_lib reads: ${known.map(([name, lr]) => `${name} ${short(lr)}`).join(", ")}.` : "";
      const band = (sx, sy, w, h) => [
        make("rect", { class: "ce-band", x: sx(settings.low), y: 0, width: Math.max(sx(settings.high) - sx(settings.low), 1), height: h }),
      ];
      const readings = (sx, sy, w, h) =>
        shown
          ? known.flatMap(([name, lr], index) => [
              make("line", { class: "ce-border", x1: sx(lr), x2: sx(lr), y1: 0, y2: h }),
              make("text", { class: "ce-note", x: sx(lr) - 4, y: 14 + 15 * index, "text-anchor": "end" }, name),
            ])
          : [];
      loss.draw({
        x,
        y: { label: "loss", ...rangeOf([...curve.loss, ...curve.smoothed]) },
        lines: [
          { xs: curve.lr, ys: curve.loss, style: "raw", name: "" },
          { xs: curve.lr, ys: curve.smoothed, style: "1", name: "smoothed" },
        ],
        within: true,
        behind: band,
        before: readings,
        label: `The loss of the range test against the rate, with your thresholds at ${short(settings.low)} and ${short(settings.high)}.${told}`,
      });
      const bars = (sx, sy) =>
        rows.flatMap(({ lr, mean, lowest, highest, inside }) => [
          make("line", { class: `ce-line ce-${inside ? "2" : "faint"}`, x1: sx(lr), x2: sx(lr), y1: sy(lowest), y2: sy(highest) }),
          make("circle", { class: `ce-dot ce-${inside ? "2" : "faint"}`, cx: sx(lr), cy: sy(mean), r: inside ? 5 : 3.5 }),
        ]);
      accuracy.draw({
        x,
        y: { label: "accuracy", from: 0, to: 1 },
        lines: [],
        behind: band,
        before: bars,
        label: `What training at constant rates reached: mean, lowest and highest over the seeds. ${sentence}`,
      });
      return sentence + told;
    };
  });
}
mount.compute = compute;
