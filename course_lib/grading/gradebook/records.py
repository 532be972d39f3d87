"""What became of a submission as text and back: plain JSON, so that a record outlives the code that wrote it."""

from __future__ import annotations

import json
from dataclasses import MISSING, asdict, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from course_lib.grading.examination.examine import Graded

_T = TypeVar("_T")


class UnreadableRecord(ValueError):  # noqa: N818 - named for what happened
    """A record in a form that this `course_lib` does not know; the message names the part."""


def dump(graded: Graded) -> str:
    """A record as text in ASCII: whatever characters a student's words hold, every database takes it."""
    return json.dumps(asdict(graded))


def load(text: str) -> Graded:
    """A record from its text.

    What an older `course_lib` did not write yet has its default, and what a newer one added is passed over.

    Raises
    ------
    UnreadableRecord
        When a part without a default is missing, or is of another type.

    Examples
    --------
    >>> load(dump(Graded("ann", "missing: nothing was handed in"))).status
    'missing: nothing was handed in'
    """
    return _made(Graded, json.loads(text), "record")


def _made(kind: type[_T], data: object, where: str) -> _T:
    if not isinstance(data, dict):
        raise UnreadableRecord(f"{where} is no object")
    hints, values = get_type_hints(kind), {}
    for field in fields(kind):  # type: ignore[arg-type]  # a dataclass; the caller has looked
        if field.name in data:
            values[field.name] = _value(hints[field.name], data[field.name], f"{where}.{field.name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise UnreadableRecord(f"{where} lacks {field.name}")
    return kind(**values)


def _value(kind: Any, data: Any, where: str) -> Any:  # noqa: ANN401 - any type and its value
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Any:
        return data
    if is_dataclass(kind):
        return _made(kind, data, where)  # type: ignore[arg-type]  # not an instance
    if origin in (Union, UnionType):
        if data is None and NoneType in inner:
            return None
        rest = [each for each in inner if each is not NoneType]
        if len(rest) == 1:
            return _value(rest[0], data, where)
    elif origin is tuple and isinstance(data, list):
        each = inner[:1] * len(data) if inner[1:] == (...,) else inner
        if len(each) == len(data):
            return tuple(
                _value(one, value, f"{where}[{n}]") for n, (one, value) in enumerate(zip(each, data, strict=True))
            )
    elif origin is list and isinstance(data, list):
        return [_value(inner[0], value, f"{where}[{n}]") for n, value in enumerate(data)]
    elif origin is dict and isinstance(data, dict):
        return {key: _value(inner[1], value, f"{where}[{key!r}]") for key, value in data.items()}
    elif data in inner if origin is Literal else _is(kind, data):
        return data
    raise UnreadableRecord(f"{where} is {type(data).__name__}, not {kind}")


def _is(kind: object, data: object) -> bool:
    if kind is float:
        return type(data) in (int, float)
    return isinstance(kind, type) and isinstance(data, kind)
