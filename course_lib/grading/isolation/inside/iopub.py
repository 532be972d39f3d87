"""The kernel's output without the TCP port that ipykernel opens for it: behind Landlock there is no network at all."""

from typing import Any

from ipykernel.iostream import MASTER, IOPubThread


class IOPubWithoutPort(IOPubThread):
    """Publishes what the notebook's own process prints; what its forks print is dropped, for it came in by the port."""

    def _setup_pipe_in(self) -> None:
        """Open nothing."""

    def _really_send(self, msg: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as ipykernel has it
        if self._check_mp_mode() == MASTER:  # type: ignore[no-untyped-call]  # ipykernel is typed in part
            super()._really_send(msg, *args, **kwargs)  # type: ignore[no-untyped-call]
