"""The lists of region-v1: each place, and every small region against its components."""

from __future__ import annotations

from itertools import product

import pytest

from tests.support.address import hashes
from tests.support.address.circuits import compiled
from tests.support.address.region_cases import COARSE, ENTRIES, statement
from tests.support.address.statements import home
from tests.support.address.world import Home
from zkctl.dsl import CompiledCircuit
from zkctl.errors import UnsatisfiedError

DEPTH = 1


@pytest.mark.parametrize("place", range(ENTRIES))
def test_each_place_of_the_lists(place: int) -> None:
    """One entry that matters, at each place: allowed there it is enough, prohibited there it refuses."""
    before, behind = [""] * place, ["DE"] * (ENTRIES - 1 - place)
    circuit = compiled("region", depth=DEPTH, list_size=ENTRIES)
    circuit.witness(**statement(home(), DEPTH, [*before, "JP", *behind], [*before, *behind]))
    with pytest.raises(UnsatisfiedError, match="R6: "):
        circuit.witness(**statement(home(), DEPTH, ["JP"], [*before, COARSE, *behind]))


@pytest.mark.parametrize("longest", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_every_small_region(longest: int) -> None:
    """PIDs and regions of a few levels, each of two components, decided as their lists of components say."""
    circuit = compiled("region", depth=DEPTH, list_size=1)
    pids = [list(each) for n in range(1, longest + 1) for each in product((5, 7), repeat=n)]
    for mine, region in product(pids, pids):
        levels = min(len(mine), len(region))
        differs = mine[:levels] != region[:levels]
        is_inside = mine[: len(region)] == region
        ours = Home("ours", mine + [0] * (8 - len(mine)))
        assert accepts(circuit, ours, allowed=region) == is_inside
        assert accepts(circuit, ours, allowed=mine[:1], prohibited=region) == differs


def accepts(
    circuit: CompiledCircuit, ours: Home, allowed: list[int], prohibited: list[int] | None = None
) -> bool:
    region = prohibited or []
    inputs = statement(
        ours,
        DEPTH,
        [],
        entries=1,
        allowed=[hashes.prefix(allowed)],
        prohibited=[hashes.prefix(region) if region else 0],
        prohibited_components=[region + [0] * (8 - len(region))],
        prohibited_depth=[len(region)],
    )
    try:
        circuit.witness(**inputs)
    except UnsatisfiedError as problem:
        assert problem.public_message.split(": ")[1] in {"R4", "R6"}
        return False
    return True
