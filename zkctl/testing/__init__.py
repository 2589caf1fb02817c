"""Tests of circuits: checks of good and bad inputs, values for hypothesis, fixtures of pytest.

The names are loaded when they are used, because pytest imports this package in each of its runs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zkctl.testing.circuits import assert_unsatisfied, check_circuit, compile_and_try
    from zkctl.testing.files import read_inputs
    from zkctl.testing.strategies import field_elements, unsigned_integers

__all__ = [
    "assert_unsatisfied",
    "check_circuit",
    "compile_and_try",
    "field_elements",
    "read_inputs",
    "unsigned_integers",
]

_MODULES = {
    "assert_unsatisfied": "circuits",
    "check_circuit": "circuits",
    "compile_and_try": "circuits",
    "field_elements": "strategies",
    "read_inputs": "files",
    "unsigned_integers": "strategies",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
