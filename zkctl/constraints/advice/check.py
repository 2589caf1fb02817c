"""The check of an advice program: after it, the program touches its own cells only and ends within its limits."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.constraints.advice.instructions import (
    EQUAL_LENGTHS,
    MAX_BITS,
    MAX_CELLS,
    MAX_DEPTH,
    MAX_MEMORY,
    MAX_STEPS,
    MAX_TEXT,
    MAX_TEXTS,
    MAX_VALUES,
    OPENING,
    OPERANDS,
    AdviceProgram,
    Instruction,
    Kind,
    Op,
)
from zkctl.errors import FormatError


def check_advice(program: AdviceProgram, functions: Sequence[AdviceProgram] = ()) -> None:
    """Check sizes, limits, operands and nesting of an advice program that calls some of the functions.

    Raises: FormatError.  Total: every program whose members are integers and texts is checked or refused.
    """
    _check_sizes(program)
    _check_constants(program)
    open_blocks: list[int] = []
    for place, instruction in enumerate(program.code):
        _check_operands(program, place, instruction)
        _check_nesting(open_blocks, place, instruction)
        if instruction.op == Op.CALL:
            _check_call(place, instruction, functions)
    if open_blocks:
        raise FormatError(f"an advice program has {len(open_blocks)} blocks without an end")


def _check_call(place: int, instruction: Instruction, functions: Sequence[AdviceProgram]) -> None:
    """Check that a function exists, and the lengths of its results and arguments."""
    number, _, n_outputs, _, n_inputs = instruction.operands
    if not 0 <= number < len(functions):
        raise FormatError(
            f"instruction {place} calls function {number}, there are {len(functions)}"
        )
    function = functions[number]
    expected = (len(function.outputs), function.n_inputs)
    if (n_outputs, n_inputs) != expected:
        raise FormatError(
            f"instruction {place} has {n_outputs} results and {n_inputs} arguments, its function {expected[0]} and {expected[1]}"
        )


def _check_within(value: int, bounds: tuple[int, int], what: str) -> None:
    low, high = bounds
    if not low <= value <= high:
        raise FormatError(f"the {what} of an advice program: expected {low} to {high}, got {value}")


def _check_sizes(program: AdviceProgram) -> None:
    _check_within(program.limits.steps, (1, MAX_STEPS), "limit of steps")
    _check_within(program.limits.bits, (1, MAX_BITS), "limit of bits")
    _check_within(program.n_inputs, (0, MAX_VALUES), "number of inputs")
    _check_within(len(program.outputs), (0, MAX_VALUES), "number of outputs")
    _check_within(program.n_cells, (program.first_free, MAX_CELLS), "number of cells")
    memory = program.n_cells * program.limits.bits
    _check_within(memory, (0, MAX_MEMORY), "memory in bits")
    _check_within(len(program.texts), (0, MAX_TEXTS), "number of texts")
    longest = max(map(len, program.texts), default=0)
    _check_within(longest, (0, MAX_TEXT), "longest text")
    if any(not 0 <= cell < program.n_cells for cell in program.outputs):
        raise FormatError(f"an output of an advice program is not one of its {program.n_cells} cells")  # fmt: skip


def _check_constants(program: AdviceProgram) -> None:
    if len(set(program.constants)) != len(program.constants):
        raise FormatError("a constant of an advice program occurs twice")
    longest = max((value.bit_length() for value in program.constants), default=0)
    _check_within(longest, (0, program.limits.bits), "longest constant in bits")


def _check_operands(program: AdviceProgram, place: int, instruction: Instruction) -> None:
    kinds = OPERANDS.get(instruction.op)
    if kinds is None:
        raise FormatError(f"instruction {place} has the unknown operation {instruction.op}")
    values = instruction.operands
    if len(values) != len(kinds):
        raise FormatError(
            f"instruction {place} has {len(values)} operands, {Op(instruction.op).name} takes {len(kinds)}"
        )
    for k, kind in enumerate(kinds):
        if not _is_good(program, kind, values[k:]):
            raise FormatError(f"operand {k} of instruction {place} is {values[k]}, not a {kind.name}")  # fmt: skip
    if instruction.op in EQUAL_LENGTHS and values[1] != values[3]:
        raise FormatError(
            f"instruction {place} has arrays of different lengths, {values[1]} and {values[3]}"
        )


def _is_good(program: AdviceProgram, kind: Kind, rest: Sequence[int]) -> bool:
    """Return whether an operand, followed by those after it, is of its kind."""
    value = rest[0]
    low = program.first_free if kind in (Kind.WRITE, Kind.WRITE_ARRAY) else 0
    match kind:
        case Kind.READ | Kind.WRITE:
            return low <= value < program.n_cells
        case Kind.READ_ARRAY | Kind.WRITE_ARRAY:
            return low <= value and value + rest[1] <= program.n_cells
        case Kind.LENGTH:
            return value >= 1
        case Kind.BITS:
            return 1 <= value <= program.limits.bits
        case Kind.TEXT:
            return 0 <= value < len(program.texts)
        case Kind.LEVELS:
            return 0 <= value < MAX_DEPTH
    return value >= 0  # of a function, which _check_call looks for


def _check_nesting(open_blocks: list[int], place: int, instruction: Instruction) -> None:
    op = instruction.op
    if op in OPENING:
        open_blocks.append(op)
        if len(open_blocks) > MAX_DEPTH:
            raise FormatError(f"instruction {place} is nested deeper than {MAX_DEPTH} blocks")
    elif op == Op.ELSE:
        if not open_blocks or open_blocks[-1] != Op.IF:
            raise FormatError(f"instruction {place} is an ELSE without its IF")
        open_blocks[-1] = Op.ELSE
    elif op == Op.END:
        if not open_blocks:
            raise FormatError(f"instruction {place} is an END without a block")
        open_blocks.pop()
    elif op == Op.BREAK and instruction.operands[0] >= len(open_blocks):
        raise FormatError(f"instruction {place} leaves a block that is not open")
