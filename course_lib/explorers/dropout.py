"""The explorer of dropout's masks and scalings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from course_lib.explorers.checks import require_between, require_one_of, require_whole
from course_lib.explorers.explorer import Explorer
from course_lib.explorers.picture import Axis, Line, picture
from course_lib.explorers.randomness import uniform

SCALINGS = ("inverted", "at evaluation", "forgotten")


@dataclass(frozen=True)
class DropoutMasks(Explorer):
    r"""A layer's outputs under dropout, draw by draw, and their sum on average beside that in evaluation.

    Parameters
    ----------
    p : float
        The probability that a unit is dropped, 0 to 0.95, as in `torch.nn.Dropout`; Srivastava et al. 2014 call
        :math:`p` the probability that it is kept.
    scaling : {"inverted", "at evaluation", "forgotten"}
        Divide by :math:`1 - p` in training, as is usual; multiply by it in evaluation, as in the paper; or neither.
    values : sequence of float
        The outputs of the units without dropout, at least 0: 1 to 40 of them, not all 0.
    draws : int
        How many masks have been drawn at first, 1 to 500.
    seed : int
        Of the masks, 0 to 99.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> DropoutMasks(p=0.2, values=(1.0, 2.0)).settings()["values"]
    [1.0, 2.0]
    """

    p: float = 0.5
    scaling: str = "inverted"
    values: Sequence[float] = (0.9, 0.3, 1.4, 0.6, 0.0, 1.1, 0.5, 1.7, 0.2, 0.8, 1.2, 0.4)
    draws: int = 1
    seed: int = 0

    script: ClassVar = "dropout-masks"
    title: ClassVar = "Dropout masks"

    def __post_init__(self) -> None:
        require_between("p", self.p, 0, 0.95)
        require_one_of("scaling", self.scaling, SCALINGS)
        if not 1 <= len(self.values) <= 40 or not any(self.values):
            raise ValueError(f"values must be 1 to 40 numbers, not all 0, got {self.values!r}")
        for value in self.values:
            require_between("each of values", value, 0, 1000)
        require_whole("draws", self.draws, 1, 500)
        require_whole("seed", self.seed, 0, 99)

    def settings(self) -> dict[str, Any]:
        """The arguments."""
        return {
            "p": self.p,
            "scaling": self.scaling,
            "values": [float(value) for value in self.values],
            "draws": self.draws,
            "seed": self.seed,
        }

    def masks(self) -> list[list[bool]]:
        """The masks drawn so far; true where a unit is kept.

        Examples
        --------
        >>> DropoutMasks(p=0.0, values=(1.0, 2.0), draws=1).masks()
        [[True, True]]
        """
        draw = uniform(self.seed)
        return [[next(draw) >= self.p for _ in self.values] for _ in range(self.draws)]

    def still(self) -> str:
        """The outputs in this draw, beside those in evaluation."""
        training = 1 / (1 - self.p) if self.scaling == "inverted" else 1.0
        evaluation = 1 - self.p if self.scaling == "at evaluation" else 1.0
        outputs = [value * training * kept for value, kept in zip(self.values, self.masks()[-1], strict=True)]
        lines = [Line([unit, unit], [0.0, output]) for unit, output in enumerate(outputs, start=1)]
        lines += [
            Line([unit - 0.3, unit + 0.3], [value * evaluation] * 2, style="2")
            for unit, value in enumerate(self.values, start=1)
        ]
        top = 1.08 * max(*self.values, *outputs)
        label = f"Outputs of {len(self.values)} units, p = {self.p:g}: upright in training, across in evaluation."
        return picture(Axis("unit", 0.4, len(self.values) + 0.6), Axis("output", 0.0, top), lines, label)
