"""circomlib's components that are known not to be unique for all inputs: lint breaks each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.conftest import Runner
from tests.support.circomlib import copy_circomlib
from zkctl.lint.search.counterexample import satisfies
from zkctl.lint.verdict import Verdict
from zkctl.toolchain.lint.foreign import read_foreign
from zkctl.toolchain.lint.judge import judged_by_contracts

# security.md C7: divisions by what may be 0, a selector that is no position
BUGGY = {
    "Decoder(4)": "multiplexer",
    "Edwards2Montgomery()": "montgomery",
    "Montgomery2Edwards()": "montgomery",
    "MontgomeryAdd()": "montgomery",
    "MontgomeryDouble()": "montgomery",
    "BitElementMulAny()": "escalarmulany",
    "Window4()": "pedersen",
    "WindowMulFix()": "escalarmulfix",
}


@pytest.mark.parametrize("template", BUGGY)
def test_known_buggy_components_are_broken(
    tmp_path: Path, node_modules: Path, run_circom2: Runner, template: str
) -> None:
    copy_circomlib(node_modules, tmp_path)
    (tmp_path / "buggy.circom").write_text(
        f'pragma circom 2.0.0; include "circuits/{BUGGY[template]}.circom";'
        f" component main = {template};"
    )
    done = run_circom2("buggy.circom", "--r1cs", "--sym", "--O0", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    system = read_foreign(tmp_path / "buggy.r1cs")[1]
    found = judged_by_contracts(system)
    assert found.judgement.verdict is Verdict.BROKEN
    pair = found.counterexample
    assert pair is not None
    assert satisfies(system, pair.first)
    assert satisfies(system, pair.second)
    assert all(pair.first[w] == pair.second[w] for w in system.inputs)
