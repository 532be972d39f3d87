"""The names that the library offers, and so has to explain."""

import importlib
from types import ModuleType

PACKAGES = tuple(
    importlib.import_module(f"course_lib.{name}")
    for name in ("data", "models", "schedules", "optimizers", "training", "diagnostics", "explorers", "plots")
)


def public_names(module: ModuleType) -> list[str]:
    """A package's ``__all__``; of a single file, the functions and classes that it defines."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]


PUBLIC = [(module, name) for module in PACKAGES for name in public_names(module)]
CALLABLES = [getattr(module, name) for module, name in PUBLIC if callable(getattr(module, name))]
