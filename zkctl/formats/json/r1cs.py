"""Constraint systems as JSON, in the layout of snarkjs (`r1cs export json`).

A constraint is [A, B, C], each an object of wire: coefficient with the wires in order; `map` is the label of each wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from zkctl.constraints.custom_gates import CustomGates
from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.field import ints_from_words
from zkctl.formats.json.layout import ROWS_AT_ONCE, array_pieces, object_pieces, text_of
from zkctl.formats.json.strict import Json


def r1cs_pieces(r1cs: R1CS, custom: CustomGates | None) -> Iterator[str]:
    """Yield the document; `custom` are the gates of a file that has sections for them."""
    start: dict[str, Json] = {
        "n8": r1cs.field.n_bytes,
        "prime": str(r1cs.field.modulus),
        "nVars": r1cs.n_wires,
        "nOutputs": r1cs.n_outputs,
        "nPubInputs": r1cs.n_public_inputs,
        "nPrvInputs": r1cs.n_private_inputs,
        "nLabels": r1cs.n_labels,
        "nConstraints": r1cs.n_constraints,
        "useCustomGates": custom is not None,
    }
    gates: list[Json] = []
    uses: list[Json] = []
    if custom is not None:
        gates += [_gate(gate.name, gate.parameters) for gate in custom.gates]
        uses += [{"id": gate, "signals": list(wires)} for gate, wires in custom.uses]
    arrays = (
        ("constraints", array_pieces(_constraints(r1cs), 1)),
        ("map", array_pieces(_labels(r1cs), 1)),
        ("customGates", array_pieces([[text_of(gate, 2) for gate in gates]], 1)),
        ("customGatesUses", array_pieces([[text_of(use, 2) for use in uses]], 1)),
    )
    return object_pieces(start, arrays)


def _gate(name: str, parameters: Sequence[int]) -> Json:
    return {"templateName": name, "parameters": [str(value) for value in parameters]}


def _labels(r1cs: R1CS) -> Iterator[Sequence[str]]:
    for start in range(0, r1cs.n_wires, ROWS_AT_ONCE):
        yield [str(label) for label in r1cs.labels[start : start + ROWS_AT_ONCE].tolist()]


def _constraints(r1cs: R1CS) -> Iterator[Sequence[str]]:
    for start in range(0, r1cs.n_constraints, ROWS_AT_ONCE):
        rows = slice(start, min(start + ROWS_AT_ONCE, r1cs.n_constraints))
        sides = (_row_texts(matrix, rows) for matrix in (r1cs.a, r1cs.b, r1cs.c))
        yield ["[\n   " + ",\n   ".join(three) + "\n  ]" for three in zip(*sides, strict=True)]


def _row_texts(matrix: SparseMatrix, rows: slice) -> list[str]:
    """Return some rows of a matrix; a wire that repeats within a row has the sum of its coefficients."""
    starts = matrix.starts[rows.start : rows.stop + 1].tolist()
    first, last = starts[0], starts[-1]
    wires = matrix.wires[first:last].tolist()
    values = ints_from_words(matrix.values[first:last])
    texts = []
    for begin, end in pairwise(starts):
        terms: dict[int, int] = {}
        for k in range(begin - first, end - first):
            terms[wires[k]] = (terms.get(wires[k], 0) + values[k]) % matrix.field.modulus
        items = [f'\n    "{wire}": "{terms[wire]}"' for wire in sorted(terms)]
        texts.append("{" + ",".join(items) + "\n   }")
    return texts
