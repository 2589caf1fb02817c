"""Keys and proofs of PLONK and fflonk: every member is strict (docs/design/security-cases.md, N37, N39, N43 to N47)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.json_changes import Change, add, drop, put, swap
from tests.support.points import first_curve_points
from tests.support.universal import EACH_PROTOCOL, EACH_SYSTEM, FFLONK, PLONK, PLONK_BLS, System
from tests.support.universal_files import (
    READERS,
    TEXTS,
    documents,
    point_places,
    scalar_places,
    texts,
)
from zkctl.curve import BN254
from zkctl.errors import EncodingError, FormatError, IntegrityError, ZkctlError
from zkctl.formats.json.strict import Node, load_json

Parse = Callable[[System, Any], Any]
DECIMAL = "the text is not a decimal integer"


def key_of(system: System, document: Any) -> Any:
    return READERS[system.name].parse_verification_key(Node(document, "a.json"))


def proof_of(system: System, document: Any) -> Any:
    reader = READERS[system.name]
    return reader.proofs_of(
        system.curve, [reader.parse_proof(Node(document, "a.json"), system.curve)]
    )[0]


def refused(system: System, document: Any, parse: Parse) -> ZkctlError:
    with pytest.raises(ZkctlError) as caught:
        parse(system, document)
    assert caught.value.where.startswith("a.json")
    return caught.value


def refused_key(system: System, *changes: Change) -> ZkctlError:
    key = documents(system)[0]
    for change in changes:
        change(key)
    return refused(system, key, key_of)


def refused_proof(system: System, *changes: Change) -> ZkctlError:
    proof = documents(system)[2]
    for change in changes:
        change(proof)
    return refused(system, proof, proof_of)


@EACH_SYSTEM
def test_files_are_written_as_read(system: System, tmp_path: Path) -> None:
    key, _, proof = texts(system)
    assert READERS[system.name].verification_key_json(key_of(system, json.loads(key))) == key
    path = tmp_path / "proof.json"
    path.write_text(proof)
    read = READERS[system.name].read_proof(path, system.curve)
    assert TEXTS[system.name].proof_json(read) == proof


@EACH_SYSTEM
def test_infinity_is_read_everywhere(system: System) -> None:
    """Weak keys and wrong proofs are judged by their systems, not by the readers."""
    key, _, proof = documents(system)
    for name in system.key_points:
        key[name] = ["0", "1", "0"]
    key["X_2"] = [["0", "0"], ["1", "0"], ["0", "0"]]
    read = key_of(system, key)
    assert all(getattr(read, field).has_infinity() for field in system.key_points.values())
    assert read.x_2.has_infinity()
    for place in point_places(system).values():
        put(*place, value=["0", "1", "0"])(proof)
    read = proof_of(system, proof)
    assert all(getattr(read, field).has_infinity() for field in system.proof_points.values())


# -- keys


@EACH_SYSTEM
def test_every_member_of_a_key_is_needed(system: System) -> None:
    for name in documents(system)[0]:
        problem = refused_key(system, drop(name))
        assert isinstance(problem, FormatError)
        if name not in ("protocol", "curve"):
            assert problem.message == f"the verification key is incomplete: missing {name!r}"
        assert f"missing {name!r}" in problem.message


@EACH_SYSTEM
def test_numbers_of_a_key(system: System) -> None:
    r = system.curve.scalar_field.modulus
    for name in (*system.key_scalars, "w"):
        problem = refused_key(system, add(r, name))
        below = f"the number is not below the modulus of {system.curve.scalar_field.name}"
        assert (problem.message, problem.exit_code) == (below, 3)
        for text in ("-1", "01", "0x2", " 2", "2\n", "+2", ""):
            assert refused_key(system, put(name, value=text)).message == DECIMAL
        assert (
            "expected a string, found a number" in refused_key(system, put(name, value=2)).message
        )


@EACH_SYSTEM
def test_the_size_of_the_domain(system: System) -> None:
    most = system.curve.scalar_field.two_adicity
    for power in (-1, most + 1, 1 << 70):
        problem = refused_key(system, put("power", value=power))
        expected = f"the power of the domain is out of range: expected 0 to {most}, got {power}"
        assert problem.message == expected
    for value in ("3", 3.0, None, True):
        assert "expected a number, found" in refused_key(system, put("power", value=value)).message
    for power, n in ((0, 0), (0, 2), (2, 0), (4, 9), (most, 0)):
        problem = refused_key(system, put("power", value=power), put("nPublic", value=n))
        message = f"w does not belong to the domain: expected the root of unity of order 2^{power}"
        assert (problem.message, problem.exit_code) == (message, 4)
        assert isinstance(problem, IntegrityError)
    one_row = put("power", value=0), put("w", value="1"), put("nPublic", value=2)
    problem = refused_key(system, *one_row)
    message = "the domain has 2^0 rows, which bind nothing: expected at least 2"
    assert (problem.message, problem.exit_code) == (message, 4)


@EACH_SYSTEM
def test_number_of_public_signals(system: System) -> None:
    for n in (-1, 9, 1 << 70):
        problem = refused_key(system, put("nPublic", value=n))
        message = f"the number of public signals does not fit the domain of 2^3 rows: got {n}"
        assert problem.message == message
    for value in ("2", True, None, [2]):
        assert "expected a number" in refused_key(system, put("nPublic", value=value)).message


@EACH_SYSTEM
def test_points_of_a_key(system: System) -> None:
    q = system.curve.base_field.modulus
    for name in system.key_points:
        assert refused_key(system, add(q, name, 0)).where == f"a.json $.{name}[0]"
        assert "not on the curve" in refused_key(system, add(1, name, 1)).message
        assert "expected 3 elements" in refused_key(system, put(name, value=["0", "1"])).message
        origin = refused_key(system, put(name, value=["0", "0", "1"]))
        assert origin.message == "(0, 0) is not a point; infinity is written [0, 1, 0]"
    assert "not on the curve" in refused_key(system, add(1, "X_2", 1, 0)).message
    problem = refused_key(system, swap("X_2"))
    assert "the coordinates look swapped" in problem.hint
    (x, y) = first_curve_points(system.curve.g2, 1)[0]
    outside = [list(map(str, x)), list(map(str, y)), ["1", "0"]]
    assert "not in the subgroup" in refused_key(system, put("X_2", value=outside)).message


def test_points_outside_the_group_of_prime_order() -> None:
    ((x,), (y,)) = first_curve_points(PLONK_BLS.curve.g1, 1)[0]
    outside = [str(x), str(y), "1"]
    for name in PLONK_BLS.key_points:
        problem = refused_key(PLONK_BLS, put(name, value=outside))
        assert "not in the subgroup" in problem.message
        assert problem.where == f"a.json $.{name}"
    for name in PLONK_BLS.proof_points:
        problem = refused_proof(PLONK_BLS, put(name, value=outside))
        assert "not in the subgroup" in problem.message
        assert problem.where == f"a.json $.{name}"


def test_fflonk_is_over_one_curve() -> None:
    key = documents(PLONK_BLS)[0] | {"protocol": "fflonk", "C0": ["0", "1", "0"]}
    key |= dict.fromkeys(("w3", "w4", "w8", "wr"), "1")
    problem = refused(FFLONK, key, key_of)
    assert problem.message == "fflonk is defined over another curve: expected bn254, got bls12_381"


@EACH_SYSTEM
def test_what_is_no_key(system: System) -> None:
    _, public, proof = documents(system)
    article = "an" if system.name == "fflonk" else "a"
    assert refused(system, proof, key_of).message == (
        f"expected a verification key, found {article} {system.name} proof"
    )
    assert "expected a verification key" in refused(system, public, key_of).message
    other = FFLONK if system.name == "plonk" else PLONK
    problem = refused(system, documents(other)[0], key_of)
    assert problem.message == f"expected protocol '{system.name}', got '{other.name}'"


# -- proofs


@EACH_SYSTEM
def test_every_member_of_a_proof_is_needed(system: System) -> None:
    for place in (*point_places(system).values(), *scalar_places(system).values()):
        *outer, name = place
        _, _, proof = documents(system)
        holder = proof
        for step in outer:
            holder = holder[step]
        del holder[name]
        problem = refused(system, proof, proof_of)
        assert problem.message == f"the proof is incomplete: missing {name!r}"
    if system is FFLONK:
        for name in ("polynomials", "evaluations"):
            assert f"missing {name!r}" in refused_proof(system, drop(name)).message
            message = refused_proof(system, put(name, value=[])).message
            assert "the proof is incomplete" in message


@EACH_SYSTEM
def test_what_is_no_proof(system: System) -> None:
    key, public, _ = documents(system)
    article = "an" if system.name == "fflonk" else "a"
    expected = f"expected a proof, found {article} {system.name} verification key"
    assert refused(system, key, proof_of).message == expected
    assert (
        "expected a proof, found a list of 2 strings" in refused(system, public, proof_of).message
    )


@EACH_SYSTEM
def test_a_proof_need_not_name_its_system(system: System) -> None:
    _, _, proof = documents(system)
    del proof["protocol"], proof["curve"]
    proof_of(system, proof)


@EACH_SYSTEM
def test_points_of_a_proof(system: System) -> None:
    q = system.curve.base_field.modulus
    below = f"the number is not below the modulus of {system.curve.base_field.name}"
    for place in point_places(system).values():
        where = "a.json $." + ".".join(place)
        for k in (0, 1):
            for amount in (q, 1 << 384):
                problem = refused_proof(system, add(amount, *place, k))
                assert (problem.message, problem.where) == (below, f"{where}[{k}]")
            assert refused_proof(system, put(*place, k, value="-1")).message == DECIMAL
            problem = refused_proof(system, add(1, *place, k))
            assert (problem.message, problem.where) == ("g1: point 0 is not on the curve", where)
        for value in (["1", "2", "0"], ["0", "1", "2"], ["0", "0", "0"]):
            assert "z is" in refused_proof(system, put(*place, value=value)).message
        for value in (["1", "2"], [], {}, "1", None, ["1", "2", "1", "1"]):
            assert "expected" in refused_proof(system, put(*place, value=value)).message


@EACH_SYSTEM
def test_numbers_of_a_proof(system: System) -> None:
    field = system.curve.scalar_field
    below = f"the number is not below the modulus of {field.name}"
    for place in scalar_places(system).values():
        where = "a.json $." + ".".join(place)
        for amount in (field.modulus, 1 << 256):
            problem = refused_proof(system, add(amount, *place))
            assert (problem.message, problem.where) == (below, where)
            assert isinstance(problem, EncodingError)
        problem = refused_proof(system, put(*place, value=str(field.modulus)))
        assert problem.message == below
        for text in ("-1", "007", "0x1", "\uff11", "1_0", ""):
            assert refused_proof(system, put(*place, value=text)).message == DECIMAL


@EACH_PROTOCOL
def test_a_proof_of_another_system_or_curve(system: System) -> None:
    other = "fflonk" if system.name == "plonk" else "plonk"
    problem = refused_proof(system, put("protocol", value=other))
    assert problem.message == (
        "the proof is of another proof system than the verification key:"
        f" expected {system.name}, got {other}"
    )
    problem = refused_proof(system, put("curve", value="bls12381"))
    assert problem.message == "the proof is over bls12_381, the verification key over bn254"


# -- statements


@EACH_SYSTEM
def test_statements(system: System, tmp_path: Path) -> None:
    _, public, proof = documents(system)
    line = json.dumps({"proof": proof, "public": public})
    path, vk = tmp_path / "batch.jsonl", system.statement()[0]
    path.write_text(f"{line}\n{line}\n")
    read = READERS[system.name].read_statements(path, vk)
    assert [signals.to_ints() for signals, _ in read] == [[47, 99], [47, 99]]
    name, place = next(iter(point_places(system).items()))
    add(1, *place, 0)(proof)
    path.write_text(line + "\n" + json.dumps({"proof": proof, "public": public}))
    with pytest.raises(EncodingError) as caught:
        READERS[system.name].read_statements(path, vk)
    assert caught.value.where.endswith("line 2 $.proof." + ".".join(place))
    path.write_text(json.dumps({"proof": documents(system)[2], "public": public[:1]}))
    with pytest.raises(FormatError, match="expected 2 public signals, got 1"):
        READERS[system.name].read_statements(path, vk)
    assert name in place


def test_the_parser_is_the_strict_one(tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    path.write_text('{"A": 1, "A": 1}')
    with pytest.raises(FormatError, match="duplicate key"):
        load_json(path)
    with pytest.raises(FormatError, match="duplicate key"):
        READERS["plonk"].read_proof(path, BN254)
