"""numpy, imported when it is first used: verifying one proof needs none of it, and importing it takes half of a short process.

    from zkctl.runtime.arrays import np

stands for `import numpy as np` in modules that a verification loads.  Their types of arrays are names for the type
checker only.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["np"]


class _WhenUsed:
    """A module that is imported when one of its names is first asked for."""

    def __init__(self, name: str) -> None:
        self.__name = name

    def __getattr__(self, name: str) -> Any:
        value = getattr(import_module(self.__name), name)
        setattr(self, name, value)  # found without this function from now on
        return value


if TYPE_CHECKING:
    import numpy as np
else:
    np = _WhenUsed("numpy")
