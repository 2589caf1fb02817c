"""The faults that key-encryption keys of every kind report alike."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from zkctl.errors import EnvironmentProblem, IntegrityError


def not_opened() -> IntegrityError:
    """Return the error for a wrapped key of another KEK or context, or with changed bytes."""
    return IntegrityError("the wrapped key is not of this key-encryption key, or was changed")


def needed_package(module: str, extra: str) -> ModuleType:
    """Return a module that an extra brings.  Raises: EnvironmentProblem if it is not installed."""
    try:
        return import_module(module)
    except ImportError:
        raise EnvironmentProblem(
            f"the package {module} is missing", hint=f'pip install "zkctl[{extra}]"'
        ) from None
