"""Systems from circuits of which only the constraints and the names of signals are known.

circom numbers the labels of the signals of main in the order outputs, public inputs, private inputs, inner signals.  The wires of the file
are in the same order, but at O1 and O2 a private input may have no wire while the header still counts it: wires taken by the counts
would then be inner ones.  So roles come from labels, and every disagreement is a doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.lint.system import Form, Row, System, no_name

_MAIN = "main."
_NO_NAMES = "the roles of wires are not known without a .sym file"


class SymbolLine(NamedTuple):
    """A line of a .sym file; the wire is -1 if simplification removed it."""

    label: int
    wire: int
    component: int
    name: str


def foreign_system(r1cs: R1CS, symbols: Iterable[SymbolLine] | None) -> System:
    """Return the system of a constraint file and the lines of its .sym file, None if there is none.

    `in_doubt` says why the inputs are not known; `not_broken` why a counterexample would show nothing.
    """
    lines = [] if symbols is None else list(symbols)
    outputs = tuple(range(1, 1 + r1cs.n_outputs))
    names = _names(lines)
    n_named = r1cs.n_outputs + r1cs.n_public_inputs + r1cs.n_private_inputs
    interface = [line for line in lines if line[0] <= n_named]
    doubt = _NO_NAMES if symbols is None else _doubt(r1cs, interface, n_named)
    inputs = [line[1] for line in interface[r1cs.n_outputs :] if line[1] > 0]
    return System(
        r1cs.field.modulus,
        r1cs.n_wires,
        rows_of_matrices(r1cs),
        frozenset(() if doubt else inputs),
        outputs,
        names=lambda wire: names.get(wire, no_name(wire)),
        in_doubt=doubt,
        not_broken=_eliminated(interface),
        lost_inputs=tuple(_lost(interface)),
    )


def _names(lines: Iterable[SymbolLine]) -> dict[int, str]:
    names: dict[int, str] = {0: "1"}
    for _, wire, _, name in lines:
        names.setdefault(wire, name.removeprefix(_MAIN))
    return names


def _doubt(r1cs: R1CS, interface: Sequence[SymbolLine], n_named: int) -> str:
    """Return why the first labels are not the outputs and inputs of main, "" if they are."""
    if [label for label, *_ in interface] != list(range(1, n_named + 1)):
        return f"the .sym file does not list the {n_named} outputs and inputs of the header first"
    strangers = [name for *_, name in interface if not name.startswith(_MAIN)]
    if strangers or len({component for _, _, component, _ in interface}) > 1:
        return "the .sym file lists signals of other components among the inputs of main"
    n_public = r1cs.n_outputs + r1cs.n_public_inputs
    wires = [wire for _, wire, _, _ in interface]
    kept = [wire for wire in wires if wire >= 0]
    if wires[:n_public] != list(range(1, 1 + n_public)) or kept != list(range(1, 1 + len(kept))):
        return "the .sym file does not number the outputs and inputs of main from wire 1 on"
    for label, wire, _, name in interface:
        if wire >= r1cs.n_wires or (wire >= 0 and int(r1cs.labels[wire]) != label):
            return f"the .sym file and the circuit disagree about {name}"
    return ""


def _lost(interface: Iterable[SymbolLine]) -> list[str]:
    return [name.removeprefix(_MAIN) for _, wire, _, name in interface if wire < 0]


def _eliminated(interface: Iterable[SymbolLine]) -> str:
    lost = _lost(interface)
    if not lost:
        return ""
    more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
    return (
        f"the input {lost[0]}{more} was eliminated, so other wires may stand for it;"
        " compile with --O0 to search for counterexamples"
    )


def rows_of_matrices(r1cs: R1CS) -> list[Row]:
    """Return the constraints as rows of linear forms; terms of one wire are added up."""
    sides = [_forms(matrix) for matrix in (r1cs.a, r1cs.b, r1cs.c)]
    return [Row(a, b, c) for a, b, c in zip(*sides, strict=True)]


def _forms(matrix: SparseMatrix) -> list[Form]:
    p, n_bytes = matrix.field.modulus, matrix.values.itemsize * matrix.values.shape[1]
    data = matrix.values.tobytes()
    values = [int.from_bytes(data[k : k + n_bytes], "little") for k in range(0, len(data), n_bytes)]
    wires, starts = matrix.wires.tolist(), matrix.starts.tolist()
    forms: list[Form] = []
    for start, stop in pairwise(starts):
        form: dict[int, int] = {}
        for k in range(start, stop):
            form[wires[k]] = (form.get(wires[k], 0) + values[k]) % p
        forms.append({w: c for w, c in form.items() if c})
    return forms
