"""L003 unused-result: a value is computed and nothing uses it.

A gadget such as a comparison returns a bit and refuses nothing: `a < b` without `constrain` proves nothing about a and b.
circom-pairing computed a check of its limbs by a component whose output no constraint used, so that it accepted what it had to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from zkctl.constraints.gadget_calls import GadgetCall
from zkctl.lint.findings import Level, LintFinding, author_line
from zkctl.lint.subject import Subject

_DEFINES_ONLY = re.compile(
    r"(the )?(returned|results?)\b", re.IGNORECASE
)  # it returns a value and refuses nothing
_MAX_SHOWN = 20


def unused_results(subject: Subject) -> Iterator[LintFinding]:
    """Yield the calls of gadgets, or the signals of a foreign circuit, that are computed for nothing."""
    if subject.program is not None:
        yield from _unused_calls(subject)
    else:
        yield from _unused_definitions(subject)


def _unused_calls(subject: Subject) -> Iterator[LintFinding]:
    """Yield the author's calls of gadgets that refuse nothing and whose results are in no row outside of the call."""
    first, last = _first_and_last_rows(subject)
    received = _wires_received(subject)
    for position, call in enumerate(subject.calls):
        if call.caller >= 0 or call.is_again or not call.n_rows:
            continue
        if not _DEFINES_ONLY.match(call.contract.enforces):
            continue
        wires = {wire for terms in call.returned if terms for wire in terms if wire}
        end = call.first_row + call.n_rows
        own = range(call.first_row, end)
        if not wires or any(
            w in subject.outputs or first[w] not in own or last[w] not in own for w in wires
        ):
            continue
        if any(other != position for wire in wires for other in received.get(wire, ())):
            continue
        chain = subject.chain(call.node)
        line = author_line(chain)
        yield LintFinding(
            Level.WARNING,
            f"the result of {call.contract.gadget.rpartition('.')[2]} is not used: its constraints refuse nothing",
            hint="constrain the result, or remove the call",
            chain=chain,
            rows=(call.first_row,),
            signal="" if line else subject.names(min(wires)),
        )


def _first_and_last_rows(subject: Subject) -> tuple[np.ndarray, np.ndarray]:
    """Return for each wire the first and the last row that it is in.  Shapes: -> (n_wires,) each."""
    rows = subject.rows
    row_of_term = rows.sides_of_terms() // 3
    first = np.full(rows.n_signals, rows.n_rows, np.int64)
    last = np.full(rows.n_signals, -1, np.int64)
    np.minimum.at(first, rows.signals, row_of_term)
    np.maximum.at(last, rows.signals, row_of_term)
    return first, last


def _wires_received(subject: Subject) -> dict[int, list[int]]:
    """Return the outermost calls that receive each wire, by position."""
    found: dict[int, list[int]] = {}
    for position, call in enumerate(subject.calls):
        if call.caller < 0:
            for wire in _received(call):
                found.setdefault(wire, []).append(position)
    return found


def _received(call: GadgetCall) -> set[int]:
    return {wire for terms in call.received if terms for wire in terms}


def _unused_definitions(subject: Subject) -> Iterator[LintFinding]:
    """Yield signals of components that one row defines and no other mentions: some value of the signal satisfies each such row.

    A result that is a bit is most often a check that was forgotten; of others a component may have more than its parent needs.
    """
    shown = 0
    for number, wires in _once_mentioned(subject):
        row = subject.rows.constraint(number)
        wire = next((w for w in wires if w in row.c and "." in subject.names(w)), None)
        if wire is None:
            continue
        name = subject.names(wire)
        is_bit = subject.bounds.get(wire, 2) <= 1
        yield LintFinding(
            Level.WARNING if is_bit else Level.NOTE,
            f"signal {name} is computed and not used: constraint {number} refuses nothing",
            hint="constrain the signal, or remove it",
            signal=name,
            rows=(number,),
        )
        shown += 1
        if shown == _MAX_SHOWN:
            return


def _once_mentioned(subject: Subject) -> Iterator[tuple[int, list[int]]]:
    """Yield the rows with inner wires that no other row mentions, and these wires."""
    rows = subject.rows
    counts = np.bincount(rows.signals, minlength=rows.n_signals)
    counts[[0, *subject.inputs, *subject.outputs]] = 0
    terms = np.flatnonzero(counts[rows.signals] == 1)
    row_of_term = (np.searchsorted(rows.starts, terms, "right") - 1) // 3
    found: dict[int, list[int]] = {}
    for row, wire in zip(row_of_term.tolist(), rows.signals[terms].tolist(), strict=True):
        found.setdefault(row, []).append(wire)
    yield from found.items()
