"""How long the book takes to build; run as ``python benchmarks/book.py`` on a quiet machine.

A cold build executes all chapters and writes all pages into an empty folder; a warm one finds that nothing has changed.
Each is the command ``course book``, so that what Python needs to start is in it. The cold build is made once, of the
warm ones the median is told. The last line is what executing the whole course would take, if its other chapters took as
long as these.
"""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from course_lib.book.chapters import read_chapters

ROOT = Path(__file__).parents[1]
COLD, WARM = 8 * 60.0, 10.0  # the goals in seconds, on two cores, for the whole course
CHAPTERS = 16  # of the whole course


def build(out: Path) -> tuple[float, float]:
    """Build the book in the folder `out`; return the seconds in all, and those of them that the chapters took."""
    started = time.perf_counter()
    command = [str(Path(sys.executable).with_name("course")), "book", str(ROOT), "--out", str(out)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own command
    executing, _writing = re.findall(r"done in ([\d.]+) s", said)
    return time.perf_counter() - started, float(executing)


def main() -> None:
    """Measure, and print each figure with its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    here = sum(bool(re.search(r"/\d\d-", chapter.name)) for chapter in read_chapters(ROOT))
    with tempfile.TemporaryDirectory(prefix="course-book-") as temporary:
        cold, executing = build(Path(temporary))
        warm = statistics.median(build(Path(temporary))[0] for _ in range(rounds))
    print(f"cold: {cold:.0f} s with {here} chapters, {executing:.0f} s of it executing them (goal {COLD:.0f} s)")
    print(f"warm: {warm:.1f} s, median of {rounds} (goal {WARM:.0f} s)")
    print(f"executing {CHAPTERS} chapters like these: {executing * CHAPTERS / here:.0f} s")


if __name__ == "__main__":
    main()
