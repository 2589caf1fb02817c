"""Files of fflonk as snarkjs writes them (what is refused: test_universal.py)."""

from __future__ import annotations

import json

from tests.support.universal import FFLONK
from tests.support.universal_files import texts
from zkctl.formats.json.snarkjs_fflonk import parse_verification_key, verification_key_json
from zkctl.formats.json.strict import Node


def test_the_layout_of_a_key() -> None:
    text = texts(FFLONK)[0]
    document = json.loads(text)
    assert list(document) == [
        *("protocol", "curve", "nPublic", "power", "k1", "k2"),
        *("w", "w3", "w4", "w8", "wr", "X_2", "C0"),
    ]
    assert text.endswith('  "1"\n ]\n}')
    assert verification_key_json(parse_verification_key(Node(document, "a"))) == text
