"""How long the book takes to build; run as ``python benchmarks/book.py`` on a quiet machine.

A cold build executes all chapters and writes all pages into an empty folder; a warm one finds that nothing has changed.
Each is the command ``course book``, so that what Python needs to start is in it. The cold build is made once, of the
warm ones the median is told. Then the chapters are touched, which shows what it takes to write them alone. The last
line is what a cold build of the whole course would take, if its other chapters took as long as these.
"""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
COLD, WARM = 8 * 60.0, 10.0  # the goals in seconds, on two cores, for the whole course
CHAPTERS = 16  # of the whole course


@dataclass(frozen=True)
class Build:
    """The seconds of a build: in all, those in which the pages were written, and those that each chapter took."""

    total: float
    writing: float
    chapters: dict[str, float]
    at_once: int


def build(out: Path) -> Build:
    """Build the book in the folder `out`."""
    started = time.perf_counter()
    command = [str(Path(sys.executable).with_name("course")), "book", str(ROOT), "--out", str(out)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own command
    total = time.perf_counter() - started
    executed = re.findall(r"^  (\S+): executed in ([\d.]+) s$", said, re.MULTILINE)
    _, writing = re.findall(r"^  done in ([\d.]+) s", said, re.MULTILINE)
    (at_once,) = re.findall(r"up to (\d+) at a time", said)
    return Build(total, float(writing), {name: float(seconds) for name, seconds in executed}, int(at_once))


def main() -> None:
    """Measure, and print each figure with its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="course-book-") as temporary:
        out = Path(temporary)
        cold = build(out)
        warm = [build(out) for _ in range(rounds)]
        chapters = [name for name in cold.chapters if re.search(r"/\d\d-", name)]
        for name in chapters:
            (ROOT / f"{name}.md").touch()
        touched = build(out)
    writing = (touched.writing - statistics.median(each.writing for each in warm)) / len(chapters)
    executing = statistics.mean(cold.chapters[name] for name in chapters) / cold.at_once
    more = CHAPTERS - len(chapters)
    print(f"cold: {cold.total:.0f} s with {len(chapters)} chapters (goal for all: {COLD:.0f} s)")
    print(f"warm: {statistics.median(each.total for each in warm):.1f} s, median of {rounds} (goal {WARM:.0f} s)")
    print(f"a chapter more: {executing:.0f} s to execute it beside others, {writing:.0f} s to write it")
    print(f"cold with {CHAPTERS} chapters like these: {cold.total + more * (executing + writing):.0f} s")


if __name__ == "__main__":
    main()
