"""YAML whose mappings know the lines of their keys, so that an error can say where it stands."""

from __future__ import annotations

from typing import Any

import yaml


class LocatedMapping(dict[str, Any]):
    """A mapping read from YAML.

    Attributes
    ----------
    line : int
        Where it begins, from 1.
    lines : dict of str to int
        Where each of its own keys stands.
    """

    line: int
    lines: dict[str, int]


class _Loader(yaml.SafeLoader):
    """`yaml.SafeLoader`, with lines, and with an error for a key that stands twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Any:  # noqa: ANN401 - PyYAML's constructors give anything
    made = LocatedMapping()
    made.line = node.start_mark.line + 1
    made.lines = {}
    for key, _ in node.value:
        if key.value in made.lines:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key.value!r} stands twice", key.start_mark)
        made.lines[key.value] = key.start_mark.line + 1
    yield made
    loader.flatten_mapping(node)
    made.update({str(key): value for key, value in loader.construct_mapping(node, deep=True).items()})


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load_located(text: str) -> Any:  # noqa: ANN401 - a file may hold anything; the caller validates it
    r"""Read YAML.

    Raises
    ------
    yaml.YAMLError
        When it is none, or a mapping has a key twice.

    Examples
    --------
    >>> load_located("a: 1\nb: {c: 2}")["b"].line
    2
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - it is a SafeLoader
