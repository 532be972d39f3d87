"""Whose a submission is: the roster's student whom a file's name means."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from course_lib.grading.gradebook.roster import alike
from course_lib.grading.gradebook.standing import Student
from course_lib.grading.pile.names import Named, Scheme


def matching(students: Iterable[Student]) -> Callable[[Named], str | None]:
    """Whom a file's name means: by the platform's id, by login, by id or, where it is one student's alone, by name.

    Parameters
    ----------
    students
        Everybody known; only those on the roster are meant.

    Returns
    -------
    callable
        From what a name says to the student's id, or None where it means nobody, or more than one.
    """
    roster = [each for each in students if each.on_roster]

    def one(value: Callable[[Student], str], sought: str, among: Iterable[Student] = roster) -> str | None:
        found = [each.id for each in among if sought and alike(value(each)) == alike(sought)]
        return found[0] if len(found) == 1 else None

    def who(named: Named) -> str | None:
        match named.scheme:
            case Scheme.CANVAS:
                # A name is only asked where the roster has no number to go by.
                unnumbered = [each for each in roster if not each.canvas_id]
                return one(lambda each: each.canvas_id, named.known_as) or one(
                    lambda each: _as_canvas_writes(each.name), named.full_name, unnumbered
                )
            case Scheme.MOODLE:
                by_number = one(lambda each: each.moodle_id, named.known_as)
                return by_number or one(lambda each: each.name, named.full_name)
            case Scheme.GITHUB:
                return one(lambda each: each.github, named.known_as) or one(lambda each: each.id, named.known_as)
            case Scheme.PLAIN:
                ways = (lambda each: each.id, lambda each: each.github, lambda each: each.email, lambda each: each.name)
                return next((found for way in ways if (found := one(way, named.known_as))), None)

    return who


def _as_canvas_writes(name: str) -> str:
    """A name as Canvas puts it into a file's name: the family name first, letters and digits alone, lower case.

    Examples
    --------
    >>> _as_canvas_writes("Jane van Doe"), _as_canvas_writes("Doe, Jane")
    ('doejanevan', 'doejane')
    """
    family, comma, given = name.partition(",")
    if not comma:
        given, _, family = name.rpartition(" ")
    return "".join(char for char in (family + given).casefold() if char.isalnum())
