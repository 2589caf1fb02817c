"""A kernel program that is loaded, or compiled, when one of its kernels is first called.

Compiling a program takes as long as some thousand operations on Python integers, so a small call does not wait for it:
`is_worth` says which way to go.  A process that makes many such calls compiles the program, and so does the third process
that makes any (uses.py counts them in the cache folder; a contribution takes two processes).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from zkctl.field.kernels.cache import KernelFunction, LoadedProgram, cached_program, load_program
from zkctl.field.kernels.uses import PROCESSES_BEFORE_COMPILING, is_worth_compiling
from zkctl.runtime.settings import may_compile, must_compile

if TYPE_CHECKING:
    from zkctl.field.kernels.language import Program

# the sum of the loads of a process's calls, 1 for some hundredths of a second
LOAD_BEFORE_COMPILING = 32


class ProgramOnDemand:
    """One program by its name; arguments as those of `load_program`, and the load up to which a process does without it."""

    def __init__(
        self,
        name: str,
        emit: Callable[[Program], None],
        sources: Iterable[str],
        most_load: float = LOAD_BEFORE_COMPILING,
    ) -> None:
        self.name, self.most_load = name, most_load
        self._emit, self._sources = emit, list(sources)
        self._lock = threading.Lock()
        self._loaded: LoadedProgram | None = None
        self._load = 0.0

    def get(self) -> LoadedProgram:
        """Return the program, compiled now if the cache has none."""
        if not self.is_ready():
            with self._lock:
                if self._loaded is None:
                    self._loaded = load_program(self.name, self._emit, self._sources)
        assert self._loaded is not None
        return self._loaded

    def function(self, name: str, *kinds: str, returns: bool = False) -> KernelFunction:
        """Return a kernel of the program; arguments as those of `LoadedProgram.function`."""
        return self.get().function(name, *kinds, returns=returns)

    def is_ready(self) -> bool:
        """Return whether the machine code need not be compiled."""
        return self._loaded is not None or self._is_stored

    def is_worth(self, load: float) -> bool:
        """Return whether a call is to use the program: not if it must be compiled first and the call is small, load <= 1."""
        if self.is_ready() or must_compile():
            return True
        if load > 1 or not may_compile():
            return may_compile()
        with self._lock:
            self._load += load
            return self._load > self.most_load or not self._is_new

    @cached_property
    def _is_stored(self) -> bool:
        self._loaded = cached_program(self.name, self._sources)
        return self._loaded is not None

    @cached_property
    def _is_new(self) -> bool:
        """True if few processes of this machine had a use for the program before; the use is counted."""
        return not is_worth_compiling(self.name, PROCESSES_BEFORE_COMPILING)
