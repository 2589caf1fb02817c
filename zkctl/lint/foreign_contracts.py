"""Contracts of circomlib's components: outputs that the inputs determine, by an argument that the rules do not reach.

A contract holds for one set of constraints, constants included, and says so by their digest: the rows whose wires all belong to the
component, by the names of its signals.  Only circuits without simplification keep these rows.  Each argument is checked with numbers
on the component itself by tests/interop/test_lint_contracts.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from hashlib import sha256
from typing import NamedTuple

from zkctl.lint.prove import UniquenessProof, new_bodies
from zkctl.lint.system import Form, Row, System
from zkctl.lint.verdict import Judgement
from zkctl.runtime.records import record

_NAME = re.compile(r"[\w$.\[\]]+|wire \d+")  # of a signal, or of a wire without a name


class ComponentContract(NamedTuple):
    """The inputs determine the signals `outputs`, if those among them that are called `bits` are bits."""

    name: str
    n_wires: int  # of the component with its inner ones
    digest: str
    inputs: str
    bits: str
    outputs: str
    argument: str


class ComponentUse(NamedTuple):
    """A component of a circuit for which a contract speaks."""

    component: str
    contract: ComponentContract
    inputs: frozenset[int]
    bits: frozenset[int]
    outputs: frozenset[int]


@record(eq=False)
class ContractJudgement:
    """The judgement, if these lead to a proof with the outputs of contracts taken as known, and those uses.

    `system` is what the judgement's certificate is about: those outputs are among its inputs.
    """

    judgement: Judgement
    system: System
    uses: tuple[ComponentUse, ...]


_WINDOWS = (
    "The slope of a sum times the difference of two x is the difference of two y: no solution for opposite points, all values for equal"
    " ones. Doubling and the change of coordinates divide by what is 0 only at points of order 1, 2 and 4. The base is a constant point"
    " of the odd prime order l, and every point is a known multiple of it; no sum has equal points: "
)

CONTRACTS = (
    ComponentContract(
        "circomlib Pedersen(256)",
        7870,
        "067e36b978cae39e46be5a64b4d6b5e008b9d8aa464abdf625480717e4cd156a",
        "in",
        "in",
        "out",
        _WINDOWS + "window i adds m 32^i with 1 <= |m| <= 8 to at most 8 (32^i - 1) / 31 in size,"
        " so the difference is not 0 and below l.",
    ),
    ComponentContract(
        "circomlib EscalarMulFix(253, BASE8)",
        9857,
        "197312b2ff1707f029d240ecec4f957ef8af60b826c36063caf3d72e877abe02",
        "e",
        "e",
        "out",
        _WINDOWS
        + "of n <= 83 windows, window i adds m 8^i with 1 <= m <= 8, which is at most 8^n, to 2 8^n"
        " and up to 8^n / 7 more, so the difference is between 8^n and l.",
    ),
    ComponentContract(
        "circomlib Num2Bits_strict",
        1283,
        "bfa78168dcc0fa1beb107d2c9a6c83248bd69c4013d1122e5ce026d752279305",
        "in",
        "",
        "out",
        "The alias check compares the bits with those of the modulus minus 1, two at a time: what a pair adds to a sum outweighs all lower"
        " pairs, and bit 127 of the sum says that the integer of the bits is larger. It must be 0, so the integer is below the modulus,"
        " and the input has one such integer.",
    ),
)


def prove_with_contracts(
    system: System, contracts: Sequence[ComponentContract] = CONTRACTS
) -> ContractJudgement:
    """Prove the outputs unique, with the help of contracts where the rules alone do not suffice."""
    bodies = new_bodies(system)
    proof = UniquenessProof(system, bodies)
    waiting = [] if proof.is_proved else list(uses_of(system, contracts))
    uses = _granted(proof, waiting)
    while waiting and not proof.is_proved and proof.look_inside():
        uses += _granted(proof, waiting)
    if uses and not proof.is_proved:
        proof, uses = UniquenessProof(system, bodies), []
    proof.look_inside()
    return ContractJudgement(proof.judgement(), proof.system, tuple(uses))


def _granted(proof: UniquenessProof, waiting: list[ComponentUse]) -> list[ComponentUse]:
    """Grant the outputs of the components whose inputs are known, and of those that this helps; they are taken off the list."""
    found: list[ComponentUse] = []
    while not proof.is_proved and (ready := [use for use in waiting if _holds(use, proof)]):
        waiting[:] = [use for use in waiting if use not in ready]
        found += ready
        proof.grant(frozenset[int]().union(*(use.outputs for use in ready)))
    return found


def _holds(use: ComponentUse, proof: UniquenessProof) -> bool:
    unique, ranges = proof.known()
    are_bits = all(
        low >= 0 and high <= 1 for low, high in (ranges.get(w, (0, 2)) for w in use.bits)
    )
    return are_bits and use.inputs <= unique


def uses_of(system: System, contracts: Sequence[ComponentContract]) -> Iterator[ComponentUse]:
    """Yield the components of a circuit that have the rows of a contract."""
    if system.in_doubt or not contracts:
        return
    names = [system.names(w) for w in range(system.n_wires)]
    if not _are_apart(names):
        return
    sizes = Counter(prefix for name in names[1:] for prefix in _prefixes(name))
    wanted = {contract.n_wires for contract in contracts}
    for component in [c for c, size in sizes.items() if size in wanted]:
        digest = digest_of_component(system, component, names)
        for contract in [c for c in contracts if c.digest == digest]:
            yield ComponentUse(
                component, contract, *(_wires(names, component, n) for n in contract[3:6])
            )


def _are_apart(names: Sequence[str]) -> bool:
    """Return whether the text of rows says which wires they have: no name twice, none that reads as a sum of others."""
    return len(set(names)) == len(names) and all(map(_NAME.fullmatch, names))


def _prefixes(name: str) -> Iterator[str]:
    yield ""  # main
    end = name.find(".")
    while end >= 0:
        yield name[:end]
        end = name.find(".", end + 1)


def _wires(names: Sequence[str], component: str, signal: str) -> frozenset[int]:
    whole = f"{component}.{signal}" if component else signal
    return frozenset(w for w, n in enumerate(names) if n == whole or n.startswith(f"{whole}["))


def digest_of_component(system: System, component: str, names: Sequence[str]) -> str:
    """Return SHA-256 of the rows of a component, whatever their order and numbers."""
    inside = _inside(component, names)
    lines = []
    for row in rows_of_component(system, component, names):
        sides = sorted(_text(form, inside) for form in row[:2])
        lines.append(f"{sides[0]}*{sides[1]}={_text(row.c, inside)}")
    text = "\n".join([str(system.modulus), *sorted(lines)])
    return sha256(text.encode()).hexdigest()


def rows_of_component(system: System, component: str, names: Sequence[str]) -> list[Row]:
    """Return the rows between the wires of a component and its parts.

    Constants that the circuit around it assigns to its own signals are left out; those of its parts belong to it.
    """
    inside = _inside(component, names)
    found = []
    for row in system.rows:
        wires = row.a.keys() | row.b.keys() | row.c.keys()
        if wires <= inside.keys() and not _is_constant_of_own(wires, inside):
            found.append(row)
    return found


def _is_constant_of_own(wires: Set[int], inside: dict[int, str]) -> bool:
    return len(wires - {0}) == 1 and not any("." in inside[w] for w in wires)


def _inside(component: str, names: Sequence[str]) -> dict[int, str]:
    start = f"{component}." if component else ""
    inside = {w: name[len(start) :] for w, name in enumerate(names) if name.startswith(start)}
    inside[0] = ""
    return inside


def _text(form: Form, names: dict[int, str]) -> str:
    return "+".join(sorted(f"{k} {names[w]}" for w, k in form.items()))
