"""The explorer of update rules that give each parameter a rate of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import torch

from course_lib.explorers.checks import require_between, require_one_of, require_point, require_whole
from course_lib.explorers.explorer import Explorer
from course_lib.explorers.picture import Axis, Line, picture
from course_lib.optimizers import SGD, AdaGrad, Adam, DiffGrad, RMSprop

RULES: dict[str, Any] = {
    "SGD": SGD,
    "Momentum": lambda params, lr: SGD(params, lr, momentum=0.9),
    "AdaGrad": AdaGrad,
    "RMSprop": RMSprop,
    "Adam": Adam,
    "DiffGrad": DiffGrad,
}
"""The rules shown, each made from parameters and a rate, all else by default."""

RATES = {"SGD": 0.05, "Momentum": 0.02, "AdaGrad": 0.5, "RMSprop": 0.02, "Adam": 0.2, "DiffGrad": 0.3}


@dataclass(frozen=True)
class AdaptiveSteps(Explorer):
    r"""SGD, momentum, AdaGrad, RMSprop, Adam and diffGrad on one bowl: their paths, and the rate of each parameter.

    The bowl is :math:`L(\theta) = \tfrac12 (\theta_1^2 + \kappa\,\theta_2^2)`. The rules are those of
    `course_lib.optimizers` with their defaults, and a momentum of 0.9. A parameter's *rate* is what its gradient (with
    momentum: its mean gradient) is multiplied by: the learning rate itself for SGD, and for the adaptive rules the
    learning rate over the root of the squared gradients (diffGrad: times its friction).

    Parameters
    ----------
    rates : mapping of str to float
        Learning rates by rule, 0 to 2; a rule that is left out has one of ours.
    shown : sequence of str
        The rules whose paths are drawn at first.
    method : str
        The rule whose rates are drawn at first.
    condition : float
        The curvature of the steep axis, which is the condition number :math:`\kappa`; 1 to 1000.
    steps : int
        Number of updates, 1 to 300.
    start : tuple of float
        Where the paths begin.

    Raises
    ------
    ValueError
        When an argument lies outside its range, or a rule is unknown.

    Examples
    --------
    >>> AdaptiveSteps({"Adam": 0.1}, shown=["SGD", "Adam"]).settings()["rates"]["Adam"]
    0.1
    """

    rates: Mapping[str, float] = field(default_factory=dict)
    shown: Sequence[str] = tuple(RULES)
    method: str = "Adam"
    condition: float = 25.0
    steps: int = 60
    start: tuple[float, float] = (-2.0, 1.0)

    script: ClassVar = "adaptive-steps"
    title: ClassVar = "Adaptive steps"

    def __post_init__(self) -> None:
        for name, lr in self.rates.items():
            require_one_of("each rule of rates", name, RULES)
            require_between(f"the rate of {name}", lr, 0, 2)
        for name in self.shown:
            require_one_of("each rule of shown", name, RULES)
        require_one_of("method", self.method, RULES)
        require_between("condition", self.condition, 1, 1000)
        require_whole("steps", self.steps, 1, 300)
        require_point("start", self.start)

    def settings(self) -> dict[str, Any]:
        """The arguments, with a rate for every rule."""
        return {
            "rates": RATES | dict(self.rates),
            "shown": [name for name in RULES if name in self.shown],
            "method": self.method,
            "condition": self.condition,
            "steps": self.steps,
            "start": list(self.start),
        }

    def path(self, rule: str) -> list[tuple[float, float]]:
        """Where each step of one rule leads, the start included.

        Raises
        ------
        ValueError
            When the rule is unknown.

        Examples
        --------
        >>> AdaptiveSteps({"SGD": 0.5}, condition=4, steps=1, start=(1.0, 1.0)).path("SGD")
        [(1.0, 1.0), (0.5, -1.0)]
        """
        require_one_of("rule", rule, RULES)
        position = torch.tensor(self.start, dtype=torch.float64)
        curvature = torch.tensor([1.0, self.condition], dtype=torch.float64)
        optimizer = RULES[rule]([position], lr=(RATES | dict(self.rates))[rule])
        path = [self.start]
        for _ in range(self.steps):
            position.grad = curvature * position
            optimizer.step()
            path.append((float(position[0]), float(position[1])))
        return path

    def still(self) -> str:
        """The paths from above."""
        wide, high = (1.3 * max(abs(at), 0.1) for at in self.start)
        lines = []
        for number, name in enumerate(RULES, start=1):
            if name in self.shown:
                xs, ys = zip(*self.path(name), strict=True)
                lines.append(Line(xs, ys, style=str(number)))
        label = f"The paths of {', '.join(name for name in RULES if name in self.shown)} in an elongated bowl."
        return picture(Axis("θ₁ (gentle axis)", -wide, wide), Axis("θ₂ (steep axis)", -high, high), lines, label)
