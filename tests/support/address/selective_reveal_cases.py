"""Statements of selective-reveal-v1: the lists of section 3.5."""

from __future__ import annotations

from collections.abc import Collection

from tests.support.address.cases import (
    NEIGHBOUR,
    TOO_LARGE,
    WIDE,
    Bad,
    Good,
    Hostile,
    World,
    changed,
    registry_with,
)
from tests.support.address.hashes import P
from tests.support.address.membership_cases import O1, O5
from tests.support.address.trees import Tree
from tests.support.address.world import HOMES, N_FIELDS, Home, Inputs, opening, packed

PLACE = 5
D3 = "D3: a value is not the field's, or is shown although hidden"
COUNTRY, POSTAL_CODE, BUILDING, ROOM = 0, 3, 5, 6
DIGEST = (1 << 248) + 123456789  # of a long text
FIELDS = [packed(text) for text in ("JP", "Tokyo", "Chiyoda", "100-0001", "", "", "R342", "A. Resident")]  # fmt: skip
HOME = Home("revealed", HOMES[0].components, fields=[*FIELDS[:BUILDING], DIGEST, *FIELDS[ROOM:]])


def statement(home: Home, registry: Tree, shown: Collection[int]) -> Inputs:
    """The holder of the home at place 5 shows some fields."""
    address = opening(home, registry, PLACE)
    del address["fields_commitment"]
    return {
        "root": registry.root,
        "mask": sum(1 << k for k in shown),
        "values": [home.fields[k] if k in shown else 0 for k in range(N_FIELDS)],
        "context": 987654321,
        "fields": list(home.fields),
        "field_salts": home.field_salts,
        "holder_secret": home.secret,
        **address,
    }


def good(depth: int) -> Good:
    registry = registry_with(depth, HOME)
    return {
        "nothing": statement(HOME, registry, ()),
        "everything": statement(HOME, registry, range(N_FIELDS)),
        "country-and-postal-code": statement(HOME, registry, (COUNTRY, POSTAL_CODE)),
        "digest-of-long-text": statement(HOME, registry, (BUILDING,)),
        "empty-field": statement(HOME, registry, (4,)),
    }


def hostile(depth: int) -> Hostile:
    registry = registry_with(depth, HOME)
    honest = statement(HOME, registry, (COUNTRY, POSTAL_CODE))
    values, mask = honest["values"], honest["mask"]
    exchanged = {
        name: [honest[name][1], honest[name][0], *honest[name][2:]]
        for name in ("fields", "field_salts")
    }
    invented = {**honest, "fields": changed(honest, "fields", COUNTRY, packed("DE"))}
    unset = HOME.but(holder_secret=0)
    cases = {
        "hidden-as-0": ({**honest, "mask": mask | 1 << ROOM}, D3),
        "shown-although-hidden": (
            {**honest, "values": changed(honest, "values", ROOM, HOME.fields[ROOM])},
            D3,
        ),
        "another-value": (
            {**honest, "values": changed(honest, "values", COUNTRY, packed("DE"))},
            D3,
        ),
        "value-withheld": ({**honest, "values": changed(honest, "values", COUNTRY, 0)}, D3),
        "mask-plus-256": ({**honest, "mask": mask + 256}, WIDE),
        "mask-minus-1": ({**honest, "mask": P - 1}, WIDE),
        "value-plus-p": ({**honest, "values": [values[0] + P, *values[1:]]}, TOO_LARGE),
        "fields-exchanged": ({**honest, **exchanged}, O5),
        "field-not-registered": (
            {**invented, "values": changed(honest, "values", COUNTRY, packed("DE"))},
            O5,
        ),
        "stranger-secret": ({**honest, "holder_secret": HOMES[NEIGHBOUR].secret}, O5),
        "secret-0": (statement(unset, registry_with(depth, unset), ()), O1),
        "seven-values": ({**honest, "values": values[:7]}, "needs an array [8]"),
        "other-root": ({**honest, "root": World(depth).second.root}, O5),
    }
    return {name: Bad(*case) for name, case in cases.items()}
