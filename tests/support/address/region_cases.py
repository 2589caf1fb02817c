"""Statements of region-v1: the lists of section 3.4, and more of their kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.support.address import hashes
from tests.support.address.cases import TOO_LARGE, Bad, Good, Hostile, changed
from tests.support.address.hashes import P, tagged
from tests.support.address.statements import FULL, home, hostile_openings, pid_inputs, registry
from tests.support.address.world import Home, Inputs, components_of, packed

ENTRIES = 8  # of a list
MINE = FULL.split("-")
COARSE = "JP-13"


def entry(pid: str) -> int:
    """The list entry of a region; of "" the padding."""
    return hashes.prefix([packed(part) for part in pid.split("-")]) if pid else 0


def statement(
    ours: Home,
    depth: int,
    allowed: Sequence[str],
    prohibited: Sequence[str] = (),
    /,
    *,
    entries: int = ENTRIES,
    **changes: Any,
) -> Inputs:
    """A statement with lists of regions; "" is padding, and more is added at the end."""
    allowed, prohibited = ([*each, *[""] * (entries - len(each))] for each in (allowed, prohibited))
    public = {
        "root": registry(ours, depth).root,
        "allowed": [entry(pid) for pid in allowed],
        "prohibited": [entry(pid) for pid in prohibited],
        "context": 99,
    }
    openings = {
        "prohibited_components": [components_of(pid) if pid else [0] * 8 for pid in prohibited],
        "prohibited_depth": [len(pid.split("-")) if pid else 0 for pid in prohibited],
    }
    return {**public, **pid_inputs(ours, depth), **openings, **changes}


def good(depth: int) -> Good:
    siblings = ["JP-14", "JP-13-114", FULL[:-1] + "3", "JP-13-113-01-T07-B12-BN03"]
    return {
        "whole-country": statement(home(), depth, ["JP"]),
        "exactly-mine": statement(home(), depth, ["", "", FULL], ["DE"]),
        "last-place": statement(home(), depth, ["DE", *[""] * 6, COARSE], [*[""] * 7, "JP-14"]),
        "siblings-prohibited": statement(home(), depth, ["JP-13-113"], siblings),
        "coarse": statement(home(COARSE), depth, ["JP"], ["JP-14-100-02", "DE-13"]),
        "collision-is-no-part": statement(home(collision=3), depth, [FULL]),
        "same-twice": statement(home("DE-BE"), depth, ["DE-BE", "DE-BE"], ["JP", "JP"]),
        "longer-code": statement(home("JP-131"), depth, ["JP-131"], ["JP-13"]),
    }


def of_components(levels: int, components: Sequence[int]) -> int:
    """The hash of a prefix of any form."""
    return tagged("prefix", levels, *components, *[0] * (8 - len(components)))


def hostile(depth: int) -> Hostile:
    mine = components_of(FULL)
    short = home(COARSE)
    coarse = components_of(COARSE)

    def allowing(ours: Home, *entries: int) -> Inputs:
        return statement(ours, depth, [], allowed=[*entries, *[0] * (ENTRIES - len(entries))])

    lists: dict[str, tuple[str, Inputs]] = {
        "nothing-allowed": ("R4", statement(home(), depth, [])),
        "another-country": ("R4", statement(home(), depth, ["DE", "US"])),
        "allowed-longer-than-mine": ("R4", statement(short, depth, ["JP-13-113"])),
        "allowed-neighbour": ("R4", statement(home(), depth, [FULL[:-1] + "3"])),
        "allowed-shorter-code": ("R4", statement(home("JP-131"), depth, [COARSE])),
        "allowed-no-levels": ("R4", allowing(home(), of_components(0, []))),
        "allowed-one-level-too-many": ("R4", allowing(short, of_components(3, coarse[:2]))),
        "allowed-eight-levels-of-two": ("R4", allowing(short, of_components(8, coarse))),
        "allowed-depth-9": ("R4", allowing(home(), of_components(9, mine))),
        "allowed-depth-0-of-mine": ("R4", allowing(home(), of_components(0, mine))),
        "allowed-second-level-only": ("R4", allowing(home(), of_components(1, [mine[1]]))),
        "allowed-component": ("R4", allowing(home(), mine[0])),
        "prohibited-country": ("R6", statement(home(), depth, ["JP"], ["JP"])),
        "prohibited-ancestor": ("R6", statement(home(), depth, ["JP"], ["DE", "JP-13-113"])),
        "prohibited-mine-in-the-last-place": ("R6", statement(home(), depth, ["JP"], [*["DE"] * 7, FULL])),
        "prohibited-inside-my-coarse-pid": ("R6", statement(short, depth, ["JP"], ["JP-13-113-01"])),
        "prohibited-despite-allowed": ("R6", statement(home(), depth, [FULL], [FULL])),
        "gap-in-the-leaf": ("R2", statement(home(c2=0), depth, ["JP"])),
        "unit-behind-gaps": ("R2", statement(home("JP", c7=packed("R1")), depth, ["JP"])),
        "no-component": ("R2", statement(home().but(components=[0] * 8), depth, [])),
        "no-country": ("R2", statement(home(c0=0), depth, [], allowed=[of_components(2, [0, mine[1]]), *[0] * 7])),
    }  # fmt: skip
    cases = {name: Bad(inputs, f"{rule}: ") for name, (rule, inputs) in lists.items()}
    cases |= {
        name: Bad(inputs, "R5: ") for name, inputs in _hostile_regions(depth, components_of("DE"))
    }
    honest = statement(home(), depth, ["JP"], ["DE"])
    for name in ("allowed", "prohibited"):
        too_large = changed(honest, name, 0, honest[name][0] + P)
        cases[f"{name}-plus-p"] = Bad({**honest, name: too_large}, TOO_LARGE)
    return cases | hostile_openings(lambda ours: statement(ours, depth, ["JP"], ["DE"]))


def _hostile_regions(depth: int, other: list[int]) -> list[tuple[str, Inputs]]:
    """Prohibited entries that contain me, opened as others, and entries of other forms."""
    mine = components_of(FULL)

    def opened(hashed: int, components: list[int], levels: int) -> Inputs:
        honest = statement(home(), depth, ["JP"], ["DE-BE", "US"])
        return {
            **honest,
            "prohibited": changed(honest, "prohibited", 1, hashed),
            "prohibited_components": [
                components if k == 1 else each
                for k, each in enumerate(honest["prohibited_components"])
            ],
            "prohibited_depth": changed(honest, "prohibited_depth", 1, levels),
        }

    ancestor, nothing = entry("JP-13"), [0] * 8
    return [
        ("opened-as-another-country", opened(ancestor, other, 1)),
        ("opened-as-padding", opened(ancestor, nothing, 0)),
        ("opened-at-depth-1", opened(ancestor, components_of("JP-13"), 1)),
        ("opened-at-depth-minus-1", opened(of_components(P - 1, other), other, P - 1)),
        ("opened-at-depth-2-of-1", opened(of_components(2, other), other, 2)),
        ("opened-with-a-gap", opened(of_components(2, [other[0], 0, 5]), [other[0], 0, 5, *[0] * 5], 2)),
        ("opened-without-a-country", opened(of_components(1, [0, 5]), [0, 5, *[0] * 6], 1)),
        ("prohibited-no-levels", opened(of_components(0, []), nothing, 0)),
        ("prohibited-depth-0-of-mine", opened(of_components(0, mine), mine, 0)),
        ("padding-opened", opened(0, other, 1)),
        ("padding-with-a-depth", opened(0, nothing, 1)),
        ("padding-with-the-last-level", opened(0, [*[0] * 7, 5], 1)),
    ]  # fmt: skip
