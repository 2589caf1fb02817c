"""Proofs of PLONK as text, without the readers of JSON."""

import json
import subprocess
import sys

from tests.support.universal import PLONK
from tests.support.universal_files import texts


def test_the_layout_of_a_proof() -> None:
    text = texts(PLONK)[2]
    document = json.loads(text)
    assert list(document) == [
        *("A", "B", "C", "Z", "T1", "T2", "T3", "Wxi", "Wxiw"),
        *("eval_a", "eval_b", "eval_c", "eval_s1", "eval_s2", "eval_zw", "protocol", "curve"),
    ]
    assert document["A"][2] == "1"
    assert (document["protocol"], document["curve"]) == ("plonk", "bn128")
    assert text.endswith(' "protocol": "plonk",\n "curve": "bn128"\n}')


def test_writing_loads_no_reader_of_json() -> None:
    code = "import sys, zkctl.formats.json.plonk_text; print('zkctl.formats.json.strict' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
