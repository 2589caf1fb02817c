"""The builder that a traced advice function writes its instructions to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from zkctl.constraints.advice.check import check_advice
from zkctl.constraints.advice.instructions import (
    OPERANDS,
    AdviceProgram,
    Instruction,
    Kind,
    Limits,
    Op,
)
from zkctl.dsl.spans import circuit_error
from zkctl.errors import FormatError

_CELLS = (Kind.READ, Kind.WRITE, Kind.READ_ARRAY, Kind.WRITE_ARRAY)


class Builder:
    """A program that grows.

    Cells below n_inputs are inputs, the others are free ones; a constant is a negative number until `finish` places it.
    """

    def __init__(self, name: str, n_inputs: int, texts: tuple[str, ...] = ()) -> None:
        self.name = name
        self.texts = texts
        self.n_inputs = n_inputs
        self.n_cells = n_inputs
        self.scopes = [0]  # the open bodies of loops, the function itself first
        self._n_scopes = 1
        self._constants: dict[int, int] = {}
        self._code: list[tuple[Op, tuple[int, ...]]] = []

    def constant(self, value: int) -> int:
        """Return the cell of a constant."""
        return -1 - self._constants.setdefault(value, len(self._constants))

    def text(self, text: str) -> int:
        """Return the number of a text."""
        if text not in self.texts:
            self.texts = (*self.texts, text)
        return self.texts.index(text)

    def new_cells(self, count: int = 1) -> int:
        """Return the first of `count` new cells in a row; they hold 0 until something is written."""
        self.n_cells += count
        return self.n_cells - count

    def emit(self, op: Op, *operands: int) -> None:
        """Append an instruction."""
        self._code.append((op, operands))

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Mark the numbers made inside as unknown outside."""
        self.scopes.append(self._n_scopes)
        self._n_scopes += 1
        try:
            yield
        finally:
            self.scopes.pop()

    def finish(self, outputs: Sequence[int], limits: Limits) -> AdviceProgram:
        """Return the program.  Raises: CircuitError if it exceeds what a program may be."""
        program = AdviceProgram(
            self.name,
            self.n_inputs,
            tuple(self._constants),
            self.n_cells + len(self._constants),
            tuple(map(self._placed, outputs)),
            tuple(self._instruction(op, operands) for op, operands in self._code),
            self.texts,
            limits,
        )
        try:
            check_advice(program)
        except FormatError as problem:
            raise circuit_error(
                f"the advice {self.name} is too large: {problem.message}",
                hint="use repeat(n, step, state) in place of long Python loops, or smaller limits",
            ) from problem
        return program

    def _placed(self, cell: int) -> int:
        if cell < 0:
            return self.n_inputs - 1 - cell
        return cell if cell < self.n_inputs else cell + len(self._constants)

    def _instruction(self, op: Op, operands: Sequence[int]) -> Instruction:
        kinds = OPERANDS[op]
        placed = (
            self._placed(value) if kind in _CELLS else value
            for kind, value in zip(kinds, operands, strict=True)
        )
        return Instruction(op, tuple(placed))


_CURRENT: ContextVar[Builder | None] = ContextVar("zkctl_advice", default=None)


def current_builder() -> Builder | None:
    """Return the builder of the advice function that is traced, None if functions compute with plain integers."""
    return _CURRENT.get()


@contextmanager
def building(builder: Builder | None) -> Iterator[None]:
    """Make a builder the current one."""
    token = _CURRENT.set(builder)
    try:
        yield
    finally:
        _CURRENT.reset(token)
