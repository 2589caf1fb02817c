"""Statements that a circuit must accept, and those that it must refuse with the rule that refuses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.address.hashes import P
from tests.support.address.trees import Revocations, Tree
from tests.support.address.world import HOMES, Home, Inputs, registry_of, secret

OLD, NEIGHBOUR, NEW, CITY, ABROAD = range(5)  # places of HOMES

TOO_LARGE = "is not below the modulus"
NOT_A_BIT = "is not 0 or 1"
A4 = "the first number is not below the second"
A5 = "the first number is above the second"
WIDE = "needs more than 8 bits"
WIDE_VERSION = "does not fit in 32 bits"


@dataclass(frozen=True)
class Bad:
    """A hostile statement, and a text of its refusal."""

    inputs: Inputs
    refusal: str


Good = dict[str, Inputs]
Hostile = dict[str, Bad]


class World:
    """The registry and the revocations in two epochs: in the second one the resident has moved, and a farmer left."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.first = registry_of(depth)
        leaves = [0 if place in {OLD, CITY} else home.leaf for place, home in enumerate(HOMES)]
        self.second = Tree(depth, leaves)
        decoys = [(secret("decoy of the first epoch"), 0), (P - 2, 0)]
        moves = [(HOMES[OLD].leaf, HOMES[NEW].leaf), (HOMES[CITY].leaf, 0)]
        self.revoked_first = Revocations(depth, decoys)
        self.revoked_second = Revocations(depth, [*decoys, *moves])


def changed(inputs: Inputs, name: str, place: int, value: int) -> list[int]:
    """A list of inputs with another value at one place."""
    values = list(inputs[name])
    values[place] = value
    return values


def registry_with(depth: int, *homes: Home) -> Tree:
    """The first epoch's registry, with a home of no provider's at place 5 and behind."""
    return registry_of(depth, (*HOMES, *homes))


def as_strings(value: Any) -> Any:
    """Inputs as JSON has them: numbers are decimal strings."""
    if isinstance(value, dict):
        return {name: as_strings(each) for name, each in value.items()}
    return [as_strings(each) for each in value] if isinstance(value, list) else str(value)
