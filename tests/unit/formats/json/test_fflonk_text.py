"""Proofs of fflonk as text, without the readers of JSON."""

import json
import subprocess
import sys

from tests.support.universal import FFLONK
from tests.support.universal_files import texts


def test_the_layout_of_a_proof() -> None:
    text = texts(FFLONK)[2]
    document = json.loads(text)
    assert list(document) == ["polynomials", "evaluations", "protocol", "curve"]
    assert list(document["polynomials"]) == ["C1", "C2", "W1", "W2"]
    values = "ql qr qm qo qc s1 s2 s3 a b c z zw t1w t2w inv"
    assert list(document["evaluations"]) == values.split()
    assert document["polynomials"]["C1"][2] == "1"
    assert (document["protocol"], document["curve"]) == ("fflonk", "bn128")
    assert text.endswith(' "protocol": "fflonk",\n "curve": "bn128"\n}')


def test_writing_loads_no_reader_of_json() -> None:
    code = "import sys, zkctl.formats.json.fflonk_text; print('zkctl.formats.json.strict' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
