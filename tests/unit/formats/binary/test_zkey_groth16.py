"""zkey: byte-exact round trips and refusals (docs/design/security-cases.md, N7, N10 to N18)."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.support.binary_files import BN254_Q, BN254_R, Container, le, modulus, u32
from tests.support.points import first_curve_points
from tests.support.toy_groth16 import BEACON, SOMEBODY, contribution, toy_key
from zkctl.curve import BLS12_381, BN254, Curve, G1Array, G2Array
from zkctl.errors import EncodingError, FormatError, ZkctlError
from zkctl.formats.binary.sections import read_sections
from zkctl.formats.binary.zkey_groth16 import (
    CONTRIBUTION_ORDER,
    GROTH16_KIND,
    SETUP_ORDER,
    ZkeyFile,
    check_key_points,
    read_verifying_key_of_zkey,
    read_zkey,
    read_zkey_header,
    write_zkey,
)
from zkctl.groth16.weak_keys import weak_key_findings

CURVES = pytest.mark.parametrize("curve", [BN254, BLS12_381], ids=str)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.zkey"


def toy_file(curve: Curve) -> ZkeyFile:
    key = toy_key(curve)
    return ZkeyFile(key, b"h" * 64, [contribution(key, SOMEBODY), contribution(key, BEACON)])


def written(file: ZkeyFile, order: tuple[int, ...] = SETUP_ORDER) -> bytes:
    out = io.BytesIO()
    write_zkey(out, file, order)
    return out.getvalue()


@pytest.fixture
def good(path: Path) -> Container:
    """A key over bn254: 5 wires, 2 public signals, 4 rows, 2 contributions."""
    path.write_bytes(written(toy_file(BN254)))
    return Container.read(path)


@CURVES
@pytest.mark.parametrize("order", [SETUP_ORDER, CONTRIBUTION_ORDER])
def test_written_as_read(path: Path, curve: Curve, order: tuple[int, ...]) -> None:
    path.write_bytes(written(toy_file(curve), order))
    file = read_zkey(path)
    assert read_sections(path, GROTH16_KIND).order == order
    assert written(file, order) == path.read_bytes()
    key, original = file.key, toy_key(curve)
    assert (key.curve, key.n_vars, key.n_public, key.domain_size) == (curve, 5, 2, 4)
    assert (key.a_query == original.a_query).all()
    assert (key.h_query == original.h_query).all()
    assert key.delta_g2.shape == ()
    assert (key.coefficients.values == original.coefficients.values).all()
    assert [c.origin for c in file.contributions] == [SOMEBODY, BEACON]
    assert file.circuit_hash == b"h" * 64
    check_key_points(file)


def test_the_arrays_are_views_of_the_file(path: Path, good: Container) -> None:
    key = read_zkey(path).key
    for array in (key.a_query.data, key.h_query.data, key.coefficients.values):
        assert not array.flags.owndata
        assert not array.flags.writeable


REAL = (
    "golden_bn128/multiplier_0000",
    "golden_bn128/multiplier_final",
    "p0tion/circuit_0000",
    "p0tion/circuit_0001",
    "p0tion/circuit_final",
    "semaphore-v4/semaphore-5",
    "snark-artifacts-poseidon/poseidon-1",
    "ark-circom/test",
    "co-snarks-examples/groth16/test_vectors/kyc/bls12/kyc",
    "co-snarks-examples/groth16/test_vectors/sum_arrays/sum_arrays",
)


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_written_as_read(data: Path, name: str) -> None:
    path = data / f"{name}.zkey"
    order = read_sections(path, GROTH16_KIND).order
    assert order in (SETUP_ORDER, CONTRIBUTION_ORDER)
    assert written(read_zkey(path), order) == path.read_bytes()


def test_semaphore_has_756_records(data: Path) -> None:
    file = read_zkey(data / "semaphore-v4/semaphore-5.zkey")
    assert len(file.contributions) == 756
    assert file.contributions[0].origin.name == "vplasencia-52170174"


@pytest.mark.parametrize(
    ("name", "protocol"),
    [
        ("golden_bn128/plonk", "plonk"),
        ("golden_bn128/fflonk", "fflonk"),
        ("co-snarks-examples/plonk/test_vectors/kyc/bls12/kyc", "plonk"),
    ],
)
def test_keys_of_other_protocols(data: Path, name: str, protocol: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_zkey(data / f"{name}.zkey")
    message = f"the key is of another proof system: expected groth16, got {protocol}"
    assert caught.value.message == message
    assert caught.value.hint == (
        f"a {protocol} key takes no contributions: its trust is that of its powers of tau"
    )


Q_MODULUS, R_MODULUS = modulus(BN254_Q), modulus(BN254_R)
COUNTS = 72  # offset of the counts in section 2
POINTS = 84  # offset of alpha_g1


def counts(good: Container, *values: int) -> Container:
    return good.with_bytes(2, COUNTS, u32(*values))


Change = Callable[[Container], Container]
MALFORMED: dict[str, tuple[Change, str]] = {
    "protocol 3": (
        lambda k: k.with_section(1, u32(3)),
        "unknown protocol 3, expected 1 (groth16), 2 (plonk), 10 (fflonk)",
    ),
    "protocol long": (lambda k: k.with_section(1, u32(1, 0)), "has 8 bytes, 4 expected"),
    "no protocol": (lambda k: k.without(1), "missing section 1"),
    "no contributions": (lambda k: k.without(10), "missing section 10"),
    "no points": (lambda k: k.without(5, 6, 9), "missing sections 5, 6, 9"),
    "q is r": (
        lambda k: k.with_bytes(2, 0, R_MODULUS),
        "unsupported curve: base field bn254.fr, modulus 0x3064",
    ),
    "q composite": (
        lambda k: k.with_bytes(2, 0, modulus(BN254_Q - 2)),
        "unsupported curve: base field unknown",
    ),
    "r is q": (
        lambda k: k.with_bytes(2, 36, Q_MODULUS),
        "the scalar field does not belong to bn254: modulus 0x3064",
    ),
    "n8 0": (lambda k: k.with_bytes(2, 0, u32(0)), "field elements of 0 bytes"),
    "n8 31": (lambda k: k.with_bytes(2, 0, u32(31)), "field elements of 31 bytes"),
    "n8 2^31": (lambda k: k.with_bytes(2, 0, u32(2**31)), "field elements of 2147483648 bytes"),
    "no wires": (lambda k: counts(k, 0, 0, 4), "0 public signals and the constant, but 0 wires"),
    "all public": (lambda k: counts(k, 5, 5, 4), "5 public signals and the constant, but 5 wires"),
    "public inflated": (
        lambda k: counts(k, 5, 3, 4),
        "IC needs 256 bytes, 192 remain",
    ),
    "wires inflated": (lambda k: counts(k, 6, 2, 4), "A needs 384 bytes, 320 remain"),
    "wires 2^32-1": (
        lambda k: counts(k, 2**32 - 1, 2, 4),
        "A needs 274877906880 bytes, 320 remain",
    ),
    "wires less": (lambda k: counts(k, 4, 2, 4), "the section has 320 bytes, 256 expected"),
    "domain 0": (
        lambda k: counts(k, 5, 2, 0),
        "domain size 0 is not a power of two from 2 to 2^28",
    ),
    "domain 1": (
        lambda k: counts(k, 5, 2, 1),
        "domain size 1 is not a power of two from 2 to 2^28",
    ),
    "domain 3": (
        lambda k: counts(k, 5, 2, 3),
        "domain size 3 is not a power of two from 2 to 2^28",
    ),
    "domain 2^29": (
        lambda k: counts(k, 5, 2, 2**29),
        "domain size 536870912 is not a power of two",
    ),
    "domain 2^32-1": (
        lambda k: counts(k, 5, 2, 2**32 - 1),
        "domain size 4294967295 is not a power",
    ),
    "domain 8": (lambda k: counts(k, 5, 2, 8), "H needs 512 bytes, 256 remain"),
    "header long": (lambda k: k.with_section(2, k[2] + b"?"), "has 661 bytes, 660 expected"),
    "matrix 2": (
        lambda k: k.with_bytes(4, 4, u32(2)),
        "coefficient 0 has matrix 2, expected less than 2",
    ),
    "constraint 4": (
        lambda k: k.with_bytes(4, 4 + 44 + 4, u32(4)),
        "coefficient 1 has constraint 4, expected less than 4",
    ),
    "signal 5": (
        lambda k: k.with_bytes(4, 4 + 2 * 44 + 8, u32(5)),
        "coefficient 2 has signal 5, expected less than 5",
    ),
    "coefficients inflated": (
        lambda k: k.with_bytes(4, 0, u32(2**32 - 1)),
        "the list of 4294967295 coefficients needs 188978560980 bytes, 264 remain",
    ),
    "coefficients less": (lambda k: k.with_bytes(4, 0, u32(1)), "has 268 bytes, 48 expected"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_files(path: Path, good: Container, case: str) -> None:
    change, message = MALFORMED[case]
    with pytest.raises(FormatError) as caught:
        read_zkey(change(good).write(path))
    assert message in caught.value.message
    assert caught.value.where.startswith(str(path))


def test_coefficients_are_canonical(path: Path, good: Container) -> None:
    wrong = good.with_bytes(4, 4 + 44 + 12, le(BN254_R))
    message = "coefficient 1 is not below the modulus of bn254.fr"
    with pytest.raises(EncodingError, match=message):
        read_zkey(wrong.write(path))


GROUPS = {3: "IC", 5: "A", 6: "B1", 7: "B2", 8: "C", 9: "H"}


@pytest.mark.parametrize("section", GROUPS)
def test_coordinates_are_canonical(path: Path, good: Container, section: int) -> None:
    wrong = good.with_bytes(section, -32, le(BN254_Q))
    last = len(good[section]) // (128 if section == 7 else 64) - 1
    message = (
        f"{GROUPS[section]}: point {last} has a coordinate that is not below"
        " the modulus of bn254.fq"
    )
    with pytest.raises(EncodingError, match=message) as caught:
        read_zkey(wrong.write(path))
    assert caught.value.where == f"{path}, section {section}"


@pytest.mark.parametrize("section", GROUPS)
def test_points_off_the_curve_are_found(path: Path, good: Container, section: int) -> None:
    wrong = good.with_bytes(section, -32, le(1)).write(path)
    last = len(good[section]) // (128 if section == 7 else 64) - 1
    with pytest.raises(
        EncodingError, match=f"{GROUPS[section]}: point {last} is not on the curve"
    ) as caught:
        check_key_points(read_zkey(wrong), str(path))
    assert caught.value.where == f"{path}, section {section}"


def test_public_input_points_of_the_verifiers_part_are_checked(path: Path, good: Container) -> None:
    file = read_sections(good.with_bytes(3, -32, le(1)).write(path), GROTH16_KIND)
    last = len(good[3]) // 64 - 1
    with pytest.raises(EncodingError, match=f"IC: point {last} is not on the curve") as caught:
        read_verifying_key_of_zkey(file, read_zkey_header(file))
    assert caught.value.where == f"{path}, section 3"
    whole = read_sections(good.write(path), GROTH16_KIND)
    vk = read_verifying_key_of_zkey(whole, read_zkey_header(whole))
    assert len(vk.gamma_abc_g1) == last + 1


HEADER = {
    "alpha_g1": 64,
    "beta_g1": 64,
    "beta_g2": 128,
    "gamma_g2": 128,
    "delta_g1": 64,
    "delta_g2": 128,
}


def offset_of(name: str) -> int:
    names = list(HEADER)
    return POINTS + sum(HEADER[earlier] for earlier in names[: names.index(name)])


@pytest.mark.parametrize("name", HEADER)
def test_points_of_the_header(path: Path, good: Container, name: str) -> None:
    offset, size = offset_of(name), HEADER[name]
    cases = {
        bytes(size): f"{name}: point 0 is at infinity",
        le(1) + bytes(size - 32): f"{name}: point 0 is not on the curve",
        le(BN254_Q) + bytes(size - 32): f"{name}: point 0 has a coordinate that is not below",
    }
    if size == 128:
        cases[twist_point()] = f"{name}: point 0 is not in the subgroup of prime order"
    for point, message in cases.items():
        with pytest.raises(EncodingError, match=message):
            read_zkey(good.with_bytes(2, offset, point).write(path))


def twist_point() -> bytes:
    """A point of the twist of bn254 outside the group of prime order (security R13)."""
    return G2Array.from_ints(BN254.g2, first_curve_points(BN254.g2, 1)).data.tobytes()


def test_g2_points_outside_the_subgroup_are_found(path: Path, good: Container) -> None:
    file = read_zkey(good.with_bytes(7, 128, twist_point()).write(path))
    message = "B2: point 1 is not in the subgroup of prime order"
    with pytest.raises(EncodingError, match=message):
        check_key_points(file)


def test_a_public_input_without_a_point_is_a_finding(path: Path, good: Container) -> None:
    """Infinity is a point of the group: the policy refuses the key, not the reader."""
    key = read_zkey(good.with_bytes(3, 64, bytes(64)).write(path)).key
    findings = weak_key_findings(key.verifying_key)
    assert [finding.id for finding in findings if finding.refused] == ["VK-IC"]


def test_public_input_points_are_on_the_curve(path: Path, good: Container) -> None:
    with pytest.raises(EncodingError, match="IC: point 1 is not on the curve"):
        read_zkey(good.with_bytes(3, 64, bytes([1]) + bytes(63)).write(path))


def test_contributions_lie_in_their_groups(path: Path, good: Container) -> None:
    cases = {
        68: (bytes(64), "contributions in g1: point 0 is at infinity"),
        68 + 64: (le(1) + bytes(32), "contributions in g1: point 1 is not on the curve"),
        68 + 192: (twist_point(), "contributions in g2: point 0 is not in the subgroup"),
    }
    for offset, (point, message) in cases.items():
        file = read_zkey(good.with_bytes(10, offset, point).write(path))
        with pytest.raises(EncodingError, match=message) as caught:
            check_key_points(file, "a.zkey")
        assert caught.value.where == "a.zkey, section 10"


def test_bls12_381_points_outside_g1_are_found(path: Path) -> None:
    """Its G1 has a cofactor: the curve equation is not enough there either."""
    curve = BLS12_381
    point = G1Array.from_ints(curve.g1, first_curve_points(curve.g1, 1)).data.tobytes()
    path.write_bytes(written(toy_file(curve)))
    wrong = Container.read(path).with_bytes(3, 0, point)
    with pytest.raises(EncodingError, match="IC: point 0 is not in the subgroup of prime order"):
        read_zkey(wrong.write(path))


def test_an_order_needs_every_section_once() -> None:
    message = "a zkey needs sections 1 to 10 once each, the order names"
    for order in ((1, 2, 3), (*range(1, 10), 9)):
        with pytest.raises(FormatError, match=message):
            written(toy_file(BN254), order)


def test_every_truncation_is_refused(path: Path, good: Container) -> None:
    raw = good.bytes()
    rng = np.random.default_rng(7)
    for length in sorted(rng.choice(len(raw), 50, replace=False)):
        path.write_bytes(raw[:length])
        with pytest.raises(ZkctlError) as caught:
            read_zkey(path)
        assert caught.value.exit_code == 3
