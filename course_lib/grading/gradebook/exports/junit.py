"""Graded submissions as JUnit XML, which continuous integration shows: a suite a student, a case a hidden test."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from course_lib.grading.examination.examine import Graded
from course_lib.grading.gradebook.standing import Standing

# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(graded: Mapping[str, Sequence[tuple[Standing, Graded | None]]]) -> str:
    """A JUnit report.

    Parameters
    ----------
    graded
        By assignment: how each student stands, and what the submission that counts found; None for who handed in
        nothing.

    Returns
    -------
    str
        XML. What has no score is an error, what is missing is skipped.
    """
    root = ElementTree.Element("testsuites")
    for assignment, every in graded.items():
        for standing, found in every:
            _suite(root, _xml(assignment), standing, found)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(root: ElementTree.Element, assignment: str, standing: Standing, found: Graded | None) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=_xml(f"{assignment}: {standing.student.id}"))
    results = found.results if found is not None else ()
    counts = Counter(tests=max(1, len(results)), failures=0, errors=0, skipped=0)
    for each in results:
        case = ElementTree.SubElement(suite, "testcase", classname=assignment, name=_xml(each.name))
        if not each.passed:
            words = f"{each.earned:g} of {each.points.n:g} points: {each.words}"
            ElementTree.SubElement(case, "failure", message=_xml(words)).text = _xml(each.examines)
            counts["failures"] += 1
    if not results:
        case = ElementTree.SubElement(suite, "testcase", classname=assignment, name="grading")
        kind = "skipped" if standing.word == "missing" else "error"
        ElementTree.SubElement(case, kind, message=_xml(standing.status))
        counts["skipped" if kind == "skipped" else "errors"] += 1
    for name, count in counts.items():
        suite.set(name, str(count))
    suite.set("time", f"{found.seconds if found is not None else 0:.3f}")


def _xml(text: str) -> str:
    return _NOT_XML.sub(lambda match: ascii(match[0])[1:-1], text)
