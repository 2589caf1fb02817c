"""Advice programs inside a witness program: section 7.

Count; per program its name (text), numbers of inputs and cells, limits (steps, bits), constants (count, integers), outputs (list),
texts (count, texts), and its code: the number of instructions, each an operation and its operands.  An integer is its sign (0 or 1), its
number of bytes and the bytes of its absolute value, as few as it needs, so that a program has one encoding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zkctl.constraints.advice.calls import MAX_PROGRAMS
from zkctl.constraints.advice.instructions import OPERANDS, AdviceProgram, Instruction, Limits
from zkctl.formats.binary.program_values import (
    integer_bytes,
    list_bytes,
    read_integer,
    read_list,
    read_text,
    text_bytes,
    u32s,
)
from zkctl.formats.binary.sections import Section


def read_advice(section: Section) -> tuple[AdviceProgram, ...]:
    """Return the advice programs; `check_advice` is the caller's."""
    count = section.u32("the number of advice programs")
    if count > MAX_PROGRAMS:
        raise section.fail(f"{count} advice programs, at most {MAX_PROGRAMS} are supported")
    programs = tuple(_read_program(section) for _ in range(count))
    section.finish()
    return programs


def _read_program(section: Section) -> AdviceProgram:
    name = read_text(section)
    n_inputs = section.u32("the number of inputs")
    n_cells = section.u32("the number of cells")
    limits = Limits(section.u32("the limit of steps"), section.u32("the limit of bits"))
    constants = tuple(read_integer(section) for _ in range(section.u32("the number of constants")))
    outputs = tuple(read_list(section, "outputs"))
    texts = tuple(read_text(section) for _ in range(section.u32("the number of texts")))
    code = tuple(_read_code(section, section.u32("the number of instructions")))
    return AdviceProgram(name, n_inputs, constants, n_cells, outputs, code, texts, limits)


def _read_code(section: Section, count: int) -> Iterator[Instruction]:
    for place in range(count):
        op = section.u32("an operation")
        kinds = OPERANDS.get(op)
        if kinds is None:
            raise section.fail(f"instruction {place} has the unknown operation {op}")
        yield Instruction(op, tuple(section.u32("an operand") for _ in kinds))


def advice_bytes(programs: Sequence[AdviceProgram]) -> bytes:
    """Return the section of these programs."""
    return u32s(len(programs)) + b"".join(map(_program_bytes, programs))


def _program_bytes(program: AdviceProgram) -> bytes:
    limits = program.limits
    parts = [
        text_bytes(program.name),
        u32s(program.n_inputs, program.n_cells, limits.steps, limits.bits),
        u32s(len(program.constants)),
        *map(integer_bytes, program.constants),
        list_bytes(program.outputs),
        u32s(len(program.texts)),
        *map(text_bytes, program.texts),
        u32s(len(program.code)),
        *(u32s(each.op, *each.operands) for each in program.code),
    ]
    return b"".join(parts)
