"""Edges of every comparison of the circuits, in both orders, against the same comparison of Python's integers."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.support.address import version_cases
from tests.support.address.cases import NEW, OLD, registry_with
from tests.support.address.circuits import compiled
from tests.support.address.hashes import P, tagged
from tests.support.address.project import CIRCUITS
from tests.support.address.selective_reveal_cases import HOME, statement
from tests.support.address.trees import Tree
from tests.support.address.world import HOMES, N_FIELDS
from tests.support.lying_hints import LyingHints
from zkctl.dsl import CompiledCircuit
from zkctl.errors import UnsatisfiedError

DEPTH = 3
EDGES = (0, 1, 2, (1 << 128) - 1, 1 << 128, (P - 1) // 2, (P + 1) // 2, 1 << 253, P - 2, P - 1)


def is_accepted(circuit: CompiledCircuit, inputs: dict[str, Any]) -> bool:
    try:
        circuit.witness(**inputs)
    except UnsatisfiedError:
        return False
    return True


@pytest.mark.parametrize("following", EDGES)
def test_absence(following: int) -> None:
    """Every value and low entry under a root with this entry alone, whether or not a provider makes such a tree."""
    circuit = compiled("nonrevocation", revocation_depth=1)
    for low, leaf in product(EDGES, EDGES):
        tree = Tree(1, [tagged("indexed", low, following, 7)])
        inputs = {
            "revocation_root": tree.root,
            "leaf": leaf,
            "salt": 5,
            "low_value": low,
            "low_next": following,
            "low_link": 7,
            "low_siblings": [0],
            "low_path": [0],
        }
        expected = low < leaf and (following == 0 or leaf < following)
        assert is_accepted(circuit, inputs) == expected, (low, leaf)


VERSIONS = (0, 1, (1 << 31) - 1, 1 << 31, (1 << 32) - 2, (1 << 32) - 1)


@pytest.mark.parametrize("old", VERSIONS)
def test_versions(old: int) -> None:
    """The new version is the next one; a wrap of 32 bits or of the field is none."""
    circuit = compiled("version", depth=DEPTH, revocation_depth=DEPTH)
    before = HOMES[OLD].but(version=old)
    for new in {*VERSIONS, old + 1}:
        moved = version_cases.pair(DEPTH, before, HOMES[NEW].but(version=new))
        assert is_accepted(circuit, moved) == (new == old + 1 < 1 << 32), new


@pytest.mark.parametrize("mask", [0, 1, 2, 0b10101010, 0b01010101, 127, 128, 254, 255])
def test_masks(mask: int) -> None:
    """The fields of the mask and no others; each value or bit of the mask alone cannot change."""
    circuit = compiled("selective_reveal", depth=DEPTH)
    shown = [k for k in range(N_FIELDS) if mask >> k & 1]
    inputs = statement(HOME, registry_with(DEPTH, HOME), shown)
    assert inputs["mask"] == mask
    assert is_accepted(circuit, inputs)
    for k in range(N_FIELDS):
        other = [*inputs["values"][:k], inputs["values"][k] + 1, *inputs["values"][k + 1 :]]
        assert not is_accepted(circuit, {**inputs, "values": other})
        is_empty = HOME.fields[k] == 0  # an empty field looks the same, but the mask is public
        assert is_accepted(circuit, {**inputs, "mask": mask ^ 1 << k}) == is_empty


@pytest.mark.parametrize("name", ["membership", "nonrevocation", "version"])
def test_no_lie_in_a_hint_reaches_another_output(name: str) -> None:
    row = next(each for each in CIRCUITS if each.name == name)
    circuit = compiled(name, **row.parameters(DEPTH))
    inputs = next(iter(row.good(DEPTH).values()))
    assert list(LyingHints(circuit, circuit.witness(**inputs)).reached()) == []
