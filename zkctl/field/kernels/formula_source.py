"""A formula as the kernels take it: no kernel, and no language of kernels, is imported for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from zkctl.runtime.records import record


@record(eq=False)
class FormulaSource:
    """A formula by its name: a function of an object with arrays and constants by their names."""

    name: str
    function: Callable[[Any], Any]
    arrays: Sequence[str]
    constants: Sequence[str]
