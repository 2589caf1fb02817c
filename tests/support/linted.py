"""Findings of the passes over circuits of the language, and over systems given by their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zkctl.dsl import Circuit
from zkctl.field import BN254_FR
from zkctl.lint.compiled import system_of
from zkctl.lint.findings import LintFinding
from zkctl.lint.prove import prove
from zkctl.lint.registry import run_passes
from zkctl.lint.subject import Subject, subject_of, subject_of_system
from zkctl.lint.system import Form, Row, System
from zkctl.toolchain.lint.judge import judged

R = BN254_FR.modulus


def findings_in(
    circuit: Circuit, code: str, *, is_searched: bool = False, **parameters: int
) -> list[LintFinding]:
    """Return the findings with a code; the circuit's uniqueness is judged, with a search for a counterexample if asked for."""
    compiled = circuit.compile(**parameters)
    system = system_of(compiled)
    judgement = judged(system).judgement if is_searched else prove(system)
    found = run_passes(subject_of(compiled, judgement))
    return [each for each in found if each.code == code]


def messages_in(circuit: Circuit, code: str, **parameters: int) -> list[str]:
    return [each.message for each in findings_in(circuit, code, **parameters)]


def foreign(
    rows: Sequence[tuple[Form, Form, Form]],
    names: Sequence[str],
    *,
    n_outputs: int,
    n_inputs: int,
    lost: tuple[str, ...] = (),
) -> System:
    """Return a system whose wires have these names, the first being wire 1; outputs come first, then inputs."""
    canonical = [
        Row(*({w: v % R for w, v in side.items() if v % R} for side in row)) for row in rows
    ]
    by_wire: Mapping[int, str] = dict(enumerate(names, start=1))
    first = 1 + n_outputs
    return System(
        R,
        1 + len(names),
        canonical,
        frozenset(range(first, first + n_inputs)),
        tuple(range(1, first)),
        names=lambda wire: by_wire.get(wire, f"wire {wire}"),
        lost_inputs=lost,
    )


def foreign_subject(system: System, public: frozenset[int] = frozenset()) -> Subject:
    return subject_of_system(system, public, prove(system))


def foreign_messages(system: System, code: str) -> list[str]:
    return [each.message for each in run_passes(foreign_subject(system)) if each.code == code]


def bit(wire: int) -> tuple[Form, Form, Form]:
    """Return the row that makes a wire 0 or 1."""
    return {wire: 1}, {wire: 1, 0: -1}, {}
