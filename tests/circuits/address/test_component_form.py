"""The form of a component at each level, against regular expressions: all short byte strings of a few characters, and every byte."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import pytest

from tests.support.address.circuits import load
from tests.support.address.hashes import P
from tests.support.address.statements import FULL
from zkctl.address.pid import parse_pid
from zkctl.dsl import Bit, CompiledCircuit, Signal, circuit, private
from zkctl.errors import InputError, UnsatisfiedError

FREE = rb"(?!C[0-9]{2}$)[A-Z0-9]"
FORMS = [
    re.compile(pattern)
    for pattern in (
        rb"[A-Z]{2}",
        FREE + rb"[A-Z0-9]{1,2}",
        FREE + rb"[A-Z0-9]{1,3}",
        FREE + rb"[A-Z0-9]{1,3}",
        rb"T[0-9]{1,5}|[A-Z]{2,6}",
        rb"B[A-Z0-9]{1,5}",
        rb"BN[A-Z0-9]{1,6}",
        rb"R[A-Z0-9]{1,5}",
    )
]
EDGES = b"ABCNRTZ09\x00/:@[a\xff"  # letters of the forms, and the neighbours of both ranges
FEW = b"BCNRT0\x00:"
LEVELS = pytest.mark.parametrize("level", range(8))


@cache
def form(level: int) -> CompiledCircuit:
    load("structure")
    enforce_form: Any = sys.modules["component_form"].enforce_form

    @circuit
    def component(text: Signal = private()) -> Bit:
        return enforce_form(text, level=level)

    return component.compile()


def is_accepted(level: int, component: int) -> bool:
    try:
        is_there = form(level).witness(text=component)[1]
    except UnsatisfiedError:
        return False
    assert is_there == (component != 0)
    return True


def is_form(level: int, text: bytes) -> bool:
    """Whether the integer that bytes spell is a component: zeros in front do not count, and none is none."""
    used = text.lstrip(b"\0")
    return not used or FORMS[level].fullmatch(used) is not None


def strings() -> Iterator[bytes]:
    for characters, length in ((EDGES, 1), (EDGES, 2), (FEW, 3)):
        yield from map(bytes, product(characters, repeat=length))


@LEVELS
def test_short_strings(level: int) -> None:
    for text in strings():
        assert is_accepted(level, int.from_bytes(text, "big")) == is_form(level, text), text


@LEVELS
def test_every_byte(level: int) -> None:
    """In each place of a component of four characters."""
    start = [b"AB1Z", b"AB1Z", b"AB1Z", b"AB1Z", b"T123", b"B12C", b"BN2C", b"R2C4"][level]
    for place, byte in product(range(4), range(256)):
        text = start[:place] + bytes([byte]) + start[place + 1 :]
        assert is_accepted(level, int.from_bytes(text, "big")) == is_form(level, text), text


@LEVELS
def test_long_strings(level: int) -> None:
    """Of up to nine bytes, most of them of the form but for one character."""
    rng = random.Random(level)
    for _ in range(200):
        start = rng.choice([b"", b"B", b"BN", b"R", b"T", b"T", b"\0"])
        letters = rng.choice([b"0123456789", b"ABCDEF", EDGES, FEW])
        text = start + bytes(rng.choices(letters, k=rng.randrange(1, 9 - len(start) + 1)))
        assert is_accepted(level, int.from_bytes(text, "big")) == is_form(level, text), text


@LEVELS
def test_the_parser_of_pids_agrees(level: int) -> None:
    """A string is a component of the level for the circuit if `zkctl.address` reads it there in a PID of eight levels."""
    rng = random.Random(100 + level)
    for _ in range(150):
        start = rng.choice(["", "B", "BN", "R", "T", "C", "J"])
        letters = rng.choice(["0123456789", "ABCP", "ABCNRTZ09/:@[a"])
        text = start + "".join(rng.choices(letters, k=rng.randrange(1, 7)))
        if level == 7 and re.fullmatch("C[0-9]{2}", text):
            continue  # behind seven levels it is a suffix
        parts = FULL.split("-")
        parts[level] = text
        try:
            parse_pid("-".join(parts))
            is_read = True
        except InputError as problem:
            is_read = problem.message.startswith(
                "E9"
            )  # which countries exist is no rule of the circuit
        assert is_accepted(level, int.from_bytes(text.encode(), "big")) == is_read, text


@LEVELS
def test_large_numbers(level: int) -> None:
    for number in (1 << 56, 1 << 64, (1 << 64) + 0x4A50, P - 1, P - 0x4A50, (P + 1) // 256):
        assert not is_accepted(level, number)
    assert is_accepted(level, 0)
