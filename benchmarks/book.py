"""How long the whole course takes to build; run as ``python benchmarks/book.py`` on a quiet machine.

Where chapters are still to be written, copies of those that there are stand for them, so that what is measured has as
many chapters as the course will have. A cold build executes all of them and writes all pages into an empty folder; a
warm one finds that nothing has changed. Each is the command ``course book``, so that what Python needs to start is in
it. The cold build is made once, of the warm ones the median is told.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
COLD, WARM = 8 * 60.0, 10.0  # the goals in seconds, on two cores, for the whole course
CHAPTERS = 16  # of the whole course

_LABEL = re.compile(r"^\((\S+)\)=$|\$\$ \((\S+)\)$|name: (fig-\S+)$", re.MULTILINE)
_TERM = re.compile(r"^(  - term: .*)$", re.MULTILINE)


def whole_course(folder: Path) -> list[str]:
    """Copy the book into `folder`, with copies of its chapters up to the number of the course; return all their names.

    What a book may have only once, labels and terms, has a suffix in a copy.
    """
    shutil.copytree(ROOT / "book", folder / "book")
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, folder)
    pages, sheets = folder / "book", folder / "book" / "practice"
    originals = sorted(path.stem for path in pages.glob("[0-9][0-9]-*.md"))
    names = list(originals)
    for count in range(CHAPTERS - len(originals)):
        original, suffix = originals[count % len(originals)], chr(ord("a") + count)
        text = (pages / f"{original}.md").read_text(encoding="utf-8")
        sheet = (sheets / f"{original}.yml").read_text(encoding="utf-8")
        for label in {next(filter(None, found)) for found in _LABEL.findall(text)}:
            here = rf"(^\(|\$\$ \(|name: |{{(?:ref|numref|eq)}}`(?:[^`<]*<)?){re.escape(label)}(?=[)>`\n])"
            text, sheet = (re.sub(here, rf"\g<1>{label}-{suffix}", each, flags=re.MULTILINE) for each in (text, sheet))
        names.append(f"{int(originals[-1][:2]) + 1 + count:02}{original[2:]}-{suffix}")
        (pages / f"{names[-1]}.md").write_text(text, encoding="utf-8")
        (sheets / f"{names[-1]}.yml").write_text(_TERM.sub(rf"\1 {suffix}", sheet), encoding="utf-8")
    contents = (folder / "_toc.yml").read_text(encoding="utf-8")
    last = f"      - file: book/{originals[-1]}\n"
    lines = "".join(f"      - file: book/{name}\n" for name in names[len(originals) :])
    (folder / "_toc.yml").write_text(contents.replace(last, last + lines), encoding="utf-8")
    return names


def build(source: Path) -> tuple[float, list[str]]:
    """Build the book in the folder `source`; return the seconds, and which chapters were executed."""
    started = time.perf_counter()
    command = [str(Path(sys.executable).with_name("course")), "book", str(source)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 - our own command
    total = time.perf_counter() - started
    return total, re.findall(r"^  book/(\d\d-\S+): executed in", said, re.MULTILINE)


def main() -> None:
    """Measure, and print each figure with its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="course-book-") as temporary:
        source = Path(temporary)
        names = whole_course(source)
        cold, executed = build(source)
        if sorted(executed) != names:
            raise SystemExit(f"not every chapter was executed: {', '.join(executed)}")
        warm = []
        for _ in range(rounds):
            seconds, executed = build(source)
            if executed:
                raise SystemExit(f"executed again, though nothing had changed: {', '.join(executed)}")
            warm.append(seconds)
    print(f"{len(names)} chapters on {os.cpu_count()} cores")
    print(f"cold: {cold:.0f} s (goal {COLD:.0f} s)")
    print(f"warm: {statistics.median(warm):.1f} s, median of {rounds} (goal {WARM:.0f} s)")


if __name__ == "__main__":
    main()
