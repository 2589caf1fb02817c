"""Functions whose arguments are not all known: each is written once for its known arguments and the shapes of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from zkctl.circom.code.assembler import Assembler, Routine
from zkctl.circom.code.bindings import Binding, Values
from zkctl.circom.code.effects import Effects, effects_of
from zkctl.circom.code.writer import KnownValue
from zkctl.circom.nodes import Function, Program
from zkctl.constraints.advice.instructions import AdviceProgram, Op
from zkctl.runtime.records import record

MOST_VERSIONS = 32  # of one function; further calls pass known numbers like others
MOST_OPEN = 64  # functions that are being written inside each other
_SHORT = 24  # instructions that are copied rather than called


@record(eq=False)
class Version:
    """The arguments of a written function: known ones, None for those that are passed; `shapes` of all."""

    function: Function
    known: tuple[tuple[int, ...] | None, ...]
    shapes: tuple[tuple[int, ...], ...]


class WrittenFunction:
    """A version's code; while it is written only its number, and its shape after the first `return`."""

    def __init__(self, number: int, version: Version) -> None:
        self.number = number
        self.version = version
        self.shape: tuple[int, ...] | None = None
        self.routine: Routine | None = None
        self.has_effects = False

    @property
    def is_short(self) -> bool:
        """True if a copy of it costs less than a call."""
        code = self.routine.code if self.routine else None
        return code is not None and len(code) <= _SHORT and all(op != Op.CALL for op, _ in code)

    def passed(self, arguments: Sequence[Values]) -> list[int]:
        """Return which arguments a call passes."""
        return [k for k, known in enumerate(self.version.known) if known is None and arguments[k].operands]  # fmt: skip


class FunctionFrame:
    """The function that is being written: its result and the depth of blocks in which it began."""

    def __init__(self, depth: int, written: WrittenFunction) -> None:
        self.depth = depth
        self.written = written
        self.has_block = False
        self.result: Binding | None = None


class FunctionTable:
    """All written functions of a program."""

    def __init__(self, effects: Effects) -> None:
        self.effects = effects
        self.functions: list[WrittenFunction] = []
        self._known: dict[object, WrittenFunction] = {}
        self._versions: Counter[str] = Counter()
        self.n_open = 0

    def version(self, function: Function, arguments: Sequence[Values], *, is_general: bool = False) -> Version:  # fmt: skip
        """Return what a function is to be written for."""
        few = self._versions[function.name] < MOST_VERSIONS and self.n_open < MOST_OPEN
        known = tuple(_numbers(each) if few and not is_general else None for each in arguments)
        return Version(function, known, tuple(each.shape for each in arguments))

    def find(self, version: Version) -> tuple[WrittenFunction, bool]:
        """Return a version's function, and whether it is new: its code is then the caller's to write."""
        key = (version.function.name, version.known, version.shapes)
        found = self._known.get(key)
        if found is not None:
            return found, False
        found = self._known[key] = WrittenFunction(len(self.functions), version)
        self.functions.append(found)
        self._versions[version.function.name] += 1
        return found, True

    def drop(self, written: WrittenFunction) -> None:
        """Forget a version that could not be written; its number stays taken."""
        version = written.version
        del self._known[version.function.name, version.known, version.shapes]

    def programs(self) -> tuple[AdviceProgram, ...]:
        """Return all functions by their numbers, as a witness program holds them."""
        return tuple(_program(each) for each in self.functions)


def _program(written: WrittenFunction) -> AdviceProgram:
    code = Assembler()
    name = written.version.function.name
    if written.routine is None:
        return code.program(name, [code.constant(0)])
    cells = [code.input() for _ in range(written.routine.n_inputs)]
    return code.program(name, code.inline(written.routine, cells))


def _numbers(values: Values) -> tuple[int, ...] | None:
    """Return the elements of a value that is known, else None."""
    numbers = [each.value for each in values.operands if isinstance(each, KnownValue)]
    return tuple(numbers) if len(numbers) == len(values.operands) else None


_TABLES: WeakKeyDictionary[Program, dict[int, FunctionTable]] = WeakKeyDictionary()


def functions_of(program: Program, modulus: int) -> FunctionTable:
    """Return the table that all instances of a program share."""
    tables = _TABLES.setdefault(program, {})
    if modulus not in tables:
        tables[modulus] = FunctionTable(effects_of(program))
    return tables[modulus]
