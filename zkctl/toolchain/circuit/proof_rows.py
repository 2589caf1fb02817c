"""The simplification of a circuit that costs a proof system the fewest rows.

PLONK and fflonk take a row for every wire of a combination beyond the few that a row holds, so that solving a linear constraint,
which puts its combination in the place of a signal wherever that occurs, may cost more rows than the constraint.
"""

from __future__ import annotations

from zkctl.constraints.plonk.count import count_fflonk_rows, count_plonk_rows
from zkctl.dsl import CompiledCircuit
from zkctl.errors import UsageError
from zkctl.runtime.records import record

_COUNTS = {"plonk": count_plonk_rows, "fflonk": count_fflonk_rows}
SYSTEMS = tuple(_COUNTS)
# levels, and the longest linear constraints that level 2 solves
_CANDIDATES: tuple[tuple[int, int | None], ...] = (
    (2, None),
    (2, 16),
    (2, 8),
    (2, 4),
    (2, 3),
    (1, None),
    (0, None),
)


@record
class RowCounts:
    """The rows of the chosen simplification, and those at --O2."""

    chosen: str
    n_rows: int
    n_rows_at_o2: int


def check_system(system: str) -> None:
    """Check that the rows of a proof system can be counted.  Raises: UsageError."""
    if system not in _COUNTS:
        raise UsageError(
            f"no simplification for {system!r}: expected plonk or fflonk",
            hint="groth16 takes no rows for long combinations: leave out the option",
        )


def with_fewest_rows(compiled: CompiledCircuit, system: str) -> tuple[CompiledCircuit, RowCounts]:
    """Return a circuit, simplified so that it takes the fewest rows, and the counts.

    Raises: UsageError for another proof system, CircuitError for constraints that contradict each other.
    """
    check_system(system)
    count = _COUNTS[system]
    at_o2, best = 0, None
    for level, longest in _CANDIDATES:
        tried = compiled.simplified(level, longest)
        n_rows = count(tried.r1cs)
        at_o2 = at_o2 or n_rows
        if best is None or n_rows < best[0]:
            best = n_rows, tried, _name(level, longest)
    assert best is not None
    n_rows, chosen, name = best
    return chosen, RowCounts(name, n_rows, at_o2)


def _name(level: int, longest: int | None) -> str:
    return f"O{level}" if longest is None else f"O{level}, sums of at most {longest} terms"
