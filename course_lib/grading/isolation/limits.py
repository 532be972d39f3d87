"""How much of the machine a submission may use."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What one submission may use before it is stopped; each is reported by name when it is reached.

    Attributes
    ----------
    cell_seconds
        Wall-clock time of one cell, in seconds (``limit:cell-time``).
    call_seconds
        Wall-clock time of one call of a student's function by a hidden test, in seconds; the test that waited is lost,
        the next one goes on.
    submission_seconds
        Wall-clock time of all cells and hidden tests together, in seconds (``limit:submission-time``).
    memory_bytes
        Resident memory of all the submission's processes together (``limit:memory``). Who asks for over 4 GB more than
        that at once is refused them, and goes on.
    output_bytes
        What the submission may print, in bytes as sent (``limit:output``).
    message_bytes
        One message between the notebook's process and the grader, in bytes as sent (``limit:message``).
    messages
        All messages together (``limit:message``).
    processes
        Processes and threads together (``limit:processes``).
    file_bytes
        The longest file it may write, and the size of its temporary folders (``limit:file``).

    Examples
    --------
    >>> Limits(cell_seconds=5).cell_seconds
    5
    """

    cell_seconds: float = 30
    call_seconds: float = 5
    submission_seconds: float = 300
    memory_bytes: int = 4000 * MB
    output_bytes: int = 10 * MB
    message_bytes: int = 64 * MB
    messages: int = 100_000
    processes: int = 256
    file_bytes: int = 256 * MB

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value <= 0:
                raise ValueError(f"{name} must be above 0, not {value!r}")
