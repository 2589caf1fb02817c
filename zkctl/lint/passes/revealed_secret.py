"""L013 revealed-secret: an output lets the verifier compute a private input.

Zero knowledge hides what the output does not say.  An output that is a private input plus public values says all of it.  A hash of few
bits is searched: the attacker computes the output for each value of the private inputs.  Votes, ages and identity numbers behind a
plain hash are found this way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from zkctl.constraints.signals import Role
from zkctl.lint.components import components_without
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.shapes import EqualWires
from zkctl.lint.subject import NamedSignal, Subject

SEARCHABLE_BITS = (
    64  # of all private inputs together; 2^64 hashes are within the reach of an attacker
)
LEAST_PRODUCTS = (
    8  # of wires of any size: a hash over the field has more, sums and choices have fewer
)
LEAST_HASH_BITS = 128  # of an output that is an array of bits


def revealed_secrets(subject: Subject) -> Iterator[LintFinding]:
    """Yield the outputs that reveal a private input, and those that a search over the private inputs finds again."""
    secrets = frozenset(subject.wires(Role.PRIVATE))
    if not secrets or not subject.outputs:
        return
    view = _View(subject, secrets)
    for signal in subject.signals:
        if signal.role is Role.OUTPUT:
            yield from view.findings(signal)


class _View:
    """The outputs in the eyes of an attacker with all public values."""

    def __init__(self, subject: Subject, secrets: frozenset[int]) -> None:
        self.subject = subject
        self.secrets = secrets
        self.equal = EqualWires(subject)
        visible = frozenset(subject.wires(Role.PUBLIC))
        self.labels = components_without(subject, visible | {0}).tolist()

    def findings(self, signal: NamedSignal) -> Iterator[LintFinding]:
        """Yield what an output reveals."""
        for wire in signal.wires:
            secret = self._revealed(wire)
            if secret:
                names = self.subject.names
                yield _finding(
                    signal,
                    f"output {names(wire)} reveals the private input {names(secret)}",
                    "make the input public if it is no secret, or return a commitment with a random opening",
                )
                return
        yield from self._searchable(signal)

    def _revealed(self, output: int) -> int:
        """Return the private input that an output is, but for a factor and public values; 0 if there is none."""
        for number in self.subject.rows_of_wire.get(output, ()):
            row = self.subject.constraints[number]
            found = self._only_secret(row.c, output) if row.is_linear else 0
            if found:
                return found
        root = self.equal.root(output)
        return root if root in self.secrets else 0

    def _only_secret(self, form: Mapping[int, int], output: int) -> int:
        """Return the private input of a form of the output, one private input and public inputs; 0 for any other form."""
        roots = [self.equal.root(wire) for wire in form if wire not in (0, output)]
        hidden = [wire for wire in roots if wire in self.secrets]
        is_open = all(wire in self.subject.inputs for wire in roots)
        return hidden[0] if is_open and len(hidden) == 1 else 0

    def _searchable(self, signal: NamedSignal) -> Iterator[LintFinding]:
        """Yield a finding for an output that looks like a hash, if the private inputs behind it have few bits together."""
        labels = {self.labels[wire] for wire in signal.wires}
        behind = sorted(wire for wire in self.secrets if self.labels[wire] in labels)
        sizes = [self._bits(wire) for wire in behind]
        if not behind or None in sizes or not self._looks_like_a_hash(signal, labels):
            return
        n_bits = sum(size for size in sizes if size is not None)
        if n_bits <= SEARCHABLE_BITS:
            names = sorted({self.subject.names(wire).partition("[")[0] for wire in behind})
            yield _finding(
                signal,
                f"output {signal.name} depends on {n_bits} bits of private inputs only ({', '.join(names[:4])}):"
                " trying all of them finds the inputs",
                "add a private input of full width that is random",
            )

    def _looks_like_a_hash(self, signal: NamedSignal, labels: set[int]) -> bool:
        if all(self._bits(wire) == 1 for wire in signal.wires):
            return len(signal.wires) >= LEAST_HASH_BITS
        return any(self._products[label] >= LEAST_PRODUCTS for label in labels)

    @cached_property
    def _products(self) -> dict[int, int]:
        """The number of products of two wires without bounds, by component."""
        found = dict.fromkeys(self.labels, 0)
        for row in self.subject.constraints:
            sides = [[w for w in side if w and self._bits(w) is None] for side in (row.a, row.b)]
            if all(sides):
                found[self.labels[sides[0][0]]] += 1
        return found

    def _bits(self, wire: int) -> int | None:
        bound = self.equal.bounds.get(self.equal.root(wire))
        return None if bound is None else bound.bit_length()


def _finding(signal: NamedSignal, message: str, hint: str) -> LintFinding:
    return LintFinding(Level.WARNING, message, hint=hint, signal=signal.name)
