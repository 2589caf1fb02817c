"""Texts that match a regular expression: a deterministic automaton with one bit for each state that the text can be in.

The states at each place are those that the start can reach and from which the pattern can still end in time, so a pattern of a fixed
form costs little more than its comparisons.  Syntax: regular_expression.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import cast

from zkctl.dsl import Array, Bit, Byte, Signal, Uint, constrain, dot, gadget
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.text.automaton import (
    Automaton,
    automaton_of,
    has_two_markings,
    marked_automaton_of,
)
from zkctl.gadgets.text.byte_sets import membership
from zkctl.gadgets.text.length import length_mask, length_places
from zkctl.gadgets.text.regular_expression import ALL_BYTES, N_BYTES
from zkctl.gadgets.text.substring import substring
from zkctl.gadgets.text.transitions import ALL, Run, Step, run_of

_NO_MATCH = "the text does not match the pattern"
_automaton = cache(automaton_of)
_marked_automaton = cache(marked_automaton_of)


@gadget
def matches(text: Sequence[Byte], pattern: str, *, length: Uint | None = None) -> Bit:
    """Return whether the whole text matches a regular expression, as Python's re.fullmatch of bytes; with a length its front.

    Assumes:  nothing.
    Enforces: with a length that it is at most len(text); the returned bit is 1 if text[:length] matches the pattern, else 0.
    Cost:     for each byte about 2 for each single character and 10 for each range that the pattern distinguishes there, and 1 for each
              state it may be in and each further way into it; 8 where the bits of the byte are not known; with a length 2 more.
    """
    return _accepted(_automaton(pattern), pattern, text, length=length)


@gadget
def enforce_match(text: Sequence[Byte], pattern: str, *, length: Uint | None = None) -> None:
    """Enforce that the whole text matches a regular expression; with a length its front.

    Assumes:  nothing.
    Enforces: matches(text, pattern, length=length) == 1.
    Cost:     that of matches, and 1 (linear).
    """
    constrain(matches(text, pattern, length=length) == 1, _NO_MATCH)


@gadget
def extract(
    text: Sequence[Byte],
    pattern: str,
    start: Uint,
    length: Uint,
    *,
    size: int,
    text_length: Uint | None = None,
) -> Array[Byte]:
    """Return the part of the text that the one group (...) of a regular expression captures, zeros behind it up to `size` bytes.

    start and length say where it is: a prover finds them with Python's re.fullmatch(pattern, text).span(1).
    Assumes:  nothing.  A pattern that could capture different parts of one text is refused when the circuit is compiled.
    Enforces: the whole text, or its first text_length bytes, matches the pattern with exactly text[start : start + length] inside the
              group; length <= size; the results are these bytes, or only zeros where the group is empty.
    Cost:     that of matches, for each byte 2 and 1 more for each set of bytes that differs inside the group; and that of substring.
    """
    automaton = _marked_automaton(pattern)
    if has_two_markings(automaton):
        raise circuit_error(
            f"the group of the pattern {pattern[:80]!r} is ambiguous: expected one part for each text",
            hint="end the group at a character that is not in it: ([^;]*); in place of (.*);.*",
        )
    part = substring(text, start, size=size, length=length)
    end = cast(Uint, start + length)
    if text_length is not None:
        constrain(end <= text_length, "the group ends behind the text")
    pairs = zip(
        length_mask(end, capacity=len(text)), length_mask(start, capacity=len(text)), strict=True
    )
    marks = [
        cast(Bit, proven(before_end - before_start, (0, 1))) for before_end, before_start in pairs
    ]
    found = _accepted(automaton, pattern, text, marks=marks, length=text_length)
    constrain(found == 1, _NO_MATCH)
    return part


def _accepted(
    automaton: Automaton,
    pattern: str,
    text: Sequence[Uint],
    *,
    marks: Sequence[Bit] = (),
    length: Uint | None = None,
) -> Bit:
    """Return whether the text, or its front of that length, is accepted; marks say which bytes are inside the group."""
    if len(text) == 0:
        raise circuit_error("a pattern was given an empty text: expected one byte at least")
    run = run_of(automaton, len(text), any_length=length is not None)
    if run is None:
        texts = f"{len(text)} bytes" if length is None else f"up to {len(text)} bytes"
        raise circuit_error(
            f"no text of {texts} matches the pattern {pattern[:80]!r}",
            hint="pass a length if the text is shorter than its array",
        )
    symbols = [[*to_bits(byte, 8)] for byte in text]
    for bits, mark in zip(symbols, marks, strict=False):
        bits.append(mark)
    accepted = _places(run, symbols, automaton.character_sets)
    if length is None:
        return accepted[-1]
    ends = length_places(length, len(text))
    products = [end * accepts for end, accepts in zip(ends, accepted, strict=True)]
    return cast(Bit, proven(dot([1] * len(products), products), (0, 1)))


def _places(run: Run, symbols: Sequence[Sequence[Bit]], named: tuple[int, ...]) -> list[Bit]:
    """Return for each place, the start first, whether the text may end there."""
    zero = symbols[0][0] * 0
    states: Sequence[Signal] = [zero + 1]
    accepted = [zero + int(bool(run.accepting[0]))]
    for step, bits, accepting in zip(run.steps, symbols, run.accepting[1:], strict=True):
        states = _after(states, bits, step=step, named=named).flat
        accepted.append(proven(sum((states[k] for k in accepting), zero), (0, 1)))
    return cast(list[Bit], accepted)


@gadget(stamped=True)
def _after(
    states: Sequence[Signal], bits: Sequence[Bit], *, step: Step, named: tuple[int, ...]
) -> Array[Bit]:
    """Return the states after a byte, whose ninth bit says whether it is inside the group, if the pattern has one.

    A state holds if one of its products is 1: a set that has the byte, times the sources from which that set leads there.  At most one
    source holds, and the byte leads it to one state, so at most one product of all states is 1.
    """
    zero = bits[0] * 0
    held = _sets_with(bits, step.sets, named)

    def product(number: int, sources: Sequence[int]) -> Signal:
        of_all = step.certain and len(sources) == step.n_sources
        before = zero + 1 if of_all else sum((states[k] for k in sources), zero)
        return before if number == ALL else held[number] * before

    made = [
        sum((product(*term) for term in terms), zero) if k != step.left else zero
        for k, terms in enumerate(step.ways)
    ]
    if not step.certain and step.left != len(made) - 1:
        made[-1] = made[-1] + 1 - sum(states, zero)  # the dead state stays dead
    made[step.left] = 1 - sum(made, zero)
    return Array([proven(state, (0, 1)) for state in made[:-1]])


def _sets_with(bits: Sequence[Bit], sets: Sequence[int], named: Sequence[int]) -> list[Signal]:
    """Return for each set of symbols whether it has the byte: a set beyond 256 is of bytes inside the group."""
    outside, inside = ([mask >> shift & ALL_BYTES for mask in sets] for shift in (0, N_BYTES))
    parts = {mask & ALL_BYTES for each in named for mask in (each, each >> N_BYTES)}
    wanted = tuple(dict.fromkeys([*outside, *inside] if len(bits) > 8 else outside))
    if not wanted:
        return []
    held = membership(Array(bits[:8]), sets=wanted, named=tuple(sorted(parts)))
    found = dict(zip(wanted, held, strict=True))
    if len(bits) == 8:
        return [found[mask] for mask in outside]
    mark = bits[8]
    return [
        found[out] + mark * (found[within] - found[out])
        for out, within in zip(outside, inside, strict=True)
    ]
