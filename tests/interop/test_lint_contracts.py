"""The contracts of circomlib's components, checked with numbers on the components themselves.

Each addition inside has two points that are known multiples of the base, and they differ by more than 0 and less than the order: so
the points differ.  (Of opposite points the constraint of the slope has no solution.)  Checked for the smallest and largest bits and for
some others.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.circomlib import compile_test_circuit, copy_circomlib
from zkctl.lint.foreign_contracts import (
    CONTRACTS,
    prove_with_contracts,
    rows_of_component,
    uses_of,
)
from zkctl.lint.search.assignment import Assignment
from zkctl.lint.search.domains import boxes_of
from zkctl.lint.search.guesses import scattered
from zkctl.lint.system import System
from zkctl.lint.verdict import Verdict
from zkctl.toolchain.lint.foreign import read_foreign

pytestmark = pytest.mark.slow

ORDER = 2736030358979909402780800718157159386076813972158567259200215660948447373041
A = 168698  # v^2 = u^3 + A u^2 + u
Point = tuple[int, int]


def added(one: Point, other: Point, p: int) -> Point:
    """The sum of points that are not opposite, on the Montgomery curve."""
    (u1, v1), (u2, v2) = one, other
    tangent = one == other
    rise, run = (3 * u1 * u1 + 2 * A * u1 + 1, 2 * v1) if tangent else (v2 - v1, u2 - u1)
    slope = rise * pow(run, -1, p)
    u3 = (slope * slope - A - u1 - u2) % p
    return u3, (slope * (u1 - u3) - v1) % p


def multiple(k: int, point: Point, p: int) -> Point:
    found = point
    for bit in bin(k)[3:]:
        found = added(found, found, p)
        found = added(found, point, p) if bit == "1" else found
    return found


class Component:
    """A component alone, its inner wires computed from given bits."""

    def __init__(self, system: System, name: str, bits: list[int]) -> None:
        self.p = system.modulus
        names = [system.names(w) for w in range(system.n_wires)]
        start = f"{name}."
        inside = {w for w in range(system.n_wires) if names[w].startswith(start)}
        rows = rows_of_component(system, name, names)
        self.state = Assignment(rows, system.n_wires, self.p, {}, steps=10_000_000)
        self.wires = {names[w][len(start) :]: w for w in inside}
        signal = "in" if "in[0]" in self.wires else "e"
        for k, bit in enumerate(bits):
            assert self.state.assign(self.wires[f"{signal}[{k}]"], bit)
        assert self.state.propagate()
        assert all(self.state.values[w] is not None for w in inside)

    def point(self, name: str) -> Point:
        u, v = (self.state.values[self.wires[f"{name}[{k}]"]] for k in (0, 1))
        assert u is not None
        assert v is not None
        return u, v

    def sums(self) -> list[str]:
        return [n[: -len(".lamda")] for n in self.wires if n.endswith(".lamda")]


def check_multiples(component: Component, segment: str) -> int:
    """Check every addition of a segment; return how many there are."""
    p = component.p
    base = component.point(f"{segment}.e2m.out")
    (u, v) = base
    assert (v * v - u**3 - A * u * u - u) % p == 0
    assert multiple(ORDER - 1, base, p) == (u, -v % p)  # ORDER is prime: the order of the base
    known: dict[Point, int] = {base: 1}

    def scalar(point: Point) -> int | None:
        opposite = (point[0], -point[1] % p)
        return known.get(point, -known[opposite] if opposite in known else None)

    waiting = [name for name in component.sums() if name.startswith(f"{segment}.")]
    count = 0
    while waiting:
        left = []
        for name in waiting:
            doubles = f"{name}.in[0]" in component.wires
            parts = ["in", "in"] if doubles else ["in1", "in2"]
            one, other = (scalar(component.point(f"{name}.{part}")) for part in parts)
            if one is None or other is None:
                left.append(name)
                continue
            if not doubles:
                assert one % ORDER
                assert other % ORDER
                assert 0 < abs(one - other) < ORDER
            assert component.point(f"{name}.out") == added(
                component.point(f"{name}.{parts[0]}"), component.point(f"{name}.{parts[1]}"), p
            )
            known.setdefault(component.point(f"{name}.out"), one + other)
            count += 1
        assert len(left) < len(waiting), left[:3]
        waiting = left
    return count


def test_the_strict_decomposition_refuses_every_alias(tmp_path: Path, node_modules: Path) -> None:
    copy = copy_circomlib(node_modules, tmp_path)
    (copy / "test" / "circuits" / "strict.circom").write_text(
        'pragma circom 2.0.0; include "../../circuits/bitify.circom"; component main = Num2Bits_strict();'
    )
    system = read_foreign(compile_test_circuit(node_modules, copy, "strict"))[1]
    p = system.modulus
    (use,) = uses_of(system, CONTRACTS)
    assert (use.component, use.inputs, len(use.outputs)) == ("", system.inputs, 254)

    boxes = boxes_of(system.rows, {}, p)

    def is_accepted(integer: int) -> bool:
        state = Assignment(system.rows, system.n_wires, p, boxes, steps=1_000_000)
        assert state.assign(next(iter(use.inputs)), integer % p)
        for k, wire in enumerate(sorted(use.outputs)):
            assert state.assign(wire, integer >> k & 1)
        return state.propagate() and None not in state.values

    steps = [p + (1 << k) for k in range(0, 252, 10)] + [p - (1 << k) for k in range(0, 252, 10)]
    others = [0, 1, p - 1, p, p + 1, (1 << 254) - 1, *(scattered(k, 1 << 254) for k in range(20))]
    for integer in (n for n in [*steps, *others] if n < 1 << 254):
        assert is_accepted(integer) == (integer < p)
    assert prove_with_contracts(system).judgement.verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("circuit", "component", "n_bits"),
    [("pedersen2_test", "pedersen", 256), ("escalarmulfix_test", "escalarMul", 253)],
)
def test_points_of_all_sums_differ(
    tmp_path: Path, node_modules: Path, circuit: str, component: str, n_bits: int
) -> None:
    copy = copy_circomlib(node_modules, tmp_path)
    system = read_foreign(compile_test_circuit(node_modules, copy, circuit))[1]
    use = next(use for use in uses_of(system, CONTRACTS) if use.component == component)
    assert len(use.bits) == n_bits
    assert len(use.outputs) == 2
    bases = set()
    for seed in range(4):
        bits = [scattered(seed << 16 | k, 2**64) & 1 if seed > 1 else seed for k in range(n_bits)]
        alone = Component(system, component, bits)
        segments = {name.split(".")[0] for name in alone.wires if name.startswith("segments")}
        assert sum(check_multiples(alone, segment) for segment in segments) > 300
        for segment in segments:
            bases.add((segment, alone.point(f"{segment}.e2m.out")))
    assert len(bases) == len(segments)  # constant points
    found = prove_with_contracts(system)
    assert found.judgement.verdict is Verdict.PROVED
    assert [use.contract.name for use in found.uses] == [use.contract.name]
