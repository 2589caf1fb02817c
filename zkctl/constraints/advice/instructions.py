"""The machine of advice programs: memory cells that hold integers, instructions with structured control.

Integers are unbounded within `Limits.bits`; field elements are integers in 0 .. p-1, and p is known when the program runs.  The first
cells hold the inputs, the next ones the constants, and both are never written; all others start as 0.  Every instruction is total:
a quotient by zero is 0 and its remainder the dividend, a missing inverse or root is 0.  Four things end a program with an error: an index
outside its array, a failed assertion, a number that is too long, too many steps or calls.

A function is a program that others call, also itself; a witness program has one list of them.  Its cells are its own in each call.

The same instructions serve functions over integers traced from Python and, with the operations on field elements and the structured
jumps, the run-time code of other circuit languages.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cached_property

from zkctl.runtime.records import record

MAX_BITS = 1 << 16  # of an integer
MAX_STEPS = 1 << 24  # of one call
MAX_CELLS = 1 << 18  # of one program
MAX_MEMORY = 1 << 31  # bits: cells times the bits of an integer
MAX_TEXTS = 1 << 16
MAX_TEXT = 1 << 10  # characters
MAX_DEPTH = 64  # of nested blocks
MAX_CALLS = 10_000  # of functions inside functions
MAX_OPEN_CELLS = 1 << 22  # of all calls that are running
MAX_VALUES = 1 << 16  # inputs, outputs


class Kind(IntEnum):
    """The meaning of an operand."""

    READ = 0  # a cell
    WRITE = 1  # a cell that is neither input nor constant
    READ_ARRAY = 2  # the first cell of an array; the next operand is its length
    WRITE_ARRAY = 3
    LENGTH = 4  # of the array before
    BITS = 5  # a width, 1 .. Limits.bits
    LEVELS = 6  # the number of enclosing blocks a jump leaves besides the innermost
    TEXT = 7  # the number of a text
    FUNCTION = 8  # the number of a function of the witness program


_R, _W, _N = Kind.READ, Kind.WRITE, Kind.LENGTH
_RA, _WA = Kind.READ_ARRAY, Kind.WRITE_ARRAY


class Op(IntEnum):
    """The operations; the numbers are those of the witness-program file."""

    COPY = 1
    NEGATE = 2
    INVERT = 3
    ABSOLUTE = 4
    BIT_LENGTH = 5
    SQUARE_ROOT = 6
    ADD = 10
    SUBTRACT = 11
    MULTIPLY = 12
    QUOTIENT = 13
    REMAINDER = 14
    POWER = 15
    SHIFT_LEFT = 16
    SHIFT_RIGHT = 17
    AND = 18
    OR = 19
    XOR = 20
    EQUAL = 21
    UNEQUAL = 22
    LESS = 23
    LESS_EQUAL = 24
    MINIMUM = 25
    MAXIMUM = 26
    INVERSE = 27
    POWER_MODULO = 30
    SELECT = 31
    MODULUS = 40
    REDUCE = 41
    FIELD_ADD = 42
    FIELD_SUBTRACT = 43
    FIELD_MULTIPLY = 44
    FIELD_DIVIDE = 45
    FIELD_POWER = 46
    FIELD_LESS = 47
    FIELD_LESS_EQUAL = 48
    FIELD_SHIFT_LEFT = 49
    FIELD_SHIFT_RIGHT = 50
    FIELD_AND = 51
    FIELD_OR = 52
    FIELD_XOR = 53
    FIELD_INVERT = 54
    LOAD = 60
    STORE = 61
    MOVE = 62
    SPLIT = 63
    JOIN = 64
    SORT = 65
    ORDER = 66
    BLOCK = 80
    IF = 81
    ELSE = 82
    REPEAT = 83
    FOREVER = 84
    BREAK = 85
    END = 86
    CALL = 87
    ASSERT = 90
    LOG_TEXT = 91
    LOG_VALUE = 92


_UNARY = (_W, _R)
_BINARY = (_W, _R, _R)

OPERANDS: dict[int, tuple[Kind, ...]] = {
    **dict.fromkeys(
        (Op.COPY, Op.NEGATE, Op.INVERT, Op.ABSOLUTE, Op.BIT_LENGTH, Op.SQUARE_ROOT), _UNARY
    ),
    **dict.fromkeys(range(Op.ADD, Op.INVERSE + 1), _BINARY),
    Op.POWER_MODULO: (_W, _R, _R, _R),
    Op.SELECT: (_W, _R, _R, _R),
    Op.MODULUS: (_W,),
    Op.REDUCE: _UNARY,
    **dict.fromkeys(range(Op.FIELD_ADD, Op.FIELD_XOR + 1), _BINARY),
    Op.FIELD_INVERT: _UNARY,
    Op.LOAD: (_W, _RA, _N, _R),
    Op.STORE: (_WA, _N, _R, _R),
    Op.MOVE: (_WA, _N, _RA, _N),
    Op.SPLIT: (_WA, _N, _R, Kind.BITS),
    Op.JOIN: (_W, _RA, _N, Kind.BITS),
    Op.SORT: (_WA, _N),
    Op.ORDER: (_WA, _N, _RA, _N),
    Op.BLOCK: (),
    Op.IF: (_R,),
    Op.ELSE: (),
    Op.REPEAT: (_W, _R),
    Op.FOREVER: (),
    Op.BREAK: (Kind.LEVELS,),
    Op.END: (),
    Op.CALL: (Kind.FUNCTION, _WA, _N, _RA, _N),  # function, results, arguments
    Op.ASSERT: (_R, Kind.TEXT),
    Op.LOG_TEXT: (Kind.TEXT,),
    Op.LOG_VALUE: (_R,),
}

OPENING = frozenset({Op.BLOCK, Op.IF, Op.REPEAT, Op.FOREVER})
EQUAL_LENGTHS = frozenset({Op.MOVE, Op.ORDER})  # their two arrays are equally long


@record
class Limits:
    """The bounds of one call.  Units: steps of the machine, larger for long numbers; bits of an integer."""

    steps: int = 1 << 20
    bits: int = 1 << 13


@record
class Instruction:
    """An operation with its operands, whose meanings are OPERANDS[op]."""

    op: int
    operands: tuple[int, ...]


@record
class AdviceProgram:
    """Advice as data.

    Shapes: cells 0 .. n_inputs - 1 are the inputs, the next ones `constants`, n_cells in all; `outputs` are cells.  `texts` are
    the words of assertions and of the log.
    """

    name: str
    n_inputs: int
    constants: tuple[int, ...]
    n_cells: int
    outputs: tuple[int, ...]
    code: tuple[Instruction, ...]
    texts: tuple[str, ...] = ()
    limits: Limits = Limits()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        code = tuple((each.op, each.operands) for each in self.code)
        return hash((self.name, self.n_inputs, self.constants, self.outputs, code))

    @property
    def has_log(self) -> bool:
        """True if running it prints something."""
        return any(each.op in (Op.LOG_TEXT, Op.LOG_VALUE) for each in self.code)

    @property
    def first_free(self) -> int:
        """The first cell that may be written."""
        return self.n_inputs + len(self.constants)
