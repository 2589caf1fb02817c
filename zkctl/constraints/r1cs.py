"""Rank-1 constraint systems: A w * B w = C w, row by row; the form of a compiled circuit that every proof system reads.

Wires: 0 is the constant 1, then public outputs, public inputs, private inputs, intermediates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zkctl.errors import InputError, IntegrityError, ShapeError
from zkctl.field import FieldArray, PrimeField
from zkctl.field.words import Words
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray


@record(eq=False)
class SparseMatrix:
    """A sparse matrix by rows.

    Shapes: starts (n_rows + 1,) int64, wires (nnz,) uint32, values (nnz, n_words) uint64.  Units: values plain canonical, not Montgomery.
    Row k holds the terms starts[k] .. starts[k + 1] - 1, in the order of the file; a wire may repeat within a row (its terms add up).
    """

    field: PrimeField
    starts: NDArray[np.int64]
    wires: NDArray[np.uint32]
    values: Words

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.starts) - 1

    @property
    def n_nonzero(self) -> int:
        """Number of terms with a nonzero coefficient."""
        return int(self.values.any(axis=1).sum())

    def row(self, k: int) -> list[tuple[int, int]]:
        """Return the terms (wire, coefficient) of row k as Python integers."""
        part = slice(int(self.starts[k]), int(self.starts[k + 1]))
        words = self.values[part]
        coefficients = (sum(int(w) << (64 * i) for i, w in enumerate(row)) for row in words)
        return list(zip(self.wires[part].tolist(), coefficients, strict=True))

    def words(self, terms: slice) -> Words:
        """Return the values of some terms."""
        return self.values[terms]

    def multiply(self, witness: FieldArray) -> FieldArray:
        """Return the matrix-vector product.  Shapes: (n_wires,) -> (n_rows,)."""
        # plain * Montgomery under Montgomery multiplication is plain; so lift the coefficients once: (v R) * (w R) / R = v w R
        products = FieldArray.from_canonical_words(self.field, self.values) * witness[self.wires]
        return products.segment_sums(self.starts)

    def rows_with_wires(self) -> NDArray[np.bool_]:
        """Return for each row whether it has a term other than the constant.  Shapes: -> (n_rows,)."""
        rows = np.repeat(np.arange(self.n_rows), np.diff(self.starts))
        found = np.zeros(self.n_rows, np.bool_)
        found[rows[(self.wires != 0) & self.values.any(axis=1)]] = True
        return found


class PooledMatrix(SparseMatrix):
    """A matrix whose values are indexes into the words of a few coefficients: `values` are made when they are asked for.

    Shapes: coefficients (nnz,), pool (n_coefficients, n_words).
    """

    def __init__(
        self,
        field: PrimeField,
        starts: NDArray[np.int64],
        wires: NDArray[np.uint32],
        coefficients: NDArray[np.uint32],
        pool: Words,
    ) -> None:
        vars(self).update(field=field, starts=starts, wires=wires, coefficients=coefficients, pool=pool)  # fmt: skip

    coefficients: NDArray[np.uint32]
    pool: Words

    @property
    def values(self) -> Words:
        """The values of all terms.  Shapes: (nnz, n_words)."""
        return self.words(slice(None))

    def words(self, terms: slice) -> Words:
        """Return the values of some terms."""
        return self.pool[self.coefficients[terms]]


@record(eq=False)
class R1CS:
    """A constraint system with the roles of its wires.

    `labels` (n_wires,) uint64 are the compiler's ids of the wires' names; `has_custom_gates` is set by readers of files with such gates.
    """

    field: PrimeField
    n_wires: int
    n_outputs: int
    n_public_inputs: int
    n_private_inputs: int
    n_labels: int
    a: SparseMatrix
    b: SparseMatrix
    c: SparseMatrix
    labels: NDArray[np.uint64]
    has_custom_gates: bool = False

    @property
    def n_constraints(self) -> int:
        """Number of rows."""
        return self.a.n_rows

    @property
    def n_public(self) -> int:
        """Public signals: outputs and public inputs, without the constant."""
        return self.n_outputs + self.n_public_inputs

    @property
    def n_linear(self) -> int:
        """Number of constraints in which A or B is constant, so that no signal is multiplied by another."""
        products = self.a.rows_with_wires() & self.b.rows_with_wires()
        return self.n_constraints - int(products.sum())

    def unsatisfied(self, witness: FieldArray) -> NDArray[np.int64]:
        """Return the indices of all constraints that the witness breaks, ascending.  Shapes: (n_wires,) -> (n_broken,)."""
        if witness.shape != (self.n_wires,):
            raise ShapeError(
                f"the circuit has {self.n_wires} wires, the witness {witness.shape[0]}"
            )
        residue = self.a.multiply(witness) * self.b.multiply(witness) - self.c.multiply(witness)
        return np.flatnonzero(~residue.is_zero())

    def first_unsatisfied(self, witness: FieldArray) -> int | None:
        """Return the index of the first constraint the witness breaks, or None.  Shapes: (n_wires,)."""
        broken = self.unsatisfied(witness)
        return int(broken[0]) if len(broken) else None

    def has_product(self) -> bool:
        """Return whether a constraint multiplies wires; without one, linear algebra finds the witnesses."""
        return self.n_linear < self.n_constraints

    def wires_of(self, constraint: int) -> list[int]:
        """Return the wires that a constraint reads, ascending, without the constant."""
        rows = (matrix.row(constraint) for matrix in (self.a, self.b, self.c))
        return sorted({wire for row in rows for wire, _ in row if wire})


def custom_gates_refused(where: str = "") -> InputError:
    """Return the error for a circuit with custom gates: no proof system here has rows for them."""
    return InputError(
        "the circuit uses custom gates, which no proof system here can express",
        where=where,
        hint="compile without `pragma custom_templates`",
    )


def no_knowledge(circuit: R1CS, where: str = "") -> IntegrityError | None:
    """Return the error for a circuit of linear constraints only: solving them yields its witnesses.  None if it has a product."""
    if circuit.has_product():
        return None
    empty = not circuit.n_constraints + circuit.n_public
    missing = "no constraint left" if empty else "no non-linear constraint"
    return IntegrityError(
        f"the circuit has {missing}, so a proof shows no knowledge",
        where=where,
        hint="constrain a product of signals, or pass `allow_insecure`",
    )
