"""`diagnose`: the checklist for convergence problems, as a procedure."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn
from torch.optim import Optimizer

from course_lib.data import ImageData
from course_lib.diagnostics.case import Case, examine
from course_lib.diagnostics.checklist import CHECKLIST, FINITE, LABELS, NOTHING_ELSE, SOUND_INPUT
from course_lib.diagnostics.findings import Finding, Report
from course_lib.diagnostics.rules import RULES
from course_lib.training import History


def diagnose(
    history: History,
    model: nn.Module,
    data: ImageData,
    optimizer: Optimizer,
    *,
    fresh: Callable[[], nn.Module] | None = None,
    seed: int = 0,
) -> Report:
    """Look for what went wrong in a training run: the faults of `CHECKLIST`, each with its evidence.

    Three kinds of evidence are used. The curves of `history`. Signals on one batch: the numbers that reach the first
    layer, gradients layer by layer, units that never fire, scores in training and in evaluation mode. And trials: 40
    updates from the last weights at a tenth of the largest rate, at that rate, and at ten and a hundred times it (and,
    with `fresh`, at the first two from fresh weights), so that "too high" and "too low" are comparisons rather than
    guesses. A ridge classifier on random features of the same images (a linear solve) says what the images and labels
    allow.

    The cost is bounded: up to 240 updates, and looks at 2,000 training and 2,000 validation images. The model, the
    optimizer and the random states come out as they went in.

    A finding is a suspicion with its evidence, not a proof: each names the test that would confirm it. How often it is
    right, fault by fault, and how often a healthy run is blamed, `benchmarks/diagnose.py` measures.

    Parameters
    ----------
    history : History
        Of the run: from `fit`, or with the same columns from a loop of one's own (`steps` with `step`, `epoch`, `lr`,
        `train_loss`; `epochs` with `lr`, `train_loss`, `valid_loss`).
    model : nn.Module
        As the run left it.
    data : ImageData
        What it was trained on; without `valid`, overfitting is not looked for.
    optimizer : Optimizer
        As the run left it, or a new one of the same kind over the model's parameters.
    fresh : callable, optional
        Makes the model as it was before training, such as ``Recipe.model``. Without it, what only the start shows is
        looked for in the last weights, and not at all where these are no longer finite.
    seed : int
        Images, batches and initial weights of the trials.

    Returns
    -------
    Report
        Findings in the order in which to look into them, the checks that passed, and those that could not be made.

    Raises
    ------
    ValueError
        When the history has no step, or the data fewer than 100 training images.

    Examples
    --------
    >>> from functools import partial
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> from course_lib.optimizers import SGD
    >>> from course_lib.training import fit
    >>> data, model = load("fashion-mini").hold_out(2000), mlp(hidden=(32,))
    >>> optimizer = SGD(model.parameters(), lr=0.0003)
    >>> history = fit(model, data, optimizer, epochs=1)
    >>> [finding.name for finding in diagnose(history, model, data, optimizer)]
    ['rate too low']
    """
    if len(history.steps) == 0:
        raise ValueError("history must hold at least one step, got none")
    if len(data.train) < 100:
        raise ValueError(f"data must have at least 100 training images to say anything, got {len(data.train)}")
    return judge(examine(history, model, data, optimizer, fresh, seed))


def judge(case: Case) -> Report:
    """Go through the checklist with what has been measured."""
    findings: list[Finding] = []
    skipped: list[tuple[str, str]] = []
    passed: list[str] = []
    for entry in CHECKLIST:
        missing = [need for need in entry.needs if not _holds(need, case, findings)]
        if missing:
            skipped.append((entry.name, f"needs {' and '.join(missing)}"))
            continue
        evidence = RULES[entry.name](case)
        if evidence is None:
            passed.append(entry.name)
        else:
            findings.append(Finding(entry.name, evidence, entry.confirm, entry.cure))
    return Report(tuple(findings), tuple(skipped), tuple(passed))


def _holds(need: str, case: Case, findings: list[Finding]) -> bool:
    found = {finding.name for finding in findings}
    return {
        FINITE: case.finite,
        LABELS: "shuffled labels" not in found,
        SOUND_INPUT: "unnormalised input" not in found,
        NOTHING_ELSE: not found,
    }[need]
