"""A run on disk: written so that a crash at any moment leaves the last whole one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from course_lib.training.files import replacing
from course_lib.training.stateful import Stateful


@dataclass(frozen=True)
class Checkpoint:
    """A file that holds the parts of a run.

    Attributes
    ----------
    path : Path
        The file; its folder is made when it is first written.
    settings : mapping
        Plain data that a run must share with the one that wrote the file.
    parts : mapping of str to Stateful
        What is written and restored, by name.
    """

    path: Path
    settings: Mapping[str, Any]
    parts: Mapping[str, Stateful]

    def write(self) -> None:
        """Write the parts as they are, whole or not at all."""
        state = {"settings": dict(self.settings)} | {name: part.state_dict() for name, part in self.parts.items()}
        with replacing(self.path) as file:
            torch.save(state, file)

    def restore(self, device: torch.device) -> bool:
        """Bring the parts to where the file has them; false where there is no file yet.

        Only tensors and plain data are read: a file from elsewhere runs no code.

        Raises
        ------
        ValueError
            When the file is no checkpoint, or is of a run with other settings or parts.
        """
        if not self.path.exists():
            return False
        try:
            state: dict[str, Any] = torch.load(self.path, map_location=device, weights_only=True)
            theirs: dict[str, Any] = state.pop("settings")
        except Exception as error:
            raise ValueError(f"checkpoint {self.path} cannot be read as one: {error}") from error
        theirs |= {"parts": sorted(state)}
        mine = dict(self.settings) | {"parts": sorted(self.parts)}
        for name in sorted(mine.keys() | theirs.keys()):
            if mine.get(name) != theirs.get(name):
                raise ValueError(
                    f"checkpoint {self.path} is of a run with {name}={theirs.get(name)!r}, and this one has "
                    f"{mine.get(name)!r}: give another file, or the same settings"
                )
        for name, part in self.parts.items():
            part.load_state_dict(state[name])
        return True
