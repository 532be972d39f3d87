"""Files that are not the notebook that was handed out: edited, forged, broken, ancient or not a notebook at all."""

from __future__ import annotations

import copy
import gzip
import io
import json
import struct
import zipfile
from typing import Any

from tests.attacks.attack import DOUBLE, STUB, TOTAL, Attack, Edit

Notebook = dict[str, Any]
HELP = "double = lambda x: 2 * x"


def _cell(made: Notebook, name: str) -> Notebook:
    found: Notebook = next(each for each in made["cells"] if each["metadata"]["nbgrader"]["grade_id"] == name)
    return found


def _code(source: str, **nbgrader: object) -> Notebook:
    metadata = {"nbgrader": nbgrader} if nbgrader else {}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": 1}


def edited_set_up(made: Notebook) -> Notebook:
    _cell(made, "setup")["source"] = HELP
    return made


def unlocked_set_up(made: Notebook) -> Notebook:
    _cell(made, "setup")["metadata"]["nbgrader"] |= {"solution": True, "locked": False}
    return edited_set_up(made)


def added_cells(made: Notebook) -> Notebook:
    test = {"grade": True, "grade_id": "check-double", "points": 100, "solution": False, "locked": True}
    made["cells"] += [_code(HELP), _code(HELP, **test), _code(HELP, grade_id="bonus", solution=True, points=100)]
    return made


def inflated_points(made: Notebook) -> Notebook:
    for each in made["cells"]:
        each["metadata"]["nbgrader"] |= {"points": 1000, "grade": True, "max_score": 1000, "score": 1000}
    made["metadata"] |= {"nbgrader": {"score": 1000}, "score": 1000, "course": {"assignment": "tiny", "score": 1000}}
    return made


def other_kernel(made: Notebook) -> Notebook:
    made["metadata"]["kernelspec"] = {"name": "python3", "display_name": "x", "language": "bash", "argv": ["sh"]}
    made["metadata"]["language_info"] = {"name": "../../sh", "version": "x"}
    return made


def forged_outputs(made: Notebook) -> Notebook:
    data = {
        "text/html": "<script>owned()</script>",
        "text/plain": "2",
        "application/vnd.course.reply": '{"value": "2"}',
    }
    for each in made["cells"]:
        each["outputs"] = [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}] * 5
    return made


def strange_metadata(made: Notebook) -> Notebook:
    made["metadata"] |= {"course": {"assignment": "tiny", "tags": 7}, "widgets": {"x": [[[[]]]]}, "jupytext": "owned"}
    _cell(made, "double")["metadata"] |= {"tags": {"experiment": 1}, "collapsed": [], "trusted": "yes"}
    made["cells"].append(_code("1", grade_id=["double"]))
    made["cells"].append({"cell_type": "code", "metadata": None, "source": ""})
    return made


def duplicated(made: Notebook) -> Notebook:
    made["cells"].append(copy.deepcopy(_cell(made, "double")))
    return made


def deleted(made: Notebook) -> Notebook:
    made["cells"].remove(_cell(made, "double"))
    return made


def relabelled(made: Notebook) -> Notebook:
    _cell(made, "double")["metadata"]["nbgrader"]["grade_id"] = "halve"
    return made


def swapped(made: Notebook) -> Notebook:
    double, total = _cell(made, "double"), _cell(made, "total")
    double["metadata"], total["metadata"] = total["metadata"], double["metadata"]
    return made


def no_longer_code(made: Notebook) -> Notebook:
    _cell(made, "double")["cell_type"] = "raw"
    return made


def an_experiment(made: Notebook) -> Notebook:
    _cell(made, "double")["metadata"]["tags"] = ["experiment"]
    return made


def another_assignment(made: Notebook) -> Notebook:
    made["metadata"]["course"]["assignment"] = "=cmd|<script>\x1b[2J\n" + "x" * 10_000
    return made


def version_3(made: Notebook) -> Notebook:
    cells = [{"cell_type": "code", "input": DOUBLE, "language": "python", "outputs": [], "prompt_number": 1}]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}


def version_2(made: Notebook) -> Notebook:
    return version_3(made) | {"nbformat": 2}


def of(**change: object) -> Edit:
    return lambda made: made | change


def bytes_of(raw: bytes) -> Edit:
    return lambda made: raw


def _zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tiny.ipynb", bytes(50_000_000))
    return held.getvalue()


def _unreadable(name: str, tries: str, edit: Edit) -> Attack:
    return Attack(name, tries, edit=edit, deserves=None, status=("unreadable",))


def _malformed(name: str, tries: str, edit: Edit) -> Attack:
    return Attack(name, tries, edit=edit, deserves=None, status=("malformed",))


EDITED = (
    Attack(
        "edited-set-up",
        "Puts an answer into the locked cell of set-up.",
        STUB,
        total="1",
        edit=edited_set_up,
        deserves=2,
    ),
    Attack(
        "unlocked-set-up",
        "The same, and calls it a cell for answers.",
        STUB,
        total="1",
        edit=unlocked_set_up,
        deserves=2,
    ),
    Attack(
        "added-cells",
        "Adds cells: without a name, as a check worth 100 points, as a bonus.",
        STUB,
        total="1",
        edit=added_cells,
        deserves=2,
    ),
    Attack(
        "inflated-points",
        "Writes points and scores into every metadata there is.",
        "double = None",
        edit=inflated_points,
    ),
    Attack(
        "other-kernel-name",
        "Asks to be run by another kernel, outside the sandbox.",
        "double = None",
        edit=other_kernel,
    ),
    Attack(
        "forged-outputs", "Brings outputs that say it was right, and scripts.", "double = None", edit=forged_outputs
    ),
    Attack(
        "strange-metadata", "Brings metadata of other types than the format knows.", deserves=7, edit=strange_metadata
    ),
    Attack("an-experiment", "Calls its answer an experiment, which is not run.", deserves=7, edit=an_experiment),
    Attack(
        "swapped",
        "Swaps the names of two cells; what they define is right all the same.",
        total=TOTAL,
        edit=swapped,
        deserves=7,
    ),
    _malformed("duplicated", "Has one answer twice, which stops a whole pile elsewhere.", duplicated),
    _malformed("deleted", "Lacks an answer.", deleted),
    _malformed("relabelled", "Calls one answer as another is called.", relabelled),
    _malformed("no-longer-code", "Makes of an answer a cell that is no code.", no_longer_code),
    Attack(
        "another-assignment",
        "Names an assignment that is a formula, a script and a line break.",
        edit=another_assignment,
        deserves=None,
        status=("wrong-assignment",),
    ),
)

BROKEN = (
    _unreadable("version-3", "Is in version 3 of the format.", version_3),
    _unreadable("version-2", "Is in version 2 of the format.", version_2),
    _unreadable("version-9", "Is in a version to come.", of(nbformat=9)),
    _unreadable("version-4.0", "Has a version that is a fraction.", of(nbformat=4.5)),
    _unreadable("version-true", "Has a version that is true.", of(nbformat=True)),
    _unreadable("cells-of-text", "Has cells that are no cells.", of(cells=["text", 1, None, {}])),
    _unreadable("sources-of-numbers", "Has sources that are no text.", of(cells=[_code("") | {"source": [1, 2]}])),
    _unreadable("half-a-character", "Has a lone surrogate in its code.", of(cells=[_code("\ud800")])),
    _unreadable("cut-off", "Is cut off in the middle.", lambda made: json.dumps(made).encode()[:700]),
    _unreadable("empty", "Is empty.", bytes_of(b"")),
    _unreadable("nulls", "Is a thousand null bytes.", bytes_of(bytes(1000))),
    _unreadable(
        "binary", "Is a program for another machine.", bytes_of(b"\x7fELF" + struct.pack("<200I", *range(200)))
    ),
    _unreadable("utf-16", "Is written in UTF-16.", lambda made: json.dumps(made).encode("utf-16")),
    _unreadable("zipped", "Is a zip that holds fifty megabytes of nothing.", bytes_of(_zipped())),
    _unreadable("gzipped", "Is a notebook under gzip.", lambda made: gzip.compress(json.dumps(made).encode())),
    _unreadable(
        "huge", "Is longer than a notebook may be.", lambda made: json.dumps(made).encode() + b" " * 21_000_000
    ),
    _unreadable(
        "deep", "Is nested a hundred thousand levels deep.", bytes_of(b'{"nbformat":4,"cells":' + b"[" * 100_000)
    ),
    _unreadable(
        "long-number",
        "Has a number of a million digits.",
        bytes_of(b'{"nbformat":4,"cells":[],"x":' + b"9" * 10**6 + b"}"),
    ),
    _unreadable("page", "Is a page of the web.", bytes_of(b"<html><script>owned()</script></html>")),
)
