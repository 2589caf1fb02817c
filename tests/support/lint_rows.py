"""Small systems in large fields for tests of single rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

import tests.support.small_fields  # noqa: F401  # the checker in small fields
from zkctl.lint.certificate import proved_outputs
from zkctl.lint.columns import Columns
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.facts import Facts
from zkctl.lint.prove import prove
from zkctl.lint.system import Row, System
from zkctl.lint.verdict import Verdict

P = 21888242871839275222246405745257275088548364400416034343698204186575808495617  # of BN254's scalars

Terms = Mapping[int, int]


def row(a: Terms, b: Terms, c: Terms, modulus: int = P) -> Row:
    """A row of integers, negative ones too."""
    sides = ({w: v % modulus for w, v in side.items() if v % modulus} for side in (a, b, c))
    return Row(*sides)


def bit(wire: int) -> Row:
    """wire * (wire - 1) = 0."""
    return row({wire: 1}, {wire: 1, 0: -1}, {})


def equal(left: Terms, right: Terms) -> Row:
    """left = right."""
    return row({}, {}, {w: left.get(w, 0) - right.get(w, 0) for w in {*left, *right}})


def system_of(
    rows: Sequence[Row], inputs: Sequence[int], outputs: Sequence[int], modulus: int = P
) -> System:
    """A system with as many wires as its rows, inputs and outputs name."""
    wires = {wire for each in rows for form in each for wire in form}
    n_wires = max({*wires, *inputs, *outputs}) + 1
    return System(modulus, n_wires, rows, frozenset(inputs), tuple(outputs))


def proved(
    rows: Sequence[Row], inputs: Sequence[int], outputs: Sequence[int], modulus: int = P
) -> set[int]:
    """The outputs that are proved, by a certificate that the checker accepts."""
    system = system_of(rows, inputs, outputs, modulus)
    judgement = prove(system)
    found = {each.wire for each in judgement.outputs if each.verdict is Verdict.PROVED}
    assert found <= proved_outputs(system, expanded(system, judgement.certificate))
    return found


def rules_used(
    rows: Sequence[Row], inputs: Sequence[int], outputs: Sequence[int], modulus: int = P
) -> set[str]:
    """The names of the steps of the certificate, those in cases too."""
    return set(_names(prove(system_of(rows, inputs, outputs, modulus)).certificate))


def _names(steps: object) -> Iterator[str]:
    if isinstance(steps, list):
        if steps and isinstance(steps[0], str):
            yield steps[0]
        for step in steps:
            yield from _names(step)


def facts_of(rows: Sequence[Row], inputs: Sequence[int] = ()) -> Facts:
    """The facts before any rule."""
    return Facts(system_of(rows, inputs, [*inputs, 1]))


def columns(rows: Sequence[Row]) -> Columns:
    """Rows as arrays, as compiled circuits have them."""
    sides = [side for each in rows for side in each]
    starts = np.cumsum([0, *(len(side) for side in sides)])
    wires = np.array([w for side in sides for w in side], np.int64)
    pool = sorted({c for side in sides for c in side.values()})
    places = np.array([pool.index(c) for side in sides for c in side.values()], np.int64)
    return Columns(starts, wires, places, pool)
