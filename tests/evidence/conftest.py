"""A claim, an experiment that takes no time, and folders of evidence."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from course_lib.data import ImageData, Split
from course_lib.evidence.experiments import Experiment, Scale

CLAIMS = """\
C1:
  claim: A is better than B.
  chapter: chapter
  hypothesis: A has a higher accuracy than B.
  experiment: toy
  comparisons:
    accuracy:
      sides: {a: side A, b: side B}
      runs: {a: a, b: b}
      metric: test accuracy
      measure: test_accuracy
      unit: points
      direction: higher
      smallest_effect: 1.0
      why: Because.
  citation: [somebody2020]
  literature: It is so.
C2:
  claim: Nobody has looked.
  chapter: chapter
  hypothesis: Something is lower.
  comparisons:
    loss:
      sides: {a: side A, b: side B}
      metric: training loss
      unit: nats
      direction: lower
      smallest_effect: 0.1
      why: Because.
  citation: [somebody2020]
  literature: Nothing is known.
"""


def tiny_data(scale: Scale) -> ImageData:
    split = Split(torch.zeros(4, 1, 2, 2, dtype=torch.uint8), torch.tensor([0, 1, 0, 1]))
    return ImageData("tiny", split, split, ("a", "b"))


def toy_groups(scale):
    return {"a": {"quality": 0.05}, "b": {"quality": 0.0}}


def toy_sides(scale, best):
    own = {name: {**settings, "lr": best[name]} for name, settings in toy_groups(scale).items()}
    return {**own, "b-again": own["b"]}


def toy_train(settings, seed, data):
    accuracy = 0.7 + settings["quality"] - abs(settings["lr"] - 0.1) + 0.001 * (seed % 3) * (1 + settings["quality"])
    return {"test_accuracy": accuracy, "valid_accuracy": accuracy}, {"valid_accuracy": [accuracy / 2, accuracy]}


FULL = Scale("full", 4, 1, (0.01, 0.1), (100, 101), tuple(range(10)))
TOY = Experiment("toy", {"full": FULL}, tiny_data, toy_groups, toy_sides, toy_train)


@pytest.fixture
def evidence(tmp_path: Path) -> Callable[[str], Path]:
    """Write a claims file and return its folder."""

    def write(claims: str = CLAIMS) -> Path:
        (tmp_path / "claims.yml").write_text(claims)
        return tmp_path

    return write
