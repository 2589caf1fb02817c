"""Check 6: the cases R7 to R13 and V1 to V8 of the security review through HTTP: false or 422, never true, never 5xx.

R9 and R11 of PLONK and fflonk, and V2 and V8 (contracts and signatures), have no form in a request to a Groth16 circuit; the readers
of those systems are tested by tests/soundness.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.points import strangers
from tests.support.service_api import InProcessApi
from zkctl.curve import curve_by_name
from zkctl.formats.json.bundle import bundle_text, parse_bundle

BN254 = curve_by_name("bn254")
Q, R = BN254.base_field.modulus, BN254.scalar_field.modulus
CIRCUIT = "membership-v1"


@pytest.fixture(scope="session")
def statement(proof: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    parts = parse_bundle(proof["proof"])
    assert isinstance(parts.proof.value, dict)
    return parts.proof.value, proof["publicSignals"]


Statement = tuple[dict[str, Any], list[str]]


def ask(api: InProcessApi, proof: Any, public: Any, *, as_bundle: bool = False) -> httpx.Response:
    if as_bundle:
        body = {"proof": bundle_text(CIRCUIT, "bn128", "groth16", proof, public)}
    else:
        body = {"proof": proof, "publicSignals": public, "circuitId": CIRCUIT}
    return api.post("/v1/zkp/verify", body)


def is_refused(answer: httpx.Response) -> bool:
    if answer.status_code == 200:
        return answer.json()["valid"] is False
    return answer.status_code == 422


def coordinates(proof: dict[str, Any]) -> Iterator[list[Any]]:
    """The lists of numbers of a proof, and the place of a number in each."""
    for name in ("pi_a", "pi_b", "pi_c"):
        for row in proof[name]:
            yield from ([row] if isinstance(row, list) else [])
        if not isinstance(proof[name][0], list):
            yield proof[name]


def texts(value: int, modulus: int) -> list[str]:
    """Other spellings of a number, and other numbers that are equal to it after a reduction."""
    return [
        *(str(value + k * modulus) for k in (1, 2, 5)),
        *(str(value + k * 2**256) for k in (1, 5)),
        str(value - modulus),
        f"0{value}",
        f"+{value}",
        f" {value}",
        f"{value}\n",
        hex(value),
        f"{value}.0",
        f"{value}e0",
        "".join(chr(0x0660 + int(digit)) for digit in str(value)),
        "",
    ]


@pytest.mark.parametrize("as_bundle", [False, True])
def test_check_6_r7_r8_v3_other_numbers_of_signals(
    api: InProcessApi, statement: Statement, as_bundle: bool
) -> None:
    proof, public = statement
    for changed in (public[:-1], public[:-3], [], [*public, "0"], [*public, "0", "0"]):
        answer = ask(api, proof, changed, as_bundle=as_bundle)
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:zkctl:problem:wrong-signal-count"


def test_check_6_r9_r10_v4_coordinates(api: InProcessApi, statement: Statement) -> None:
    proof, public = statement
    n_cases = 0
    for row in range(len(list(coordinates(proof)))):
        value = int(list(coordinates(proof))[row][0])
        for text in texts(value, Q):
            changed = copy.deepcopy(proof)
            list(coordinates(changed))[row][0] = text
            answer = ask(api, changed, public)
            assert is_refused(answer), (row, text, answer.text)
            n_cases += 1
    assert n_cases > 60


def test_check_6_v1_v4_signals(api: InProcessApi, statement: Statement) -> None:
    proof, public = statement
    for k, signal in enumerate(public):
        for text in [*texts(int(signal), R), "-1", str(R), str(R - 1), str(2**256 - 1)]:
            changed = [*public[:k], text, *public[k + 1 :]]
            answer = ask(api, proof, changed)
            assert is_refused(answer), (k, text, answer.text)
    for wrong in (None, 5, "5", {"0": "5"}, [5] * len(public), [None] * len(public)):
        assert ask(api, proof, wrong).status_code == 422


@pytest.mark.parametrize(
    ("name", "value"),
    [("protocol", "plonk"), ("protocol", "fflonk"), ("curve", "bls12381"), ("curve", "bn999")],
)
@pytest.mark.parametrize("as_bundle", [False, True])
def test_check_6_r12_names(
    api: InProcessApi, statement: Statement, name: str, value: str, as_bundle: bool
) -> None:
    proof, public = statement
    answer = ask(api, proof | {name: value}, public, as_bundle=as_bundle)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/proof/{name}"


def test_check_6_r13_v5_points_outside_the_group(api: InProcessApi, statement: Statement) -> None:
    proof, public = statement
    for kind, points in strangers(BN254.g2).items():
        for point in points[:10]:
            assert point is not None
            x, y = point
            changed = [[str(c) for c in x], [str(c) for c in y], ["1", "0"]]
            answer = ask(api, proof | {"pi_b": changed}, public)
            assert is_refused(answer), (kind, answer.text)


def test_check_6_v6_infinity(api: InProcessApi, statement: Statement) -> None:
    proof, public = statement
    one, two = ["0", "1", "0"], [["0", "0"], ["1", "0"], ["0", "0"]]
    zeros = {"pi_a": ["0", "0", "1"], "pi_b": [["0", "0"]] * 2 + [["1", "0"]], "pi_c": ["0"] * 3}
    infinite = {"pi_a": one, "pi_b": two, "pi_c": one}
    for changes in (
        *({name: value} for name, value in infinite.items()),
        *({name: value} for name, value in zeros.items()),
        infinite,
        zeros,
    ):
        answer = ask(api, proof | changes, public)
        assert is_refused(answer), (changes, answer.text)


def test_check_6_v7_another_proof_of_the_same_statement(
    api: InProcessApi, statement: Statement
) -> None:
    """(-A, -B, C) holds as the scheme says; the statement id is that of the first proof."""
    proof, public = statement
    changed = copy.deepcopy(proof)
    changed["pi_a"][1] = str(Q - int(proof["pi_a"][1]))
    changed["pi_b"][1] = [str((Q - int(c)) % Q) for c in proof["pi_b"][1]]
    first, second = (ask(api, each, public).json() for each in (proof, changed))
    assert first["valid"] is second["valid"] is True
    assert first["statementId"] == second["statementId"]


def test_check_6_another_statement(api: InProcessApi, statement: Statement) -> None:
    """Signals of another statement are false, with the reason; an unknown root never passes."""
    proof, public = statement
    names = ["nullifier", "root", "revocation_root", "scope", "context"]
    for k, reason in enumerate(
        ["equation", "root-unknown", "revocation-root-stale", "equation", "equation"]
    ):
        changed = [*public[:k], "5", *public[k + 1 :]]
        found = ask(api, proof, changed).json()
        assert (found["valid"], found["reason"]) == (False, reason), names[k]
    swapped = copy.deepcopy(proof)
    swapped["pi_b"] = [row[::-1] for row in proof["pi_b"]]
    assert is_refused(ask(api, swapped, public))
    assert is_refused(ask(api, proof | {"pi_a": proof["pi_c"]}, public))
