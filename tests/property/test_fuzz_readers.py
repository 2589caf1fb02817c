"""Fuzzing of every reader: 5,000 structure-aware mutants per format, always the same ones.

Whatever the file says, reading ends with a value or with a ZkctlError of a documented exit code, in
bounded memory; and a container that is accepted is written back byte for byte.
"""

from __future__ import annotations

import io
import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.property.mutants import BYTES, container_mutant, json_mutant
from tests.support.binary_files import Container, le, modulus, r1cs, u32, u64, wtns
from tests.support.plain_programs import compiled_evaluator, read_plainly
from tests.support.toy_groth16 import BEACON, SOMEBODY, contribution, powers_of_tau, toy_key
from zkctl.ceremony.contribution import Phase1Contribution, Phase1PublicKey
from zkctl.constraints.assumption import Assumption
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.signals import flatten_inputs
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.curve import (
    BLS12_381,
    BN254,
    Curve,
    G1Array,
    G2Array,
    PointArray,
    is_in_subgroup,
    pairing_product,
)
from zkctl.dsl import (
    Array,
    Bit,
    Int,
    Ints,
    Signal,
    Struct,
    advice,
    circuit,
    constrain,
    hint,
    hints,
    log,
    private,
    public,
    sized,
    wire,
)
from zkctl.dsl.advice import join, repeat, select, sort, split
from zkctl.errors import CheckFailed, FormatError, InputError, LimitError, ZkctlError
from zkctl.formats.binary import elements
from zkctl.formats.binary.custom_gates import read_custom_gates
from zkctl.formats.binary.ptau.file import PtauFile, read_ptau, write_ptau
from zkctl.formats.binary.r1cs import open_r1cs, read_r1cs, write_r1cs
from zkctl.formats.binary.wprog import WPROG_KIND, read_wprog, write_wprog
from zkctl.formats.binary.wtns import read_wtns, write_wtns
from zkctl.formats.binary.zkey_groth16 import ZkeyFile, read_zkey, write_zkey
from zkctl.formats.json import points as json_points
from zkctl.formats.json.groth16_text import proof_json
from zkctl.formats.json.snarkjs import read_public
from zkctl.formats.json.snarkjs_groth16 import (
    read_proof,
    read_statements,
    read_verification_key,
    verification_key_json,
)
from zkctl.formats.json.snarkjs_text import public_json
from zkctl.formats.json.strict import load_json
from zkctl.formats.sym import read_main_names, read_sym, write_sym
from zkctl.groth16.keys import Proof
from zkctl.toolchain.bench.run import read_run
from zkctl.toolchain.circuit.inputs import InputReader, read_inputs
from zkctl.toolchain.circuit.signal_shapes import shapes_of
from zkctl.toolchain.inspect.info import describe

MUTANTS = 5_000
SECONDS_PER_FILE = 5
MEMORY = 512 << 20  # what all mutants of one format together may add to the address space

Rewrite = Callable[[Path, bytes], bytes]  # (file, its bytes) -> the bytes we write for it


@dataclass(frozen=True)
class Format:
    """How a format is fuzzed: the files, how mutants are made, what reading one should give back."""

    files: Callable[[], Sequence[Any]]
    mutate: Callable[[random.Random, Any], bytes]
    read: Rewrite
    exit_codes: frozenset[int] = frozenset({3})

    def mutant(self, rng: random.Random) -> bytes:
        """A mutant of one of the files."""
        return self.mutate(rng, rng.choice(self.files()))


def order_of(raw: bytes, path: Path) -> tuple[int, ...]:
    return Container.read(path).order if raw else ()


# -- the files that are mutated


@cache
def r1cs_files() -> tuple[Container, ...]:
    rows = [([(1, 5), (2, 7)], [(3, 1)], [(0, 1)]), ([], [], []), ([(3, 1)], [(3, 1)], [(2, 1)])]
    plain = r1cs(rows)
    gates = u32(1) + b"RANGE\0" + u32(1) + le(10), u32(1, 0, 1) + u64(2)
    custom = Container(b"r1cs", 1, (*plain.sections, (4, gates[0]), (5, gates[1])))
    small = r1cs([], field=modulus(2**64 - 2**32 + 1, 8), n_bytes=8)
    return plain, plain, plain, custom, small


def parsed(write: Callable[[io.BytesIO], None]) -> Container:
    out = io.BytesIO()
    write(out)
    return Container.parse(out.getvalue())


@cache
def zkey_file(curve: Curve) -> Container:
    key = toy_key(curve)
    records = [contribution(key, SOMEBODY), contribution(key, BEACON)]
    return parsed(lambda out: write_zkey(out, ZkeyFile(key, bytes(64), records)))


@cache
def ptau_file(curve: Curve) -> Container:
    g1, g2 = G1Array.generator(curve.g1), G2Array.generator(curve.g2)
    three = G1Array.concatenate([g1] * 3), G2Array.concatenate([g2] * 3)
    key = Phase1PublicKey(three[0], three[0], three[1])
    records = [
        Phase1Contribution(g1, g2, g1, g1, g2, key, bytes(216), bytes(64), origin)
        for origin in (SOMEBODY, BEACON)
    ]
    return parsed(lambda out: write_ptau(out, PtauFile(powers_of_tau(curve, 1), records)))


@cache
def key_text(curve: Curve) -> str:
    return verification_key_json(toy_key(curve).verifying_key, alphabeta(curve))


@cache
def proof_text(curve: Curve) -> str:
    key = toy_key(curve)
    return proof_json(Proof(key.alpha_g1, key.beta_g2, key.delta_g1))


GNARK_PROOF = '{"Ar": {"X": "1", "Y": "2"}, "Krs": {"X": 0, "Y": 0}, "Commitments": [], "Bs": {}}'
GARAGA_PROOF = (
    '{"elliptic_curve_id": "bn254", "proof": {"a": {"x": "0x1", "y": "2"}}, "public_inputs": []}'
)
RISC0 = f'{{"seal": "0xbb001d44{"00" * 256}", "image_id": "0x{"11" * 32}", "journal": "0x00"}}'
SP1 = f'{{"vkey": "0x{"00" * 32}", "publicValues": "0x", "proof": "0xa4594c59{"00" * 256}"}}'
SYM = b"1,1,0,main.out\n2,2,0,main.in[0]\n3,-1,4,main.c.aux\n"


class Pair(Struct):
    """A structure with an array in it."""

    left: Signal
    flags: Array[Bit] = sized(2)


@advice(steps=2000, bits=300)
def lowest(values: Ints) -> tuple[Int, Int]:
    """Arrays, a loop, a choice and limbs."""
    ordered = sort(values)
    total = repeat(ordered[0] & 7, lambda k, s: s * 3 + select(k > 1, ordered[k % 3], -5), 1)
    return total, join(split(ordered[2], 64, 2), 5)


@circuit
def chooser(
    key: Signal = public(),
    bits: Array[Bit] = private(2),
    table: Array[Signal] = private(2, 2),
    pairs: Array[Pair] = private(2),
) -> Signal:
    """A bit of everything that a witness program can hold: arrays, structures, checks, hints."""
    is_zero = hint(hints.inverse_or_zero, key)
    constrain(key * (1 - key * is_zero) == 0, "not an inverse")
    constrain(pairs[0].left * pairs[1].flags[0] == pairs[1].left)
    low, high = lowest(Array([key, bits[0], table[1][1]]))
    log("key", key, key * bits[0])
    return bits[0] * table[0][0] + bits[1] * wire(table[1][0] * low, "chosen") + high


INPUTS = (
    '{"key": "7", "bits": [0, "1"], "table": [["0x10", -1], ["5", "6"]], '
    '"pairs": [{"left": 3, "flags": [1, "0"]}, {"flags": [1, 1], "left": "3"}]}'
)


@cache
def compiled() -> WitnessProgram:
    claim = Assumption("bits and table", 0, 1, 1, {3: 1, 4: 7})
    return replace(chooser.compile().program, assumptions=(claim,))


@cache
def program_file() -> Container:
    return parsed(lambda out: write_wprog(out, compiled()))


@cache
def program_file_with_digest() -> Container:
    return parsed(lambda out: write_wprog(out, replace(compiled(), r1cs_digest=bytes(range(32)))))


# -- reading, and writing again what was accepted


def rewrite_r1cs(path: Path, raw: bytes) -> bytes:
    circuit, out = read_r1cs(path), io.BytesIO()
    parts = [part.n_constraints for part in open_r1cs(path).parts()]
    assert sum(parts) == circuit.n_constraints
    if read_custom_gates(path) and circuit.has_custom_gates:
        return raw
    known = [k for k in order_of(raw, path) if k <= 3]
    write_r1cs(out, circuit, known)
    return out.getvalue() if len(known) == len(order_of(raw, path)) else raw


def r1cs_in_parts(path: Path, raw: bytes) -> bytes:
    n_terms = sum(part.a.n_nonzero + part.n_linear for part in open_r1cs(path).parts())
    assert 0 <= n_terms < len(raw)
    return raw


def rewrite_wtns(path: Path, raw: bytes) -> bytes:
    witness, out = read_wtns(path), io.BytesIO()
    write_wtns(out, witness.field, witness.words)
    return out.getvalue() if raw[4] == 2 and order_of(raw, path) == (1, 2) else raw


def rewrite_zkey(path: Path, raw: bytes) -> bytes:
    key, out = read_zkey(path), io.BytesIO()
    order = order_of(raw, path)
    if raw[4] != 1 or len(order) != 10:
        return raw
    write_zkey(out, key, order)
    return out.getvalue()


def rewrite_ptau(path: Path, raw: bytes) -> bytes:
    ptau, out = read_ptau(path), io.BytesIO()
    write_ptau(out, ptau)
    return out.getvalue() if order_of(raw, path) == (*range(1, 8), 12, 13, 14, 15) else raw


def found_version(raw: bytes) -> int:
    return int.from_bytes(raw[4:8], "little")


def rewrite_wprog(path: Path, raw: bytes) -> bytes:
    """Read a program, run it, and write it again; the reader of small ones takes the same files."""
    small = read_plainly(path)
    try:
        found, out = read_wprog(path), io.BytesIO()
    except FormatError:
        assert small is None
        raise
    assert small is not None or found_version(raw) < 3
    with suppress(CheckFailed, InputError, LimitError):
        expected, compiled = evaluate(found, [1] * found.n_inputs), compiled_evaluator(path)
        assert compiled is None or compiled.integers([1] * found.n_inputs) == expected
    write_wprog(out, found)
    return out.getvalue() if order_of(raw, path) == WPROG_KIND.defined else raw


def any_inputs(path: Path) -> None:
    reader = InputReader(BN254.scalar_field, False, str(path))
    flatten_inputs(compiled().signals, read_inputs(path), reader)


def rewrite_sym(path: Path, raw: bytes) -> bytes:
    out = io.BytesIO()
    write_sym(out, read_sym(path))
    return out.getvalue()


def reading(read: Callable[[Path], object]) -> Rewrite:
    """A reader whose files are not rewritten exactly: JSON may be laid out in many ways."""

    def rewrite(path: Path, raw: bytes) -> bytes:
        read(path)
        return raw

    return rewrite


@cache
def alphabeta(curve: Curve) -> tuple[int, ...]:
    key = toy_key(curve)
    pair = G1Array.concatenate([key.alpha_g1]), G2Array.concatenate([key.beta_g2])
    return tuple(pairing_product(curve, *pair))


def any_key(path: Path) -> None:
    # the pairing of the unchanged key: a mutant's own would take most of the time
    read_verification_key(path, alphabeta=lambda curve, _p, _q: alphabeta(curve))


def any_proof(path: Path) -> None:
    read_proof(path, BN254)


def any_public(path: Path) -> None:
    read_public(path, BN254.scalar_field, 3)


def three_files(make: Callable[[Curve], Any]) -> Callable[[], Sequence[Any]]:
    """More mutants over bn254 than over bls12_381, whose arithmetic is slower."""
    return lambda: (make(BN254), make(BN254), make(BLS12_381))


def proof_texts() -> Sequence[str]:
    return proof_text(BN254), proof_text(BN254), GNARK_PROOF, GARAGA_PROOF, SP1


def public_texts() -> Sequence[str]:
    return public_json([5, 0, 2**200]), '{"Y": 35, "A": 3, "Z": "1"}', RISC0, SP1


def statement_lines() -> str:
    """Two lines of a batch."""
    return "\n".join(
        f'{{"proof": {" ".join(proof_text(BN254).split())}, "public": ["{k}", "0"]}}'
        for k in (5, 6)
    )


def lines_mutant(rng: random.Random, text: str) -> bytes:
    """One line changed, or the whole text."""
    if rng.random() < 0.1:
        return rng.choice(BYTES)(rng, text.encode())
    lines = text.encode().split(b"\n")
    k = rng.randrange(len(lines))
    lines[k] = json_mutant(rng, lines[k].decode())
    return b"\n".join(lines)


def any_shapes(path: Path) -> None:
    shapes_of(read_main_names(path), "mutant")


def any_statements(path: Path) -> None:
    read_statements(path, toy_key(BN254).verifying_key)


SAVED_RUN = (
    '{"schema": "zkctl-bench/1", "measurements":'
    ' [{"group": "prove", "name": "prove", "size": 4096, "cpu_ns": 58000000, "wall_ns": 1}]}'
)


def sym_mutant(rng: random.Random, raw: bytes) -> bytes:
    return rng.choice(BYTES)(rng, rng.choice(BYTES)(rng, raw))


FORMATS: dict[str, Format] = {
    "r1cs": Format(r1cs_files, container_mutant, rewrite_r1cs),
    "r1cs in parts": Format(r1cs_files, container_mutant, r1cs_in_parts),
    "sym": Format(lambda: [SYM], sym_mutant, rewrite_sym),
    "shapes": Format(lambda: [SYM], sym_mutant, reading(any_shapes)),
    "wtns": Format(lambda: [wtns([1, 33, 3, 11, 2**200])], container_mutant, rewrite_wtns),
    "ptau": Format(three_files(ptau_file), container_mutant, rewrite_ptau),
    "zkey": Format(  # 5: a mutant may claim to be a plonk key
        three_files(zkey_file), container_mutant, rewrite_zkey, frozenset({3, 5})
    ),
    "verification key": Format(
        three_files(key_text), json_mutant, reading(any_key), frozenset({3, 5})
    ),
    "proof": Format(  # 1: only the limbs are swapped; 5: plonk, commitments
        proof_texts, json_mutant, reading(any_proof), frozenset({1, 3, 5})
    ),
    "statements": Format(  # as proofs
        lambda: [statement_lines()],
        lines_mutant,
        reading(any_statements),
        frozenset({1, 3, 5}),
    ),
    "saved run": Format(lambda: [SAVED_RUN], json_mutant, reading(read_run)),
    "public signals": Format(public_texts, json_mutant, reading(any_public), frozenset({3, 5})),
    "wprog": Format(
        lambda: [program_file(), program_file_with_digest()], container_mutant, rewrite_wprog
    ),
    "inputs": Format(lambda: [INPUTS], json_mutant, reading(any_inputs)),
    "any JSON": Format(
        lambda: ['{"a": ["1", [2, -3]], "b": {"c": true}}'], json_mutant, reading(load_json)
    ),
}


@contextmanager
def memory_limit(n_bytes: int) -> Iterator[None]:
    """Let the address space grow by at most n_bytes: beyond, Python raises MemoryError."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def try_reading(form: Format, path: Path, raw: bytes) -> int:
    """The exit code with which reading ends."""
    path.unlink(missing_ok=True)  # a fresh file: truncating one makes ext4 write it to disk
    path.write_bytes(raw)
    try:
        assert form.read(path, raw) == raw, "what is accepted is written back as it was"
    except ZkctlError as problem:
        assert problem.message
        assert str(problem).isprintable() or "\nhint: " in str(problem)
        return problem.exit_code
    return 0


def try_describing(path: Path) -> None:
    try:
        describe(path)
    except ZkctlError as problem:
        assert problem.exit_code in (3, 5)


@pytest.fixture
def remembered_membership(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask only once about the same points: most mutants leave them as they were."""
    known: dict[tuple[str, bytes], NDArray[np.bool_]] = {}

    def answer(points: PointArray) -> NDArray[np.bool_]:
        key = points.group.name, points.data.tobytes()
        if key not in known:
            known[key] = is_in_subgroup(points)
        return known[key]

    for module in (elements, json_points):
        monkeypatch.setattr(module, "is_in_subgroup", answer)


@pytest.mark.usefixtures("remembered_membership")
@pytest.mark.parametrize("name", FORMATS)
def test_mutants(tmp_path: Path, name: str) -> None:
    form, path = FORMATS[name], tmp_path / "mutant"
    rng = random.Random(f"zkctl {name} 1")
    counts: dict[int, int] = {}
    form.mutant(rng)  # builds the files before the limit is set
    try_reading(form, path, form.mutant(rng))
    with memory_limit(MEMORY):
        for k in range(MUTANTS):
            raw = form.mutant(rng)
            start = time.process_time()
            code = try_reading(form, path, raw)
            if k % 10 == 0:
                try_describing(path)
            assert time.process_time() - start < SECONDS_PER_FILE
            counts[code] = counts.get(code, 0) + 1
    assert set(counts) <= form.exit_codes | {0}
    assert counts[3] > MUTANTS // 6  # the mutants are not all harmless
