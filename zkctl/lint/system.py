"""The system to judge: constraints, the wires with fixed values, and the wires whose uniqueness is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from zkctl.errors import CheckFailed
from zkctl.runtime.records import made_by, record

Form = Mapping[int, int]  # a linear form: coefficient of each wire, in 1 .. p - 1; wire 0 is 1


class ConstraintRow(NamedTuple):
    """One constraint A * B = C of linear forms with canonical nonzero coefficients."""

    a: Form
    b: Form
    c: Form


class StampedCopy(NamedTuple):
    """One stamped copy of a body: its rows are those of the body from `first_row` on, with other wires.

    Port k of the body, its wire k, is the linear form ports[k - 1]; its other wires are `wires` (n_wires of the body,), in which the
    entries of wire 0 and of the ports are 0.
    """

    body: System
    first_row: int
    ports: tuple[Form, ...]
    wires: Any


# the short names are those of lint; the language and compiled circuits have classes Row and Copy of other kinds
Row = ConstraintRow
Copy = StampedCopy


class Assumed(NamedTuple):
    """The author's claim that a linear form lies in low .. high, which no constraint enforces."""

    form: Form
    low: int
    high: int
    reason: str


def no_name(wire: int) -> str:
    """Return the name of a wire without a name."""
    return f"wire {wire}"


def no_place(_row: int) -> str:
    """Return the place of a row whose source is unknown."""
    return ""


@record(eq=False)
class System:
    """A constraint system and the question: are the outputs unique for given inputs?

    `inputs` are the wires that the statement fixes, public and private, without wire 0.  `names` and `places` are for people.
    With a reason in `in_doubt` the inputs cannot be trusted, and the verdict is UNKNOWN.  With one in `not_broken`, inputs are missing:
    a wire that is unique without them is unique, but a counterexample shows nothing.
    `evaluate` returns the honest witness of given inputs, where a program is known.
    `given` are bounds 0 <= wire <= bound that are not proved here: the use of a body's proof shows them for its ports.
    `promises` are bounds of a body's results by their types, which only a contract stands for; `title` is the name of its gadget.
    `contracts` are those that may be believed: the id of each by the gadget's name.
    `assumed` are claims that weaken a verdict which needs them.
    Copies may lie inside others, after them: `nested` is the number of those inside each.  `bodies` are bodies to judge first.
    """

    modulus: int
    n_wires: int
    rows: Sequence[Row]  # unoptimised
    inputs: frozenset[int]
    outputs: tuple[int, ...]
    names: Callable[[int], str] = no_name
    places: Callable[[int], str] = no_place
    copies: Sequence[Copy] = ()
    nested: Sequence[int] = ()
    bodies: Sequence[System] = ()
    in_doubt: str = ""
    evaluate: Callable[[Mapping[int, int]], list[int]] | None = None
    given: Mapping[int, int] = made_by(dict)  # no shared default: dataclasses.replace refuses one
    promises: Mapping[int, int] = made_by(dict)
    title: str = ""
    contracts: Mapping[str, str] = made_by(dict)
    assumed: tuple[Assumed, ...] = ()
    not_broken: str = ""
    lost_inputs: tuple[str, ...] = ()  # the names of inputs that have no wire

    def believed(self, body: System, contract: Sequence[str] | None) -> System:
        """Return a body whose results are given too, with the bounds of their types, if a contract about its gadget is believed.

        The contract is its id and the digest of the rows; without one the body stays as it is.
        Raises: CheckFailed if it is not one of `contracts`, or about other rows.
        """
        from dataclasses import replace  # not for compiling

        if contract is None:
            return body
        own = [self.contracts.get(body.title), digest(body.rows)]
        if own[0] is None or list(contract) != own:
            raise CheckFailed(f"expected contract and digest {own}, got {list(contract)}")
        given = {**body.given, **body.promises}
        return replace(body, inputs=body.inputs.union(body.outputs), given=given)


def digest(rows: Sequence[Row]) -> str:
    """Return the SHA-256 of rows: of the JSON text of their sides as lists of [wire, coefficient], by wire."""
    sides = [[[list(term) for term in sorted(side.items())] for side in row] for row in rows]
    return sha256(json.dumps(sides, separators=(",", ":")).encode()).hexdigest()
