"""Which walls stand on this machine, the best that it allows, and why not better ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from course_lib.grading.isolation import cgroup, landlock, sandbox, seccomp
from course_lib.grading.isolation.sandbox import NoSandbox, Tier

BUBBLEWRAP, LANDLOCK, UNSAFE = "bubblewrap", "landlock", "unsafe"
WARNING = (
    "Graded without a sandbox (--unsafe): the notebook's code ran with the grader's own rights. "
    "It could read the hidden tests and change the score."
)


@dataclass(frozen=True)
class Wall:
    """One of the things that keep a submission in its place.

    Attributes
    ----------
    what
        Its name.
    stands
        Whether it is in force.
    words
        What it does here; for one that does not stand, why, what takes its place and how to get it.
    """

    what: str
    stands: bool
    words: str


@cache
def describe() -> Tier:
    """The best tier that this machine allows, found by starting a program in it.

    Returns
    -------
    Tier
        Named ``"bubblewrap"`` or ``"landlock"``, or with no name where there is neither and grading is refused.

    Examples
    --------
    >>> describe().name in {"bubblewrap", "landlock", None}
    True
    """
    first = sandbox.describe()
    no_filter = seccomp.unavailable()
    if first.name is not None and no_filter is None:
        return first
    instead = no_filter or first.words
    no_second = landlock.unavailable()
    if no_second is None:
        words = (
            f"Landlock (version {landlock.version()}): no network, only Python's files, a user of its own; {instead}"
        )
        return Tier(LANDLOCK, words)
    return Tier(None, f"{instead}. Nor is there Landlock: {no_second}" if no_second != instead else instead)


def require(*, unsafe: bool = False) -> Tier:
    """The tier to grade in.

    Parameters
    ----------
    unsafe
        Grade with no walls at all where none stand, instead of refusing; `warning` then belongs on every report.

    Raises
    ------
    NoSandbox
        Where no sandbox holds and `unsafe` is false, saying why not and what to do.
    """
    tier = describe()
    if tier.name is not None:
        return tier
    if unsafe:
        return Tier(UNSAFE, f"none, as --unsafe asks: {tier.words}")
    raise NoSandbox(f"no sandbox, no grading: {tier.words}. With --unsafe it goes on without one, and says so.")


def warning(tier: Tier) -> str:
    """What a report and a feedback page must say about the tier; empty where walls stand.

    Examples
    --------
    >>> warning(Tier("landlock", "..."))
    ''
    >>> warning(Tier("unsafe", "..."))[:24]
    'Graded without a sandbox'
    """
    return WARNING if tier.name == UNSAFE else ""


def walls() -> list[Wall]:
    """What `course doctor` says of each wall.

    Examples
    --------
    >>> [wall.what for wall in walls()]
    ['sandbox', 'system calls', 'memory']
    """
    tier, no_filter, no_group = describe(), seccomp.unavailable(), cgroup.available()
    calls = no_filter or "seccomp shuts the system calls that no coursework needs"
    memory = "a control group bounds the memory of a submission"
    if no_group is not None:
        memory = f"no control group ({no_group}); a watcher reads /proc ten times a second instead"
    return [
        Wall("sandbox", tier.name is not None, tier.words),
        Wall("system calls", no_filter is None, calls),
        # The watcher does the same a little later, so that nothing is missing without a group.
        Wall("memory", True, memory),
    ]
