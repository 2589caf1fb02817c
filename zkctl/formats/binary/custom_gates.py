"""The custom gates of circom's .r1cs files: section 4 lists the gates, section 5 their uses.

Section 4: u32 count, then per gate a name that ends with a zero byte, u32 count, parameters (plain, canonical).
Section 5: u32 count, then per use u32 gate, u32 count, u64 wires.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from zkctl.constraints.custom_gates import CustomGate, CustomGates
from zkctl.errors import EncodingError
from zkctl.field import PrimeField, first_not_below, ints_from_words, words_from_ints
from zkctl.formats.binary.field_elements import supported_field
from zkctl.formats.binary.r1cs import R1CS_KIND, read_r1cs_header
from zkctl.formats.binary.sections import Section, SizedSection, read_sections, sized
from zkctl.runtime.printable import printable


def read_custom_gates(path: Path) -> CustomGates | None:
    """Return the custom gates of an r1cs file, None if it has no sections for them.

    Raises: FormatError, EncodingError for what the file breaks; EnvironmentProblem if unreadable.
    """
    file = read_sections(path, R1CS_KIND)
    if not any(k in file.sections for k in R1CS_KIND.optional):
        return None
    header = read_r1cs_header(file)
    field = supported_field(header.modulus, f"{file.where}, section 1")
    gates = _read_gates(file.section(4), field)
    return CustomGates(gates, _read_uses(file.section(5), len(gates), header.n_wires))


def _read_gates(section: Section, field: PrimeField) -> list[CustomGate]:
    gates = []
    data = bytes(section.data)  # short in every circuit; names are found in it
    for k in range(section.u32("the number of custom gates")):
        end = data.find(0, section.position)
        if end < 0:
            raise section.fail(f"the name of custom gate {k} has no end: expected a zero byte")
        raw = bytes(section.take(end - section.position, "the name of a custom gate"))
        section.take(1, "the end of a name")
        name = _text(raw, section, k)
        count = section.u32("the number of parameters")
        words = section.words(count, field.n_words, f"the list of parameters of custom gate {k}")
        bad = first_not_below(words, field.modulus)
        if bad is not None:
            raise EncodingError(
                f"parameter {bad} of custom gate {k} is not below the modulus of {field.name}",
                where=section.where,
            )
        gates.append(CustomGate(name, ints_from_words(words)))
    section.finish()
    return gates


def _text(raw: bytes, section: Section, k: int) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        shown = printable(raw.decode("utf-8", "surrogateescape"))
        raise section.fail(
            f"the name of custom gate {k} is not text: expected UTF-8, got {shown}"
        ) from None


def _read_uses(section: Section, n_gates: int, n_wires: int) -> list[tuple[int, list[int]]]:
    uses = []
    for k in range(section.u32("the number of uses of custom gates")):
        gate = section.u32("the index of a custom gate")
        if gate >= n_gates:
            raise section.fail(f"use {k} is of custom gate {gate}, there are {n_gates}")
        count = section.u32("the number of wires of a custom gate")
        wires = section.array(np.dtype("<u8"), count, f"the list of wires of use {k}").tolist()
        outside = next((wire for wire in wires if wire >= n_wires), None)
        if outside is not None:
            raise section.fail(f"use {k} has wire {outside}, there are {n_wires}")
        uses.append((gate, wires))
    section.finish()
    return uses


def custom_gate_sections(gates: CustomGates, field: PrimeField) -> dict[int, SizedSection]:
    """Return sections 4 and 5 of a file."""
    listed = [struct.pack("<I", len(gates.gates))]
    for gate in gates.gates:
        words = words_from_ints(gate.parameters, field.n_words)
        count = struct.pack("<I", len(gate.parameters))
        listed.append(gate.name.encode() + b"\0" + count + np.asarray(words, "<u8").tobytes())
    used = [struct.pack("<I", len(gates.uses))]
    for gate_index, wires in gates.uses:
        used.append(struct.pack("<II", gate_index, len(wires)) + np.array(wires, "<u8").tobytes())
    return {4: sized(4, b"".join(listed)), 5: sized(5, b"".join(used))}
