"""Keeping commands quick to start."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import cast


def import_jsonschema_quickly() -> None:
    """Import jsonschema, which nbformat needs, without the grammar of internationalised addresses.

    Where JupyterLab is installed, so is `rfc3987-syntax`, and jsonschema then compiles that grammar at every start:
    seconds for a format that no notebook's schema uses. jsonschema does without when the package is absent, so it is
    hidden for the time of the import. Nothing happens when jsonschema has been imported already.
    """
    grammar = "rfc3987_syntax"
    if "jsonschema" in sys.modules or grammar in sys.modules:
        return
    sys.modules[grammar] = cast(ModuleType, None)  # Python's way to say that a module cannot be imported
    try:
        __import__("jsonschema")
    finally:
        del sys.modules[grammar]
