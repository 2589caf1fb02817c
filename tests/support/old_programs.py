"""Witness programs as versions 1 and 2 wrote them."""

from __future__ import annotations

from tests.support.binary_files import u32
from zkctl.constraints.witness_program import WitnessProgram


def calls_section(program: WitnessProgram) -> bytes:
    """Section 5 with one hint after the other."""
    index = {value: k for k, value in enumerate(program.pool)}
    parts = [u32(len(program.hints))]
    for call in program.hints:
        name = call.function.encode()
        parts.append(u32(call.before_row, call.node, len(name)) + name)
        parts.append(u32(len(call.parameters), *call.parameters, len(call.inputs)))
        for terms in call.inputs:
            parts.append(u32(len(terms), *terms))
            parts.append(u32(len(terms), *(index[value] for value in terms.values())))
        parts.append(u32(len(call.outputs), *call.outputs))
    return b"".join(parts)
