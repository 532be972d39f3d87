/* Schedules stacked one after the other, and the Python that makes them. */

/** A value as Python writes it. */
const python = (value) => (typeof value === "string" ? `"${value}"` : value === true ? "True" : value === false ? "False" : String(value));

function call(piece) {
  const kind = KINDS[piece.kind];
  const values = Object.keys(kind.start)
    .filter((name) => !kind.usual || kind.usual[name] !== piece[name])
    .map((name) => `${name}=${python(piece[name])}`);
  return `${piece.kind}(${[...values, ...(kind.total ? [`total_steps=${piece.steps}`] : [])].join(", ")})`;
}

/** Parts that follow each other, each with the step it begins at, as one expression. */
function chain(parts) {
  if (parts.length === 1) return parts[0].text;
  const rest = parts.slice(1).map(({ text, at }) => `    .then(${text}, at=${at})\n`);
  return `(\n    ${parts[0].text}\n${rest.join("")})`;
}

/** The rate at every step, the momentum where there is a cycle, the Python; RangeError where a piece is wrong. */
function compute({ pieces }) {
  const [lr, rates, momenta, starts] = [[], [], [], []];
  const momentum = [];
  pieces.forEach((piece, index) => {
    const kind = KINDS[piece.kind];
    const wrong = (kind.wrong || []).map((judge) => judge(piece)).find(Boolean);
    if (wrong) throw new RangeError(`Piece ${index + 1}, ${kind.words}: ${wrong}.`);
    const at = lr.length;
    starts.push(at);
    rates.push({ text: call(piece), at });
    const cycle = piece.kind === "OneCycle";
    if (cycle) momenta.push({ text: `${call(piece)}.momentum()`, at });
    else if (!index && pieces.some((other) => other.kind === "OneCycle")) momenta.push({ text: "Constant(lr=0.95)", at });
    for (let t = 0; t < piece.steps; t += 1) {
      lr.push(kind.rate(t, piece));
      momentum.push(cycle ? cycleMomentum(t, piece) : 0.95);
    }
  });
  const names = new Set([...pieces.map((piece) => piece.kind), ...(momenta.some((each) => each.text.startsWith("Constant")) ? ["Constant"] : [])]);
  const code = [`from course_lib.schedules import ${[...names].sort().join(", ")}`, "", `schedule = ${chain(rates)}`];
  const alone = pieces.length === 1;
  if (momenta.length) code.push(`momentum = ${alone ? "schedule.momentum()" : chain(momenta)}`);
  return { lr, momentum: momenta.length ? momentum : null, starts, python: code.join("\n") };
}

/** The largest of a piece's rates: what another kind of piece begins with in its place. */
const peak = (piece) => piece.max_lr ?? piece.lr;

function newPiece(name, steps, lr) {
  const piece = { kind: name, steps, ...KINDS[name].start };
  if (lr > 0) piece["max_lr" in piece ? "max_lr" : "lr"] = lr;
  if ("base_lr" in piece) piece.base_lr = Number((piece.max_lr / 10).toPrecision(3));
  return piece;
}

function mount(el, model) {
  explore(el, model, "Schedule composer", (root, settings, changed, says) => {
    const rate = chart(250);
    const momentum = chart(170);
    const code = codeBox("The Python that makes this schedule");
    const list = make("div", { class: "ce-pieces" });
    let scale = false;
    let steps = 0;
    const add = button("Add a piece", () => {
      const last = settings.pieces.at(-1);
      settings.pieces.push(newPiece("Constant", last.steps, peak(last)));
      rebuild();
      changed();
      list.lastChild.querySelector("select").focus();
    });
    const control = (piece, name) => {
      const set = (value) => {
        piece[name] = value;
        changed();
      };
      const value = piece[name];
      if (name === "anneal") return choiceControl({ label: name, value, options: { cos: "cos", linear: "linear" } }, set);
      if (name === "three_phase") return tickControl({ label: name, value }, set);
      return numberControl({ label: name, value, ...FIELDS[name] }, set);
    };
    const card = (piece, index) => {
      const options = Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, kind.words]));
      const fields = make("div", { class: "ce-controls" });
      const fill = () => {
        const set = (value) => {
          piece.steps = value;
          changed();
        };
        const length = numberControl({ label: "steps", value: piece.steps, ...COUNT }, set);
        fields.replaceChildren(length, ...Object.keys(KINDS[piece.kind].start).map((name) => control(piece, name)));
      };
      const choose = choiceControl({ label: `Piece ${index + 1}`, value: piece.kind, options }, (name) => {
        piece = settings.pieces[index] = newPiece(name, piece.steps, peak(piece));
        fill();
        changed();
      });
      const remove = () => {
        settings.pieces.splice(index, 1);
        rebuild();
        changed();
        list.children[Math.max(index - 1, 0)].querySelector("select").focus();
      };
      fill();
      return make(
        "div",
        { class: "ce-piece", role: "group", "aria-label": `Piece ${index + 1}` },
        make("div", { class: "ce-row" }, choose, ...(settings.pieces.length > 1 ? [button("Remove", remove, `Remove piece ${index + 1}`)] : [])),
        fields,
      );
    };
    const rebuild = () => {
      list.replaceChildren(...settings.pieces.map(card));
      add.disabled = settings.pieces.length >= 8;
    };
    rebuild();
    const logarithmic = tickControl({ label: "logarithmic axis", value: scale }, (value) => {
      scale = value;
      changed();
    });
    root.append(rate.node, momentum.node, says, list, make("div", { class: "ce-row" }, add, logarithmic), code.node);
    return () => {
      let found;
      try {
        found = compute(settings);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return error.message;
      }
      steps = found.lr.length;
      const stride = Math.ceil(steps / 2000);
      const shown = series(steps, (step) => step).filter(
        (step) => step % stride === 0 || step === steps - 1 || found.starts.includes(step) || found.starts.includes(step + 1),
      );
      const top = found.lr.reduce((one, other) => Math.max(one, other));
      const at = found.lr.indexOf(top);
      const sentence =
        `${steps} steps in ${settings.pieces.length} ${settings.pieces.length === 1 ? "piece" : "pieces"}: the rate begins at ${short(found.lr[0])}, ` +
        `is highest at step ${at} with ${short(top)}, and ends at ${short(found.lr[steps - 1])}.`;
      const borders = (sx, sy, w, h) =>
        found.starts.slice(1).map((start) => make("line", { class: "ce-border", x1: sx(start), x2: sx(start), y1: 0, y2: h }));
      const x = { label: "step", from: 0, to: Math.max(steps - 1, 1) };
      const line = (values, style) => [{ xs: shown, ys: shown.map((step) => values[step]), style }];
      rate.draw({
        x,
        y: { label: "learning rate", ...rangeOf(found.lr, scale, top * 1e-6) },
        lines: line(found.lr, "1"),
        behind: borders,
        label: `The learning rate over the steps. ${sentence}`,
      });
      momentum.node.hidden = !found.momentum;
      if (found.momentum) {
        momentum.draw({
          x,
          y: { label: "momentum", from: 0.84, to: 0.96 },
          lines: line(found.momentum, "2"),
          behind: borders,
          label: `The momentum over the steps: it begins at ${short(found.momentum[0])} and is lowest, 0.85, where a cycle's rate is highest.`,
        });
      }
      code.set(found.python);
      return sentence;
    };
  });
}
mount.compute = compute;
