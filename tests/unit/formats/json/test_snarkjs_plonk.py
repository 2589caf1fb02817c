"""Files of PLONK as snarkjs writes them (what is refused: test_universal.py)."""

from __future__ import annotations

import json

import pytest

from tests.support.universal import PLONK, PLONK_BLS, System
from tests.support.universal_files import texts
from zkctl.formats.json.snarkjs_plonk import parse_verification_key, verification_key_json
from zkctl.formats.json.strict import Node


@pytest.mark.parametrize("system", [PLONK, PLONK_BLS], ids=str)
def test_the_layout_of_a_key(system: System) -> None:
    text = texts(system)[0]
    document = json.loads(text)
    assert list(document) == [
        "protocol",
        "curve",
        "nPublic",
        "power",
        "k1",
        "k2",
        *("Qm", "Ql", "Qr", "Qo", "Qc", "S1", "S2", "S3", "X_2", "w"),
    ]
    assert text.startswith(f'{{\n "protocol": "plonk",\n "curve": "{document["curve"]}",\n')
    assert text.endswith(f' "w": "{system.curve.scalar_field.root_of_unity(3)}"\n}}')
    assert ' "nPublic": 2,\n "power": 3,\n "k1": "2",\n "k2": "3",\n "Qm": [\n  "' in text
    assert verification_key_json(parse_verification_key(Node(document, "a"))) == text
