"""The constraints of a circuit that cost a proof system the fewest rows.

PLONK and fflonk take a row for every wire of a combination beyond the few that a row holds.  Solving a linear constraint puts its
combination in the place of a signal, which may cost more rows than the constraint; sums that several constraints use cost fewer
as wires.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from zkctl.circom.circuit import CircomCircuit
from zkctl.constraints.plonk.count import count_fflonk_rows, count_plonk_rows
from zkctl.dsl import CompiledCircuit
from zkctl.errors import UsageError
from zkctl.runtime.records import record

AnyCircuit: TypeAlias = CompiledCircuit | CircomCircuit
_COUNTS = {"plonk": count_plonk_rows, "fflonk": count_fflonk_rows}
SYSTEMS = tuple(_COUNTS)


@record
class RowCounts:
    """The rows of the chosen constraints, and those at each level of simplification."""

    system: str
    chosen: str
    n_rows: int
    n_rows_at_o0: int
    n_rows_at_o1: int
    n_rows_at_o2: int


def check_system(system: str) -> None:
    """Check that the rows of a proof system can be counted.  Raises: UsageError."""
    if system not in _COUNTS:
        raise UsageError(
            f"no simplification for {system!r}: expected plonk or fflonk",
            hint="groth16 takes no rows for long combinations: leave out the option",
        )


@record
class Simplification:
    """A level, or the proof system whose rows decide.  Raises: UsageError for a system without rows."""

    level: int = 2
    fewest_rows_of: str | None = None

    def __post_init__(self) -> None:
        if self.fewest_rows_of is not None:
            check_system(self.fewest_rows_of)

    @property
    def purpose(self) -> str:
        """The end of a progress message."""
        return f" for {self.fewest_rows_of}" if self.fewest_rows_of else ""

    def of(self, compiled: AnyCircuit) -> tuple[AnyCircuit, RowCounts | None]:
        """Return the simplified circuit, and its rows if they decided.  Raises: CircuitError for a contradiction."""
        if self.fewest_rows_of is None:
            return compiled.simplified(self.level), None
        return with_fewest_rows(compiled, self.fewest_rows_of)


O2 = Simplification()


def with_fewest_rows(compiled: AnyCircuit, system: str) -> tuple[AnyCircuit, RowCounts]:
    """Return a circuit as it takes the fewest rows, and the counts; of equals the one with the fewest changes.

    Raises: UsageError for another proof system, CircuitError for constraints that contradict each other.
    """
    check_system(system)
    count = _COUNTS[system]
    n_rows: dict[str, int] = {}
    best: tuple[str, AnyCircuit] | None = None
    for name, tried in _candidates(compiled):
        n_rows[name] = count(tried.r1cs)
        if best is None or n_rows[name] < n_rows[best[0]]:
            best = name, tried
    assert best is not None
    chosen, circuit = best
    return circuit, RowCounts(
        system, chosen, n_rows[chosen], n_rows["O0"], n_rows["O1"], n_rows["O2"]
    )


def _candidates(compiled: AnyCircuit) -> Iterator[tuple[str, AnyCircuit]]:
    if isinstance(compiled, CircomCircuit):
        yield from ((f"O{level}", compiled.simplified(level)) for level in (2, 1, 0))
        return
    simplified = {level: compiled.simplified(level) for level in (2, 1, 0)}
    for level, circuit in simplified.items():
        yield f"O{level}", circuit
    yield "O2 with shared sums", compiled.with_shared_sums(2)
    if simplified[1].r1cs.n_constraints != simplified[2].r1cs.n_constraints:
        yield "O1 with shared sums", compiled.with_shared_sums(1)
