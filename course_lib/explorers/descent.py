"""The explorer of gradient descent on a valley."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import torch

from course_lib.explorers.checks import require_between, require_point, require_whole
from course_lib.explorers.explorer import Explorer
from course_lib.explorers.picture import Axis, Line, picture
from course_lib.explorers.randomness import normal
from course_lib.optimizers import SGD


@dataclass(frozen=True)
class DescentOnAValley(Explorer):
    r"""Gradient descent on :math:`L(\theta) = \tfrac12 (\theta_1^2 + \kappa\,\theta_2^2)`: its path, and its loss.

    The update is that of `course_lib.optimizers.SGD`; with noise, each part of each gradient gets a normal number times
    `noise` added.

    Parameters
    ----------
    lr : float
        Learning rate, 0 to 2.
    momentum : float
        0 (none) to 0.99.
    nesterov : bool
        Nesterov's form of the momentum; without momentum it changes nothing.
    condition : float
        The curvature of the steep axis, which is the condition number :math:`\kappa`; 1 to 1000.
    noise : float
        Standard deviation of the gradient's noise, 0 to 5.
    seed : int
        Of the noise, 0 to 99.
    steps : int
        Number of updates, 1 to 300.
    start : tuple of float
        Where the path begins.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> DescentOnAValley(lr=0.07).settings()["condition"]
    25.0
    """

    lr: float = 0.05
    momentum: float = 0.0
    nesterov: bool = False
    condition: float = 25.0
    noise: float = 0.0
    seed: int = 0
    steps: int = 40
    start: tuple[float, float] = (-2.0, 0.3)

    script: ClassVar = "descent-on-a-valley"
    title: ClassVar = "Descent on a valley"

    def __post_init__(self) -> None:
        require_between("lr", self.lr, 0, 2)
        require_between("momentum", self.momentum, 0, 0.99)
        require_between("condition", self.condition, 1, 1000)
        require_between("noise", self.noise, 0, 5)
        require_whole("seed", self.seed, 0, 99)
        require_whole("steps", self.steps, 1, 300)
        require_point("start", self.start)

    def settings(self) -> dict[str, Any]:
        """The arguments."""
        return asdict(self)

    def path(self) -> list[tuple[float, float]]:
        """Where each step leads, the start included.

        Examples
        --------
        >>> DescentOnAValley(lr=0.5, condition=4, steps=1, start=(1.0, 1.0)).path()
        [(1.0, 1.0), (0.5, -1.0)]
        """
        draw = normal(self.seed)
        position = torch.tensor(self.start, dtype=torch.float64)
        curvature = torch.tensor([1.0, self.condition], dtype=torch.float64)
        optimizer = SGD([position], self.lr, self.momentum, nesterov=self.nesterov and self.momentum > 0)
        path = [self.start]
        for _ in range(self.steps):
            position.grad = curvature * position
            if self.noise:
                position.grad += self.noise * torch.tensor([next(draw), next(draw)], dtype=torch.float64)
            optimizer.step()
            path.append((float(position[0]), float(position[1])))
        return path

    def still(self) -> str:
        """The path from above."""
        wide, high = 1.25 * max(abs(self.start[0]), 0.1), max(4 * abs(self.start[1]), 0.3)
        xs, ys = zip(*self.path(), strict=True)
        label = f"The path of {self.steps} steps of gradient descent with rate {self.lr:g} in a valley."
        return picture(
            Axis("θ₁ (gentle axis)", -wide, wide), Axis("θ₂ (steep axis)", -high, high), [Line(xs, ys)], label
        )
