"""What can be written down and taken up again."""

from typing import Any, Protocol


class Stateful(Protocol):
    """A model, an optimizer, a callback, a gradient scaler: anything that says its state and takes it back."""

    def state_dict(self) -> dict[str, Any]:
        """All that has to be remembered."""
        ...

    def load_state_dict(self, state: dict[str, Any], /) -> object:
        """Go on from what `state_dict` gave."""
        ...
