"""Statements about a PID that is registered whatever its components are, and what refuses a forged one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.support.address.cases import NOT_A_BIT, TOO_LARGE, Bad, Hostile, changed
from tests.support.address.hashes import P
from tests.support.address.trees import Tree
from tests.support.address.world import Home, Inputs, components_of
from tests.support.forged_witness import ForgedWitness
from zkctl.constraints.gadget_calls import GadgetCall

FULL = "JP-13-113-01-T07-B12-BN02-R342"
NEIGHBOUR = 1234567  # a leaf, at place 0; ours is at place 1


def home(pid: str = FULL, **changes: Any) -> Home:
    """A home; `changes` are components by their level, c4=..., or other parts."""
    components = components_of(pid)
    for level in range(8):
        components[level] = changes.pop(f"c{level}", components[level])
    return Home("ours", components, **changes)


def registry(ours: Home, depth: int) -> Tree:
    return Tree(depth, [NEIGHBOUR, ours.leaf])


def pid_inputs(ours: Home, depth: int) -> Inputs:
    """The private inputs of a statement about the PID of a home."""
    siblings, path = registry(ours, depth).path(1)
    return {
        "components": ours.components,
        "collision": ours.collision,
        "pid_salt": ours.pid_salt,
        "fields_commitment": ours.fields_commitment,
        "version": ours.version,
        "holder_secret": ours.secret,
        "siblings": siblings,
        "path": path,
    }


def hostile_openings(statement: Callable[[Home], Inputs]) -> Hostile:
    """Other openings of the registered leaf, and leaves that no provider may register."""
    honest = statement(home())
    cases: dict[str, tuple[Inputs, str]] = {
        "another-pid": ({**honest, "components": components_of(FULL[:-1] + "3")}, "O5: "),
        "another-collision": ({**honest, "collision": 1}, "O5: "),
        "another-salt": ({**honest, "pid_salt": honest["pid_salt"] + 1}, "O5: "),
        "another-fields": (
            {**honest, "fields_commitment": honest["fields_commitment"] + 1},
            "O5: ",
        ),
        "another-version": ({**honest, "version": 2}, "O5: "),
        "stranger-secret": ({**honest, "holder_secret": honest["holder_secret"] + 1}, "O5: "),
        "another-root": ({**honest, "root": honest["root"] + 1}, "O5: "),
        "pair-swapped": ({**honest, "path": changed(honest, "path", 0, 0)}, "O5: "),
        "secret-0": (statement(home(holder_secret=0)), "O1: "),
        "version-wide": (statement(home(version=1 << 32)), "input version does not fit in 32 bits"),
        "path-bit-2": ({**honest, "path": changed(honest, "path", 1, 2)}, NOT_A_BIT),
        "path-bit-minus-1": ({**honest, "path": changed(honest, "path", 1, P - 1)}, NOT_A_BIT),
        "root-plus-p": ({**honest, "root": honest["root"] + P}, TOO_LARGE),
    }
    return {name: Bad(*case) for name, case in cases.items()}


def rules(messages: Iterable[str]) -> set[str]:
    """The rules that messages name, `S2` of `S2: a character ...`; a message without one as it is."""
    return {message.partition(":")[0] for message in messages}


def zero_test(honest: ForgedWitness, terms: Mapping[int, int]) -> GadgetCall:
    """The call of is_zero for a linear combination."""
    wanted = {wire: coefficient % honest.p for wire, coefficient in terms.items()}
    return next(
        call
        for call in honest.calls
        if call.contract.gadget.endswith("is_zero") and call.received[0] == wanted
    )
