"""``python -m course_lib.book [SOURCE] [--out FOLDER]``: build the book."""

import argparse
import sys
from pathlib import Path

from course_lib.book.build import build
from course_lib.book.errors import BookError


def main(arguments: list[str] | None = None) -> int:
    """Build the book that `arguments` name; return the exit status (0 built, 1 not)."""
    parser = argparse.ArgumentParser(
        prog="python -m course_lib.book", description="Execute the chapters and build the pages."
    )
    parser.add_argument(
        "source", nargs="?", type=Path, default=Path(), help="the folder with _config.yml and _toc.yml (default: here)"
    )
    parser.add_argument("--out", type=Path, help="the folder to build in (default: SOURCE/_build)")
    options = parser.parse_args(arguments)
    try:
        build(options.source, options.out)
    except BookError as error:
        print(f"\nThe book was not built.\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
