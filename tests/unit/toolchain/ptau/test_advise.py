"""The power of tau that a circuit needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.binary_files import BN254_R, Container, Row, r1cs, u32, u64
from tests.support.toy_groth16 import circuit, factors
from zkctl.curve import BLS12_381, BN254
from zkctl.errors import InputError, IntegrityError
from zkctl.formats.binary.r1cs import write_r1cs
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.proof.systems import SYSTEMS, ProofSystem
from zkctl.toolchain.ptau.advise import Need, advise_ptau, fflonk_need, groth16_need, plonk_need


def products(n: int):
    """n constraints w1 * w2 = w3, no public signal."""
    row = ([(1, 1)], [(2, 1)], [(3, 1)])
    return circuit(BN254.scalar_field, [row] * n, 4, 0, 0)


@pytest.mark.parametrize(
    ("n", "groth16", "plonk", "fflonk"),
    [
        (1, 1, 3, 6),
        (7, 3, 3, 7),
        (8, 4, 3, 7),
        (9, 4, 4, 7),
        (14, 4, 4, 7),
        (15, 4, 4, 8),
        (16, 5, 4, 8),
    ],
)
def test_boundaries(n: int, groth16: int, plonk: int, fflonk: int) -> None:
    """Groth16: N > n; plonk: N >= n, N >= 8; fflonk: N >= n + 2, N >= 8, power log2 N + 3."""
    built = products(n)
    needs = [groth16_need(built), plonk_need(built), fflonk_need(built)]
    assert [need.power for need in needs] == [groth16, plonk, fflonk]
    for need in needs:
        assert (2 << need.power) - 1 >= need.n_points
        assert 1 << need.power >= need.domain_size


def test_real_circuit(data: Path) -> None:
    summary = advise_ptau(data / "ark-circom/complex-circuit/complex-circuit-10000-10000.r1cs")
    assert (summary.curve, summary.n_constraints, summary.warnings) == ("bn254", 10_000, [])
    assert [(n.protocol, n.power, n.file) for n in summary.needs] == [
        ("groth16", 14, "powersOfTau28_hez_final_14.ptau"),
        ("plonk", 14, "powersOfTau28_hez_final_14.ptau"),
        ("fflonk", 17, "powersOfTau28_hez_final_17.ptau"),
    ]


def test_small_powers_come_from_the_other_ceremony(data: Path) -> None:
    summary = advise_ptau(data / "golden_bn128" / "multiplier.r1cs")
    assert summary.needs[0] == Need("groth16", 13, 0, 16, 31, 4, "ppot_0080_04.ptau", 111_762)


def test_bls12_381_has_no_fflonk_and_no_published_file(tmp_path: Path) -> None:
    with (tmp_path / "c.r1cs").open("wb") as stream:
        write_r1cs(stream, factors(BLS12_381.scalar_field))
    summary = advise_ptau(tmp_path / "c.r1cs")
    assert [need.protocol for need in summary.needs] == ["groth16", "plonk"]
    assert {(need.file, need.n_bytes) for need in summary.needs} == {("", 0)}
    assert "fflonk exists over bn254 only" in summary.warnings[0]


def _lin(rows: list[Row], *, custom: bool = False) -> Container:
    built = r1cs(rows, (4, 1, 0, 2))
    if not custom:
        return built
    template = u32(1) + b"Gate\0" + u32(0)
    return replace(built, sections=(*built.sections, (4, template), (5, u32(1, 0, 1) + u64(1))))


PRODUCT: Row = ([(2, 1)], [(3, 1)], [(1, 1)])
SUM: Row = ([], [], [(1, 1), (2, BN254_R - 1), (3, BN254_R - 1)])
SCALED: Row = ([(2, 1)], [(0, 7)], [(1, 1)])
FILES = {
    "a product": _lin([PRODUCT]),
    "a product and a sum": _lin([SUM, PRODUCT]),
    "a sum": _lin([SUM]),
    "a multiple": _lin([SCALED]),
    "no constraint": _lin([]),
    "custom gates": _lin([PRODUCT], custom=True),
}


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=list(SYSTEMS))
@pytest.mark.parametrize("name", FILES)
def test_what_is_advised_can_be_set_up(
    data: Path, tmp_path: Path, name: str, system: ProofSystem
) -> None:
    """`ptau advise` never promises what `setup` refuses, nor the other way round, and refuses in its words (bugs, A41)."""
    file = FILES[name].write(tmp_path / "c.r1cs")
    summary = advise_ptau(file)
    powers = {need.protocol: need.power for need in summary.needs}
    refused = {one.protocol: one.reason for one in summary.impossible}
    assert set(powers) | set(refused) == {"groth16", "plonk", "fflonk"}
    assert not set(powers) & set(refused)
    ptau = data / "ptau" / "powersOfTau28_hez_final_08.ptau"
    if system.name in powers:
        assert powers[system.name] <= 8
        make_key(file, ptau, output=tmp_path / "k.zkey", system=system)
        return
    with pytest.raises((InputError, IntegrityError)) as caught:
        make_key(file, ptau, output=tmp_path / "k.zkey", system=system)
    assert caught.value.message == refused[system.name]
    assert not (tmp_path / "k.zkey").exists()


def test_circuits_that_are_mostly_sums(tmp_path: Path) -> None:
    """A product of two sums of three: 4 of 5 rows are additions; in fflonk 2 rows more are for blinding."""
    three = [(1, 1), (2, 1), (3, 1)]
    summary = advise_ptau(r1cs([(three, three, [(1, 1)])], (4, 0, 0, 3)).write(tmp_path / "c.r1cs"))
    found = [(need.protocol, need.n_additions, need.n_rows) for need in summary.needs]
    assert found == [("groth16", 0, 2), ("plonk", 4, 5), ("fflonk", 4, 7)]
    assert summary.warnings == [
        "4 of 5 rows of plonk only add up sums: compile a circuit in Python with `fewest_rows_of`, one in circom at level O1"
    ]


def test_a_circuit_without_constraints_and_custom_gates_have_no_need_at_all(tmp_path: Path) -> None:
    for name in ("no constraint", "custom gates"):
        summary = advise_ptau(FILES[name].write(tmp_path / "c.r1cs"))
        assert summary.needs == []
        assert len(summary.impossible) == 3
