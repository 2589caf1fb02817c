"""Statements of locker-v1: the lists of section 3.7, and more of their kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.support.address.cases import NOT_A_BIT, TOO_LARGE, Bad, Good, Hostile, changed
from tests.support.address.hashes import P, tagged
from tests.support.address.trees import Tree
from tests.support.address.world import Inputs, packed, secret

FACILITY, NEXT_DOOR = packed("FAC-0042/D017"), packed("FAC-0042/D018")
NOON = 1_800_000_000
LATEST = 2**64 - 1


@dataclass(frozen=True)
class Reservation:
    """A reservation as an operator publishes it, and the secret behind it."""

    name: str = "ours"
    facility_id: int = FACILITY
    locker_id: int = 17
    valid_from: int = NOON
    valid_until: int = NOON + 7200
    access_secret: int = secret("access to ours")

    @property
    def leaf(self) -> int:
        access = tagged("access", self.access_secret)
        times = (self.valid_from, self.valid_until)
        return tagged("locker", self.facility_id, self.locker_id, access, *times)

    @property
    def nullifier(self) -> int:
        place = (self.facility_id, self.locker_id)
        return tagged("reservation", self.access_secret, *place, self.valid_until)

    def but(self, **changes: Any) -> Reservation:
        return replace(self, **changes)


OURS = Reservation()
NEIGHBOUR = Reservation(
    "neighbour", NEXT_DOOR, locker_id=18, access_secret=secret("access of another")
)


def lockers(depth: int, ours: Reservation) -> Tree:
    return Tree(depth, [NEIGHBOUR.leaf, ours.leaf, OURS.leaf])


def statement(ours: Reservation, depth: int, **changes: Any) -> Inputs:
    """A statement about a reservation at place 1, at its first second."""
    tree = lockers(depth, ours)
    siblings, path = tree.path(1)
    return {
        "locker_root": tree.root,
        "facility_id": ours.facility_id,
        "now": ours.valid_from % 2**64,
        "context": 55,
        "locker_id": ours.locker_id,
        "access_secret": ours.access_secret,
        "valid_from": ours.valid_from,
        "valid_until": ours.valid_until,
        "siblings": siblings,
        "path": path,
        **changes,
    }


def good(depth: int) -> Good:
    always = OURS.but(valid_from=0, valid_until=LATEST)
    second = OURS.but(valid_until=NOON)
    return {
        "first-second": statement(OURS, depth),
        "last-second": statement(OURS, depth, now=OURS.valid_until),
        "within": statement(OURS, depth, now=NOON + 1),
        "one-second-long": statement(second, depth),
        "always-first": statement(always, depth, now=0),
        "always-last": statement(always, depth, now=LATEST),
        "locker-0": statement(OURS.but(locker_id=0, facility_id=P - 1), depth),
    }


def hostile(depth: int) -> Hostile:
    honest = statement(OURS, depth)
    siblings, path = lockers(depth, OURS).path(0)
    unset, backwards = OURS.but(access_secret=0), OURS.but(valid_until=NOON - 1)
    early, endless = OURS.but(valid_from=P - 5), OURS.but(valid_until=2**64 + NOON + 1)
    cases: dict[str, tuple[Inputs, str]] = {
        "another-facility": ({**honest, "facility_id": NEXT_DOOR}, "L2: "),
        "facility-plus-1": ({**honest, "facility_id": FACILITY + 1}, "L2: "),
        "another-locker": ({**honest, "locker_id": 18}, "L2: "),
        "guessed-secret": ({**honest, "access_secret": 123456}, "L2: "),
        "stranger-reservation": ({**honest, "siblings": siblings, "path": path}, "L2: "),
        "secret-0": (statement(unset, depth), "L1: "),
        "secret-0-of-another": ({**honest, "access_secret": 0}, "L1: "),
        "a-second-before": ({**honest, "now": NOON - 1}, "L4: "),
        "a-second-after": ({**honest, "now": OURS.valid_until + 1}, "L5: "),
        "never-valid": (statement(backwards, depth), "L5: "),
        "never-valid-at-its-end": (statement(backwards, depth, now=NOON - 1), "L4: "),
        "now-minus-1": ({**honest, "now": P - 1}, "input now does not fit in 64 bits"),
        "now-2-64": ({**honest, "now": 2**64}, "input now does not fit in 64 bits"),
        "prolonged": ({**honest, "valid_until": OURS.valid_until + 1}, "L2: "),
        "brought-forward": ({**honest, "valid_from": NOON - 1, "now": NOON - 1}, "L2: "),
        "valid-from-minus-5": (statement(early, depth, now=NOON), "input valid_from does not fit in 64 bits"),
        "valid-until-wide": (statement(endless, depth), "input valid_until does not fit in 64 bits"),
        "registry-root": ({**honest, "locker_root": Tree(depth, [1, 2]).root}, "L2: "),
        "root-plus-1": ({**honest, "locker_root": honest["locker_root"] + 1}, "L2: "),
        "pair-swapped": ({**honest, "path": changed(honest, "path", 0, 0)}, "L2: "),
        "path-bit-2": ({**honest, "path": changed(honest, "path", 0, 2)}, NOT_A_BIT),
        "path-bit-minus-1": ({**honest, "path": changed(honest, "path", 1, P - 1)}, NOT_A_BIT),
        "facility-plus-p": ({**honest, "facility_id": FACILITY + P}, TOO_LARGE),
        "now-plus-p": ({**honest, "now": NOON + P}, TOO_LARGE),
    }  # fmt: skip
    return {name: Bad(*case) for name, case in cases.items()}
