"""Mutants of the programs: bytes changed, tokens swapped, deleted or put in, names, numbers and operators exchanged for others.

None crashes the compiler or hangs it, and what compiles has a witness or says why not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from zkctl.circom.checks import warnings_of
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.elaborate import elaborate
from zkctl.circom.execution.run import ExecutionLimits
from zkctl.circom.includes import load
from zkctl.constraints.evaluate import Evaluator
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.constraints.witness_program import check_program
from zkctl.errors import ZkctlError
from zkctl.field import BN254_FR

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


NAME = re.compile(rb"[A-Za-z_$][A-Za-z_$0-9]*")
FINE_TOKEN = re.compile(rb"//[^\n]*|[A-Za-z_$][A-Za-z_$0-9]*|[0-9]+|<==|==>|===|<--|-->|[<>=!&|+*/%^~-]+|\s+|.", re.DOTALL)  # fmt: skip
KEYWORDS = set(WORDS[:21])
OPERATORS = (b"+ - * / % ** & | ^ << >> == != < > <= >= && || " + b"\\").split(b" ")
ARROWS = (b"<==", b"<--", b"=", b"===")
NUMBERS = (b"0", b"1", b"2", b"7", b"255", b"300", str(BN254_FR.modulus - 1).encode())


def meaningful_mutants(texts: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Mutants that often parse: a name becomes another name of the program, an operator another operator."""
    chance = random.Random(seed)  # repeatable
    for _ in range(count):
        tokens = FINE_TOKEN.findall(chance.choice(texts))
        for _ in range(chance.choice((1, 1, 2, 3))):
            exchange(tokens, chance)
        yield b"".join(tokens)


def exchange(tokens: list[bytes], chance: random.Random) -> None:
    names = [k for k, each in enumerate(tokens) if NAME.fullmatch(each) and each not in KEYWORDS]
    kinds = [
        (names, [tokens[k] for k in names]),
        ([k for k, each in enumerate(tokens) if each.isdigit()], NUMBERS),
        ([k for k, each in enumerate(tokens) if each in OPERATORS], OPERATORS),
        ([k for k, each in enumerate(tokens) if each in ARROWS], ARROWS),
    ]
    places, others = chance.choice(kinds)
    if places and names:
        a, b = tokens[chance.choice(names)], tokens[chance.choice(names)]
        harder = b"(%s ? %s : %s)" % (a, b, a), b"%s[%s]" % (a, b), b"(%s + %s)" % (a, b)
        tokens[chance.choice(places)] = chance.choice((*others, *harder))


FEW = ExecutionLimits(steps=100_000, calls=2_000, templates=300, elements=1 << 16, signals=1 << 16)


def compile_all(made: Iterator[bytes], folder: Path, seed: int) -> int:
    """Compile mutants and run their witness programs; return how many were refused."""
    path, chance = folder / "main.circom", random.Random(seed)
    n_refused = 0
    for number, text in enumerate(made):
        path.write_bytes(text)
        try:
            run_all(path, chance)
        except ZkctlError as error:
            n_refused += 1
            assert error.message
        except Exception:
            (folder / "failed.circom").write_bytes(text)
            print(f"seed {seed}, mutant {number}: {folder / 'failed.circom'}")
            raise
    return n_refused


def run_all(path: Path, chance: random.Random) -> None:
    """Compile a file at O0 and O2, and compute a witness.  Raises: ZkctlError."""
    program = load(path)
    warnings_of(program)
    main = elaborate(program, BN254_FR, FEW).main
    for number in (0, 2):
        level = SimplificationLevel(number, is_compatible=True)
        circuit = CircomCircuit("main", program, main, BN254_FR, level)
        assert circuit.r1cs.n_wires == 1 + sum(wire >= 0 for _, wire, _, _ in circuit.symbols())
    check_program(circuit.program)
    inputs = [chance.choice((0, 1, 2, 5, BN254_FR.modulus - 1)) for _ in range(circuit.program.n_inputs)]  # fmt: skip
    Evaluator(circuit.program).integers(inputs)


@pytest.fixture
def texts(data: Path) -> list[bytes]:
    folder = data / "circom-programs"
    return [path.read_bytes() for path in sorted(folder.glob("*/*/main.circom"))]


def test_some_mutants(texts: list[bytes], tmp_path: Path) -> None:
    assert compile_all(mutants(texts, 300, SEED), tmp_path, SEED) > 150
    compile_all(meaningful_mutants(texts, 300, SEED), tmp_path, SEED)


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_20_000_mutants(texts: list[bytes], tmp_path: Path) -> None:
    seed = SEED + 1
    assert compile_all(mutants(texts, 20_000, seed), tmp_path, seed) > 10_000
    compile_all(meaningful_mutants(texts, 20_000, seed), tmp_path, seed)
