"""The seven circuits by their ids, and the public signals of a proof by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zkctl.address.poseidon_rounds import MODULUS
from zkctl.errors import InputError, UsageError
from zkctl.runtime.records import record

DEFAULT_SIZES = {"d": 20, "e": 20, "k": 8, "f": 20}
MAX_SIZE = 32
_ID = re.compile(r"([a-z-]+-v[0-9]+)((?:-[a-z0-9]+)?)")
_SIZE = re.compile(r"([a-z])([1-9][0-9]?)")

# name -> sizes that its id can have, and its public signals: outputs, then public inputs; [k] and [8] are lists
_CIRCUITS = {
    "membership-v1": ("de", "nullifier root revocation_root scope context"),
    "nonrevocation-v1": ("e", "leaf_commitment revocation_root"),
    "structure-v1": ("d", "root country depth context"),
    "region-v1": ("dk", "root allowed[k] prohibited[k] context"),
    "selective-reveal-v1": ("d", "root mask values[8] context"),
    "version-v1": ("de", "migration_nullifier old_root new_root revocation_root context"),
    "locker-v1": ("f", "reservation_nullifier locker_root facility_id now context"),
}
NAMES = tuple(_CIRCUITS)
Value = int | list[int]


@record
class CircuitId:
    """A circuit with its sizes: d and e the depths of the registry and revocation tree, k entries of each list, f the lockers' depth."""

    name: str
    sizes: dict[str, int]

    @property
    def text(self) -> str:
        """The id: without sizes if they are the default ones."""
        if all(DEFAULT_SIZES[letter] == size for letter, size in self.sizes.items()):
            return self.name
        return f"{self.name}-" + "".join(f"{letter}{size}" for letter, size in self.sizes.items())

    def lengths(self) -> list[tuple[str, int]]:
        """Return the public signals in order with their lengths, 0 for a single number."""
        found = []
        for word in _CIRCUITS[self.name][1].split():
            name, _, length = word.rstrip("]").partition("[")
            found.append((name, self.sizes["k"] if length == "k" else int(length or 0)))
        return found


@record
class PublicStatement:
    """The public signals of a proof by name."""

    circuit: CircuitId
    signals: dict[str, Value]

    def number(self, name: str) -> int:
        """Return a single signal."""
        value = self.signals[name]
        assert isinstance(value, int), name
        return value

    def has(self, name: str) -> bool:
        """Return whether the circuit has this signal."""
        return name in self.signals


def parse_circuit_id(text: str) -> CircuitId:
    """Return a circuit of the protocol: membership-v1, region-v1-d20k16.  Raises: UsageError."""
    found = _ID.fullmatch(text)
    if found is None or found[1] not in _CIRCUITS:
        raise UsageError(
            f"the circuit id is unknown: expected {', '.join(NAMES[:-1])} or {NAMES[-1]}, got {text[:60]!r}"
        )
    letters = _CIRCUITS[found[1]][0]
    sizes = {letter: DEFAULT_SIZES[letter] for letter in letters}
    given = found[2].removeprefix("-")
    pairs = _SIZE.findall(given)
    is_read = "".join(letter + number for letter, number in pairs) == given
    if not is_read or (pairs and "".join(letter for letter, _ in pairs) != letters):
        raise UsageError(
            f"the sizes in the circuit id are wrong: expected a number after each of {', '.join(letters)}, got {given[:20]!r}",
            hint="omit the sizes for the default ones",
        )
    sizes |= {letter: int(number) for letter, number in pairs}
    if max(sizes.values()) > MAX_SIZE:
        raise UsageError(f"a size in the circuit id is too large: expected at most {MAX_SIZE}")
    return CircuitId(found[1], sizes)


def read_statement(circuit: CircuitId, signals: Sequence[int]) -> PublicStatement:
    """Return the signals by name: duty 1.  Raises: InputError for a wrong number of signals, or one that is not below p."""
    lengths = circuit.lengths()
    expected = sum(length or 1 for _, length in lengths)
    if len(signals) != expected:
        raise InputError(
            f"duty 1: wrong number of public signals for {circuit.name}: expected {expected}, got {len(signals)}"
        )
    for k, value in enumerate(signals):
        if not 0 <= value < MODULUS:
            raise InputError(f"duty 1: public signal {k} is not below p")
    found: dict[str, Value] = {}
    rest = list(signals)
    for name, length in lengths:
        taken, rest = rest[: length or 1], rest[length or 1 :]
        found[name] = taken if length else taken[0]
    return PublicStatement(circuit, found)
