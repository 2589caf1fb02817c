"""The programs of the test data: their options and expected answers, compiled once for each level."""

from __future__ import annotations

import io
import json
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.compile import compile_program
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.signals import flatten_inputs
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.constraints.witness_program import check_program
from zkctl.field import BN254_FR
from zkctl.formats.binary.custom_gates import custom_gate_sections
from zkctl.formats.binary.r1cs import write_r1cs
from zkctl.formats.sym import write_sym

OK_PROGRAMS = "circom-programs/ok"


class Case:
    """A program and the file expected.json beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def expected(self) -> dict[str, Any]:
        """The answers of circom2."""
        found: dict[str, Any] = json.loads((self.folder / "expected.json").read_text())
        return found


def names_of(folder: Path) -> list[str]:
    """The names of all programs in a folder."""
    return sorted(path.parent.name for path in folder.glob("*/main.circom"))


@cache
def compiled(case: Case, level: SimplificationLevel) -> CircomCircuit:
    """The circuit of a program."""
    assert not case.expected["options"], "options of the command line are not read here"
    return compile_program(case.folder / "main.circom", [], BN254_FR, level).circuit


def files_of(circuit: CircomCircuit) -> tuple[bytes, bytes]:
    """The contents of the .r1cs and .sym files."""
    r1cs, sym = io.BytesIO(), io.BytesIO()
    gates = circuit.custom_gates
    sections = None if gates is None else custom_gate_sections(gates, circuit.field)
    write_r1cs(r1cs, circuit.r1cs, gates=sections)
    write_sym(sym, circuit.symbols())
    return r1cs.getvalue(), sym.getvalue()


def logged_witness(circuit: CircomCircuit, inputs: dict[str, Any]) -> tuple[list[int], list[str]]:
    """The witness of the circuit's file, and the lines of the log."""
    program = circuit.program
    check_program(program)
    modulus = circuit.field.modulus

    def number(value: object, name: str) -> int:
        assert isinstance(value, int | str), name
        return int(value) % modulus

    flat = flatten_inputs(program.signals, inputs, number, takes_flat=True)
    lines: list[list[str]] = [[]]

    def log(piece: str) -> None:
        if piece == "\n":
            lines.append([])
        else:
            lines[-1].append(piece)

    values = evaluate(program, flat, log=log)
    kept = range(program.n_wires) if program.kept is None else program.kept.tolist()
    return [values[wire] for wire in kept], [" ".join(line) for line in lines[:-1]]
