"""Statements of structure-v1: the lists of section 3.3, and more of their kind.

The leaf is registered all the same, so that only the rule refuses.
"""

from __future__ import annotations

from typing import Any

from tests.support.address.cases import TOO_LARGE, Bad, Good, Hostile
from tests.support.address.hashes import P
from tests.support.address.statements import home, hostile_openings, pid_inputs, registry
from tests.support.address.world import Home, Inputs, packed

JAPAN = packed("JP")
LENGTHS = [(2, 2), (2, 3), (2, 4), (2, 4), (2, 6), (2, 6), (3, 8), (2, 6)]
BEGINNINGS = ["", "", "", "", "", "B", "BN", "R"]
FREE_FORM = (1, 2, 3)


def statement(ours: Home, depth: int, /, **changes: Any) -> Inputs:
    """A statement about a home; the depth that it claims is the number of components that are there."""
    public = {
        "root": registry(ours, depth).root,
        "country": ours.components[0],
        "depth": sum(component != 0 for component in ours.components),
        "context": 77,
    }
    return {**public, **pid_inputs(ours, depth), **changes}


def good(depth: int) -> Good:
    homes = {
        "full": home(),
        "suffix": home(collision=7),
        "largest-suffix": home("AR-BA", collision=99),
        "country": home("SG"),
        "letters": home("GB-LND-00BK-W1-SOHO-B1-BN00000A-R1", version=2**32 - 1),
        "no-suffix": home("JP-CC-C1-C001-C01A", c4=packed("CC")),
    }
    return {name: statement(each, depth) for name, each in homes.items()}


COMPONENTS: dict[str, tuple[str, dict[str, int]]] = {
    "component-after-a-gap": ("S3", {"c2": 0}),
    "unit-after-gaps": ("S3", {"c3": 0, "c4": 0, "c5": 0, "c6": 0}),
    "no-country": ("S3", {"c0": 0}),
    "lower-case": ("S2", {"c1": packed("1a")}),
    "hyphen": ("S2", {"c2": packed("1-3")}),
    "slash": ("S2", {"c1": packed("1/")}),
    "colon": ("S2", {"c1": packed("1:")}),
    "at-sign": ("S2", {"c1": packed("1@")}),
    "bracket": ("S2", {"c1": packed("1[")}),
    "backtick": ("S2", {"c1": packed("1`")}),
    "space": ("S2", {"c1": packed("1 ")}),
    "byte-255": ("S2", {"c1": 0x31FF}),
    "byte-128-more": ("S2", {"c1": 0x31C1}),
    "nul-inside": ("S2", {"c2": 0x310033}),
    "nul-before-two": ("S2", {"c3": 0x31003333}),
    "hyphen-in-front": ("S2", {"c2": packed("-13")}),
    "lower-case-in-front": ("S2", {"c2": packed("a13")}),
    "nul-behind": ("S2", {"c2": 0x313300}),
    "nine-bytes": ("S4", {"c6": packed("BN0000001")}),
    "component-2-64": ("S4", {"c6": 1 << 64}),
    "component-minus-1": ("S4", {"c6": P - 1}),
    "unit-minus-1": ("S4", {"c7": P - 1}),
    "country-plus-2-16": ("S4", {"c0": JAPAN + (1 << 16)}),
    "country-j1": ("S5", {"c0": packed("J1")}),
    "country-of-digits": ("S5", {"c0": packed("11")}),
    "sublocality-t7a": ("S5", {"c4": packed("T7A")}),
    "sublocality-07": ("S5", {"c4": packed("07")}),
    "sublocality-a7": ("S5", {"c4": packed("A7")}),
    "sublocality-tt7": ("S5", {"c4": packed("TT7")}),
    "sublocality-7t": ("S5", {"c4": packed("7T")}),
    "block-a12": ("S5", {"c5": packed("A12")}),
    "block-12": ("S5", {"c5": packed("12")}),
    "building-b02": ("S5", {"c6": packed("B02")}),
    "building-nb02": ("S5", {"c6": packed("NB02")}),
    "building-bm02": ("S5", {"c6": packed("BM02")}),
    "building-nn02": ("S5", {"c6": packed("NN02")}),
    "unit-342": ("S5", {"c7": packed("342")}),
    "unit-lower-case": ("S2", {"c7": packed("r342")}),
}
OTHERS: dict[str, tuple[str, Home, dict[str, int]]] = {
    "no-component-and-depth-0": ("S3", home().but(components=[0] * 8), {}),
    "collision-100": ("S7", home(collision=100), {}),
    "collision-127": ("S7", home(collision=127), {}),
    "collision-128": ("S7", home(collision=128), {}),
    "collision-minus-1": ("S7", home(collision=P - 1), {}),
    "suffix-on-a-country": ("S7", home("AR", collision=1), {}),
    "depth-0": ("S3", home(), {"depth": 0}),
    "depth-9": ("S3", home(), {"depth": 9}),
    "depth-minus-1": ("S3", home(), {"depth": P - 1}),
    "depth-too-small": ("S3", home(), {"depth": 7}),
    "depth-too-large": ("S3", home("JP-13-113"), {"depth": 4}),
    "another-country": ("S8", home(), {"country": packed("DE")}),
    "country-0": ("S8", home(), {"country": 0}),
    "country-shifted": ("S8", home(), {"country": JAPAN << 8}),
}


def hostile(depth: int) -> Hostile:
    cases = {
        name: Bad(statement(home(**components), depth), f"{rule}: ")
        for name, (rule, components) in {**COMPONENTS, **_suffixes(), **_lengths()}.items()
    }
    for name, (rule, ours, changes) in OTHERS.items():
        cases[name] = Bad(statement(ours, depth, **changes), f"{rule}: ")
    honest = statement(home(), depth)
    for name in ("country", "depth"):
        cases[f"{name}-plus-p"] = Bad({**honest, name: honest[name] + P}, TOO_LARGE)
    return cases | hostile_openings(lambda ours: statement(ours, depth))


def _suffixes() -> dict[str, tuple[str, dict[str, int]]]:
    """Components that look like a collision suffix, at every level."""
    return {
        f"{text.lower()}-at-level-{level}": ("S6" if level in FREE_FORM else "S5", {f"c{level}": packed(text)})
        for level in range(1, 8)
        for text in ("C01", "C00", "C99")
    }  # fmt: skip


def _lengths() -> dict[str, tuple[str, dict[str, int]]]:
    """One character less and one more than each level has."""
    return {
        f"level-{level}-of-{length}": ("S4", {f"c{level}": packed((BEGINNINGS[level] + "ABCDEFGH")[:length])})
        for level, (shortest, longest) in enumerate(LENGTHS)
        for length in (shortest - 1, longest + 1)
    }  # fmt: skip
