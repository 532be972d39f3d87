/* Formulas that MathJax has drawn: their words, for where their MathML is not heard, and a tab stop for those that
 * scroll because they are wider than their place, so that the arrow keys can move them. */
window.courseFormulas = (() => {
  "use strict";
  const SIGNS = {
    α: "alpha", β: "beta", γ: "gamma", δ: "delta", ε: "epsilon", ϵ: "epsilon", ζ: "zeta", η: "eta", θ: "theta",
    κ: "kappa", λ: "lambda", μ: "mu", ν: "nu", ξ: "xi", π: "pi", ρ: "rho", σ: "sigma", τ: "tau", φ: "phi", ϕ: "phi",
    χ: "chi", ψ: "psi", ω: "omega", Γ: "capital gamma", Δ: "delta", Θ: "capital theta", Λ: "capital lambda",
    Π: "capital pi", Σ: "capital sigma", Φ: "capital phi", Ω: "capital omega", ℓ: "ell", "∑": "the sum",
    "∏": "the product", "∂": "d", "∇": "the gradient of", "∞": "infinity", "−": "minus", "-": "minus", "+": "plus",
    "±": "plus or minus", "×": "times", "⋅": "times", "·": "times", "/": "over", "=": "equals",
    "≠": "is not equal to", "<": "is less than", ">": "is greater than", "≤": "is at most", "≥": "is at least",
    "≪": "is much less than", "≫": "is much greater than", "≈": "is about", "∝": "is proportional to",
    "∼": "is drawn from", "∈": "in", "→": "goes to", "⌊": "the floor of", "⌋": ", end of floor,",
    "‖": "norm", "∥": "norm", "′": "prime", "…": "and so on", "⋯": "and so on", "%": "percent",
    "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", // the marks for "applied to", "times" and "and", unseen
  };
  const OVER = { "¯": "bar", "―": "bar", "^": "hat", "~": "tilde", "→": "vector", "˙": "dot" };
  const POWERS = { 2: "squared", 3: "cubed", "⊤": "transposed", "′": "prime", "∗": "star", "*": "star" };

  const all = (nodes) => [...nodes].map(words).filter(Boolean).join(" ");

  /** Words, and where they are more than one, what says that they end. */
  const closed = (text, end) => (text.includes(" ") ? `${text}, end of ${end},` : text);

  const below = (node) => `sub ${closed(words(node), "index")}`;
  const above = (node) => POWERS[node.textContent.trim()] || `to the power ${closed(words(node), "power")}`;

  const READ = {
    mspace: () => "",
    mphantom: () => "",
    mfrac: ([top, bottom]) => {
      const [a, b] = [words(top), words(bottom)];
      return /\s/.test(a + b) ? `the fraction ${a} over ${b}, end of fraction,` : `${a} over ${b}`;
    },
    msqrt: (parts) => `the square root of ${closed(all(parts), "root")}`,
    mroot: ([inside, degree]) => `the root of degree ${words(degree)} of ${closed(words(inside), "root")}`,
    msub: ([base, sub]) => `${words(base)} ${below(sub)}`,
    msup: ([base, power]) => `${words(base)} ${above(power)}`,
    msubsup: ([base, sub, power]) => `${words(base)} ${below(sub)} ${above(power)}`,
    munder: ([base, under]) => `${words(base)} over ${words(under)},`,
    mover: ([base, over]) => `${words(base)} ${OVER[over.textContent.trim()] || words(over)}`,
    munderover: ([base, from, to]) => `${words(base)} from ${words(from)} to ${words(to)} of`,
    mtable: (rows) => [...rows].map((row) => all(row.children)).join("; "),
  };

  function words(node) {
    if (READ[node.localName]) return READ[node.localName](node.children);
    if (node.children.length) return all(node.children);
    const text = node.textContent.trim();
    return SIGNS[text] ?? text;
  }

  // Only the first sight of a formula and a change of its size are observed; drawing it comes before both.
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  addEventListener("load", () =>
    window.MathJax?.startup?.promise.then(() =>
      document.querySelectorAll('mjx-container[display="true"]').forEach((drawn) => watch.observe(drawn))
    )
  );

  return {
    /** What is said for a formula that MathJax has drawn: "eta sub 0 over 2". */
    words(drawn) {
      const label = drawn.getAttribute("aria-label");
      const maths = drawn.querySelector("mjx-assistive-mml > math");
      const said = label || (maths ? words(maths) : "");
      return said.replace(/\s+/g, " ").replace(/ (?=[,;.])/g, "").replace(/,+(?=[,;.]|$)/g, "").trim() || "formula";
    },
  };
})();
