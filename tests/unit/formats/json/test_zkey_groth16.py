"""The JSON of proving keys, from a key whose secrets are known."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.support.toy_groth16 import toy_key
from zkctl.curve import BN254, CURVES, Curve, G1Array
from zkctl.formats.json.layout import ROWS_AT_ONCE
from zkctl.formats.json.zkey_groth16 import zkey_pieces
from zkctl.groth16.keys import ProvingKey

NAMES = (
    "protocol n8q q n8r r nVars nPublic domainSize power vk_alpha_1 vk_beta_1 vk_beta_2 vk_gamma_2"
    " vk_delta_1 vk_delta_2 IC ccoefs A B1 B2 C hExps"
)


def exported(key: ProvingKey) -> dict[str, Any]:
    document = json.loads("".join(zkey_pieces(key)))
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_members_and_counts(curve: Curve) -> None:
    document = exported(toy_key(curve))
    assert list(document) == NAMES.split()
    assert document["protocol"] == "groth16"
    assert document["q"] == str(curve.base_field.modulus)
    assert document["r"] == str(curve.scalar_field.modulus)
    assert (document["n8q"], document["n8r"]) == (curve.base_field.n_bytes, 32)
    counts = [document[name] for name in ("nVars", "nPublic", "domainSize", "power")]
    assert counts == [5, 2, 4, 2]
    assert [len(document[name]) for name in ("IC", "A", "B1", "B2", "C", "hExps")] == [
        *(3, 5, 5, 5),
        *(5, 4),
    ]


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_points_are_projective_and_infinity_is_0_1_0(curve: Curve) -> None:
    key = toy_key(curve)
    document = exported(key)
    (x,), (y,) = key.alpha_g1.to_ints()[0] or ((0,), (0,))
    assert document["vk_alpha_1"] == [str(x), str(y), "1"]
    assert document["vk_gamma_2"][2] == ["1", "0"]
    assert document["B1"][3] == ["0", "1", "0"]  # x is no factor on the right
    assert document["B2"][3] == [["0", "0"], ["1", "0"], ["0", "0"]]


def test_public_signals_have_no_point_in_c() -> None:
    key = toy_key(BN254)
    document = exported(key)
    assert document["C"][:3] == [None, None, None]
    (x,), (y,) = key.l_query.to_ints()[0] or ((0,), (0,))
    assert document["C"][3] == [str(x), str(y), "1"]


def test_coefficients_are_plain() -> None:
    rows = [tuple(entry.values()) for entry in exported(toy_key(BN254))["ccoefs"]]
    circuit = [(0, 0, 3, "1"), (1, 0, 4, "1"), (1, 0, 0, "3")]
    public = [(0, 1, 0, "1"), (0, 2, 1, "1"), (0, 3, 2, "1")]
    assert rows == circuit + public


def test_the_layout_of_a_coefficient_and_of_a_missing_point() -> None:
    text = "".join(zkey_pieces(toy_key(BN254)))
    entry = '  {\n   "matrix": 0,\n   "constraint": 0,\n   "signal": 3,\n   "value": "1"\n  }'
    assert f' "ccoefs": [\n{entry},\n  {{\n' in text
    assert ' "C": [\n  null,\n  null,\n  null,\n  [\n   "' in text
    assert text.endswith('"1"\n  ]\n ]\n}')


def test_blocks_of_points_join() -> None:
    key = toy_key(BN254)
    n = ROWS_AT_ONCE + 1
    many = G1Array(key.h_query.group, np.resize(key.h_query.data, (n, key.h_query.data.shape[1])))
    document = exported(replace(key, h_query=many))
    assert document["hExps"] == (exported(key)["hExps"] * n)[:n]
