/* Dropout on a layer's outputs: the mask of a draw, the scaling, and what the layer gives on average. */

/** The last draw's mask and outputs, the mean over the draws so far of the outputs' sum, and evaluation's outputs. */
function compute({ p, scaling, values, draws, seed }) {
  const draw = uniform(seed);
  const factor = scaling === "inverted" ? 1 / (1 - p) : 1;
  let [mask, output, sum] = [[], [], 0];
  const means = [];
  for (let number = 1; number <= draws; number += 1) {
    mask = values.map(() => draw() >= p);
    output = values.map((value, unit) => (mask[unit] ? value * factor : 0));
    sum += output.reduce((one, other) => one + other, 0);
    means.push(sum / number);
  }
  const evaluation = values.map((value) => (scaling === "at evaluation" ? value * (1 - p) : value));
  return { mask, output, means, evaluation };
}

function mount(el, model) {
  explore(el, model, "Dropout masks", (root, settings, changed, says) => {
    const [units, average] = [chart(260), chart(260)];
    const controls = make("div", { class: "ce-controls" });
    const set = (name) => (value) => {
      settings[name] = value;
      changed();
    };
    const build = () =>
      controls.replaceChildren(
        numberControl({ label: "p (dropped)", value: settings.p, min: 0, max: 0.95 }, set("p")),
        numberControl({ label: "draws", value: settings.draws, min: 1, max: 500, whole: true }, set("draws")),
        numberControl({ label: "seed", value: settings.seed, min: 0, max: 99, whole: true }, set("seed")),
        choiceControl(
          {
            label: "scaling",
            value: settings.scaling,
            options: {
              inverted: "÷ (1 − p) in training",
              "at evaluation": "× (1 − p) in evaluation",
              forgotten: "forgotten",
            },
          },
          set("scaling"),
        ),
      );
    build();
    const again = button("Draw again", () => {
      settings.draws = (settings.draws % 500) + 1;
      build();
      changed();
    });
    root.append(make("div", { class: "ce-charts" }, units.node, average.node), says, controls, make("div", { class: "ce-row" }, again));
    return () => {
      const { values, draws } = settings;
      const { mask, output, means, evaluation } = compute(settings);
      const whole = evaluation.reduce((one, other) => one + other, 0);
      const kept = mask.filter(Boolean).length;
      const sentence =
        `Draw ${draws} keeps ${kept} of ${values.length} units. Mean of the layer's sum over ${draws} ${draws === 1 ? "draw" : "draws"}: ${short(means.at(-1))}; ` +
        `in evaluation the sum is ${short(whole)}.`;
      const most = Math.max(...values, ...output);
      const bars = (sx, sy) =>
        values.flatMap((_, unit) => {
          const at = sx(unit + 1);
          const wide = sx(1.7) - sx(1);
          const mark = `M${at - wide / 2} ${sy(evaluation[unit])}h${wide}`;
          return [
            mask[unit]
              ? make("rect", { class: "ce-bar", x: at - wide / 2, y: sy(output[unit]), width: wide, height: sy(0) - sy(output[unit]) })
              : make("text", { class: "ce-note", x: at, y: sy(0) - 5, "text-anchor": "middle" }, "×"),
            make("path", { class: "ce-line", d: mark }),
          ];
        });
      units.draw({
        x: { label: "unit", from: 0.4, to: values.length + 0.6 },
        y: { label: "output", from: 0, to: most * 1.08 || 1 },
        lines: [],
        before: bars,
        label: `The outputs of ${values.length} units: bars in training, lines across in evaluation; dropped in this draw: ${
          mask.map((on, unit) => (on ? "" : unit + 1)).filter(Boolean).join(", ") || "none"
        }.`,
      });
      const x = { label: "draws", from: 0, to: Math.max(draws, 2) };
      average.draw({
        x,
        y: { label: "sum of outputs", ...rangeOf([...means, whole]) },
        lines: [
          { xs: [0, x.to], ys: [whole, whole], style: "whole", name: "evaluation" },
          { xs: means.map((_, index) => index + 1), ys: means, style: "1", name: "mean so far", dots: draws < 40 },
        ],
        label: `The mean over the draws so far of the layer's sum, beside its sum in evaluation. ${sentence}`,
      });
      return sentence;
    };
  });
}
mount.compute = compute;
