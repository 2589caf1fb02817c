"""L013 revealed-secret: an output lets the verifier compute a private input.

Zero knowledge hides what the output does not say.  An output that is a private input plus public values says all of it.  An output
such as a hash of few bits is searched: the attacker computes the output for each value of the private inputs.  Votes, ages and
identity numbers behind a plain hash were found this way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from zkctl.constraints.signals import Role
from zkctl.lint.components import components_without
from zkctl.lint.findings import Finding, Level
from zkctl.lint.shapes import EqualWires
from zkctl.lint.subject import NamedSignal, Subject

SEARCHABLE_BITS = (
    64  # of all private inputs together; 2^64 hashes are within the reach of an attacker
)
SMALL_OUTPUT_BITS = 16  # an output with no more bits cannot hold a hash: it is the answer itself


def revealed_secrets(subject: Subject) -> Iterator[Finding]:
    """Yield the outputs that reveal a private input, and those that a search over the private inputs finds again."""
    secrets = frozenset(subject.wires(Role.PRIVATE))
    if not secrets or not subject.outputs:
        return
    equal = EqualWires(subject)
    visible = frozenset(subject.wires(Role.PUBLIC))
    labels = components_without(subject, visible | {0})
    for signal in subject.signals:
        if signal.role is not Role.OUTPUT:
            continue
        wire = next((w for w in signal.wires if _revealed(subject, w, secrets, equal)), None)
        if wire is not None:
            yield _finding(
                signal,
                f"output {subject.names(wire)} reveals the private input {subject.names(_revealed(subject, wire, secrets, equal))}",
                "make the input public if it is no secret, or return a commitment with a random opening",
            )
            continue
        yield from _searchable(subject, signal, secrets, equal, labels)


def _finding(signal: NamedSignal, message: str, hint: str) -> Finding:
    return Finding(Level.WARNING, message, hint=hint, signal=signal.name)


def _revealed(subject: Subject, output: int, secrets: frozenset[int], equal: EqualWires) -> int:
    """Return the private input that an output is, but for a factor and public values; 0 if there is none."""
    for number in subject.rows_of_wire.get(output, ()):
        row = subject.constraints[number]
        if row.is_linear:
            found = _only_secret(row.c, output, subject, secrets, equal)
            if found:
                return found
    root = equal.root(output)
    return root if root in secrets else 0


def _only_secret(
    form: Mapping[int, int],
    output: int,
    subject: Subject,
    secrets: frozenset[int],
    equal: EqualWires,
) -> int:
    """Return the private input of a form of the output, one private input and public inputs; 0 for any other form."""
    roots = [equal.root(wire) for wire in form if wire not in (0, output)]
    hidden = [wire for wire in roots if wire in secrets]
    is_open = all(wire in subject.inputs for wire in roots)
    return hidden[0] if is_open and len(hidden) == 1 else 0


def _searchable(
    subject: Subject,
    signal: NamedSignal,
    secrets: frozenset[int],
    equal: EqualWires,
    labels: np.ndarray,
) -> Iterator[Finding]:
    """Yield a finding for an output that can hold a hash, if the private inputs behind it have few bits together."""
    wires = [w for w in signal.wires if _bits(equal, w) not in range(SMALL_OUTPUT_BITS + 1)]
    behind = {w for w in secrets if labels[w] in {int(labels[o]) for o in wires}}
    sizes = [_bits(equal, wire) for wire in sorted(behind)]
    if not behind or None in sizes:
        return
    n_bits = sum(size for size in sizes if size is not None)
    if n_bits > SEARCHABLE_BITS:
        return
    names = ", ".join(sorted({subject.names(w).partition("[")[0] for w in behind})[:4])
    yield _finding(
        signal,
        f"output {signal.name} depends on {n_bits} bits of private inputs only ({names}): trying all of them finds the inputs",
        "add a private input of full width that is random",
    )


def _bits(equal: EqualWires, wire: int) -> int | None:
    bound = equal.bounds.get(equal.root(wire))
    return None if bound is None else bound.bit_length()
