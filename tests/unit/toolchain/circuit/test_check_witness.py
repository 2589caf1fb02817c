"""verify_witness: every broken constraint by number and name, parts that do not belong together, no value."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.binary_files import Container, u32
from tests.support.toy_groth16 import circuit, factors, save_circuit, save_witness
from zkctl.cli.text import plain
from zkctl.constraints.r1cs import R1CS
from zkctl.errors import (
    EncodingError,
    EnvironmentProblem,
    FormatError,
    InputError,
    IntegrityError,
    ShapeError,
    UnsatisfiedError,
)
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField, words_from_ints
from zkctl.formats.binary.wtns import read_wtns
from zkctl.runtime.settings import using
from zkctl.toolchain.circuit.check_witness import (
    BrokenConstraint,
    CircuitOfWitnesses,
    WitnessCheck,
    verify_witness,
)

GOOD = (1, 55, 77, 5, 8)  # 55 = 5 * (8 + 3)


@pytest.fixture
def r1cs(tmp_path: Path) -> Path:
    return save_circuit(tmp_path / "c.r1cs", factors(BN254_FR))


@pytest.fixture
def check(tmp_path: Path, r1cs: Path) -> Callable[..., WitnessCheck]:
    def call(
        *values: int, field: PrimeField = BN254_FR, system: R1CS | None = None, **options: object
    ) -> WitnessCheck:
        if system is not None:
            save_circuit(r1cs, system)
        witness = save_witness(tmp_path / "w.wtns", field, words_from_ints(values, field.n_words))
        return verify_witness(witness, r1cs=r1cs, **options)  # type: ignore[arg-type]

    return call


Check = Callable[..., WitnessCheck]


def squares(n: int) -> R1CS:
    """Wire k times itself is wire k + 1, for k in 1 .. n."""
    rows = [([(k, 1)], [(k, 1)], [(k + 1, 1)]) for k in range(1, n + 1)]
    return circuit(BN254_FR, rows, n + 2, 1, 0)


def computed(r1cs: Path, values: Sequence[int], field: PrimeField = BN254_FR) -> None:
    circuit = CircuitOfWitnesses(r1cs, program=None)
    circuit.check(field, words_from_ints(values, field.n_words), where="in.json")


def test_a_computed_witness_that_breaks_its_circuit(r1cs: Path) -> None:
    computed(r1cs, GOOD)
    with pytest.raises(UnsatisfiedError) as caught:
        computed(r1cs, (1, 55, 987654, 6, 8))
    assert caught.value.message == "the computed witness breaks 1 of 1 constraints"
    assert caught.value.where == f"in.json\n{r1cs} constraint 0: wire 1, wire 3, wire 4"
    assert caught.value.hint == (
        "constrain what the program only computes, or compile program and circuit together again"
    )
    assert "987654" not in caught.value.where
    r1cs.with_suffix(".sym").write_text("1,1,0,main.product\n3,3,0,main.a\n")
    with pytest.raises(UnsatisfiedError) as named:
        computed(r1cs, (1, 55, 77, 6, 8))
    assert "constraint 0: main.product, " in named.value.where
    r1cs.with_suffix(".sym").write_text("1,1,0,main.product\n9,9,0,main.a\n")
    with pytest.raises(UnsatisfiedError) as other:
        computed(r1cs, (1, 55, 77, 6, 8))
    assert "constraint 0: wire 1, " in other.value.where


def test_a_computed_witness_of_another_circuit(r1cs: Path) -> None:
    with pytest.raises(ShapeError, match="the circuit has 5 wires, the witness 4"):
        computed(r1cs, GOOD[:4])
    with pytest.raises(IntegrityError, match=r"the witness is over bls12_381.fr, the circuit over"):
        computed(r1cs, GOOD, BLS12_381_FR)


def test_a_witness_that_satisfies_its_circuit(check: Check) -> None:
    assert check(*GOOD) == WitnessCheck(
        satisfied=True,
        field="bn254.fr",
        n_wires=5,
        n_constraints=1,
        n_broken=0,
        broken=[],
        warnings=[],
    )
    bls = check(*GOOD, field=BLS12_381_FR, system=factors(BLS12_381_FR))
    assert (bls.satisfied, bls.field) == (True, "bls12_381.fr")


def test_real_witnesses_satisfy_their_circuits(data: Path) -> None:
    golden = data / "golden_bn128"
    found = verify_witness(golden / "witness.wtns", r1cs=golden / "multiplier.r1cs")
    assert (found.satisfied, found.n_constraints, found.n_wires) == (True, 10, 13)


def test_every_broken_constraint_with_the_names_of_its_signals(data: Path, tmp_path: Path) -> None:
    golden = data / "golden_bn128"
    witness = read_wtns(golden / "witness.wtns")
    words = witness.words.copy()
    words[7, 0] ^= 1
    wrong = save_witness(tmp_path / "w.wtns", witness.field, words)
    found = verify_witness(wrong, r1cs=golden / "multiplier.r1cs")
    assert (found.satisfied, found.n_broken) == (False, 2)
    assert found.broken == [
        BrokenConstraint(3, ["main.b", "main.int[2]", "main.int[3]"]),
        BrokenConstraint(4, ["main.b", "main.int[3]", "main.int[4]"]),
    ]
    assert found.broken[0].line == "constraint 3: main.b, main.int[2], main.int[3]"


def test_wires_without_names(check: Check, r1cs: Path) -> None:
    assert check(1, 56, 77, 5, 8).broken == [BrokenConstraint(0, ["wire 1", "wire 3", "wire 4"])]
    r1cs.with_suffix(".sym").write_bytes(b"1,1,0,main.product\n2,4,0,main.y\n")
    assert check(1, 56, 77, 5, 8).broken == [
        BrokenConstraint(0, ["main.product", "wire 3", "main.y"])
    ]


def test_a_constraint_of_constants(check: Check) -> None:
    never = circuit(BN254_FR, [([(0, 1)], [(0, 1)], [(0, 2)])], 2, 1, 0)
    found = check(1, 7, system=never)
    assert found.broken == [BrokenConstraint(0, [])]
    assert found.broken[0].line == "constraint 0: no signal"


@pytest.mark.parametrize(("shown", "listed"), [(20, 20), (0, 0), (3, 3), (1000, 30)])
def test_the_first_ones_are_listed_and_all_are_counted(
    check: Check, shown: int, listed: int
) -> None:
    values = [1, *range(2, 33)]
    found = check(*values, system=squares(30), max_shown=shown)
    assert (found.satisfied, found.n_broken, found.n_constraints) == (False, 30, 30)
    assert [each.constraint for each in found.broken] == list(range(listed))


def test_constraints_are_counted_through_the_parts_of_a_file(check: Check) -> None:
    n = 9000  # in parts of 4,096
    values = [1] * (n + 2)
    values[1:6] = [0] * 5
    values[-1] = 3
    found = check(*values, system=squares(n), max_shown=5)
    assert [each.constraint for each in found.broken] == [4, n - 1]
    assert found.broken[1].signals == [f"wire {n}", f"wire {n + 1}"]


def test_a_circuit_without_constraints(check: Check) -> None:
    found = check(1, 7, system=circuit(BN254_FR, [], 2, 1, 0))
    assert (found.satisfied, found.n_constraints, found.n_broken) == (True, 0, 0)


def test_no_value_is_in_the_answer(check: Check) -> None:
    secret = 123456789123456789
    text = json.dumps(plain(check(1, 56, 77, secret, secret)))
    assert str(secret) not in text
    assert "56" not in text


def test_parts_that_do_not_belong_together(check: Check) -> None:
    with pytest.raises(
        IntegrityError, match=r"the witness is over bls12_381.fr, the circuit over bn254.fr"
    ) as caught:
        check(*GOOD, field=BLS12_381_FR)
    assert caught.value.where.endswith("w.wtns")
    for values in (GOOD[:-1], (*GOOD, 0)):
        with pytest.raises(
            ShapeError, match=f"the circuit has 5 wires, the witness {len(values)}"
        ) as shape:
            check(*values)
        assert shape.value.where.endswith("w.wtns")
        assert shape.value.hint == "witness and circuit come from different circuits"


def test_wire_0_is_the_constant(check: Check) -> None:
    with pytest.raises(FormatError, match="wire 0 is not the constant 1"):
        check(2, *GOOD[1:])


def test_values_are_canonical(check: Check) -> None:
    with pytest.raises(EncodingError, match=r"the value of wire 3 is not below the modulus"):
        check(1, 55, 77, 5 + BN254_FR.modulus, 8)


def test_custom_gates_are_refused_in_the_words_of_setup(check: Check, r1cs: Path) -> None:
    gates = Container.read(r1cs)
    gates = replace(gates, sections=(*gates.sections, (4, u32(1)), (5, u32(1))))
    gates.write(r1cs)
    with pytest.raises(
        InputError, match="the circuit uses custom gates, which no proof system here can express"
    ) as caught:
        check(*GOOD)
    assert caught.value.where == str(r1cs)


@pytest.mark.parametrize("values", [GOOD, (1, 56, 77, 5, 8)])
def test_names_that_are_asked_for_must_be_there_and_belong(
    check: Check, tmp_path: Path, values: Sequence[int]
) -> None:
    sym = tmp_path / "other.sym"
    with pytest.raises(EnvironmentProblem, match="no such file"):
        check(*values, sym=sym)
    sym.write_bytes(b"1,5,0,main.a\n")
    with pytest.raises(IntegrityError, match="the names of signals are of another circuit"):
        check(*values, sym=sym)
    sym.write_bytes(b"1,3,0,main.a\n")
    assert check(*values, sym=sym).satisfied == (values == GOOD)


def test_unknown_sections_are_warned_of_or_refused(check: Check, r1cs: Path) -> None:
    file = Container.read(r1cs)
    replace(file, sections=(*file.sections, (9, b"more"))).write(r1cs)
    (warning,) = check(*GOOD).warnings
    assert "unknown section 9 ignored" in warning
    with using(strict=True), pytest.raises(FormatError, match="unknown section 9"):
        check(*GOOD)
