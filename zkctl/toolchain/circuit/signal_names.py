"""The names of a circuit's wires, from the .sym file beside it or another one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zkctl.errors import IntegrityError
from zkctl.formats.sym import read_wire_names
from zkctl.runtime.printable import printable

_MAX_NAMES = 12  # in one line
_MAX_CHARACTERS = 1 << 16  # of one name: the reader's limit of a line

WireNames = dict[int, str]


def wire_names(r1cs: Path, n_wires: int, *, sym: Path | None = None) -> WireNames:
    """Return the names of a circuit's wires, printable; without `sym` from the file beside the circuit, if there is one.

    Raises: FormatError for a malformed .sym; IntegrityError if it names a wire that the circuit has not; EnvironmentProblem if `sym`
    is missing.
    """
    path = r1cs.with_suffix(".sym") if sym is None else sym
    if sym is None and not path.is_file():
        return {}
    names = read_wire_names(path)
    last = max(names, default=0)
    if last >= n_wires:
        raise IntegrityError(
            f"the names of signals are of another circuit: expected wires below {n_wires}, got {last}",
            where=printable(path),
            hint="compile the circuit again, or pass the .sym file of this circuit as `sym`",
        )
    return {wire: printable(name, _MAX_CHARACTERS) for wire, name in names.items()}


def signals_of(wires: Sequence[int], names: WireNames) -> list[str]:
    """Return the names of wires, `wire 5` for one without a name."""
    return [names.get(wire, f"wire {wire}") for wire in wires]


def first_names(signals: Sequence[str]) -> str:
    """Return the first few names of a list in one line, and the number of the others."""
    more = f" and {len(signals) - _MAX_NAMES} more" if len(signals) > _MAX_NAMES else ""
    return f"{', '.join(signals[:_MAX_NAMES])}{more}"
