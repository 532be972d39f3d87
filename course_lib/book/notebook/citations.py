"""How a work is called in a sentence, and how it stands in a list of references."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pybtex.database import BibliographyData, Entry, parse_file  # type: ignore[import-untyped]

from course_lib.book.errors import BookError


@cache
def _read(bibliography: Path) -> BibliographyData:
    return parse_file(str(bibliography), "bibtex")


def names_and_years(bibliography: Path) -> dict[str, tuple[str, str]]:
    """Return authors and year of each work, as a sentence calls them: ``("Robbins and Monro", "1951")``; by key."""
    return {key: (_authors(entry), _field(entry, "year")) for key, entry in _read(bibliography).entries.items()}


def reference(bibliography: Path, key: str) -> str:
    """Return a work as one line of Markdown for a list of references.

    Raises
    ------
    BookError
        If there is no such work.
    """
    entries = _read(bibliography).entries
    if key not in entries:
        raise BookError(f"{bibliography} has no entry {key!r}, which a chapter cites.")
    entry = entries[key]
    place = _field(entry, "journal") or _field(entry, "booktitle") or _field(entry, "publisher")
    doi, url = _field(entry, "doi"), _field(entry, "url")
    where = f"https://doi.org/{doi}" if doi else url
    parts = [f"{_authors(entry)} ({_field(entry, 'year')})", f"*{_field(entry, 'title')}*", place, where]
    return ". ".join(part for part in parts if part)


def _field(entry: Entry, name: str) -> str:
    return str(entry.fields.get(name, "")).replace("{", "").replace("}", "")


def _authors(entry: Entry) -> str:
    names = [" ".join([*person.prelast_names, *person.last_names]) for person in entry.persons.get("author", [])]
    plain = [name.replace("{", "").replace("}", "") for name in names]
    if len(plain) > 2:
        return f"{plain[0]} et al."
    return " and ".join(plain)
