"""The finished runs of a sweep, kept in a folder."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import joblib
import pandas as pd

from course_lib.data import ImageData, Split
from course_lib.training.files import replacing
from course_lib.training.recipe import Recipe


@dataclass(frozen=True)
class Results:
    """A folder with a JSON file a run, named for a hash of all that the run was made from.

    Attributes
    ----------
    folder : Path
        Made when the first run is written.
    data : ImageData
        What the runs train on; it is part of what they are.
    """

    folder: Path
    data: ImageData

    def read(self, setting: str, recipe: Recipe, seed: int) -> pd.DataFrame | None:
        """The rows of a run under the name `setting`, or None where it has not been made yet."""
        path = self._path(recipe, seed)
        if not path.exists():
            return None
        # Unlike CSV as pandas reads it, JSON gives every float back to the bit.
        return pd.DataFrame(json.loads(path.read_text())).assign(setting=setting)

    def write(self, setting: str, recipe: Recipe, seed: int, table: pd.DataFrame) -> None:
        """Keep the rows of a run, whole or not at all."""
        with replacing(self._path(recipe, seed)) as file:
            file.write(json.dumps(table.assign(setting=setting).to_dict("list")).encode())

    def _path(self, recipe: Recipe, seed: int) -> Path:
        try:
            return self.folder / f"{joblib.hash((recipe, seed, self._data_hash))}.json"
        except (pickle.PicklingError, AttributeError) as error:
            raise ValueError(
                "results needs recipes made of named functions, classes and functools.partial, which can be told apart "
                f"from one session to the next: {error}"
            ) from error

    @cached_property
    def _data_hash(self) -> str:
        def arrays(split: Split | None) -> object:
            return None if split is None else (split.images.numpy(), split.labels.numpy())

        parts = [arrays(split) for split in (self.data.train, self.data.valid)]
        return str(joblib.hash((parts, len(self.data.classes))))
