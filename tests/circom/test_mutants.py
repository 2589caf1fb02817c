"""Mutants of the programs: bytes changed, tokens swapped, deleted or put in.  None crashes the compiler or hangs it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from zkctl.circom.checks import warnings_of
from zkctl.circom.findings import CircomError
from zkctl.circom.includes import load

SEED = 20261128
TOKEN = re.compile(rb"[A-Za-z_$0-9]+|[<>=!&|+*/%^-]+|\s+|.", re.DOTALL)
WORDS = (
    b"signal input output public template component var function return if else for while log assert"
    b" include parallel pragma bus custom main x 1 0x10 0x ; , . ( ) [ ] { } <== <-- === = + - * ? : _"
    b' ** ++ && ! ~ " /* // \xff \x00'
).split(b" ")


def mutants(texts: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    chance = random.Random(seed)  # repeatable
    for _ in range(count):
        yield mutant(chance.choice(texts), chance)


def mutant(text: bytes, chance: random.Random) -> bytes:
    tokens = TOKEN.findall(text)
    first, second = chance.randrange(len(tokens)), chance.randrange(len(tokens))
    match chance.randrange(6):
        case 0:
            del tokens[first]
        case 1:
            tokens.insert(first, b" " + chance.choice(WORDS) + b" ")
        case 2:
            tokens[first], tokens[second] = tokens[second], tokens[first]
        case 3:
            tokens[first] = chance.choice(WORDS)
        case 4:
            tokens[first] *= chance.choice((2, 300, 5000))
        case _:
            changed = bytearray(text)
            changed[chance.randrange(len(changed))] = chance.randrange(256)
            return bytes(changed)
    return b"".join(tokens)


def compile_all(texts: list[bytes], count: int, folder: Path, seed: int) -> int:
    """Parse and check mutants; return how many were refused."""
    path = folder / "main.circom"
    n_refused = 0
    for number, text in enumerate(mutants(texts, count, seed)):
        path.write_bytes(text)
        try:
            warnings_of(load(path))
        except CircomError as error:
            n_refused += 1
            assert error.message
        except Exception:
            (folder / "failed.circom").write_bytes(text)
            print(f"seed {seed}, mutant {number}: {folder / 'failed.circom'}")
            raise
    return n_refused


@pytest.fixture
def texts(data: Path) -> list[bytes]:
    folder = data / "circom-programs"
    return [path.read_bytes() for path in sorted(folder.glob("*/*/main.circom"))]


def test_some_mutants(texts: list[bytes], tmp_path: Path) -> None:
    assert compile_all(texts, 400, tmp_path, SEED) > 200


@pytest.mark.slow
def test_20_000_mutants(texts: list[bytes], tmp_path: Path) -> None:
    assert compile_all(texts, 20_000, tmp_path, SEED + 1) > 10_000
